"""Conditions that ask what a subject is like: its number, its meeting, who was there, whether the plan goes on."""

from datetime import UTC, datetime

import pytest

from daemon.decide.conference.presence import absent_agencies
from daemon.domain.parts import Attendance
from daemon.rulebook.language.conditions import condition
from daemon.rulebook.language.phrases import Misread

NOW = datetime(2026, 12, 1, tzinfo=UTC)
ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
}


def person(name, agency="police", **more):
    return {"id": name, "agency": agency, **more}


def meeting(**more):
    return {"id": "M-1", "kind": "icpc", "scheduled_at": "2026-03-18T10:00", **more}


def ended(value, **more):
    body = {"at": "2026-06-01", "value": value} if value else "2026-06-01"
    return {**ENQUIRY, "icpc_held": "2026-03-20", "plan_ended": body, **more}


@pytest.mark.parametrize(
    ("subject", "words_", "record", "holds"),
    [
        pytest.param("icpc", "meeting is unbooked", {"facts": ENQUIRY}, True, id="not booked"),
        pytest.param(
            "icpc", "meeting is booked", {"facts": ENQUIRY, "meetings": [meeting()]}, True,
            id="booked",
        ),
        pytest.param(
            "icpc", "meeting is failed",
            {"facts": ENQUIRY, "meetings": [meeting(status="adjourned")]}, True, id="failed",
        ),
        pytest.param(
            "icpc", "meeting is held", {"facts": {**ENQUIRY, "icpc_held": "2026-03-18"}}, True,
            id="held",
        ),
        pytest.param(
            "icpc", "kind is pre_birth",
            {"facts": ENQUIRY, "meetings": [meeting(kind="pre_birth")]}, True, id="its kind",
        ),
        pytest.param(
            "icpc", "mode is one of (virtual, hybrid)",
            {"facts": ENQUIRY, "meetings": [meeting(mode="hybrid")]}, True, id="one of several",
        ),
        pytest.param(
            "icpc", "mode is not virtual", {"facts": ENQUIRY}, True, id="no meeting has no mode"
        ),
        pytest.param("case", "unborn is yes", {"expected_on": "2026-12-24"}, True, id="unborn"),
        pytest.param(
            "case", "unborn is yes", {"expected_on": "2026-02-01", "born_on": "2026-02-03"}, False,
            id="born meanwhile",
        ),
        pytest.param("case", "looked_after is yes", {"looked_after": True}, True, id="looked after"),
        pytest.param("case", "age is at least 17 years", {"born_on": "2009-12-01"}, True, id="today"),
        pytest.param(
            "case", "age is at least 17 years", {"born_on": "2009-12-02"}, False, id="tomorrow"
        ),
        pytest.param(
            "case", "count of concern_raised is at least 2",
            {"facts": {"concern_raised": ["2026-01-05", "2026-02-05"]}}, True, id="twice",
        ),
        pytest.param(
            "case", "count of drift_identified is yes is at least 2",
            {"facts": {"drift_identified": [
                {"at": "2026-01-05", "value": "yes"}, {"at": "2026-02-05", "value": "no"},
            ]}},
            False, id="once yes and once no",
        ),
        pytest.param("icpc", "plan is running", {"facts": ENQUIRY}, True, id="no end is recorded"),
        pytest.param("icpc", "plan is over", {"facts": ended("no_longer_at_risk")}, True, id="over"),
        pytest.param("icpc", "plan is over", {"facts": ended("moved")}, False, id="moved alone"),
        pytest.param(
            "icpc", "plan is over", {"facts": ended("moved", receiving_conference_held="2026-05-20")},
            True, id="moved, and theirs was held",
        ),
        pytest.param(
            "core_group", "plan is over", {"facts": ended("other", core_group_held="2026-06-01")},
            True, id="ended on the day of the last meeting",
        ),
        pytest.param(
            "core_group", "plan is over",
            {"facts": ended("other", icpc_held=["2026-03-20", "2026-09-01"])}, False,
            id="another plan has begun",
        ),
    ],
)  # fmt: skip
def test_a_condition_asks_what_its_subject_is_like(
    read, rule_of, answer, subject, words_, record, holds
):
    rule = rule_of(subject, "1 working day after minutes_available", words_, ("icpc_rearranged",))

    found = answer(rule, read(**record), NOW)

    assert [rule.when.test(scene) for _, scene in found.not_started][-1] is holds


def test_an_end_without_a_known_reason_leaves_the_plan_neither_running_nor_over(
    read, rule_of, answer, words
):
    rule = rule_of("plan", "14 months after plan_started", "plan is over", ("icpc_held",))
    plans = [{"id": "P-1", "started_on": "2026-03-20", "ended_on": "2026-06-01"}]

    found = answer(rule, read(plans=plans), NOW)

    scene = found.not_started[0][1]
    assert [rule.when.test(scene), condition("plan is running", words).test(scene)] == [False] * 2


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("number is first", "number is a number", id="a number in words"),
        pytest.param("mode is on_paper", 'mode is never "on_paper"', id="no such value"),
        pytest.param("mode is recorded", "mode is compared with a word", id="recorded"),
        pytest.param("icpc_held is at least 2", '"icpc_held" is no number', id="a fact counted"),
        pytest.param("agency is polise", 'agency is never "polise"', id="no such agency"),
    ],
)
def test_a_trait_misread_says_what_is_wrong(words, text, what):
    with pytest.raises(Misread) as refused:
        condition(text, words)

    assert refused.value.what == what


@pytest.mark.parametrize(
    ("people", "excuses", "absent"),
    [
        pytest.param([person("I-1", attendance="absent")], (), ["police"], id="absent"),
        pytest.param([person("I-1", attendance="apologies")], (), ["police"], id="only sorry"),
        pytest.param([person("I-1")], (), [], id="nobody wrote it down"),
        pytest.param(
            [person("I-1", attendance="absent"), person("I-2")], (), [], id="half written down"
        ),
        pytest.param(
            [person("I-1", attendance="absent"), person("I-2", attendance="present")], (), [],
            id="a colleague came",
        ),
        pytest.param([person("I-1", attendance="represented")], (), [], id="a deputy came"),
        pytest.param(
            [person("I-1", attendance="absent", facts={"report_in_lieu_received": "2026-03-17"})],
            ("report_in_lieu_received",), [], id="a report excuses, where the pack says so",
        ),
        pytest.param(
            [person("I-1", attendance="absent", facts={"report_in_lieu_received": "2026-03-17"})],
            (), ["police"], id="and does not where it does not",
        ),
        pytest.param(
            [{"id": "I-9", "is_family": True, "attendance": "absent"}], (), [], id="a parent"
        ),
    ],
)  # fmt: skip
def test_an_agency_is_absent_when_all_is_written_down_and_nobody_came(
    read, people, excuses, absent
):
    record = read(meetings=[meeting(invitees=people)])

    assert absent_agencies(record.meetings[0], Attendance(excuses)) == absent


def test_a_later_conference_does_not_undo_an_absence(read, rule_of, under):
    rule = rule_of(
        "absent agency of icpc",
        "1 working day after presence_failed",
        "presence_failed is yes",
        ("issue_resolution_informal_sent",),
    )
    failed = meeting(
        status="rearranged", rearranged_to="M-2", invitees=[person("I-1", attendance="absent")],
        facts={"presence_failed": {"at": "2026-03-18T10:15", "value": "yes"}},
    )  # fmt: skip
    again = {
        "id": "M-2", "kind": "icpc", "held_on": "2026-03-26",
        "invitees": [person("I-1", attendance="present")],
    }  # fmt: skip

    found = under(rule, read(facts=ENQUIRY, meetings=[failed, again]), NOW)

    assert {name: str(one.state) for name, one in found.items()} == {"icpc-1/police": "open"}


HERE = {"delivered": True}


@pytest.mark.parametrize(
    ("invitee", "word"),
    [
        pytest.param({"invited_at": "2026-03-10T09:00", **HERE}, "in_time", id="six days before"),
        pytest.param({"invited_at": "2026-03-11T09:00", **HERE}, "in_time", id="five days before"),
        pytest.param({"invited_at": "2026-03-12T09:00", **HERE}, "late", id="four days before"),
        pytest.param(
            {"invited_at": "2026-03-10T09:00"}, "unknown", id="nobody says that it arrived"
        ),
        pytest.param({"invited_at": "2026-03-12T09:00"}, "late", id="late, arrived or not"),
        pytest.param({"invited_at": "2026-03-10", "delivered": False}, "bounced", id="bounced"),
        pytest.param({"person": "cp@police.example"}, "none", id="never invited"),
        pytest.param({}, "unaddressed", id="never invited, for nobody has their address"),
    ],
)
def test_an_invitation_is_in_time_five_working_days_before(read, rule_of, answer, invitee, word):
    rule = rule_of(
        "agency of icpc", "1 working day after minutes_available",
        f"invitation is {word}", ("icpc_rearranged",),
    )  # fmt: skip
    record = read(facts=ENQUIRY, meetings=[meeting(invitees=[person("I-1", **invitee)])])

    (found,) = answer(rule, record, NOW).not_started

    assert rule.when.test(found[1]) is True


@pytest.mark.parametrize(
    ("invitees", "word"),
    [
        pytest.param(
            [{"invited_at": "2026-03-10"}, {"invited_at": "2026-03-10", **HERE}], "in_time",
            id="one of two arrived in time",
        ),
        pytest.param(
            [{"invited_at": "2026-03-12", **HERE}, {"invited_at": "2026-03-10"}], "unknown",
            id="one late, one in doubt",
        ),
    ],
)  # fmt: skip
def test_an_agency_is_invited_as_the_best_of_its_people_is(read, rule_of, answer, invitees, word):
    rule = rule_of(
        "agency of icpc", "1 working day after minutes_available",
        f"invitation is {word}", ("icpc_rearranged",),
    )  # fmt: skip
    people = [person(f"I-{number}", **one) for number, one in enumerate(invitees)]
    record = read(facts=ENQUIRY, meetings=[meeting(invitees=people)])

    (found,) = answer(rule, record, NOW).not_started

    assert rule.when.test(found[1]) is True


def test_nobody_is_known_to_be_invited_in_time_to_a_meeting_without_a_date(read, rule_of, answer):
    rule = rule_of(
        "agency of icpc", "1 working day after minutes_available",
        "invitation is unknown", ("icpc_rearranged",),
    )  # fmt: skip
    invitees = [person("I-1", invited_at="2026-03-10", **HERE)]
    undated = meeting(invitees=invitees, scheduled_at=None)

    (found,) = answer(rule, read(facts=ENQUIRY, meetings=[undated]), NOW).not_started

    assert rule.when.test(found[1]) is True
