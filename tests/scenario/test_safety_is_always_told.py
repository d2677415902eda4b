"""Rules of safety that no feed can show as done: told all the same, ended by a person, and never a flood."""

from datetime import date, timedelta

import pytest

from daemon.domain.who import Who
from daemon.engine.answering.dispatch import Came
from daemon.engine.house import Feed
from daemon.engine.records.carried import carried_by, put_carried, watching
from daemon.engine.standing.overview import standing
from daemon.rulebook import shipped
from daemon.testing.fakes import FakeSource
from tests.scenario.conftest import ENQUIRY

PLAN = "immediate_safety_action_plan_recorded"
RULE = "immediate-safety-plan"
SHOWN = frozenset({"strategy_discussion_held", "s47_decision_recorded", "s47_concluded"})
MANY = 12
SAM = Who("sam", frozenset({"social_worker"}))
TOM = Who("tom", frozenset({"team_manager"}))
WES = Who("wes", frozenset({"social_work_service_manager"}))


@pytest.fixture
def safe(story):
    """Return a maker of an authority under Stoke's rules whose feeds show the enquiry, and no safety plan."""

    def make(start="2026-03-02 09:55", *, signs_in=True, more=frozenset()):
        world = story(start, policies=shipped())
        house = world.house
        world.feed.carries = SHOWN | more
        cases = FakeSource(world.clock, carries=frozenset())
        feed = Feed("cases", "case_system", cases, timedelta(0), timedelta(0))
        house.feeds = {**house.feeds, "cases": feed}
        house.signs_in = signs_in
        house.carried = carried_by([world.feed], signs_in=signs_in)
        house.deciding = watching(world.deciding, house.carried)
        with world.store.write() as tx:
            put_carried(tx, house.carried)
        return world

    return make


def opens(world, ref="SC-1", day="2026-03-02"):
    with world.case(ref, roles={"social_worker": "sam"}) as body:
        body["facts"].update(ENQUIRY | {"strategy_discussion_held": day})
        body["facts"]["s47_decision_recorded"] = {"at": day, "value": "section_47"}


def state(world, ref="SC-1"):
    with world.store.read() as tx:
        return [one.state.value for one in tx.obligations.of([ref])[ref] if one.rule == RULE]


def asked(world, who):
    found = world.line.decisions.waiting_for(who, world.clock())
    return [one for one in found if one.rule.name == RULE]


def told(world):
    return sorted(one for one in world.fired() if one[2].startswith("safety-plan"))


def listed(world):
    said = standing(world.store, world.clock(), {}, world.house.deciding, [])
    return {one["rule"]: one for one in said["by_hand"]}, said["attention"]


@pytest.mark.parametrize("signs_in", [True, False])
def test_it_is_told_from_the_first_day_although_no_feed_could_end_it(safe, signs_in):
    world = safe(signs_in=signs_in)
    opens(world)

    world.until("2026-03-03 09:30")

    assert told(world) == [
        ("2026-03-02 09:55", "sam", "safety-plan-now"),
        ("2026-03-02 09:55", "tom", "safety-plan-now"),
        ("2026-03-02 17:00", "sam", "safety-plan-missing"),
        ("2026-03-02 17:00", "tom", "safety-plan-missing"),
        ("2026-03-02 18:00", "wes", "safety-plan-missing-manager"),
        ("2026-03-03 09:00", "sam", "safety-plan-still-missing"),
        ("2026-03-03 09:00", "tom", "safety-plan-still-missing"),
        ("2026-03-03 09:00", "wes", "safety-plan-still-missing"),
    ]
    assert world.line.auditor.audit(world.clock()).balances


@pytest.mark.parametrize(
    "who", [pytest.param(SAM, id="its worker"), pytest.param(TOM, id="their manager")]
)
def test_whoever_owes_it_signs_in_and_ends_it_at_once(safe, who):
    world = safe()
    opens(world)
    world.until("2026-03-02 11:00")
    (one,) = asked(world, who)
    (asks,) = [text for to, text in world.texts() if to == who.person and "safety plan" in text]
    assert "Sign in and answer: http://127.0.0.1:8700/" in asks

    came = world.line.decisions.decide(
        who, one.id, "yes", world.clock(), reason="recorded_in_case_file", refs=one.refs
    )

    assert came is Came.DONE
    assert state(world) == ["met"]
    world.until("2026-03-10 12:00")
    assert {rung for _, _, rung in told(world)} == {"safety-plan-now"}
    assert asked(world, who) == []
    assert world.line.auditor.audit(world.clock()).balances


def test_a_manager_may_end_it_once_they_have_been_told_and_not_before(safe):
    world = safe()
    opens(world)
    world.until("2026-03-02 17:30")
    before = asked(world, WES)

    world.until("2026-03-02 18:00")

    assert before == []
    assert len(asked(world, WES)) == len(asked(world, SAM)) == 1


def test_brothers_and_sisters_are_one_question(safe):
    world = safe()
    for ref in ("SC-1", "SC-2"):
        opens(world, ref)
        world.feed.bodies[ref]["family"] = "F-1"
    world.until("2026-03-02 11:00")

    (one,) = asked(world, SAM)

    assert one.refs == ("SC-1", "SC-2")


def test_old_cases_at_the_first_start_say_nothing_of_it_then_or_later(safe):
    world = safe("2026-03-09 10:00")
    world.house.enforce_from = date(2026, 3, 9)
    for number in range(MANY):
        opens(world, f"SC-{number}", day=f"2026-0{1 + number % 2}-12")
    opens(world, "SC-NEW", day="2026-03-09")

    world.until("2026-03-09 18:30")

    assert {state(world, f"SC-{number}")[0] for number in range(MANY)} == {"withdrawn"}
    with world.store.read() as tx:
        refs = {
            ref
            for one in world.email.sent
            for notice in tx.notices.of_message(one.message.id)
            if RULE in notice.key.obligation
            for ref in notice.refs
        }
        overdue = {one.ref for one in tx.obligations.overdue(world.clock()) if one.rule == RULE}
    assert refs == overdue == {"SC-NEW"}
    world.fact("SC-1", s47_concluded={"at": "2026-03-09", "value": "not_at_risk"})
    world.turn()
    assert state(world, "SC-1") == ["withdrawn"]
    assert world.line.auditor.audit(world.clock()).balances


def test_the_status_says_which_they_are_and_whether_anybody_can_end_them(safe):
    able, attention = listed(safe())
    unable, alarm = listed(safe(signs_in=False))

    assert (able[RULE]["begins"], able[RULE]["can_end"]) == (True, True)
    assert able[RULE]["facts"] == [PLAN]
    assert not any("nobody can end it" in one for one in attention)
    assert (unable[RULE]["begins"], unable[RULE]["can_end"]) == (True, False)
    assert any(one.endswith(f"nobody can sign in: {RULE}") for one in alarm)
    assert not unable["interim-safety-plan"]["begins"]


def test_where_a_feed_carries_it_nobody_is_asked(safe):
    world = safe(more=frozenset({PLAN}))
    opens(world)
    world.until("2026-03-02 11:00")

    assert asked(world, SAM) == []
    assert RULE not in listed(world)[0]

    world.fact("SC-1", **{PLAN: "2026-03-02"})
    world.turn()
    assert state(world) == ["met"]
