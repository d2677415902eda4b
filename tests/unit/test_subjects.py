"""Every subject that a rule can be for, with small rules made here, and which facts each of them sees."""

from datetime import UTC, datetime

import pytest

NOW = datetime(2026, 12, 1, tzinfo=UTC)
ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
}


def standing(found):
    return {subject: str(one.state) for subject, one in found.items()}


def invitee(name, **more):
    return {"id": name, "agency": "police", **more}


def parent(name, **more):
    return {"id": name, "is_family": True, **more}


def icpc(name="M-1", *invitees, **more):
    return {"id": name, "kind": "icpc", "invitees": list(invitees), **more}


def test_the_case_itself(read, rule_of, under):
    rule = rule_of(
        "case",
        "1 working day after concern_raised",
        "concern_raised is recorded",
        ("mash_enquiry_received",),
    )
    record = read(facts={"concern_raised": "2026-03-02", "mash_enquiry_received": "2026-03-03"})

    assert standing(under(rule, record, NOW)) == {"case": "met"}


REPORT = (
    "2 working days before icpc_scheduled",
    "icpc_scheduled is recorded",
    ("agency_report_submitted",),
)


def test_each_agency_of_a_conference_has_its_own(read, rule_of, under):
    rule = rule_of("agency of icpc", *REPORT)
    record = read(
        facts={**ENQUIRY, "agency_report_submitted": {"at": "2026-03-17", "about": "health"}},
        meetings=[
            icpc(
                "M-1",
                invitee("I-1", facts={"agency_report_submitted": "2026-03-16"}),
                invitee("I-2", agency="health"),
                invitee("I-3", agency="education"),
                invitee("I-4", agency="police"),
                parent("I-5", facts={"agency_report_submitted": "2026-03-16"}),
                scheduled_at="2026-03-20T10:00",
            )
        ],
    )

    found = under(rule, record, NOW)

    assert standing(found) == {
        "icpc-1/police": "met",
        "icpc-1/health": "met",
        "icpc-1/education": "open",
    }
    assert found["icpc-1/police"].subject.agency == "police"
    assert found["icpc-1/police"].due_at == datetime(2026, 3, 18, 17, tzinfo=UTC)
    assert found["icpc-1/police"].late is False
    assert found["icpc-1/police"].starts_at is None  # what it counts from still lies ahead


def test_the_attempt_shows_in_a_partners_subject_and_its_list_is_the_last_ones(
    read, rule_of, under
):
    rule = rule_of("agency of icpc", *REPORT)
    record = read(
        facts=ENQUIRY,
        meetings=[
            icpc(
                "M-1",
                invitee("I-1"),
                invitee("I-2", agency="health"),
                status="rearranged",
                scheduled_at="2026-03-20",
            ),
            icpc("M-2", invitee("I-1"), scheduled_at="2026-03-27"),
        ],
    )

    assert standing(under(rule, record, NOW)) == {"icpc-1.2/police": "open"}


def test_an_attempt_without_a_list_keeps_the_one_before(read, rule_of, under):
    rule = rule_of("agency of icpc", *REPORT)
    record = read(
        facts=ENQUIRY,
        meetings=[
            icpc("M-1", invitee("I-1"), status="rearranged", scheduled_at="2026-03-20"),
            icpc("M-2", scheduled_at="2026-03-27"),
        ],
    )

    assert list(under(rule, record, NOW)) == ["icpc-1.2/police"]


def test_each_invitee_has_its_own_and_never_stands_there_twice(read, rule_of, under):
    rule = rule_of(
        "invitee of icpc",
        "1 working day before icpc_scheduled",
        "icpc_scheduled is recorded",
        ("deputy_nominated",),
    )
    record = read(
        facts=ENQUIRY,
        meetings=[
            icpc(
                "M-1",
                invitee("I-1"),
                invitee("I-2"),
                status="rearranged",
                scheduled_at="2026-03-20",
            ),
            icpc(
                "M-2",
                invitee("I-1"),
                invitee("I-2"),
                scheduled_at="2026-03-27",
                facts={"deputy_nominated": {"at": "2026-03-25", "about": "I-2"}},
            ),
        ],
    )

    assert standing(under(rule, record, NOW)) == {
        "icpc-1.2/invitee-I-1": "open",
        "icpc-1.2/invitee-I-2": "met",
    }


@pytest.mark.parametrize(
    ("about", "reached"),
    [
        pytest.param("I-4", {"icpc-1/parent-I-4"}, id="by id"),
        pytest.param("mother", {"icpc-1/parent-I-4"}, id="by a role that one of them has"),
        pytest.param("parent", set(), id="by a role that both have"),
        pytest.param("I-9", set(), id="about somebody else"),
        pytest.param(None, {"icpc-1/parent-I-4", "icpc-1/parent-I-5"}, id="about no one: both"),
    ],
)
def test_reaching_one_parent_does_not_meet_the_duty_towards_the_other(
    read, rule_of, under, about, reached
):
    rule = rule_of(
        "parent of icpc",
        "2 working days before icpc_scheduled",
        "icpc_scheduled is recorded",
        ("conference_report_shared",),
    )
    roles = ("parent", "parent") if about == "parent" else ("mother", "father")
    record = read(
        facts={**ENQUIRY, "conference_report_shared": {"at": "2026-03-18", "about": about}},
        meetings=[
            icpc(
                "M-1",
                parent("I-4", role=roles[0]),
                parent("I-5", role=roles[1]),
                scheduled_at="2026-03-20",
            )
        ],
    )

    found = under(rule, record, NOW)

    assert set(found) == {"icpc-1/parent-I-4", "icpc-1/parent-I-5"}
    assert {subject for subject, one in found.items() if one.state == "met"} == reached


def test_a_report_for_the_first_conference_is_none_for_the_second(read, rule_of, under):
    rule = rule_of("agency of icpc", *REPORT)
    facts = {
        "strategy_discussion_held": ["2026-03-02", "2026-06-01"],
        "s47_decision_recorded": [
            {"at": day, "value": "section_47"} for day in ("2026-03-02", "2026-06-01")
        ],
    }
    first = icpc(
        "M-1",
        invitee("I-1", facts={"agency_report_submitted": "2026-03-17"}),
        held_on="2026-03-20",
        scheduled_at="2026-03-20",
    )
    second = icpc("M-2", invitee("I-1"), scheduled_at="2026-06-19")

    found = under(rule, read(facts=facts, meetings=[first, second]), NOW)

    assert standing(found) == {"icpc-1/police": "met", "icpc-2/police": "open"}


NEXT_CORE_GROUP = (
    "28 calendar days after core_group_held",
    "core_group_held is recorded",
    ("core_group_held",),
)
THREE = [("G-1", "2026-04-02"), ("G-2", "2026-04-29"), ("G-3", "2026-06-10")]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(
            {"meetings": [{"id": n, "kind": "core_group", "held_on": d} for n, d in THREE]},
            id="as meetings",
        ),
        pytest.param(
            {"facts": {"core_group_held": [d for _, d in THREE]}}, id="as facts of the case"
        ),
        pytest.param(
            {
                "meetings": [{"id": n, "kind": "core_group", "scheduled_at": d} for n, d in THREE],
                "facts": {"core_group_held": [d for _, d in THREE]},
            },
            id="booked in one feed, held in another",
        ),
    ],
)
def test_the_next_core_group_counts_from_the_one_last_held(read, rule_of, under, body):
    rule = rule_of("core_group", *NEXT_CORE_GROUP)

    found = under(rule, read(**body), NOW)

    assert {
        subject: (str(one.state), one.late, str(one.due_at.date()))
        for subject, one in found.items()
    } == {
        "core_group-2": ("met", False, "2026-04-30"),
        "core_group-3": ("met", True, "2026-05-27"),
        "core_group-4": ("open", None, "2026-07-08"),
    }


def test_a_core_group_that_failed_was_not_held(read, rule_of, under):
    rule = rule_of("core_group", *NEXT_CORE_GROUP)
    meetings = [
        {"id": "G-1", "kind": "core_group", "held_on": "2026-04-02"},
        {"id": "G-2", "kind": "core_group", "held_on": "2026-04-29", "effective": False},
    ]

    found = under(rule, read(meetings=meetings), NOW)

    assert standing(found) == {"core_group-2": "open"}
    assert found["core_group-2"].subject.id == "G-2"


def test_what_a_review_decided_belongs_to_it_and_not_to_the_next(read, rule_of, under):
    rule = rule_of(
        "rcpc",
        "6 months after the last rcpc_held",
        "review_decision_recorded is not continue",
        ("rcpc_held",),
    )
    record = read(
        facts={
            "review_decision_recorded": [
                {"at": "2026-02-19", "value": "continue"},
                {"at": "2026-08-19", "value": "end"},
            ]
        },
        meetings=[
            {"id": "R-1", "kind": "rcpc", "held_on": "2026-02-19"},
            {"id": "R-2", "kind": "rcpc", "held_on": "2026-08-19"},
        ],
    )

    assert standing(under(rule, record, NOW)) == {"rcpc-2": "met", "rcpc-3": "open"}


def test_a_plan_sees_what_is_its_own(read, rule_of, under):
    rule = rule_of(
        "plan", "week 6 of plan_started", "plan_started is recorded", ("midpoint_review_recorded",)
    )
    plans = [
        {"id": "P-2", "started_on": "2026-06-01"},
        {
            "id": "P-1",
            "started_on": "2025-11-21",
            "ended_on": "2026-05-20",
            "facts": {"midpoint_review_recorded": "2025-12-30"},
        },
    ]

    found = under(rule, read(plans=plans), NOW)

    assert standing(found) == {"plan-P-1": "met", "plan-P-2": "open"}
    assert str(found["plan-P-1"].due_at.date()) == "2025-12-31"


def test_an_action_is_met_by_being_done_before_its_day_whatever_stands_beside_it(
    read, rule_of, under
):
    rule = rule_of(
        "action",
        "1 working day after plan_action_due",
        "plan_action_due is recorded",
        ("plan_action_completed",),
    )
    actions = [
        {"id": "A-1", "due_on": "2026-04-10", "facts": {"plan_action_completed": "2026-04-08"}},
        {"id": "A-2", "due_on": "2026-04-01", "facts": {"plan_action_completed": "2026-04-20"}},
        {"id": "A-3", "due_on": "2026-04-15"},
    ]

    found = under(rule, read(actions=actions), NOW)

    assert {name: (str(one.state), one.late) for name, one in found.items()} == {
        "action-A-1": ("met", False),
        "action-A-2": ("met", True),
        "action-A-3": ("open", None),
    }


def test_a_backward_clock_moves_with_the_booked_date(read, rule_of, under):
    rule = rule_of(
        "icpc",
        "5 working days before icpc_scheduled",
        "icpc_scheduled is recorded",
        ("conference_report_authorised",),
    )
    booked = icpc("M-1", scheduled_at="2026-03-20", status="booked")
    moved = [{**booked, "status": "rearranged"}, icpc("M-2", scheduled_at="2026-03-27")]

    first = under(rule, read(facts=ENQUIRY, meetings=[booked]), NOW)
    then = under(rule, read(facts=ENQUIRY, meetings=moved), NOW)
    never = under(rule, read(facts=ENQUIRY), NOW)

    assert [str(one["icpc-1"].due_at.date()) for one in (first, then)] == [
        "2026-03-13",
        "2026-03-20",
    ]
    assert never == {}
