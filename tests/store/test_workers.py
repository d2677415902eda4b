"""Which workers are there, and how much there is for them to do."""

from collections.abc import Callable
from datetime import datetime, timedelta

from daemon.domain.delivery import DeliveryState, Outgoing
from daemon.domain.message import Lane
from daemon.domain.notice import Notice
from daemon.store import Store

SECOND = timedelta(seconds=1)


def test_a_worker_counts_while_it_says_so_and_leaves_no_trace(store: Store, now: datetime) -> None:
    with store.write() as tx:
        tx.leases.take("leader", "run", now, 15)
        tx.leases.take("worker/one", "one", now, 15)
        tx.leases.take("worker/two", "two", now + 10 * SECOND, 15)
        at_first = tx.leases.held("worker/", now + 11 * SECOND)
        later = tx.leases.held("worker/", now + 16 * SECOND)
        forgotten = tx.leases.forget("worker/", now + 16 * SECOND)
        tx.leases.release("worker/two", "two", now + 16 * SECOND)
        at_last = tx.leases.held("worker/", now + 16 * SECOND)
        led_by_another = tx.leases.take("leader", "other", now + 16 * SECOND, 15)

    assert (at_first, later, forgotten, at_last) == (["one", "two"], ["two"], 1, [])
    assert led_by_another == 2  # the leader's lease was not forgotten: its epoch goes on


def test_what_is_due_in_a_lane_is_counted_and_no_further_than_it_matters(
    store: Store, now: datetime, notice: Callable[..., Notice], outgoing: Callable[..., Outgoing]
) -> None:
    waiting = [notice(person=f"p{number}") for number in range(30)]
    later = notice(person="q", at=now + SECOND)
    retry = outgoing("m-1", state=DeliveryState.WILL_RETRY, look_at=now)
    put_off = outgoing("m-2", state=DeliveryState.WILL_RETRY, look_at=now + SECOND)
    on_the_wire = outgoing("m-3", look_at=now + SECOND)

    with store.write() as tx:
        tx.notices.insert([*waiting, later, notice(person="r", lane=Lane.URGENT)])
        for message in (retry, put_off, on_the_wire):
            tx.messages.open(message)
    with store.read() as tx:
        counts = {lane: tx.due(lane, now, 100) for lane in Lane}
        bounded = tx.due(Lane.ROUTINE, now, 10)
        a_second_later = tx.due(Lane.ROUTINE, now + SECOND, 100)

    assert counts == {Lane.URGENT: 1, Lane.ROUTINE: 31, Lane.BULK: 0}
    assert bounded == 11
    assert a_second_later == 34
