"""What was recorded as done, and is taken back after its time: whoever hears of it hears once."""

from daemon.testing.world import at

RULE = "stoke-on-trent/rules/icpc-invite-list.yaml"
ALONE = "tell: [safeguarding_service_manager]"


def test_whoever_was_told_that_it_is_done_and_has_the_duty_gets_one_mail_of_its_being_open_again(
    story,
):
    world = story()
    with_the_worker = ALONE.replace("]", ", social_worker]")
    world.rule({RULE: ((ALONE, with_the_worker),)})
    world.opens()
    for moment in ("2026-03-05 09:00", "2026-03-06 09:00", "2026-03-06 17:00"):
        world.clock.now = at(moment)
        world.turn()
    world.fact("SC-1", invite_list_received="2026-03-06T17:50")
    world.clock.now = at("2026-03-09 09:30")
    world.turn()
    told = len(world.told())

    world.fact("SC-1", invite_list_received=None)
    for moment in ("2026-03-09 10:00", "2026-03-09 10:01", "2026-03-09 11:00"):
        world.clock.now = at(moment)
        world.turn()

    each = [to for _, to, _ in world.told()[told:]]
    rungs = {(to, rung) for _, to, rung in world.only("reopened", "first-seen-late")}
    assert sorted(each) == ["cora", "sam", "sue", "tom"]
    assert {("sam", "reopened"), ("sam", "first-seen-late"), ("sue", "reopened")} <= rungs
