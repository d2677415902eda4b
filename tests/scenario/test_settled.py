"""Two people are asked, one answers: the other hears that it is settled, and whoever answered nothing (DOMAIN 5.12)."""

from datetime import timedelta

import pytest

from daemon.domain.who import Who
from daemon.engine.answering.dispatch import Came
from daemon.engine.house import Feed
from daemon.rulebook import shipped
from daemon.testing.fakes import FakeSource
from daemon.testing.world import at, person

TOM, TESS = (Who(name, frozenset({"team_manager"}), "north") for name in ("tom", "tess"))
MEETING = {"id": "M-1", "kind": "icpc", "status": "booked", "scheduled_at": "2026-03-20T10:00"}
REPORT = "conference-report-authorised"


@pytest.fixture
def asked(story):
    """Return an authority in which two managers of one team are asked whether they authorise a report."""
    world = story("2026-03-02 16:00", policies=shipped())
    cases = Feed("cases", "case_system", FakeSource(world.clock), timedelta(0), timedelta(0))
    world.house.feeds = {**world.house.feeds, "cases": cases}
    world.directory.everybody.append(person("tess", "team_manager", "north"))
    world.directory.everybody.append(person("dan", "team_coordinator", "south"))
    for ref in ("SC-1", "SC-2"):
        world.opens(ref, family="F-1", meetings=[MEETING])
    comes_to(world, "2026-03-12 09:00")  # due on Friday the 13th
    return world


def comes_to(world, moment):
    world.clock.now = at(moment)
    world.turn()


def answers(world, who, choice="yes", reason="complete"):
    waiting = world.line.decisions.waiting_for(who, world.clock())
    one = next(each for each in waiting if each.rule.name == REPORT)
    came = world.line.decisions.decide(
        who, one.id, choice, world.clock(), reason=reason, refs=one.refs
    )
    world.turn()
    return came


def heard(world):
    with world.store.read() as tx:
        return [
            (one.to, one.message.text)
            for one in world.email.sent
            for notice in tx.notices.of_message(one.message.id)
            if notice.key.rung == "now-received"
            and notice.key.obligation == f"SC-1/{REPORT}/icpc-1"
        ]


@pytest.mark.parametrize(
    ("who", "other"),
    [pytest.param(TOM, "tess", id="the one"), pytest.param(TESS, "tom", id="the other")],
)
def test_the_other_hears_once_that_it_is_settled_and_by_whom(asked, who, other):
    assert answers(asked, who) is Came.DONE
    asked.until("2026-03-13 17:00")

    ((to, text),) = heard(asked)
    assert to == other
    assert f"{who.person}@council.example has answered; nothing more is needed" in " ".join(
        text.split()
    )
    assert "SC-1 and SC-2" in text


def test_once_it_was_overdue_the_others_hear_and_whoever_answers_does_not(asked):
    comes_to(asked, "2026-03-13 17:00")

    answers(asked, TOM)

    # sam was told that it was overdue
    assert sorted(to for to, _ in heard(asked)) == ["sam", "tess"]


def test_whoever_answers_in_the_place_of_somebody_hears_nothing_and_whom_they_stand_in_for_does(
    asked,
):
    asked.restaff("tess", delegate="dan", absences=((at("2026-03-13 09:00").date(),) * 2,))
    comes_to(asked, "2026-03-13 10:00")

    answers(asked, Who("dan", frozenset({"team_coordinator"}), "south"))

    assert sorted(to for to, _ in heard(asked)) == ["tess", "tom"]


def test_what_is_still_open_after_an_answer_is_settled_for_nobody(asked):
    answers(asked, TOM, choice="no", reason="analysis_missing")

    assert heard(asked) == []


def test_whoever_answers_hears_nothing_of_another_duty_that_their_answer_ended(story):
    """Half an hour after the alert the service manager is told that it is missing; agreeing to rearrange ends it."""
    found = {"presence_failed": [{"at": "2026-03-20T10:15", "value": "yes", "about": "education"}]}
    world = story("2026-03-20 10:15", policies=shipped())
    world.house.signs_in = True
    world.directory.everybody.append(person("chris", "cp_chair"))
    world.opens("SC-1", family="F-1", meetings=[{**MEETING, "facts": found}])
    world.until("2026-03-20 10:50")
    alert = "presence-failed-no-alert"
    assert sorted(to for _, to, rung in world.fired() if rung == alert) == ["chris", "sue"]

    sue = Who("sue", frozenset({"safeguarding_service_manager"}))
    waiting = world.line.decisions.waiting_for(sue, world.clock())
    one = next(each for each in waiting if each.rule.name == "rearrangement-approval")
    reason = one.rule.approval.reasons[0]
    world.line.decisions.decide(sue, one.id, "yes", world.clock(), reason=reason, refs=one.refs)
    world.until("2026-03-20 12:00")

    with world.store.read() as tx:
        done = [
            (notice.key.person, str(notice.state))
            for notice in tx.notices.of_obligation("SC-1/rearrangement-alert/icpc-1")
            if notice.key.rung == "now-received"
        ]
    assert sorted(set(done)) == [("chris", "claimed"), ("sue", "cancelled")]
