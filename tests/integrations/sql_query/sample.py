"""A small authority's dataset: what vendors leave out, what belongs to others, and what cannot be true."""

from datetime import date

from tests.integrations.sql_query.conftest import CaseSystem, flags

STRATEGY, HELD = date(2024, 2, 2), date(2024, 2, 20)


def fill_sample(system: CaseSystem) -> None:
    """Fill the tables with five children whose rows vendors would write in five ways."""
    siblings_without_a_meeting_id(system)
    _from_elsewhere(system)
    _reviewed(system)
    _contradicting(system)
    system.enquiry(None, number="E-lost")


def siblings_without_a_meeting_id(system: CaseSystem) -> None:
    """Add two children of one mother: no family row joins them, and no meeting id."""
    for ref in ("1001", "1002"):
        system.child(ref, dob=date(2018, 4, 1))
        ended = {"end_date": date(2024, 2, 11), "outcome_json": flags(CP_CONFERENCE_FLAG="Y")}
        system.enquiry(ref, STRATEGY, **ended)
        system.add("ssd_mother", table_id=f"MO{ref}", person_id="900", childs_person_id=ref)
        system.add(
            "ssd_initial_cp_conference",
            icpc_id=f"I{ref}", icpc_meeting_id="-1", s47_enquiry_id=f"E-{ref}", person_id=ref,
            icpc_transfer_in="N", icpc_target_date=date(2024, 2, 24), icpc_date=HELD,
            icpc_outcome_cp_flag="Y",
        )  # fmt: skip
        system.add("ssd_cp_plans", cp_plan_id=f"P{ref}", person_id=ref, cp_plan_start_date=HELD)
    system.add(
        "ssd_cin_assessments",
        assessment_id="A1", person_id="1001", assessment_auth_date=date(2024, 3, 3),
    )  # fmt: skip
    system.add(
        "ssd_cla_episodes",
        cla_episode_id="L1", person_id="1002", cla_episode_start_date=date(2024, 3, 1),
    )  # fmt: skip


def _from_elsewhere(system: CaseSystem) -> None:
    """Add a child who came to us with a temporary plan of another authority."""
    system.child("2001", expected_dob=date(2024, 5, 1))
    system.add(
        "ssd_initial_cp_conference",
        icpc_id="I2001", person_id="2001", icpc_transfer_in="Y", icpc_meeting_id="M-20",
    )  # fmt: skip
    system.add(
        "ssd_cp_plans",
        cp_plan_id="P2001", person_id="2001", cp_plan_start_date=date(2024, 1, 12), cp_plan_ola="Y",
    )  # fmt: skip
    system.add(
        "ssd_linked_identifiers",
        table_id="K1", person_id="2001", identifier_type="Unborn ID", identifier_value="U-77",
    )  # fmt: skip


def _reviewed(system: CaseSystem) -> None:
    """Add a child with a review that names no plan, and the next one that is only due."""
    system.child("3001", dob=date(2015, 4, 1))
    system.add(
        "ssd_cp_plans", cp_plan_id="P3001", person_id="3001", cp_plan_start_date="2023-09-01"
    )
    review = {"person_id": "3001", "cp_plan_id": None}
    system.add(
        "ssd_cp_reviews",
        cp_review_id="R1", cp_review_due=date(2023, 12, 1), cp_review_date=date(2023, 11, 28),
        cp_review_outcome_continue_cp="Y", **review,
    )  # fmt: skip
    system.add("ssd_cp_reviews", cp_review_id="R2", cp_review_due=date(2024, 5, 30), **review)


def _contradicting(system: CaseSystem) -> None:
    """Add a child whose conference came before its enquiry, and who has two open plans."""
    system.child("4001", dob=date(2012, 4, 1))
    system.enquiry("4001", date(2024, 2, 23))
    system.add(
        "ssd_initial_cp_conference",
        icpc_id="I4001", icpc_meeting_id="M-40", s47_enquiry_id="E-4001", person_id="4001",
        icpc_date=HELD,
    )  # fmt: skip
    for number, start in enumerate((date(2024, 2, 20), date(2024, 2, 27))):
        plan = {"cp_plan_id": f"P4-{number}", "cp_plan_start_date": start}
        system.add("ssd_cp_plans", person_id="4001", **plan)
