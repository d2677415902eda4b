"""A review that the diary calls off: it leaves calendars by a person's word, and by that alone (STK-024)."""

from dataclasses import replace

import pytest

from daemon.domain.who import Who
from daemon.engine.answering.dispatch import Came
from daemon.testing.fakes import FakeChannel
from daemon.testing.world import person
from tests.scenario.invited import INVITED, POLICE

CONOR = Who("conor", frozenset({"conference_coordinator"}))
RULE = "review-called-off"


@pytest.fixture
def review(stoke):
    """A booked review of two children, to which somebody of the police is invited."""
    stoke.house.terms = replace(stoke.house.terms, **INVITED)
    stoke.calendar = FakeChannel("calendar", stoke.clock)
    stoke.house.channels = {**stoke.house.channels, "calendar": stoke.calendar}
    books(stoke)
    return stoke


def books(world, status="booked", *more):
    meeting = {
        "id": "M-9", "kind": "rcpc", "status": status, "scheduled_at": "2026-05-08T10:00",
        "ends_at": "2026-05-08T12:00", "venue": "Civic Centre", "mode": "hybrid", "invitees": [POLICE],
    }  # fmt: skip
    facts = {"icpc_held": "2026-02-10", "invite_list_received": "2026-03-19"}
    for ref in ("SC-1", "SC-2"):
        plans = [{"id": f"P-{ref}", "started_on": "2026-02-10"}]
        with world.case(ref, family="F-1", meetings=[meeting, *more], plans=plans) as body:
            body["facts"] = facts
    world.turn()


def entries(world):
    return [
        (one.to.partition("@")[0], one.message.event.is_cancelled) for one in world.calendar.sent
    ]


def waiting(world):
    found = world.line.decisions.waiting_for(CONOR, world.clock())
    return [one for one in found if one.rule.name == RULE]


def decide(world, answer, refs=None):
    (one,) = waiting(world)
    return world.line.decisions.decide(
        CONOR, one.id, answer, world.clock(), reason="another_date_follows", refs=refs or one.refs
    )


def test_the_diarys_word_asks_and_takes_nothing_away(review):
    books(review, "cancelled")

    assert entries(review) == [("cp", False)]
    assert [one.refs for one in waiting(review)] == [("SC-1", "SC-2")]


def test_a_persons_word_takes_it_out_of_calendars(review):
    books(review, "cancelled")

    assert decide(review, "yes") is Came.DONE
    review.turn()

    assert entries(review) == [("cp", False), ("cp", True)]
    assert waiting(review) == []


def test_it_stands_while_a_brother_or_sister_needs_it(review):
    books(review, "cancelled")

    decide(review, "yes", refs=["SC-1"])
    review.turn()

    assert entries(review) == [("cp", False)]
    assert [one.refs for one in waiting(review)] == [("SC-2",)]


def test_what_is_kept_stands_and_is_asked_no_more(review):
    books(review, "cancelled")

    decide(review, "no")
    review.turn()

    assert entries(review) == [("cp", False)]
    assert waiting(review) == []


def test_booked_again_it_is_asked_no_more(review):
    books(review, "cancelled")
    books(review)

    assert waiting(review) == []
    assert entries(review) == [("cp", False)]


def test_a_case_of_another_pathway_is_asked_about_by_that_pathways_own_roles(stoke):
    anna = Who("anna", frozenset({"conference_administrator"}))
    stoke.directory.everybody.append(person("anna", "conference_administrator"))
    meeting = {
        "id": "M-5", "kind": "rcpc", "status": "cancelled", "scheduled_at": "2026-05-08T10:00",
    }  # fmt: skip
    plans = [{"id": "P-5", "started_on": "2026-02-10"}]
    with stoke.case("SC-5", family="F-5", pathway="devon", meetings=[meeting], plans=plans) as body:
        body["facts"] = {"icpc_held": "2026-02-10"}
    stoke.turn()

    asked = stoke.line.decisions.waiting_for(anna, stoke.clock())

    assert [(one.rule.name, one.rule.approval.of) for one in asked] == [
        (RULE, "conference_administrator")
    ]
    assert [one.refs for one in stoke.line.decisions.waiting_for(CONOR, stoke.clock())] == []
