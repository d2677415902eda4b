"""A clock that was ahead is put right: what it had put off does not sleep until its moment comes (F6)."""

from datetime import timedelta

from daemon.engine.standing.presence import LEADER
from daemon.engine.standing.set_back import note_beat
from daemon.testing.world import at

RIGHT, AHEAD = "2026-03-05 10:00", "2026-03-16 10:00"


def round_at(world, moment):
    """Turn the line as its leader does at a moment."""
    world.clock.now = at(moment)
    with world.store.write() as tx:
        note_beat(tx, world.house, world.clock.now)
    world.turn()


def held_since(world):
    with world.store.read() as tx:
        return [one.held_since for one in tx.obligations.held()]


def test_what_waited_for_data_is_looked_at_again_and_fires_at_its_own_moment(story):
    world = story()
    world.opens()
    world.until(RIGHT)
    world.feed.known_at = at(RIGHT)
    round_at(world, RIGHT)

    round_at(world, AHEAD)
    while_ahead = held_since(world)
    round_at(world, "2026-03-05 10:05")
    once_right = held_since(world)
    world.feed.known_at = None  # it is as fresh as can be
    for moment in ("2026-03-06 16:59", "2026-03-06 17:00"):
        round_at(world, moment)

    assert while_ahead
    assert all(one <= at("2026-03-05 10:05") for one in once_right)
    assert world.only("invite-list-missed") == [("2026-03-06 17:00", "sue", "invite-list-missed")]
    assert len(world.journal("clock.set-back")) == 1


def test_a_clock_that_is_put_right_by_seconds_is_no_step(story):
    world = story()
    world.opens()
    round_at(world, "2026-03-05 10:00:04")
    round_at(world, "2026-03-05 10:00:00")

    assert world.journal("clock.set-back") == []


def test_nobody_holds_a_lease_for_longer_than_it_is_given(story):
    world = story()
    with world.store.write() as tx:
        tx.leases.take(LEADER, "one", at(AHEAD), 15.0)
    with world.store.write() as tx:
        soon = tx.leases.take(LEADER, "other", at(AHEAD) - timedelta(seconds=10), 15.0)
        later = tx.leases.take(LEADER, "other", at(RIGHT), 15.0)

    assert soon is None
    assert later == 2
