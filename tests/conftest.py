"""What every test stands on: a log that raises where it is given something private, and real databases."""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from daemon.telemetry import set_up_logs
from daemon.testing.empty import lay
from tests.chromium import Browser, Page, program
from tests.pooler import Pooler
from tests.postgres import Server

settings.register_profile("untimed", deadline=None)  # machines are noisy
settings.register_profile("long", deadline=None, max_examples=10_000)  # --hypothesis-profile=long
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def strict_log():
    """Return what is logged during a test; a line that could tell who a case is about raises."""
    stream = io.StringIO()
    set_up_logs("json", "debug", stream=stream, strict=True)
    return stream


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    """Return a tab of a real browser."""
    if program() is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no Chromium on this machine: install the package chromium")
        pytest.skip("not run: no Chromium on this machine")
    with Browser() as browser, browser.page() as one:
        yield one


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Return the one PostgreSQL server of this worker."""
    with Server() as started:
        yield started


@pytest.fixture(scope="session")
def template(server: Server) -> str:
    """Return the name of a database of ours with nothing in it, to be copied."""
    return server.make_template()


@pytest.fixture(scope="session")
def pooler(server: Server) -> Iterator[Pooler]:
    """Return the one pooler before that server."""
    with Pooler(server) as started:
        yield started


@pytest.fixture
def pooled_url(server: Server, template: str, pooler: Pooler) -> Iterator[str]:
    """Return where a database of ours is, through the pooler."""
    name = server.make(template)
    yield pooler.url(name)
    server.drop(name)


@pytest.fixture(params=["sqlite", "postgres"])
def backend(request: pytest.FixtureRequest) -> str:
    """Return where the database is: each test that asks for one runs on both."""
    return str(request.param)


@pytest.fixture
def make_url(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[], str]]:
    """Return a maker of databases of ours, each with nothing in it, by their addresses."""
    if backend == "sqlite":
        folders = iter(range(1000))

        def make_file() -> str:
            return lay(tmp_path / f"state-{next(folders)}" / "daykeeper.db")

        yield make_file
        return
    server, template = request.getfixturevalue("server"), request.getfixturevalue("template")
    made: list[str] = []

    def make_copy() -> str:
        made.append(server.make(template))
        return str(server.local_url(made[-1]))

    yield make_copy
    for name in made:
        server.drop(name)
