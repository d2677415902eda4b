"""What people are shown of a duty that goes on under older rules is the ladder that it climbs (DOMAIN 5.13)."""

import pytest

from daemon.engine.records.casebook import explain_case
from daemon.web.console.casefile import case_file
from tests.scenario.tuned import AUTHORITY, DUTY, LATER, Tuned

STILL = "invite-list-still-missing"


@pytest.fixture
def two(story, folder):
    """A case from before a change that is for new cases, and one from after it."""
    tuned = Tuned(story(), folder / "potterby")
    tuned.begin()
    world = tuned.world
    world.opens("SC-1")
    world.until("2026-03-05 12:00")
    tuned.write("authority.yaml", f"{AUTHORITY}applies: new_cases\n")
    tuned.write("changes/later.yaml", LATER)
    tuned.notice()
    world.opens("SC-2", family="F-2")
    world.turn()
    return world


def explained(world, ref):
    """Return the duty of one case as `explain --ref` says it, and when it is looked at next."""
    with world.store.read() as tx:
        said = explain_case(tx, ref, world.house.deciding, world.house.order, world.clock())
    assert said is not None
    id_ = DUTY.replace("SC-1", ref)
    (duty,) = (one for one in said["obligations"] if one["id"] == id_)
    return duty, next(one["at"] for one in said["next"] if one["obligation"] == id_)


def still_missing(duty):
    return next(rung["at"] for rung in duty["rungs"] if rung["name"] == STILL)


def test_a_pinned_duty_is_explained_with_its_own_ladder_and_a_new_one_with_the_new(two):
    old, new = (explained(two, ref)[0] for ref in ("SC-1", "SC-2"))

    assert still_missing(old)[:16] == "2026-03-09T13:00"
    assert still_missing(new)[:16] == "2026-03-10T09:00"
    with two.store.read() as tx:
        assert old["pack_digest"] == tx.obligations.get(DUTY).pack_digest != new["pack_digest"]


def test_what_comes_next_of_a_pinned_duty_is_a_step_of_the_ladder_that_is_explained(two):
    two.until("2026-03-06 17:30")

    duty, next_at = explained(two, "SC-1")

    assert next_at[:16] == still_missing(duty)[:16]


def test_the_page_of_a_case_shows_the_ladder_that_its_pinned_duty_climbs(two):
    coming = {}
    with two.store.read() as tx:
        for ref in ("SC-1", "SC-2"):
            shown = case_file(tx, two.house, ref, two.clock())
            assert shown is not None
            duty = next(one for one in shown.duties if "icpc-invite-list" in one.id)
            coming[ref] = [line.partition(": ")[0] for line in duty.coming]

    assert "Monday 9 March 2026, 1pm" in coming["SC-1"]
    assert "Tuesday 10 March 2026, 9am" in coming["SC-2"]
