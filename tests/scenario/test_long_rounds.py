"""A round that takes long, over very many cases: what comes meanwhile is heard before it ends."""

from datetime import timedelta

import pytest

from daemon.engine.line import HEAR_EVERY_S
from daemon.engine.records.assess import BATCH
from daemon.testing.world import at

A_WHILE = timedelta(seconds=HEAR_EVERY_S)


@pytest.fixture
def backend():
    return "sqlite"


@pytest.fixture
def crowded(story):
    """Return an authority whose next round decides more cases than fit in one batch."""
    made = story()
    for number in range(BATCH + 1):
        made.opens(f"SC-{number:03}")
    return made


def shown(world):
    with world.store.read() as tx:
        return tx.fragments.count("diary")


def test_a_row_that_is_added_amid_a_long_round_is_read_before_it_ends(crowded):
    under_way = crowded.line.steps()
    next(under_way)  # it has heard
    next(under_way)  # it has decided a batch
    crowded.opens("SC-late")
    crowded.clock.now += A_WHILE

    next(under_way)

    assert shown(crowded) == BATCH + 2


def test_a_row_that_is_added_while_what_came_meanwhile_is_decided_is_read_too(crowded):
    under_way = crowded.line.steps()
    next(under_way)  # it has heard
    next(under_way)  # it has decided a batch
    for number in range(BATCH + 2):
        crowded.opens(f"SC-more-{number:03}")
    crowded.clock.now += A_WHILE
    next(under_way)  # it has heard again
    next(under_way)  # the rest of what it began with
    next(under_way)  # what came meanwhile
    crowded.opens("SC-late")
    crowded.clock.now += A_WHILE

    next(under_way)

    assert shown(crowded) == 2 * BATCH + 4


def test_a_round_that_takes_a_moment_reads_its_feeds_once(story):
    world = story()
    world.opens()

    for _ in world.line.steps():
        pass

    assert world.feed.reads == 1


def test_a_feed_that_changes_faster_than_cases_are_decided_keeps_no_ladder_waiting(story):
    world = story()
    world.opens("SC-due")
    world.turn()
    told = len(world.fired())
    world.clock.now = at("2026-03-06 17:00")
    many = [f"SC-{number:03}" for number in range(BATCH + 1)]
    for ref in many:
        world.opens(ref)

    for batch, _ in enumerate(world.line.steps()):
        assert batch < 20
        for ref in many:  # each is another case whenever anybody looks
            world.feed.bodies[ref] = {**world.feed.bodies[ref], "team": f"team {batch}"}
        world.clock.now += timedelta(minutes=1)
    world.line.send()

    assert len(world.fired()) > told
