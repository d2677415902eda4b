"""Ladders: what is due next, what is overdue, and what a waiting one costs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from daemon.domain.obligation import State
from daemon.domain.track import Fired, Track
from daemon.store import CaseRow, Store

MAKE = Callable[..., Track]
DAY = timedelta(days=1)
MANY = 100_000


def test_a_track_comes_back_as_it_went_in(store: Store, track: MAKE, now: datetime) -> None:
    whole = track(
        state=State.MET,
        starts_at=now,
        due_at=now + DAY,
        met_at=now + 2 * DAY,
        late=True,
        occurrence=2,
        revision=1,
        grace_until=now,
        rest_until=now,
        held_since=now,
        next_at=now + timedelta(microseconds=1),
        fired=(Fired("reminder", 0, now), Fired("due", 1, now + DAY, skipped=True)),
    )

    with store.write() as tx:
        tx.obligations.save([whole, track(subject="icpc-2", family=None)])

    with store.read() as tx:
        assert tx.obligations.get(whole.id) == whole
        assert tx.obligations.of(["SC-1", "SC-2"]) == {
            "SC-1": [whole, track(subject="icpc-2", family=None)]
        }


def test_saving_again_replaces(store: Store, track: MAKE, now: datetime) -> None:
    with store.write() as tx:
        tx.obligations.save([track(next_at=now, fired=(Fired("reminder", 0, now),))])

    with store.write() as tx:
        tx.obligations.save([track(state=State.WITHDRAWN, pack_digest="e" * 64)])

    with store.read() as tx:
        assert tx.obligations.of(["SC-1"]) == {
            "SC-1": [track(state=State.WITHDRAWN, pack_digest="e" * 64)]
        }


@pytest.mark.parametrize(
    ("ref", "subject"),
    [
        pytest.param("SC-1", "icpc-1/police", id="a subject with an agency"),
        pytest.param("2024/0071", "icpc-1", id="a case reference with a slash"),
        pytest.param("A/B", "icpc-1.2/police", id="both"),
        pytest.param("SC'; DROP TABLE obligations; --", "case", id="a reference that would be SQL"),
    ],
)
def test_an_obligation_is_found_by_its_id(
    store: Store, track: MAKE, ref: str, subject: str
) -> None:
    wanted = track(ref, subject=subject)
    with store.write() as tx:
        tx.obligations.save([wanted, track("A"), track("2024"), track("SC-1")])

    with store.read() as tx:
        assert tx.obligations.get(wanted.id) == wanted
        assert tx.obligations.get(f"{wanted.id}x") is None


def test_an_id_that_does_not_say_what_it_is_about_is_a_mistake(store: Store, track: MAKE) -> None:
    stray = Track("SC-9/other/case", *[getattr(track(), name) for name in Track.__slots__[1:]])

    with pytest.raises(ValueError, match="ref, rule and subject"), store.write() as tx:
        tx.obligations.save([stray])


def test_what_is_due_comes_in_the_order_of_its_moments(
    store: Store, track: MAKE, now: datetime
) -> None:
    moments = {"a": now - DAY, "b": now, "c": now - 2 * DAY, "d": now + DAY, "e": None}
    with store.write() as tx:
        tx.obligations.save([track(ref, next_at=at) for ref, at in moments.items()])

    with store.write() as tx:
        assert [each.ref for each in tx.obligations.due(now, 10)] == ["c", "a", "b"]
        assert [each.ref for each in tx.obligations.due(now, 2)] == ["c", "a"]
        assert tx.obligations.next_at() == now - 2 * DAY


def test_overdue_is_open_and_past(store: Store, track: MAKE, now: datetime) -> None:
    with store.write() as tx:
        tx.obligations.save(
            [
                track("late", due_at=now - DAY, held_since=now),
                track("later", due_at=now - 2 * DAY),
                track("today", due_at=now),
                track("coming", due_at=now + DAY),
                track("met", state=State.MET, due_at=now - DAY, met_at=now - 2 * DAY, late=False),
                track("met late", state=State.MET, due_at=now - DAY, met_at=now, late=True),
                track("undated"),
                track("not booked", due_at=now - 3 * DAY, is_provisional=True),
            ]
        )

    with store.read() as tx:
        assert [each.ref for each in tx.obligations.overdue(now)] == ["later", "late"]
        assert tx.obligations.overdue_since(now) == now - 2 * DAY
        assert tx.obligations.overdue_since(now - 2 * DAY) is None
        assert [each.ref for each in tx.obligations.due_after(now)] == ["coming"]
        assert tx.obligations.counts(now) == {
            "open": 6,
            "met": 2,
            "waived": 0,
            "withdrawn": 0,
            "overdue": 2,
            "late": 1,
            "held": 1,
        }


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_waiting_rung_costs_at_most_200_bytes(
    store: Store, path: Path, now: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = {
        "icpc-invite-list": "icpc-1",
        "icpc-limit": "icpc-1",
        "icpc-limit-statutory": "icpc-1",
        "first-core-group": "core_group-1",
        "core-group-cycle": "core_group-2",
    }
    chance = Random(1)
    refs = list(range(100_000, 100_000 + MANY // len(rules)))
    chance.shuffle(refs)
    before = path.stat().st_size

    with store.write() as tx:
        tx.obligations.save(
            [
                Track(
                    f"SC-{ref}/{rule}/{subject}",
                    f"SC-{ref}",
                    f"F-{ref // 2}",
                    rule,
                    "stoke-on-trent",
                    "d" * 64,
                    subject,
                    State.OPEN,
                    now,
                    now,
                    due,
                    next_at=due - DAY,
                )
                for ref in refs
                for rule, subject in rules.items()
                for due in [now + DAY * chance.randrange(1, 60)]
            ]
        )
    store.close()  # the log goes into the file

    each = (path.stat().st_size - before) / MANY
    with capsys.disabled():
        print(f"\na waiting rung: {each:.0f} bytes in the file, indexes included")
    assert each <= 200


def test_a_look_moves_ladders_and_leaves_all_else_as_it_stands(
    store: Store, track: MAKE, now: datetime
) -> None:
    first, second, third = (track(subject=f"icpc-{n}", due_at=now, revision=n) for n in (1, 2, 3))
    fired = (Fired("reminder", 0, now),)
    seen = track(
        ref="SC-9", occurrence=1, next_at=now + DAY, held_since=now, fired=fired, revision=9
    )

    with store.write() as tx:
        tx.obligations.save([first, second, third])
        tx.obligations.climb([(first, seen), (third, seen)])

    moved = {"occurrence": 1, "next_at": now + DAY, "held_since": now, "fired": fired}
    with store.read() as tx:
        (found,) = tx.obligations.of(["SC-1"]).values()
        assert sorted(found, key=lambda one: one.subject) == [
            replace(first, **moved),
            second,
            replace(third, **moved),
        ]


def test_a_ladder_of_a_case_that_has_changed_waits_until_it_is_decided(
    store: Store, track: MAKE, now: datetime
) -> None:
    with store.write() as tx:
        tx.obligations.save([track("SC-1", next_at=now), track("SC-2", next_at=now)])
        tx.cases.assessed([CaseRow("SC-2", next_assess_at=now - DAY)])
        tx.cases.touch(["SC-1"], now + DAY)
        waiting = [each.ref for each in tx.obligations.due(now, 10)]
        tx.cases.assessed([CaseRow("SC-1")])
        decided = {each.ref for each in tx.obligations.due(now, 10)}

    assert (waiting, decided) == (["SC-2"], {"SC-1", "SC-2"})
