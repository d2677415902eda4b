"""What the sheets beside the conferences say: reports, core groups, milestones."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integrations.csv_files.conftest import Drop, line

VOCABULARY = Path(__file__).parents[3] / "policies" / "vocabulary.yaml"


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        pytest.param(
            "ICPC",
            {
                "conference_report_authorised": "2026-03-04",
                "conference_report_shared": "2026-03-05",
            },
            id="an initial conference",
        ),
        pytest.param(
            "RCPC",
            {"review_report_completed": "2026-03-04", "review_report_shared": "2026-03-05"},
            id="a review",
        ),
    ],
)
def test_the_social_workers_report_is_authorised_and_shared(
    drop: Drop, kind: str, facts: dict[str, str]
) -> None:
    drop.put("conference", line("conference", kind=kind))
    drop.put("report", "C1,,Children's Social Care,,2026-03-04,2026-03-05")

    assert drop.meeting()["facts"] == facts


def test_core_groups_are_those_held_and_the_next_one(drop: Drop) -> None:
    drop.put("conference", line("conference"))
    drop.put(
        "core_group",
        "SC-9,P-1,05/01/2026,02/02/2026,2026-01-09",
        "SC-9,P-1,2026-02-03,2026-03-03 14:00,",
    )

    assert drop.bodies()["SC-9"]["meetings"] == [
        {
            "id": "CG-SC-9-2026-01-05",
            "kind": "core_group",
            "status": "held",
            "held_on": "2026-01-05",
            "facts": {"core_group_pack_sent": "2026-01-09"},
        },
        {
            "id": "CG-SC-9-2026-02-03",
            "kind": "core_group",
            "status": "held",
            "held_on": "2026-02-03",
            "facts": {},
        },
        {
            "id": "CG-SC-9-2026-03-03",
            "kind": "core_group",
            "status": "booked",
            "scheduled_at": "2026-03-03T14:00",
            "facts": {},
        },
    ]


def test_milestones_are_facts_and_a_second_one_makes_a_list(drop: Drop) -> None:
    drop.put("conference", line("conference"))
    drop.put(
        "milestone",
        "SC-1,P-1,mid-point,2026-01-05,",
        "SC-1,P-1,Mid point,2026-02-16,",
        "SC-1,P-1,14-month,2026-02-20,",
        "SC-1,P-1,audit,2026-02-21,no drift",
        header="case_ref,plan_id,kind,done_at,finding",
    )

    assert drop.bodies()["SC-1"]["facts"] == {
        "midpoint_review_recorded": ["2026-01-05", "2026-02-16"],
        "partnership_supervision_held": "2026-02-20",
        "drift_audit_completed": {"at": "2026-02-21", "value": "no_drift"},
    }


def test_every_fact_that_the_diary_gives_is_in_the_vocabulary(drop: Drop) -> None:
    known = yaml.safe_load(VOCABULARY.read_text("utf-8"))["facts"]
    dated = {
        column: "2026-03-05" for column in HEADED if column.endswith(("_at", "_date", "_start"))
    }
    drop.put(
        "conference",
        line("conference", **dated, outcome="plan"),
        line("conference", conference_id="C2", kind="RCPC", held_date="2026-03-05", outcome="end"),
    )
    drop.put("report", *[f"{one},,{by},{DATES}" for one in ("C1", "C2") for by in ("", "police")])
    drop.put("core_group", "SC-1,,2026-03-05,,2026-03-06")
    drop.put(
        "milestone", *[f"SC-1,,{kind},2026-03-05" for kind in ("audit", "14-month", "midpoint")]
    )

    body = drop.bodies()["SC-1"]

    given: set[str] = set(body["facts"]).union(*(one["facts"] for one in body["meetings"]))
    assert len(given) >= 18
    assert given - set(known) == set()


DATES = "2026-03-03,2026-03-04,2026-03-05"
HEADED = [
    "strategy_date",
    "booked_start",
    "invite_list_received_at",
    "police_report_requested_at",
    "held_date",
    "decisions_to_chair_at",
    "decisions_approved_at",
    "decisions_sent_at",
    "minutes_sent_at",
    "minutes_shared_with_family_at",
]


@pytest.mark.parametrize(
    ("sheets", "lost"),
    [
        pytest.param({}, set(), id="all that is read"),
        pytest.param(
            {"report": {"columns": {"authorised_at": ""}}},
            {"conference_report_authorised", "review_report_completed"},
            id="a column is not read",
        ),
        pytest.param(
            {"milestone": {"file": ""}},
            {"midpoint_review_recorded", "drift_audit_completed", "partnership_supervision_held"},
            id="a sheet is switched off",
        ),
        pytest.param({"milestone": {"file": "Audits.csv"}}, set(), id="a sheet of another name"),
    ],
)
def test_a_drop_folder_carries_what_the_columns_that_are_read_can_show(
    drop: Drop, sheets: dict[str, Any], lost: set[str]
) -> None:
    whole = drop.feed().carries

    assert whole - drop.feed(sheets=sheets).carries == lost
    words = yaml.safe_load(VOCABULARY.read_text("utf-8"))
    assert whole <= words["facts"].keys()


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        pytest.param("Initial CP Conference", "icpc", id="initial"),
        pytest.param("Review", "rcpc", id="review"),
        pytest.param("Review Child Protection Conference", "rcpc", id="review, in full"),
        pytest.param("Pre-birth conference", "pre_birth", id="before birth"),
        pytest.param("Transfer-in ICPC", "transfer_in", id="transfer"),
    ],
)
def test_a_conferences_kind_is_read_as_people_call_it(drop: Drop, typed: str, kind: str) -> None:
    drop.put("conference", line("conference", kind=typed))

    assert drop.meeting()["kind"] == kind


@pytest.mark.parametrize(
    ("typed", "attendance"),
    [
        pytest.param("Attended", "present", id="attended"),
        pytest.param("Deputy attended", "represented", id="deputy"),
        pytest.param("Sent apologies", "apologies", id="apologies"),
        pytest.param("DNA", "absent", id="did not attend"),
    ],
)
def test_who_came_is_read_as_people_write_it(drop: Drop, typed: str, attendance: str) -> None:
    drop.put("conference", line("conference"))
    drop.put("invitee", "C1,I1,,,,,,,,")
    drop.put("attendance", f"C1,I1,{typed}")

    assert drop.meeting()["invitees"][0]["attendance"] == attendance
