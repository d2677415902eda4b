"""A plan that another authority is said to hold: nothing of ours is told, and the operator hears that once."""

import pytest

ENQUIRY = {
    "strategy_discussion_held": "2026-03-16",
    "s47_decision_recorded": {"at": "2026-03-16", "value": "section_47"},
}


def names(world, one):
    with world.store.read() as tx:
        return [notice.message for notice in tx.notices.of_message(one.message.id)]


def told(world, message):
    return [one.message for one in world.email.sent if message in names(world, one)]


@pytest.mark.parametrize("restricted", [False, True], ids=["open to all", "restricted"])
def test_the_operator_hears_once_of_the_child_that_no_clock_of_ours_watches(story, restricted):
    world = story("2026-03-17 09:00")
    world.feed.bodies["SC-1"] = {
        "ref": "SC-1", "family": "F-1", "team": "north", "restricted": restricted,
        "roles": {"social_worker": "sam"}, "facts": ENQUIRY, "plan_held_by": "Othershire",
    }  # fmt: skip

    world.until("2026-04-30 18:00")

    (heard,) = told(world, "operator-elsewhere")
    assert ("SC-1" in heard.text) is not restricted
    assert "Othershire" not in heard.text
    assert not told(world, "icpc-limit-missed")
    with world.store.read() as tx:
        shown = [problem for ref, problem in tx.cases.problems() if ref == "SC-1"]
    assert any("held by another authority" in one.what for one in shown)

    world.feed.bodies["SC-1"] = world.feed.bodies["SC-1"] | {
        "plan_held_by": "none", "restricted": False,
    }  # fmt: skip
    world.until("2026-05-08 18:00")

    assert told(world, "icpc-limit-missed")
    assert len(told(world, "operator-elsewhere")) == 1
