"""The whole story, and two runs at once, through a transaction pooler."""

from collections.abc import Callable, Iterator

import pytest

from tests.pooler import Pooler
from tests.postgres import Server
from tests.scenario.test_two_runs import (  # noqa: F401 - it is run once more, through the pooler
    test_two_lines_that_turn_at_once_send_what_one_would_send,
)


@pytest.fixture
def backend() -> str:
    return "postgres"


@pytest.fixture
def make_url(server: Server, template: str, pooler: Pooler) -> Iterator[Callable[[], str]]:
    """Return a maker of databases of ours, each by its address through the pooler."""
    made: list[str] = []

    def make() -> str:
        made.append(server.make(template))
        return pooler.url(made[-1])

    yield make
    for name in made:
        server.drop(name)
