"""What is late and not urgent goes out by day, however it came to be late (DOMAIN 5.5)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.domain.errors import Temporary
from daemon.domain.message import Lane
from daemon.engine.sending.pause import begin, end
from daemon.engine.sending.waiting import sendable, waited_since
from daemon.engine.standing.books import odds
from daemon.engine.standing.overview import standing
from daemon.testing.world import at

INVITE_LIST = "stoke-on-trent/rules/icpc-invite-list.yaml"
NIGHT, MORNING = "2026-03-07 02:00", "2026-03-09 09:00"
URGENT = {
    INVITE_LIST: (
        ("    offer: escalation-to-team-manager", "    urgent: true\n    offer: escalation-to-team-manager"),
    )
}  # fmt: skip


def when(world, rung="invite-list-missed"):
    return sorted({moment for moment, _, name in world.fired() if name == rung})


def comes_back(world, moment):
    world.clock.now = at(moment)
    world.turn()


def waits_unaccepted(world):
    """Return how much the auditor's books call missed at this moment."""
    now = world.clock()
    return len(odds(world.store, world.deciding.calendar, now, now - timedelta(days=2)).missed)


def fires_and_stops(world):
    """Have the list's last rung fire at 17:00, in a service that is stopped before it sends."""
    world.opens()
    world.until("2026-03-06 16:00")
    world.clock.now = at("2026-03-06 17:00")
    world.line.decide()


def fails_until_it_is_stopped(world):
    """Have the list's last rung tried at 17:00, by a mail server that is not there."""
    world.opens()
    world.until("2026-03-06 16:00")
    world.email.answers = [Temporary("no-connection")] * 20
    comes_back(world, "2026-03-06 17:00")
    world.email.answers = []


def is_paused(world):
    """Have the list's last rung fire in a pause that a person ends at night."""
    world.opens()
    world.until("2026-03-06 16:00")
    begin(world.store, at("2026-03-20 09:00"), "ops", "the mail server is moved", world.clock())
    world.until("2026-03-06 17:00")
    world.clock.now = at(NIGHT)
    end(world.store, world.clock(), "ops")


LATE = [
    pytest.param(fires_and_stops, id="it fired before a stop of the service"),
    pytest.param(fails_until_it_is_stopped, id="it is tried again"),
    pytest.param(is_paused, id="the end of a pause frees it"),
]


@pytest.mark.parametrize("becomes_late", LATE)
def test_what_is_not_urgent_waits_for_the_office(story, becomes_late):
    world = story()
    becomes_late(world)

    comes_back(world, NIGHT)
    at_night = when(world)
    world.until(MORNING)

    assert at_night == []
    assert when(world) == [MORNING]


@pytest.mark.parametrize("becomes_late", LATE)
def test_what_is_urgent_never_does(story, becomes_late):
    world = story()
    world.rule(URGENT)
    becomes_late(world)

    comes_back(world, NIGHT)

    assert when(world) == [NIGHT]


@pytest.mark.parametrize("becomes_late", LATE)
def test_nobody_is_told_that_a_message_is_stuck_which_waits_for_the_office(story, becomes_late):
    world = story()
    becomes_late(world)

    comes_back(world, NIGHT)
    said = standing(world.store, world.clock(), {}, world.deciding, [])["attention"]

    assert world.line.auditor.audit(world.clock()).balances
    assert waits_unaccepted(world) == 0
    assert not any("handed over" in one for one in said)


def test_what_is_not_sent_in_the_morning_either_counts_from_the_opening(story):
    world = story()
    fires_and_stops(world)
    world.clock.now = at("2026-03-09 09:10")

    with world.store.read() as tx:
        since = waited_since(tx, world.deciding.calendar, world.clock())

    assert since == at(MORNING)
    assert not world.line.auditor.audit(world.clock()).balances
    assert waits_unaccepted(world) > 0


def test_what_is_urgent_and_not_sent_is_seen_at_night(story):
    world = story()
    world.rule(URGENT)
    fires_and_stops(world)
    world.clock.now = at(NIGHT)

    with world.store.read() as tx:
        since = waited_since(tx, world.deciding.calendar, world.clock())

    assert since == at("2026-03-06 17:00")
    assert waits_unaccepted(world) > 0


def test_the_books_give_what_waited_for_the_office_two_minutes_from_its_opening(story):
    world = story()
    fires_and_stops(world)
    world.clock.now = at(MORNING) + timedelta(minutes=1)

    assert waits_unaccepted(world) == 0


def test_nobody_is_woken_for_what_waits_for_the_office(story):
    world = story()
    fires_and_stops(world)

    with world.store.read() as tx:
        calendar = world.deciding.calendar
        at_night, in_the_morning = (
            {lane for lane in Lane if sendable(tx, calendar, lane, at(moment), 10)}
            for moment in (NIGHT, MORNING)
        )

    assert at_night == set()
    assert in_the_morning == {Lane.ROUTINE}


def test_the_hour_after_the_closing_minute_is_the_offices(story):
    world = story()
    fires_and_stops(world)

    comes_back(world, "2026-03-06 18:00")

    assert when(world) == ["2026-03-06 18:00"]


def test_what_is_new_goes_past_all_that_waits_for_the_office(story):
    world = story(connections=1)
    for number in range(40):
        world.opens(f"SC-{number}", family=f"F-{number}")
    world.until("2026-03-06 16:00")
    world.clock.now = at("2026-03-06 17:00")
    world.line.decide()
    world.clock.now = at(NIGHT)
    just_now = world.clock() - timedelta(minutes=1)
    with world.store.write() as tx:
        (old,) = tx.notices.waiting(Lane.ROUTINE, world.clock(), 1)
        key = replace(old.key, rung="new")
        tx.notices.insert([replace(old, key=key, at=just_now, made_at=just_now, family="F-new")])

    world.turn()

    assert when(world, "new") == [NIGHT]
    assert when(world) == []


def test_what_was_set_off_late_in_the_day_has_an_hour_to_be_on_its_way(story):
    """A reminder of the morning, in a service that comes back just before the office closes."""
    world = story()
    world.opens()
    world.until("2026-03-05 12:00")
    world.clock.now = at("2026-03-06 16:50")
    world.line.decide()

    comes_back(world, "2026-03-06 17:20")

    assert when(world, "invite-list-due-today") == ["2026-03-06 17:20"]
