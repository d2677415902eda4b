"""What is not required: a waiver is of one duty of one subject, and never counts before what was done."""

import pytest

from tests.unit.enquiry import ENQUIRY, at, states


@pytest.mark.parametrize(
    ("waiver", "expected"),
    [
        pytest.param(
            {"value": "not_required", "about": "icpc-invite-list/icpc-1"},
            "waived",
            id="of this one",
        ),
        pytest.param(
            {"value": "not_required", "about": "icpc-limit/icpc-1"}, "open", id="of another duty"
        ),
        pytest.param(
            {"value": "not_required", "about": "icpc-invite-list/icpc-2"},
            "open",
            id="of another conference",
        ),
        pytest.param(
            {"value": "because", "about": "icpc-invite-list/icpc-1"},
            "open",
            id="for a reason nobody knows",
        ),
        pytest.param({"value": "other"}, "open", id="of nothing in particular"),
    ],
)
def test_a_waiver_is_of_one_duty_and_subject(stand, waiver, expected):
    found = stand(facts={"obligation_waived": {"at": "2026-03-04", **waiver}})

    assert states(found)["icpc-invite-list"] == expected
    assert states(found)["icpc-by-day-15"] == "open"


def test_one_agencys_duty_can_be_waived(read, rule_of, under):
    rule = rule_of(
        "agency of icpc",
        "2 working days before icpc_scheduled",
        "icpc_scheduled is recorded",
        ("agency_report_submitted",),
    )
    invitees = [{"id": "I-1", "agency": "police"}, {"id": "I-2", "agency": "health"}]
    record = read(
        facts={
            **ENQUIRY,
            "obligation_waived": {
                "at": "2026-03-04",
                "value": "not_required",
                "about": "duty/icpc-1/police",
            },
        },
        meetings=[
            {"id": "M-1", "kind": "icpc", "scheduled_at": "2026-03-20", "invitees": invitees}
        ],
    )

    found = under(rule, record, at("2026-03-18T12:00"))

    assert states(found) == {"icpc-1/police": "waived", "icpc-1/health": "open"}


def test_met_counts_before_waived_and_before_a_death(stand):
    facts = {
        "invite_list_received": "2026-03-04",
        "child_died": "2026-03-05",
        "obligation_waived": {
            "at": "2026-03-05",
            "value": "other",
            "about": "icpc-invite-list/icpc-1",
        },
    }

    assert states(stand(facts=facts))["icpc-invite-list"] == "met"
