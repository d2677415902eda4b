"""What is about a meeting of the next day waits for no opening, and nobody misses one without a word."""

import pytest

from daemon.domain.errors import Temporary
from daemon.testing.world import at
from tests.scenario.invited import POLICE, Invited, icpc, one_line

MOVED = {"scheduled_at": "2026-03-20T09:00", "ends_at": "2026-03-20T11:00"}


@pytest.fixture
def world(folder, backend, make_url):
    """A conference that is moved to nine in the morning, at half past four, while nothing takes entries."""
    made = Invited(folder, "2026-03-05 11:00", url=make_url() if backend == "postgres" else None)
    made.books(icpc(POLICE))
    made.calendar.answers = [Temporary("no-connection")] * 50
    made.clock.now = at("2026-03-19 16:30")
    made.books(icpc(POLICE, **MOVED))
    yield made
    made.close()


def invitee(world):
    with world.store.read() as tx:
        return world.house.record(tx, "SC-1").meetings[0].invitees[0]


def test_a_new_time_of_tomorrow_is_told_in_the_evening_as_soon_as_it_can_be(world):
    for clock in ("16:50", "17:20", "18:10", "19:30"):
        world.leaps(f"2026-03-19 {clock}")
    world.calendar.answers = []

    world.leaps("2026-03-19 20:00")

    assert world.entries()[-1] == ("cp", "move", 1)


def test_whoever_was_never_told_of_it_is_known_to_the_coordinator_and_charged_with_nothing(world):
    world.leaps("2026-03-20 09:00")
    world.turn()

    assert [one.to for one in world.mails("move")] == ["conor"]
    assert "police officer" in world.mails("move")[0].message.text
    (told,) = (one for one in world.operator() if "its meeting has begun" in one)
    assert "is not sent any more" in one_line(told)
    assert "release refused" not in told
    assert invitee(world).delivered is False


def test_a_later_meetings_entry_waits_for_the_office_as_all_else_does(world):
    world.books(icpc(POLICE, scheduled_at="2026-03-24T09:00"))
    world.leaps("2026-03-19 16:50")
    world.calendar.answers = []

    world.leaps("2026-03-19 20:00")
    at_night = world.entries()[-1][1]
    world.leaps("2026-03-20 09:00")

    assert (at_night, world.entries()[-1]) == ("invite", ("cp", "move", 2))
