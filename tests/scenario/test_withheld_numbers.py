"""What is held, in numbers and times: a case that is closed to somebody is to them as if it were not there."""

import pytest

from daemon.domain.brake import Limits
from daemon.domain.errors import Permanent
from daemon.domain.who import Who
from daemon.engine.standing.onlooker import SignedIn
from daemon.engine.standing.withheld import withheld
from daemon.testing.world import at
from tests.scenario.conftest import ENQUIRY

TOM = Who("tom", frozenset({"team_manager"}), "north")
FAMILY = "F-1"
HIDDEN = "SC-9"
EARLIER = {
    "strategy_discussion_held": "2026-02-27",
    "s47_decision_recorded": {"at": "2026-02-27T15:10", "value": "section_47"},
    "s47_concluded": {"at": "2026-03-02", "value": "at_risk"},
}
CLOSED = [
    pytest.param({"excluded": ["tom"]}, id="excluded from it"),
    pytest.param({"restricted": True, "holders": ["sue"]}, id="restricted, and no holder"),
]


def told(world, who=TOM):
    """Return what one person is told is held, by why, in numbers too."""
    now = world.clock()
    with world.store.read() as tx:
        onlooker = SignedIn.of(tx, world.house, who, now)
        found = withheld(tx, world.house, onlooker, now, onlooker.counts)
        return {one.why: one for one in found}


def at_all(world):
    """Return what is held of every case, by why."""
    with world.store.read() as tx:
        return {one.why: one for one in withheld(tx, world.house, Everybody(), world.clock())}


class Everybody:
    """Who is shown every case."""

    def may_see(self, _):
        """Return whether a record is worth reading, and the case shown."""
        return True

    sees = may_see


def by_the_brake(story, *refs, **closed):
    """More falls overdue at once than is expected."""
    world = story(brake=Limits(one_pass=1, one_person=None))
    _open(world, refs, closed)
    world.until("2026-03-06 18:00")
    return world


def siblings_by_the_brake(story, *refs, **closed):
    """More falls overdue at once than is expected, about children who have one conference."""
    world = story(brake=Limits(one_pass=1, one_person=None))
    _open(world, refs, closed, family=FAMILY)
    world.until("2026-03-06 18:00")
    return world


def undelivered(story, *refs, **closed):
    """Nothing that is sent by mail reaches anybody."""
    world = story()
    world.email.answers = [Permanent("no-address")] * 500
    _open(world, refs, closed, facts=EARLIER)
    world.until("2026-03-06 18:00")
    return world


def without_data(story, *refs, **closed):
    """The feed ceases to be read."""
    world = story()
    _open(world, refs, closed, facts=EARLIER)
    world.until("2026-03-03 12:00")
    world.feed.broken = "the share is gone"
    world.until("2026-03-04 09:02")  # held, it is looked at every minute
    world.clock.now = at("2026-03-05 08:59")
    world.until("2026-03-05 09:02")
    return world


def without_a_holder(story, *refs, **closed):
    """Nobody is the social worker, or the conference coordinator."""
    world = story()
    people = world.directory.everybody
    people[:] = [one for one in people if one.id not in ("sam", "cora")]
    _open(world, refs, closed, facts=EARLIER)
    world.until("2026-03-06 18:00")
    return world


def after_a_death(story, *refs, **closed):
    """A child of the family has died."""
    world = story()
    _open(world, refs, closed, facts=EARLIER, family=FAMILY)
    world.until("2026-03-03 12:00")
    if HIDDEN in refs:  # what was due for it is withdrawn before anything of the others is
        world.fact(HIDDEN, **dict.fromkeys(ENQUIRY))
    world.until("2026-03-04 12:00")
    world.fact("SC-1", child_died="2026-03-04")
    world.until("2026-03-05 12:00")
    return world


def _open(world, refs, closed, *, facts=ENQUIRY, **more):
    """Open cases; the one that is closed to somebody began before the others, so that it is held longest."""
    if HIDDEN in refs:
        world.opens(HIDDEN, **more, **closed)
        world.fact(HIDDEN, **facts)
        world.turn()
    for ref in refs:
        if ref != HIDDEN:
            world.opens(ref, **more)


STORIES = [
    pytest.param("brake", by_the_brake, id="the brake"),
    pytest.param("brake", siblings_by_the_brake, id="the brake, about siblings"),
    pytest.param("address", undelivered, id="not deliverable"),
    pytest.param("data", without_data, id="data that is too old"),
    pytest.param("role", without_a_holder, id="a role that nobody holds"),
    pytest.param("family", after_a_death, id="a family after a death"),
]


@pytest.mark.parametrize("closed", CLOSED)
@pytest.mark.parametrize(("why", "happens"), STORIES)
def test_what_is_held_reads_as_if_a_closed_case_were_not_there(story, why, happens, closed):
    without = happens(story, "SC-1", "SC-2")
    mixed = happens(story, "SC-1", "SC-2", HIDDEN, **closed)

    assert told(mixed)[why] == told(without)[why]
    assert told(mixed)[why].refs == ("SC-1", "SC-2")
    assert HIDDEN in at_all(mixed)[why].refs
