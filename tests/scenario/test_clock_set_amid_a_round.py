"""The clock is set amid a round: no rung fires on what was read and is not decided yet."""

from datetime import timedelta

import pytest

from daemon.testing.world import at

MISSED = "invite-list-missed"
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def heard(world):
    """Return a round that is under way: it has heard, and decided nothing yet."""
    under_way = world.line.steps()
    next(under_way)
    return under_way


def fired(world):
    """Return the steps that say that a list is missing: also what was fired and taken back before it went."""
    with world.store.read() as tx:
        entries = [one for one in tx.journal.of("") if one.kind == "rung.fired"]
    return [one.about for one in entries if MISSED in one.about]


@pytest.mark.parametrize("step", [-24 * HOUR, -HOUR, -SECOND, HOUR, 24 * HOUR], ids=str)
def test_no_rung_fires_upon_what_was_read_before_the_clock_was_set(story, step):
    world = story()
    world.opens()
    world.until("2026-03-06 16:59")
    world.fact("SC-1", invite_list_received="2026-03-06T16:59")
    world.clock.now = at("2026-03-06 17:00")
    under_way = heard(world)

    world.clock.now += step
    for _ in under_way:
        pass
    world.line.send()
    world.clock.now = at("2026-03-09 09:00")
    world.turn()

    assert (fired(world), world.count("met")) == ([], 1)


def test_what_was_read_by_a_clock_that_was_ahead_is_decided_once_it_is_set_right(story):
    world = story()
    world.opens()
    world.until("2026-03-06 16:30")
    world.fact("SC-1", invite_list_received="2026-03-06T16:15")
    world.clock.now = at("2026-03-06 19:00")
    heard(world).close()  # the database was busy, or the process ended

    world.clock.now = at("2026-03-06 16:31")
    world.until("2026-03-06 17:30")

    assert fired(world) == []


def test_what_another_process_takes_in_amid_the_firing_holds_its_own_ladders_alone(story):
    world = story()
    world.opens("SC-1")
    world.opens("SC-2")
    world.until("2026-03-06 16:59")
    world.clock.now = at("2026-03-06 17:00")
    world.line.watcher.poll(world.house.feeds["diary"])
    with world.store.write() as tx:
        tx.cases.touch(["SC-1"], world.clock.now)

    world.line.escalator.escalate(world.clock.now)
    world.line.send()
    at_once = len(world.only(MISSED))
    world.turn()

    assert (at_once, len(world.only(MISSED))) == (1, 2)
