"""A message that two have on their desks, since one was slow: it is whose attempt began first, for all of its lease."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from daemon.domain.delivery import DeliveryState, Outgoing
from daemon.engine.sending.bundle import Bundle
from daemon.engine.sending.claim import Taken
from daemon.engine.sending.desk import Desk, put_back
from daemon.store import Store

SECOND = timedelta(seconds=1)
LEASE = 30 * SECOND


@pytest.fixture
def read(store: Store, outgoing: Callable[..., Outgoing], now: datetime) -> Outgoing:
    """The message as the slow one read it: tried before, and due again."""
    tried = outgoing(state=DeliveryState.WILL_RETRY, epoch=1, attempts=1, look_at=now)
    with store.write() as tx:
        tx.messages.open(tried)
    return tried


def begin(store: Store, read: Outgoing, now: datetime) -> Outgoing:
    with store.write() as tx:
        (begun,) = tx.messages.start([read], now + LEASE, "the-quick-one", now)
    return begun


def test_what_another_has_begun_meanwhile_is_not_put_off(
    store: Store, read: Outgoing, now: datetime
) -> None:
    begun = begin(store, read, now)

    with store.write() as tx:
        tx.messages.put_off([read], now + SECOND)

    with store.read() as tx:
        assert tx.messages.get("m-1") == begun


def test_who_leaves_what_was_not_begun_leaves_alone_what_another_has_on_the_wire(
    store: Store, read: Outgoing, now: datetime
) -> None:
    begun = begin(store, read, now)
    desk = Desk()
    desk.taken.append(Taken(read, (), NOTHING))

    put_back(store, desk, now + SECOND)

    with store.read() as tx:
        assert tx.messages.get("m-1") == begun
        assert not tx.messages.due(None, now + 29 * SECOND, 9)  # nobody sends it beside
    assert not desk.waiting


def test_what_nobody_has_begun_is_there_at_once_for_whoever_comes_next(
    store: Store, read: Outgoing, now: datetime
) -> None:
    with store.write() as tx:
        tx.messages.put_off([read], now + 9 * SECOND)
    desk = Desk()
    desk.taken.append(Taken(read, (), NOTHING))

    put_back(store, desk, now + SECOND)

    with store.read() as tx:
        assert [one.id for one in tx.messages.due(None, now + SECOND, 9)] == ["m-1"]


NOTHING = Bundle({}, lambda _: NotImplemented, {}, {}, {}, {})  # type: ignore[arg-type]  # none of it is asked
