"""A record whose dates cannot both be true: nobody is alarmed upon it, and the operator hears of it once."""

import pytest

ENQUIRY = {
    "strategy_discussion_held": "2026-03-16",
    "s47_decision_recorded": {"at": "2026-03-16", "value": "section_47"},
}
EARLY = {"id": "M-1", "kind": "icpc", "held_on": "2026-03-13", "enquiry_on": "2026-03-16"}


def told(world, message):
    return [one.message for one in world.email.sent if any(n == message for n in names(world, one))]


def names(world, one):
    with world.store.read() as tx:
        return [notice.message for notice in tx.notices.of_message(one.message.id)]


@pytest.mark.parametrize("restricted", [False, True], ids=["open to all", "restricted"])
def test_it_is_told_once_to_the_operator_and_to_nobody_else_until_it_is_mended(story, restricted):
    world = story("2026-03-17 09:00")
    world.feed.bodies["SC-1"] = {
        "ref": "SC-1", "family": "F-1", "team": "north", "restricted": restricted,
        "roles": {"social_worker": "sam"}, "facts": ENQUIRY, "meetings": [EARLY],
    }  # fmt: skip

    world.until("2026-04-30 18:00")

    (heard,) = told(world, "operator-doubted")
    shown = heard.text
    assert "census rule 8615" in shown
    assert ("SC-1" in shown) is not restricted
    assert not told(world, "icpc-limit-missed")

    world.feed.bodies["SC-1"] = world.feed.bodies["SC-1"] | {
        "meetings": [EARLY | {"held_on": None}], "restricted": False,
    }  # fmt: skip
    world.until("2026-05-08 18:00")

    assert told(world, "icpc-limit-missed")
    assert len(told(world, "operator-doubted")) == 1
