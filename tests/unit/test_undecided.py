"""What keeps a duty from being decided is a problem that is said, and never silence."""

from dataclasses import replace

import pytest

from daemon.decide.duties.explain import explain
from daemon.rulebook import shipped
from daemon.testing.world import loaded
from tests.unit.enquiry import ENQUIRY, at


@pytest.mark.parametrize(
    ("body", "what"),
    [
        pytest.param(
            {"pathway": "atlantis"}, 'no pack is called "atlantis"', id="a pathway nobody has"
        ),
        pytest.param({}, "no pathway is given", id="no pathway"),
    ],
)
def test_without_a_pack_the_statutory_base_decides_and_says_so(deciding, read, body, what):
    answer = deciding.decide(read(facts=ENQUIRY, **body), at("2026-03-05T12:00"))

    assert [one.rule for one in answer.obligations] == ["icpc-limit"]
    assert [one.what for one in answer.problems] == [what]


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        pytest.param(
            {"s47_decision_recorded": ENQUIRY["s47_decision_recorded"]},
            "no strategy discussion is recorded",
            id="no discussion",
        ),
        pytest.param(
            {
                "strategy_discussion_held": "2026-03-02",
                "s47_concluded": {"at": "2026-03-06", "value": "at_risk"},
            },
            "no decision to start one is recorded",
            id="no decision",
        ),
    ],
)
def test_a_missing_start_is_never_silent(deciding, read, facts, says):
    answer = deciding.decide(read(pathway="stoke-on-trent", facts=facts), at("2026-03-10T12:00"))

    assert answer.obligations == ()
    assert says in answer.problems[0].what


def test_a_date_outside_every_calendar_is_a_problem_and_the_rest_is_decided(deciding, read):
    long_ago = {
        "strategy_discussion_held": "1996-03-02",
        "s47_decision_recorded": {"at": "1996-03-02", "value": "section_47"},
    }

    answer = deciding.decide(read(pathway="stoke-on-trent", facts=long_ago), at("2026-03-10T12:00"))

    assert answer.obligations == ()
    assert {one.what for one in answer.problems} == {
        "its dates lie outside the calendar that is known"
    }


def test_a_duty_whose_steps_lie_outside_every_calendar_is_such_a_problem_too(deciding, read):
    every = replace(deciding, rulebook=loaded(shipped()))
    facts = {
        "strategy_discussion_held": "2026-03-02",
        "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
        "s47_concluded": {"at": "2026-03-05", "value": "at_risk"},
    }
    meeting = {"id": "M-1", "kind": "icpc", "status": "booked", "scheduled_at": "2060-03-03T10:00"}
    record = read(pathway="stoke-on-trent", facts=facts, meetings=[meeting])

    said = explain(record, (), every, at("2026-03-10T12:00"))

    wrong = [one["where"] for one in said["problems"] if "outside the calendar" in one["what"]]
    assert f"{record.ref}: minute-taker" in wrong
    assert "icpc-limit" in {one["rule"] for one in said["obligations"]}
