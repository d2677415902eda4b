"""What is asked often, or of a long table, is found by an index of the PostgreSQL server."""

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy import event

from daemon.store import Store
from tests.store.plans import HELD, PLANS


@pytest.fixture
def backend() -> str:
    return "postgres"


def plans_of(store: Store, now: datetime, ask: Callable[..., object]) -> list[str]:
    """Return the plan of each statement that is asked, as if every table were long."""
    asked: list[tuple[str, object]] = []
    with store.read() as tx:
        connection = tx.cases.connection
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append(said[2:4]))
        ask(tx, now)
        found = list(asked)
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        return [
            "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values))
            for statement, values in found
            if not statement.startswith("SELECT pg_advisory")
        ]


@pytest.mark.parametrize(("ask", "index"), HELD)
def test_what_is_held_can_be_found_without_reading_all_else(
    store: Store, now: datetime, ask: Callable[..., object], index: str
) -> None:
    (plan,) = plans_of(store, now, ask)

    assert index in plan


@pytest.mark.parametrize("ask", PLANS)
def test_what_is_asked_often_can_walk_an_index(
    store: Store, now: datetime, ask: Callable[..., object]
) -> None:
    plans = plans_of(store, now, ask)

    assert plans
    assert [plan for plan in plans if "Seq Scan" in plan or "Index" not in plan] == []
