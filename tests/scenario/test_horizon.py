"""Where the published bank holidays end the operator is warned (DOMAIN section 3)."""

from daemon.testing.world import at


def open_near_the_end(world, day):
    world.fact(
        "SC-1",
        strategy_discussion_held=day,
        s47_decision_recorded={"at": day, "value": "section_47"},
    )


def test_the_operator_is_told_once_a_week_while_a_live_deadline_lies_beyond_the_list(story):
    world = story("2027-12-13 09:00")
    open_near_the_end(world, "2027-12-13")
    world.until("2027-12-13 12:00")

    for moment in ("2027-12-13 12:00", "2027-12-14 12:00", "2027-12-20 12:00"):
        world.clock.now = max(world.clock.now, at(moment))
        world.line.auditor.audit(world.clock())
        world.turn()

    told = [text for text in world.operator() if "live deadlines lie after" in text]
    assert len(told) == 2
    assert "Friday 31 December 2027" in told[0]


def test_nobody_hears_of_the_end_of_the_list_while_no_deadline_reaches_it(story):
    world = story("2027-11-15 09:00")
    open_near_the_end(world, "2027-11-15")
    world.until("2027-11-15 12:00")

    world.line.auditor.audit(world.clock())
    world.turn()

    assert [text for text in world.operator() if "live deadlines" in text] == []
