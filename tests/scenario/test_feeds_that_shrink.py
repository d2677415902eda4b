"""A reading from which many rows have gone: nothing is taken from it, and the operator is told."""

from dataclasses import replace

import pytest


def crowd(world, many):
    world.feed.bodies.clear()
    for number in range(many):
        world.fact(f"SC-{number:03}", strategy_discussion_held="2026-03-02")


def expects(world, **terms):
    world.house.feeds["diary"] = replace(world.house.feeds["diary"], **terms)


def shown(world):
    with world.store.read() as tx:
        return len(tx.fragments.fingerprints("diary"))


@pytest.mark.parametrize(
    ("before", "after", "at_least", "is_taken"),
    [
        pytest.param(100, 71, None, True, id="fewer than the share have gone"),
        pytest.param(100, 70, None, False, id="the share has gone"),
        pytest.param(100, 0, None, False, id="all have gone"),
        pytest.param(20, 11, None, True, id="a small list, and a few less"),
        pytest.param(100, 60, 60, True, id="so many are expected"),
        pytest.param(100, 59, 60, False, id="fewer than are expected"),
        pytest.param(100, 0, 0, True, id="none are expected"),
        pytest.param(70, 100, None, True, id="more than before"),
    ],
)
def test_a_reading_that_has_lost_a_share_of_its_rows_is_not_taken(
    story, before, after, at_least, is_taken
):
    world = story()
    expects(world, at_least=at_least)
    crowd(world, before)
    world.turn()

    crowd(world, after)
    world.turn()

    assert shown(world) == (after if is_taken else before)
    told = [text for text in world.operator() if "at_least = " in text]
    assert bool(told) is not is_taken


def test_the_share_is_the_feeds_own_and_rows_that_come_back_are_taken(story):
    world = story()
    expects(world, most_gone=60)
    crowd(world, 100)
    world.turn()
    crowd(world, 50)
    world.turn()
    assert shown(world) == 50
    crowd(world, 15)
    world.turn()
    assert shown(world) == 50

    crowd(world, 45)
    world.turn()

    assert shown(world) == 45
    with world.store.read() as tx:
        assert tx.feeds.get("diary").ok
