"""The clock of a PostgreSQL server: asked now and then, and gone on with while the server is away."""

from datetime import timedelta
from time import monotonic

import pytest
from sqlalchemy import event

from daemon.store import Store, StoreLost, StoreUnavailable
from daemon.store.place.clock import ASK_EVERY_S, DatabaseClock
from tests.postgres import Server


@pytest.fixture
def backend() -> str:
    return "postgres"


def test_the_clock_is_the_database_s_and_is_asked_now_and_then(store: Store) -> None:
    ticked, walled = [0.0], [1000.0]
    asked: list[str] = []
    engine = store._engine
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    clock = DatabaseClock(store._backend, engine, tick=lambda: ticked[0], wall=lambda: walled[0])

    def questions(after_s: float, wall_s: float | None = None) -> int:
        ticked[0] += after_s
        walled[0] += after_s if wall_s is None else wall_s
        asked.clear()
        clock()
        return sum("clock_timestamp" in one for one in asked)

    first, start = questions(0), clock()
    later = (questions(ASK_EVERY_S - 1), clock())

    assert (first, later[0]) == (1, 0)
    assert later[1] - start == timedelta(seconds=ASK_EVERY_S - 1)
    assert questions(2) == 1  # 30 seconds are over
    assert questions(2) == 0
    assert questions(2, wall_s=3600) == 1  # this machine slept, or its clock was set
    assert questions(0.5, wall_s=3600) == 0  # once a second is enough
    assert questions(2) == 1
    assert questions(2) == 0


def test_the_clock_is_not_asked_on_a_second_connection_within_a_transaction(store: Store) -> None:
    clock = store.clock()
    assert clock is not None
    asked: list[str] = []
    event.listen(store._engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    clock()
    clock._tick = lambda: monotonic() + 2 * ASK_EVERY_S
    asked.clear()

    with store.write(), store.read():
        clock()
        within = sum("clock_timestamp" in one for one in asked)
    clock()

    assert within == 0
    assert sum("clock_timestamp" in one for one in asked) == 1


def test_the_clock_goes_on_while_the_database_is_away(server: Server, template: str) -> None:
    name = server.make(template)
    store = Store.open(server.local_url(name), "stoke")
    ticked = [0.0]
    clock = DatabaseClock(
        store._backend, store._engine, tick=lambda: ticked[0], wall=lambda: ticked[0]
    )
    before = clock()
    server.drop(name)
    ticked[0] = 40.0

    with pytest.raises((StoreLost, StoreUnavailable)), store.read():
        pass
    after = clock()

    store.close()
    assert after - before == timedelta(seconds=40)
