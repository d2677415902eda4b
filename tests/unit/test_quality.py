"""Dates that cannot both be true: nobody is alarmed upon them, each is told once; and supplied targets are shown."""

from datetime import datetime
from functools import cache

import pytest

from daemon.decide.record.reading import read_record
from daemon.domain.errors import Severity
from daemon.domain.facts import moment
from daemon.rulebook import shipped, sound

ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
}
PLAN = {"id": "P-1", "started_on": "2026-03-20", "facts": {}}
INITIAL = {
    "id": "M-1",
    "kind": "icpc",
    "held_on": "2026-03-20",
    "facts": {"conference_decision_recorded": {"at": "2026-03-20", "value": "plan"}},
}
REVIEW = {"id": "R-1", "kind": "rcpc", "held_on": "2026-06-12", "facts": {}}


@cache
def deciding():
    """Return the shipped rules of Stoke-on-Trent."""
    return sound(shipped(), ["stoke-on-trent"]).deciding(None, None)


def stand(when="2026-07-30T12:00", facts=ENQUIRY, **body):
    """Return what a record comes to: the state of its obligations by rule and subject, and its problems."""
    given = {"ref": "SC-1", "pathway": "stoke-on-trent", "facts": facts} | body
    at = moment(datetime.fromisoformat(when))[0]
    answer = deciding().decide(read_record(given, deciding().words).record, at)
    states = {(one.rule, str(one.subject)): str(one.state) for one in answer.obligations}
    return states, answer.problems


def notes(problems):
    return [(one.where, one.what) for one in problems if one.severity is Severity.NOTE]


def codes(problems):
    return [one.what.rpartition("census rule ")[2].rstrip(")") for one in problems]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(
            {"meetings": [INITIAL | {"enquiry_on": "2026-03-23"}]}, "8615", id="enquiry after it"
        ),
        pytest.param({"meetings": [INITIAL | {"enquiry_on": "2026-03-20"}]}, None, id="same day"),
        pytest.param({"meetings": [INITIAL]}, None, id="whose enquiry nobody names"),
        pytest.param(
            {"meetings": [INITIAL | {"enquiry_on": "2026-03-23", "effective": False}]},
            None,
            id="not held after all",
        ),
        pytest.param(
            {"plans": [PLAN], "meetings": [REVIEW | {"plan": "P-1", "held_on": "2026-03-20"}]},
            "8841",
            id="a review on the plan's first day",
        ),
        pytest.param(
            {"plans": [PLAN], "meetings": [REVIEW | {"plan": "P-1", "held_on": "2026-03-21"}]},
            None,
            id="a review on its second day",
        ),
        pytest.param(
            {"plans": [PLAN], "meetings": [REVIEW | {"plan": "P-0", "held_on": "2026-03-01"}]},
            None,
            id="a review of a plan that is not shown",
        ),
        pytest.param(
            {"plans": [PLAN, PLAN | {"id": "P-2", "started_on": "2026-05-01"}]},
            "8935",
            id="two open plans",
        ),
        pytest.param(
            {
                "plans": [
                    PLAN | {"ended_on": "2026-05-02"},
                    PLAN | {"id": "P-2", "started_on": "2026-05-01"},
                ]
            },
            "8940",
            id="plans that overlap",
        ),
        pytest.param(
            {
                "plans": [
                    PLAN | {"ended_on": "2026-05-01"},
                    PLAN | {"id": "P-2", "started_on": "2026-05-01"},
                ]
            },
            None,
            id="a plan from the day on which the last one ends",
        ),
    ],
)
def test_what_contradicts_itself_is_one_problem(body, code):
    _, problems = stand(**body)

    found = [one for one in problems if "census rule" in one.what]

    assert codes(found) == ([code] if code else [])
    assert all(one.severity is Severity.ERROR and "SC-1" in one.where for one in found)


def test_nobody_is_told_of_a_conference_whose_enquiry_began_after_it():
    facts = {
        "strategy_discussion_held": "2026-03-23",
        "s47_decision_recorded": {"at": "2026-03-23", "value": "section_47"},
    }
    clear, _ = stand("2026-05-30T12:00", facts)

    states, _ = stand("2026-05-30T12:00", facts, meetings=[INITIAL | {"enquiry_on": "2026-03-23"}])

    assert clear["icpc-limit", "icpc-1"] == "open"
    told = {rule for (rule, subject), state in states.items() if state == "open"}
    # what makes a child safe today waits for no correction
    assert told == {"immediate-safety-plan"}


def test_nobody_is_told_of_the_plans_that_overlap_and_all_are_of_the_conference():
    second = PLAN | {"id": "P-2", "started_on": "2026-05-01"}
    clear, _ = stand(meetings=[INITIAL], plans=[PLAN])

    states, _ = stand(meetings=[INITIAL], plans=[PLAN, second])

    assert clear["midpoint-week-6", "plan-P-1"] == "open"
    assert states["midpoint-week-6", "plan-P-1"] == states["midpoint-week-6", "plan-P-2"]
    assert states["midpoint-week-6", "plan-P-1"] == "withdrawn"
    assert states["first-core-group", "icpc-1"] == "open"


def test_nobody_is_told_of_what_counts_from_a_review_that_lies_before_its_plan():
    late = {"when": "2027-01-30T12:00", "plans": [PLAN]}
    clear, _ = stand(meetings=[INITIAL, REVIEW | {"plan": "P-1"}], **late)

    early = REVIEW | {"plan": "P-1", "held_on": "2026-03-12"}
    states, _ = stand(meetings=[INITIAL | {"held_on": "2026-03-09"}, early], **late)

    assert clear["later-review", "rcpc-2"] == "open"
    assert states["later-review", "rcpc-2"] == "withdrawn"


def test_once_it_is_mended_everybody_is_told_as_ever():
    wrong, _ = stand(meetings=[INITIAL | {"enquiry_on": "2026-03-23"}])

    mended, problems = stand(meetings=[INITIAL | {"enquiry_on": "2026-03-02"}])

    assert wrong["first-core-group", "icpc-1"] == "withdrawn"
    assert mended["first-core-group", "icpc-1"] == "open"
    assert not [one for one in problems if "census" in one.what]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        pytest.param(
            {"meetings": [INITIAL | {"target_on": "2026-03-24"}]},
            ("SC-1: icpc-1", "by Tuesday 24 March 2026, and we say Monday 23 March 2026"),
            id="a conference's",
        ),
        pytest.param({"meetings": [INITIAL | {"target_on": "2026-03-23"}]}, None, id="the same"),
        pytest.param(
            {"meetings": [INITIAL, REVIEW | {"target_on": "2026-06-22"}]},
            ("SC-1: rcpc-1", "by Monday 22 June 2026, and we say Friday 19 June 2026"),
            id="a held review's: another day than three months",
        ),
        pytest.param(
            {"meetings": [INITIAL, REVIEW], "plans": [PLAN | {"review_target_on": "2026-12-14"}]},
            ("SC-1: rcpc-2", "by Monday 14 December 2026, and we say Friday 11 December 2026"),
            id="that of the next review",
        ),
    ],
)
def test_a_supplied_target_that_differs_from_ours_is_shown_and_moves_nothing(body, shown):
    bare = {
        "meetings": [{**one, "target_on": None} for one in body["meetings"]],
        "plans": [{**one, "review_target_on": None} for one in body.get("plans", [])],
    }

    states, problems = stand(**body)

    assert states == stand(**bare)[0]
    assert [(where, what.partition("due ")[2]) for where, what in notes(problems)] == (
        [shown] if shown else []
    )
