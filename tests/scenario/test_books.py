"""The books of the auditor: each notice has its acceptance or its reason, each acceptance its notice and its duty."""

import pytest

from daemon.engine.sending.pause import begin
from daemon.engine.standing.books import odds, since
from daemon.testing.world import at
from tests.scenario.test_audit import LATE, spoil


@pytest.fixture
def world(story):
    made = story("2026-03-02 09:00")
    made.fact("SC-1", **LATE)
    made.until("2026-03-05 12:00")
    return made


def found(world):
    now = world.clock()
    both = odds(world.store, world.house.deciding.calendar, now, since(now, None))
    return {(one.what, one.about) for one in both.missed}, {
        (one.what, one.about) for one in both.unexplained
    }


def kinds(side):
    return {what for what, _ in side}


def test_a_day_on_which_all_was_sent_is_in_order(world):
    assert world.email.sent
    assert found(world) == (set(), set())


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        pytest.param("DELETE FROM notices", "no-notice", id="nobody was to be told it"),
        pytest.param("DELETE FROM deliveries", "no-attempt", id="nobody ever tried to send it"),
        pytest.param(
            "UPDATE deliveries SET outcome = 'refused'",
            "no-attempt",
            id="every attempt was refused",
        ),
        pytest.param("DELETE FROM obligations", "no-duty", id="the duty that it is about is gone"),
        pytest.param(
            "UPDATE notices SET obligation = 'SC-9/icpc-invite-list/icpc-1'",
            "no-duty",
            id="it is about a case that nobody knows",
        ),
    ],
)
def test_what_was_accepted_and_nothing_explains_is_named(world, statement, kind):
    spoil(world, statement)

    _, unexplained = found(world)

    assert kinds(unexplained) == {kind}


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("UPDATE notices SET state = 'cancelled'", id="it was cancelled"),
        pytest.param("UPDATE messages SET state = 'cancelled'", id="its message was"),
    ],
)
def test_what_was_to_be_told_and_ended_without_a_word_is_missed(world, statement):
    spoil(world, statement)

    missed, _ = found(world)

    assert kinds(missed) == {"ended-unsaid"}


def test_what_nobody_accepts_is_missed_after_two_minutes_and_named(world):
    world.clock.now = at("2026-03-06 09:00")
    world.line.decide()
    world.clock.now = at("2026-03-06 09:01")
    young, _ = found(world)
    world.clock.now = at("2026-03-06 09:03")
    old, _ = found(world)

    assert young == set()
    assert old == {("waiting", "SC-1/icpc-invite-list/icpc-1|invite-list-due-today")}


def test_what_an_operator_has_switched_off_is_not_missed(world):
    begin(world.store, at("2026-03-06 12:00"), "an operator", "mail moves", world.clock())
    world.clock.now = at("2026-03-06 09:00")
    world.line.decide()
    world.clock.now = at("2026-03-06 09:30")

    assert found(world) == (set(), set())


def test_the_books_reach_back_past_the_last_audit_that_balanced_and_not_for_ever():
    now = at("2026-03-31 09:00")

    reach = [
        str(since(now, then))[:10]
        for then in (None, at("2026-03-31 08:55"), at("2026-03-24 09:00"), at("2026-01-01 09:00"))
    ]

    assert reach == ["2026-03-29", "2026-03-29", "2026-03-23", "2026-03-17"]
