"""A look into the service's own tables: to know when to look at the mail, never to judge by."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from daemon.domain.notice import NoticeState
from daemon.store import Store
from tests.faults.authority import Authority


def unfinished(authority: Authority, offset: timedelta) -> dict[str, int]:
    """Return how many rows are under way, by what they are; `offset` leads to the service's clock."""
    now = datetime.now(UTC) + offset
    with looking_into(authority) as store, store.read() as tx:
        waits = tx.notices.counts()[NoticeState.WAITING]
        due = len(tx.obligations.due(now, 1))
        mail = tx.messages.counts().get("email", {})
    found = {name: mail.get(name, 0) for name in ("sending", "will-retry", "unknown")}
    return {name: many for name, many in (found | {"waiting": waits, "due": due}).items() if many}


def states(authority: Authority) -> dict[str, int]:
    """Return how many messages stand in each state, and how many may have arrived twice."""
    with looking_into(authority) as store, store.read() as tx:
        counts = tx.messages.counts().get("email", {})
    return {name: many for name, many in counts.items() if many}


@contextmanager
def looking_into(authority: Authority) -> Iterator[Store]:
    """Yield the service's store, for a look."""
    store = Store.open(authority.url, "testshire", thorough=False)
    try:
        yield store
    finally:
        store.close()


def on_the_wire(authority: Authority) -> int:
    """Return how many attempts are begun and have not ended."""
    with looking_into(authority) as store, store.read() as tx:
        return len(tx.messages.in_flight())
