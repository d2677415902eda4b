"""Climbing: what holds for every ladder, whatever happens, and the corners of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.decide.due.ladder import FIRST_SEEN_LATE, Fresh, look, next_look, rest
from daemon.decide.due.office import LATE
from daemon.decide.due.plan import planned
from daemon.domain.obligation import State
from daemon.domain.rules import Basis
from daemon.rulebook.language.moments import rung_time
from tests.unit.ladders import ALWAYS, CALENDAR, DUE, at, climb, ladders, rule_of, starts, track_of


@given(ladders, starts)
@settings(max_examples=300)
def test_no_rung_fires_twice_early_or_out_of_hours_and_a_ladder_never_falls_silent(rule, start):
    end = DUE + timedelta(days=60)

    fired, track = climb(track_of(start), rule, end)

    assert len({(rung, occurrence) for _, rung, occurrence, _ in fired}) == len(fired)
    assert [when for when, *_ in fired] == sorted(when for when, *_ in fired)
    for when, _, _, own in fired:
        assert own <= when
        assert CALENDAR.opening(when) == when or (when == start and when - own <= LATE)
    times = [when for when, *_ in fired if when > DUE + timedelta(days=20)]
    assert len(times) >= 4  # the last rung repeats every five working days
    assert track.next_at > end


def test_a_rung_that_is_called_otherwise_is_told_once_more_and_one_with_other_words_is_not():
    rule = rule_of("due", "2 working days after due, 09:00")
    _, track = climb(track_of(DUE - timedelta(days=5)), rule, DUE + timedelta(hours=1))
    (first, *others) = rule.ladder
    later = DUE + timedelta(hours=2)

    named, worded = (
        replace(rule, ladder=(replace(first, **new), *others))
        for new in ({"name": "called-otherwise"}, {"message": "other-words"})
    )

    again = look(track, named, CALENDAR.opening(later), CALENDAR, ALWAYS).firings
    assert [one.rung.name for one in again] == ["called-otherwise"]
    assert look(track, worded, CALENDAR.opening(later), CALENDAR, ALWAYS).firings == ()


@given(ladders, starts, st.lists(st.integers(1, 400), max_size=8))
@settings(max_examples=200)
def test_looking_more_often_changes_nothing(rule, start, pauses):
    end = DUE + timedelta(days=30)
    plainly, _ = climb(track_of(start), rule, end)

    track, often, now = track_of(start), [], start
    for pause in [0, *pauses]:
        now += timedelta(minutes=pause * 30)
        while track.next_at is not None and track.next_at <= min(now, end):
            when = track.next_at
            seen = look(track, rule, when, CALENDAR, ALWAYS)
            often += [(when, one.rung.name, one.occurrence, one.at) for one in seen.firings]
            track = seen.track
        for _ in range(2):
            if track.next_at and track.next_at > now:
                assert not look(track, rule, now, CALENDAR, ALWAYS).firings
    rest_of, _ = climb(track, rule, end)

    assert often + rest_of == plainly


@given(ladders, starts)
@settings(max_examples=200)
def test_first_seen_late_nobody_but_its_own_people_hears_within_the_grace(rule, start):
    track = track_of(start)
    fired, _ = climb(track, rule, DUE + timedelta(days=30))

    if start <= DUE:
        assert FIRST_SEEN_LATE not in [rung for _, rung, *_ in fired]
        return
    assert fired[0][1] == FIRST_SEEN_LATE
    assert [rung for when, rung, *_ in fired if when < track.grace_until] == [FIRST_SEEN_LATE]
    assert track.grace_until - fired[0][0] >= timedelta(hours=8)  # a whole working day


@given(ladders, starts, st.integers(1, 20))
@settings(max_examples=200)
def test_a_ladder_that_was_not_looked_at_for_days_fires_each_passed_rung_once(rule, start, days):
    now = CALENDAR.opening(max(start, DUE) + timedelta(days=days))
    track = replace(track_of(min(start, DUE)), next_at=now)

    seen = look(track, rule, now, CALENDAR, ALWAYS)

    names = [one.rung.name for one in seen.firings]
    assert len(set(names)) == len(names)
    passed = {rung.name for rung, when in planned(track, rule, CALENDAR).rungs if when <= now}
    assert set(names) | {one.rung for one in seen.skippings} == passed
    assert seen.track.next_at
    assert seen.track.next_at > now


def test_at_night_what_is_late_waits_and_what_is_urgent_goes():
    house, urgent = rule_of("due").ladder[0], rule_of("due", urgent=True).ladder[0]
    urgent = replace(urgent, name="urgent", at=rung_time("2 elapsed hours after due"))
    rule = replace(rule_of("due"), ladder=(house, urgent))
    night, opening = DUE + timedelta(hours=9), at("2026-03-09T09:00")

    first = look(track_of(at("2026-03-04T12:00")), rule, night, CALENDAR, ALWAYS)
    second = look(first.track, rule, opening, CALENDAR, ALWAYS)

    assert [one.rung.name for one in first.firings] == ["urgent"]
    assert first.track.next_at == opening
    assert [(one.rung.name, one.at) for one in second.firings] == [("rung-0", DUE)]


def test_a_rung_waits_for_data_as_at_its_moment_within_what_the_feed_allows():
    rule = rule_of("due")
    track = replace(track_of(at("2026-03-04T12:00")), next_at=DUE)

    stale = look(
        track, rule, DUE, CALENDAR, Fresh(DUE - timedelta(minutes=11), timedelta(minutes=10))
    )
    fresh = look(
        track, rule, DUE, CALENDAR, Fresh(DUE - timedelta(minutes=10), timedelta(minutes=10))
    )

    assert (stale.firings, stale.held, stale.track.held_since) == ((), DUE, DUE)
    assert [one.rung.name for one in fresh.firings] == ["rung-0"]
    assert look(track, rule, DUE, CALENDAR, Fresh(None)).held == DUE


def test_a_hold_begins_once_and_ends_with_the_data():
    rule = rule_of("due")
    held = look(track_of(at("2026-03-04T12:00")), rule, DUE, CALENDAR, Fresh(None)).track
    later = look(held, rule, DUE + timedelta(hours=16), CALENDAR, Fresh(None)).track
    by_night = look(later, rule, DUE + timedelta(hours=17), CALENDAR, ALWAYS)

    done = look(later, rule, at("2026-03-09T09:00"), CALENDAR, ALWAYS)

    assert (later.held_since, done.track.held_since) == (DUE, None)
    assert (len(by_night.firings), len(done.firings)) == (0, 1)


@pytest.mark.parametrize(
    ("rule", "rests"),
    [
        pytest.param(rule_of("due", "2 working days after due, 09:00"), True, id="a house rung"),
        pytest.param(
            rule_of("due", "2 working days after due, 09:00", demanded={1}),
            False,
            id="one that the document demands",
        ),
        pytest.param(
            rule_of("due", "2 working days after due, 09:00", basis=Basis.STATUTORY),
            False,
            id="a statutory clock",
        ),
        pytest.param(
            replace(rule_of("due", "2 working days after due, 09:00"), never_rests=True),
            False,
            id="a rule that never rests",
        ),
    ],
)
def test_what_a_promise_rests(rule, rests):
    _, track = climb(track_of(at("2026-03-04T12:00")), rule, DUE)

    rested = rest(track, rule, at("2026-03-10T17:00"), DUE, CALENDAR)
    fired, _ = climb(rested, rule, at("2026-03-10T16:59"))

    assert [name for _, name, *_ in fired] == ([] if rests else ["rung-1"])


def test_after_a_rest_the_highest_passed_rung_fires_and_the_lower_ones_are_passed_over():
    rule = rule_of(
        "due",
        "4 working hours after due",
        "1 working day after due, 15:00",
        "10 working days after due, 09:00",
    )
    _, track = climb(track_of(at("2026-03-04T12:00")), rule, DUE)
    rested = rest(track, rule, at("2026-03-10T17:00"), DUE, CALENDAR)

    seen = look(rested, rule, at("2026-03-10T17:00"), CALENDAR, ALWAYS)

    assert seen.broken_promise
    assert [one.rung.name for one in seen.firings] == ["rung-2"]
    assert [one.rung for one in seen.skippings] == ["rung-1"]
    assert seen.track.rest_until is None


def test_a_demanded_rung_that_passes_as_a_rest_ends_is_never_passed_over():
    rule = rule_of(
        "due", "2 working days after due, 17:00", "2 working days after due, 17:00", demanded={1}
    )
    _, track = climb(track_of(at("2026-03-04T12:00")), rule, DUE)
    rested = rest(track, rule, at("2026-03-10T17:00"), DUE, CALENDAR)

    seen = look(rested, rule, at("2026-03-10T17:00"), CALENDAR, ALWAYS)

    assert [one.rung.name for one in seen.firings] == ["rung-1", "rung-2"]
    assert seen.skippings == ()


@pytest.mark.parametrize("state", [State.MET, State.WAIVED, State.WITHDRAWN])
def test_what_is_not_open_has_no_ladder(state):
    track = replace(track_of(at("2026-03-04T12:00")), state=state)

    seen = look(track, rule_of("due"), DUE, CALENDAR, ALWAYS)

    assert (seen.firings, seen.track.next_at) == ((), None)
    assert next_look(track, rule_of("due"), CALENDAR) is None


def test_without_a_due_date_only_what_counts_from_the_opening_is_planned():
    track = track_of(at("2026-03-04T12:00"), due_at=None)

    assert planned(track, rule_of("due"), CALENDAR).rungs == ()
    assert [when for _, when in planned(track, rule_of("at once"), CALENDAR).rungs] == [
        at("2026-03-04T12:00")
    ]
