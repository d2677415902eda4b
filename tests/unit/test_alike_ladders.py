"""Ladders that are alike: a look at one of them stands for all."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.decide.due.ladder import likeness, look
from daemon.domain.obligation import State
from tests.unit.ladders import ALWAYS, CALENDAR, DUE, PHRASES, at, ladders, rule_of, track_of


def came_to(track, rule, now):
    """Return what a look at a ladder decides, and what it changes of the track."""
    seen = look(track, rule, now, CALENDAR, ALWAYS)
    after = seen.track
    return (
        (seen.firings, seen.skippings, seen.held, seen.broken_promise),
        (after.occurrence, after.fired, after.held_since, after.rest_until, after.next_at),
    )


FAMILIES = {"id": "SC-2/duty/other", "ref": "SC-2", "family": "F-2", "subject": "other"}


@given(ladders, st.data())
@settings(max_examples=60)
def test_ladders_that_are_alike_come_to_the_same(rule, data):
    """A look at one of them stands for all, so whatever differs must either show or make no difference."""
    start = at("2026-03-04 16:00")
    days = [None, *(start + timedelta(days=n) for n in range(-3, 4))]
    drawn = {
        name: st.sampled_from(days)
        for name in ("due_at", "starts_at", "grace_until", "rest_until", "held_since")
    } | {
        "opened_at": st.sampled_from(days[1:]),
        "occurrence": st.integers(0, 1),
        "is_provisional": st.booleans(),
        "state": st.sampled_from((State.OPEN, State.MET)),
    }
    one = replace(track_of(start), **{name: data.draw(value) for name, value in drawn.items()})
    changed = data.draw(st.lists(st.sampled_from(sorted(drawn)), unique=True))
    other = replace(one, **FAMILIES, **{name: data.draw(drawn[name]) for name in changed})
    now = data.draw(st.sampled_from(days[1:]))

    alike = likeness(one, rule) == likeness(other, rule)

    assert not alike or came_to(one, rule, now) == came_to(other, rule, now)


@pytest.mark.parametrize(
    ("phrases", "changes", "alike"),
    [
        pytest.param(
            PHRASES, {**FAMILIES, "opened_at": DUE}, True, id="of another case, seen later"
        ),
        pytest.param(PHRASES, {"due_at": DUE + timedelta(days=1)}, False, id="due a day later"),
        pytest.param(PHRASES, {"rest_until": DUE}, False, id="rested by a promise"),
        pytest.param(PHRASES, {"opened_at": DUE, "due_at": None}, False, id="without a due date"),
    ],
)
def test_which_ladders_are_alike(phrases, changes, alike):
    rule, one = rule_of(*phrases), track_of(at("2026-03-04 16:00"))

    assert (likeness(one, rule) == likeness(replace(one, **changes), rule)) is alike
