"""More escalations than an authority expects wait for an operator, and nobody can overlook that (DOMAIN 5.11)."""

from datetime import timedelta

import pytest

from daemon.domain.brake import Limits
from daemon.engine.standing.overview import standing
from daemon.engine.telling.brake import REMINDED, braking, held, release
from daemon.testing.world import at, person

MISSED = "invite-list-missed"
WHY = "the import was right: a backlog"


def refs(many):
    return [f"SC-{number}" for number in range(1, many + 1)]


@pytest.fixture
def backlog(story):
    """Return a maker of an authority in which so many invite lists fall overdue on Friday at 17:00."""

    def make(many, **limits):
        world = story(brake=Limits(**{"one_pass": None, "one_person": None, **limits}))
        for ref in refs(many):
            world.opens(ref)
        return world

    return make


def held_in(world):
    with world.store.read() as tx:
        return held(tx)


def status(world):
    return standing(world.store, world.clock(), {}, None, [])


def test_as_many_as_are_expected_go_out(backlog):
    world = backlog(5, one_pass=5, one_person=5)

    world.until("2026-03-06 18:00")

    assert len(world.only(MISSED)) >= 5
    assert held_in(world).on is None


def test_one_more_is_too_many_and_none_of_them_goes_out(backlog):
    world = backlog(6, one_pass=5)

    world.until("2026-03-06 18:00")

    assert world.only(MISSED) == []
    found = held_in(world)
    assert found.on.why == "more than 5 fell due at once"
    assert {one.refs[0] for one in found.notices} == set(refs(6))


def test_reminders_before_the_due_moment_go_on(backlog):
    world = backlog(6, one_pass=5)
    world.until("2026-03-06 18:00")

    world.clock.now = at("2026-03-06 18:01")
    world.opens("SC-9", facts={})
    with world.case("SC-9") as body:
        body["facts"]["strategy_discussion_held"] = "2026-03-05"
        body["facts"]["s47_decision_recorded"] = {"at": "2026-03-05T15:10", "value": "section_47"}
    world.until("2026-03-11 16:00")

    assert world.only("invite-list-reminder")[-1][0] > "2026-03-06 18:00"
    assert world.only(MISSED) == []


def test_the_operator_hears_at_once_and_every_four_hours_and_status_says_so(backlog):
    world = backlog(6, one_pass=5)

    world.until("2026-03-06 17:00")
    first = len(world.operator())
    world.clock.now = at("2026-03-06 20:59")
    world.turn()
    before = len(world.operator())
    world.clock.now = at("2026-03-06 21:00")
    world.turn()

    assert "are held by the brake" in world.operator()[-1]
    assert (before, len(world.operator())) == (first, first + 1)
    said = status(world)
    assert said["held"]["brake"] == len(held_in(world).notices) > 0
    assert any("daykeeper release brake" in one for one in said["attention"])
    assert world.line.auditor.audit(world.clock()).balances


def test_what_is_met_while_it_is_held_never_goes_out_and_nobody_hears_that_it_came(backlog):
    world = backlog(6, one_pass=5)
    world.until("2026-03-06 18:00")

    world.fact("SC-1", invite_list_received="2026-03-06T18:30")
    world.until("2026-03-06 19:00")
    release(world.store, world.clock(), "ops", WHY)
    world.until("2026-03-09 09:00")

    assert world.only("now-received") == []
    assert len(world.only(MISSED)) == 5


def test_a_release_sends_each_once_and_the_counts_begin_anew(backlog):
    world = backlog(6, one_pass=5)
    world.until("2026-03-06 18:00")
    many = len(held_in(world).notices)

    released = release(world.store, world.clock(), "ops", WHY)
    world.until("2026-03-06 18:30")

    assert len(released) == many == len(world.only(MISSED))
    assert {moment for moment, _, _ in world.only(MISSED)} == {"2026-03-06 18:00"}
    assert world.journal("brake.released") == [WHY]
    with world.store.read() as tx:
        assert braking(tx) is None
    assert status(world)["held"]["brake"] == 0
    assert release(world.store, world.clock(), "ops", WHY) == []


def test_a_ladder_climbs_on_while_it_is_held_and_all_of_it_goes_out_together(backlog):
    world = backlog(6, one_pass=5)

    world.until("2026-03-10 12:00")
    rungs = {one.key.rung for one in held_in(world).notices}
    before = [one for one in world.fired() if one[2] in rungs]
    release(world.store, world.clock(), "ops", WHY)
    world.turn()

    assert len(rungs) > 1
    assert before == []
    assert {one[2] for one in world.fired() if one[0] == "2026-03-10 12:00"} >= rungs


def test_one_senior_flooded_in_a_day_is_held_alone(backlog):
    world = backlog(4, one_person=3)

    world.until("2026-03-06 18:00")

    found = held_in(world)
    assert {one.key.person for one in found.notices} == found.on.people
    others = {person for _, person, _ in world.fired()} - found.on.people
    assert found.on.people == {"sue"}
    assert others
    assert "more than 3 to one person in one day" in world.operator()[-1]


def test_what_trickles_in_over_a_day_counts_to_a_person_and_not_the_next_day(story):
    world = story(brake=Limits(one_pass=None, one_person=3))
    for number, ref in enumerate(refs(4)):
        on = "2026-03-02" if number < 2 else "2026-03-03"
        with world.case(ref) as body:
            body["facts"] |= {
                "strategy_discussion_held": on,
                "s47_decision_recorded": {"at": f"{on}T15:10", "value": "section_47"},
            }

    world.until("2026-03-09 16:59")
    on_friday = held_in(world).on
    world.until("2026-03-09 18:00")

    assert on_friday is None
    assert world.only(MISSED)


def test_a_pass_of_several_rounds_is_one_pass(backlog):
    world = backlog(6, one_pass=5)
    world.until("2026-03-06 16:59")
    world.clock.now = at("2026-03-06 17:00")
    world.line.watcher.poll(world.house.feeds["diary"])
    while world.line.escalator.escalate(world.clock(), limit=2):
        pass

    assert len({one.refs[0] for one in held_in(world).notices}) == 6


def test_a_leaver_gets_nothing_after_the_release(backlog):
    world = backlog(6, one_pass=5)
    world.until("2026-03-06 18:00")
    world.restaff("sue", "cp_chair")
    world.directory.everybody.append(person("sid", "safeguarding_service_manager"))

    release(world.store, world.clock(), "ops", WHY)
    world.until("2026-03-06 18:30")

    assert {person for _, person, rung in world.only(MISSED)} == {"sid"}


def test_a_clock_that_was_ahead_does_not_silence_the_reminder(backlog):
    world = backlog(6, one_pass=5)
    world.until("2026-03-06 17:00")
    now = world.clock.now
    with world.store.write() as tx:
        tx.marks.put(REMINDED, now + timedelta(days=9))
    before = len(world.operator())

    world.clock.now = now + timedelta(minutes=1)
    world.turn()

    assert len(world.operator()) == before + 1
