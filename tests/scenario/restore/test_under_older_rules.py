"""An older database is put back where open cases go on under older rules: their ladders remember what was told."""

from daemon.engine.standing.release import release
from tests.scenario.tuned import AUTHORITY, DUTY, Tuned

GONE = "invite-list-due-today"
WITHOUT_IT = f"change: icpc-invite-list\nbecause: Nobody needs it.\ndrop_rung: {GONE}\n"
FOR_NEW_CASES = f"{AUTHORITY}applies: new_cases\n"


def fired(world):
    with world.store.read() as tx:
        return {one.rung for one in tx.obligations.get(DUTY).fired}


def test_what_was_told_by_a_step_that_the_rules_in_force_do_not_know_lies_behind_the_ladder(
    story, folder, outside, copied
):
    rules = folder / "rules"
    world = story("2026-03-02 16:00", outside=outside)
    begun = Tuned(world, rules)
    begun.begin()
    world.opens("SC-1")
    world.until("2026-03-05 12:00")
    begun.write("authority.yaml", FOR_NEW_CASES)
    begun.write("changes/later.yaml", WITHOUT_IT)
    begun.notice()
    world.turn()
    world.store.close()
    copy = copied(world.url)
    world.until("2026-03-06 17:30")
    assert GONE in fired(world)

    again = story("2026-03-02 16:00", url=copy, outside=outside)
    again.clock.now = world.clock.now
    again.feed.bodies.update(world.feed.bodies)
    restored = Tuned(again, rules)
    restored.write("authority.yaml", FOR_NEW_CASES)
    restored.begin()
    in_force = again.house.deciding.rulebook.packs["stoke-on-trent"].rule("icpc-invite-list")
    assert GONE not in {rung.name for rung in in_force.ladder}
    assert GONE not in fired(again)
    release(again.store, outside, again.house.deciding, again.clock(), "ann")

    assert GONE in fired(again)
