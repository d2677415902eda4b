"""An authority whose database is put back, what would have been sent without that, and whoever releases it."""

from datetime import timedelta

import pytest

from daemon.engine.standing.release import release

MONDAY, THURSDAY, FRIDAY = "2026-03-02 16:00", "2026-03-05 12:00", "2026-03-06 17:30"


@pytest.fixture
def begun(story, outside):
    """Return an authority with three cases whose invite lists are due on Friday at 17:00."""
    world = story(MONDAY, outside=outside)
    for number in range(3):
        world.opens(f"SC-{number}", family=f"F-{number}")
    world.until(THURSDAY)
    return world


@pytest.fixture
def unbroken(story):
    """Return an authority like that one, to which nothing happens: what it sends is what must be sent."""

    def live(until: str, **first: str):
        world = story(MONDAY)
        for number in range(3):
            world.opens(f"SC-{number}", family=f"F-{number}")
        world.until(THURSDAY)
        for ref, family in first.items():
            world.opens(ref.replace("_", "-"), family=family)
        world.until(until)
        return world.fired()

    return live


@pytest.fixture
def beside(story):
    """Return what starts another service with a world's clock and feeds."""

    def start(world, after=timedelta(0), **how):
        again = story(MONDAY, **how)
        again.clock.now = world.clock.now + after
        again.feed.bodies.update(world.feed.bodies)
        return again

    return start


@pytest.fixture
def restored(beside, outside, copied):
    """Return what copies a world's database, lets the world go on, and starts anew from the copy."""

    def restore(world, until: str, meanwhile=lambda _: None):
        world.store.close()
        copy = copied(world.url)
        meanwhile(world)
        world.until(until)
        return beside(world, url=copy, outside=outside)

    return restore


def let_go(world):
    """Have ann release what is held; return what the restored database did not know."""
    return release(world.store, world.line.guard.outside, world.deciding, world.clock(), "ann")


def look_again(world):
    """Have the guard look at once: it looks every few seconds by itself."""
    world.line.guard._looked_s = float("-inf")


def ids(world) -> list[str]:
    """Return the id of each message that the mail server took, in order."""
    return [one.message.id for one in world.email.sent]
