"""What every test stands on: a log that raises where it is given something private, and real databases."""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from daemon.store import create
from daemon.telemetry import set_up_logs
from tests.pooler import Pooler
from tests.postgres import Server

settings.register_profile("untimed", deadline=None)  # machines are noisy
settings.load_profile("untimed")

WORKERS_A_CORE, MOST_WORKERS = 2, 8  # each has servers and a browser of its own
WAITING = "tests/faults/"  # a few at a time: they are about moments
# Each of their tests makes its own; elsewhere those of one file share a browser, or pages.
APART = ("tests/dates/", "tests/faults/", "tests/rulebook/", "tests/scenario/", "tests/store/")


class TwoQueues(LoadScopeScheduling):  # type: ignore[misc] # it has no types
    """Every second worker begins with the tests that wait for processes, the others with those that compute.

    The tests of a file go to one worker, but for those that stand apart.
    """

    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(APART) else nodeid.partition("::")[0]

    def _assign_work_unit(self, node: WorkerController) -> None:
        waits = int(node.gateway.id.removeprefix("gw")) % 2 == 0
        fits = (scope for scope in self.workqueue if scope.startswith(WAITING) == waits)
        if scope := next(fits, None):
            self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def pytest_xdist_auto_num_workers() -> int:
    """Return how many run at the same time where `-n auto` is asked for."""
    return min(MOST_WORKERS, WORKERS_A_CORE * (os.cpu_count() or 1))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TwoQueues:
    """Return who gives the workers their tests."""
    return TwoQueues(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow tests first, so that no worker is left alone with one in the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(autouse=True)
def strict_log():
    """Return what is logged during a test; a line that could tell who a case is about raises."""
    stream = io.StringIO()
    set_up_logs("json", "debug", stream=stream, strict=True)
    return stream


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
            url = f"sqlite:///{tmp_path}/state-{next(folders)}/daykeeper.db"
            create(url)
            return url

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
