"""The thin rows of the console's lists: in order, and no more than was asked for."""

from collections.abc import Callable
from datetime import datetime, timedelta

from daemon.domain.obligation import State
from daemon.domain.track import Fired, Track
from daemon.store import ConferenceRow, Store

DAY = timedelta(days=1)
MAKE = Callable[..., Track]


def test_what_falls_due_comes_in_order_and_what_is_done_or_later_does_not(
    store: Store, track: MAKE, now: datetime
) -> None:
    with store.write() as tx:
        tx.obligations.save([
            track("SC-1", due_at=now + DAY), track("SC-2", due_at=now - DAY),
            track("SC-3", due_at=now - DAY, state=State.MET), track("SC-4", due_at=now + 3 * DAY),
            track("SC-5"), track("SC-6", due_at=now, is_provisional=True, held_since=now),
        ])  # fmt: skip

    with store.read() as tx:
        found = tx.lists.due_until(now + 2 * DAY)
        waiting = tx.lists.waiting_for_data()

    shown = [(one.ref, one.is_provisional) for one in found]
    assert shown == [("SC-2", False), ("SC-6", True), ("SC-1", False)]
    assert [one.id for one in waiting] == ["SC-6/invite-list/icpc-1"]


def test_only_that_of_which_a_step_was_taken_is_asked(
    store: Store, track: MAKE, now: datetime
) -> None:
    fired = (Fired("asked", 0, now),)
    with store.write() as tx:
        tx.obligations.save([
            track("SC-1", fired=fired, due_at=now), track("SC-2", due_at=now),
            track("SC-3", rule="another", fired=fired), track("SC-4", fired=fired, state=State.MET),
        ])  # fmt: skip

    with store.read() as tx:
        asked = tx.lists.asked({"invite-list", "unheard-of"})
        steps = tx.lists.steps_of({"invite-list"})

    assert [one.ref for one in asked] == ["SC-1"]
    assert {one.ref for one in steps} == {"SC-1", "SC-4"}


def test_conferences_come_in_order_of_time_with_their_cases(store: Store, now: datetime) -> None:
    with store.write() as tx:
        tx.conferences.save([
            ConferenceRow("M-2", "icpc", scheduled_at=now + DAY, refs=("SC-2", "SC-1")),
            ConferenceRow("M-1", "rcpc", scheduled_at=now), ConferenceRow("M-3", "icpc", scheduled_at=now + 9 * DAY),
        ])  # fmt: skip

    with store.read() as tx:
        rows = tx.lists.conferences(now, now + 2 * DAY)
        cases = tx.lists.cases_of([one.id for one in rows])

    assert [one.id for one in rows] == ["M-1", "M-2"]
    assert cases == {"M-1": [], "M-2": ["SC-1", "SC-2"]}


def test_entries_of_the_journal_come_newest_first_and_go_on(store: Store, now: datetime) -> None:
    with store.write() as tx:
        for about in ("SC-1", "SC-1/list/icpc-1", "SC-2", "SC-1/list/icpc-1"):
            tx.journal.write(now, "rung.fired", about, "it was due", {})

    with store.read() as tx:
        first = tx.lists.entries(about="SC-1", limit=2)
        second = tx.lists.entries(first[-1].id, about="SC-1", limit=2)

    shown = [one.entry.about for one in (*first, *second)]
    assert shown == ["SC-1/list/icpc-1", "SC-1/list/icpc-1", "SC-1"]
