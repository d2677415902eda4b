"""What an agency replies to an issue that was raised: it ends the ladder, or stands on record while that goes on."""

from datetime import date

import pytest

from daemon.decide.conference.challenges import challenges
from daemon.domain.who import Who
from daemon.engine.answering.dispatch import Came
from daemon.testing.world import at, person
from tests.scenario.deciding.conftest import CHRIS, ROOM, SUE, meeting
from tests.scenario.test_issue_resolution import question, send

CONOR = Who("conor", frozenset({"conference_coordinator"}))
CAME_ON = date(2026, 3, 24)


@pytest.fixture
def raised(stoke):
    """The chair wrote to the police's lead on Friday about two children; it is Wednesday."""
    stoke.directory.everybody.append(person("lena", "safeguarding_lead_agency", agency="police"))
    found = {"presence_failed": {"at": "2026-03-20T10:15", "value": "yes", "about": "police"}}
    for ref in ("SC-1", "SC-2"):
        stoke.opens(
            ref, family="F-1", roles={"cp_chair": ["chris"]}, meetings=[meeting(facts=found)]
        )
    stoke.clock.now = at(ROOM)
    stoke.turn()
    send(stoke, CHRIS, "issue-resolution-informal")
    stoke.until("2026-03-25 12:00")
    return stoke


def reply(world, who=CONOR, outcome="absence_explained", on=CAME_ON, refs=("SC-1", "SC-2")):
    (one,) = world.line.replies.open_for(CHRIS, world.clock())
    came = world.line.replies.record(who, one.id, on, outcome, refs, world.clock())
    world.turn()
    return came


def log(world):
    with world.store.read() as tx:
        records = [world.house.record(tx, ref) for ref in ("SC-1", "SC-2")]
    return challenges(records, world.deciding.calendar.days)


def test_a_reply_that_settles_it_ends_the_ladder_and_stands_in_the_log(raised):
    assert reply(raised) is Came.DONE

    assert raised.line.replies.open_for(CHRIS, raised.clock()) == []
    raised.until("2026-04-02 12:00")
    assert question(raised, CHRIS, "issue-resolution-stage-one") is None
    (one,) = log(raised)
    assert (one.state, one.counts_on) == ("answered", CAME_ON)
    assert [(step.what.removeprefix("issue_resolution_"), step.outcome) for step in one.steps] == [
        ("informal_sent", None), ("reply_recorded", "absence_explained"), ("answered", None),
    ]  # fmt: skip
    assert raised.journal("reply.recorded") == ["a reply of 2026-03-24: absence_explained"] * 2


def test_a_reply_that_does_not_settle_it_is_on_record_and_the_next_stage_is_asked_on_its_day(
    raised,
):
    assert reply(raised, outcome="answer_insufficient") is Came.DONE

    raised.until("2026-03-31 12:00")
    asked = question(raised, CHRIS, "issue-resolution-stage-one")
    assert asked.remarks == ("A reply has come that does not settle it.",)
    (one,) = log(raised)
    assert (one.state, one.steps[-1].outcome) == ("open", "answer_insufficient")


def test_a_reply_may_be_about_one_child_alone(raised):
    reply(raised, refs=("SC-2",))

    (left,) = raised.line.replies.open_for(CHRIS, raised.clock())
    assert left.refs == ("SC-1",)


@pytest.mark.parametrize(
    ("changes", "came"),
    [
        pytest.param({"outcome": "no_answer"}, Came.NO_REASON, id="no outcome of the pathway"),
        pytest.param({"on": date(2026, 3, 19)}, Came.NOT_THEN, id="before it was raised"),
        pytest.param({"on": date(2026, 3, 26)}, Came.NOT_THEN, id="tomorrow"),
        pytest.param({"refs": ()}, Came.NO_CASE, id="about nobody"),
        pytest.param({"who": Who("sam", frozenset({"social_worker"}))}, Came.GONE, id="a social worker"),
        pytest.param({"who": Who("conor")}, Came.GONE, id="a coordinator by nobody's word"),
    ],
)  # fmt: skip
def test_what_is_no_reply_changes_nothing(raised, changes, came):
    assert reply(raised, **changes) is came

    assert len(raised.line.replies.open_for(CHRIS, raised.clock())) == 1


def test_whoever_is_excluded_from_the_case_sees_nothing_of_it(raised):
    for ref in ("SC-1", "SC-2"):
        with raised.case(ref, excluded=["conor"]):
            pass
    raised.turn()

    assert raised.line.replies.open_for(CONOR, raised.clock()) == []
    assert len(raised.line.replies.open_for(SUE, raised.clock())) == 1


def test_nothing_waits_before_anything_was_raised(stoke):
    stoke.opens("SC-1", roles={"cp_chair": ["chris"]}, meetings=[meeting()])
    stoke.turn()

    assert stoke.line.replies.open_for(CHRIS, stoke.clock()) == []


def test_drift_that_was_raised_has_a_reply_too(stoke):
    plan = {
        "id": "P-1", "started_on": "2026-01-05", "facts": {"issues_resolution_raised": "2026-03-18"},
    }  # fmt: skip
    stoke.opens("SC-1", roles={"cp_chair": ["chris"]}, plans=[plan])
    stoke.turn()
    (one,) = stoke.line.replies.open_for(CHRIS, stoke.clock())

    came = stoke.line.replies.record(
        CHRIS, one.id, date(2026, 3, 19), "progress_seen", one.refs, stoke.clock()
    )
    stoke.turn()

    assert came is Came.DONE
    assert stoke.line.replies.open_for(CHRIS, stoke.clock()) == []
