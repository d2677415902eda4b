"""The rest of the story: core groups, reviews, drift, the eldest's plan that ends, and 14 months."""

from typing import Any

from daemon.engine.answering.dispatch import Draft
from tests.stoke_story.family import ALL, ELDEST, FATHER, MOTHER, REVIEWERS, YOUNGER
from tests.stoke_story.stage import Stage

END = "2027-01-27 17:00"
EVENT = Draft(
    "Something has happened that you need to know before the review.", "It stands in the case file."
)
LEADS = [
    {"id": "lead-police", "agency": "police", "role": "safeguarding_lead_agency", "person": "pam"},
    {"id": "lead-health", "agency": "health", "role": "safeguarding_lead_agency", "person": "hana"},
    {"id": "lead-school", "agency": "education", "role": "safeguarding_lead_agency", "person": "eve"},
    {"id": "chair", "role": "cp_chair", "person": "chris"},
    {"id": "worker", "role": "social_worker", "person": "sam"},
    {"id": "manager", "role": "team_manager", "person": "tom"},
]  # fmt: skip


def core_group(on: Stage, number: int, day: str, of: tuple[str, ...] = ALL) -> None:
    on.at(f"{day} 15:00", f"Core group {number} has met.")
    on.diary(f"C-{number}", of=of, kind="core_group", status="held", held_on=f"{day}T13:30")
    on.records("plan_updated", of=of)


def papers(on: Stage, number: int, day: str, of: tuple[str, ...] = ALL) -> None:
    on.at(
        f"{day} 11:00",
        f"The papers of core group {number} have gone to all involved, and to the chair.",
    )
    on.records("core_group_pack_sent", of=of)


def first_weeks(on: Stage) -> None:
    """The plan begins: core group, minutes, the mid-point in week 6, two actions."""
    core_group(on, 1, "2025-12-09")
    papers(on, 1, "2025-12-12")
    on.at("2025-12-22 11:00", "The minutes are available.")
    on.records("minutes_available")
    on.at(
        "2025-12-29 11:00", "The minutes are shared with the mother; for the father it is exempt."
    )
    on.records(about=MOTHER, minutes_shared_with_family="shared")
    on.records(about=FATHER, minutes_shared_with_family="exempt")
    on.at("2026-01-05 14:00", "The chair has done the mid-point review: no drift.")
    on.records("midpoint_review_recorded")
    on.records(drift_identified="no")
    core_group(on, 2, "2026-01-06")
    on.at("2026-01-08 10:00", "The health visitor's action is done.")
    done(on, "A-1")
    papers(on, 2, "2026-01-12")
    on.at("2026-01-20 10:00", "The school's action is done, late.")
    done(on, "A-2")


def done(on: Stage, action: str) -> None:
    for ref in ALL:
        body = on.cases.bodies[ref]
        facts = {"plan_action_completed": f"{on.clock():%Y-%m-%dT%H:%M}"}
        on.changes([ref], actions=[
            {**one, "facts": facts} if one["id"] == action else one for one in body["actions"]
        ])  # fmt: skip


def first_review(on: Stage) -> None:
    """The first review, within three months: the plan goes on."""
    on.at("2026-01-22 10:00", "The first review is booked for Tuesday 24 February at 10am.")
    review(on, 1, "2026-02-24")
    core_group(on, 3, "2026-02-03")
    papers(on, 3, "2026-02-09")
    prepared(on, 1, ("2026-02-09", "2026-02-16", "2026-02-19", "2026-02-20"))
    on.at("2026-02-24 12:30", "The first review was held: the plan goes on for all three.")
    held(on, 1, "2026-02-24")
    on.records(review_decision_recorded="continue")


def between_reviews(on: Stage) -> None:
    """From the first review to the second: one late core group, drift, and an event."""
    core_group(on, 4, "2026-03-03")
    papers(on, 4, "2026-03-09")
    core_group(on, 5, "2026-03-31")
    papers(on, 5, "2026-04-07")
    core_group(on, 6, "2026-04-30")
    papers(on, 6, "2026-05-06")
    on.at("2026-05-07 14:00", "The chair has done the mid-point review, and finds drift.")
    on.records("midpoint_review_recorded")
    on.records(drift_identified="yes")
    on.at("2026-05-08 15:00", "Chair and team manager have spoken about it, and agreed actions.")
    on.records("drift_discussion_recorded", "drift_actions_recorded")
    core_group(on, 7, "2026-05-28")
    papers(on, 7, "2026-06-03")
    on.at("2026-06-10 10:00", "A significant event is recorded for the youngest.")
    on.records("significant_event_recorded", of=["SC-3"])
    on.at("2026-06-10 11:00", "The social worker tells the chair, in the words drafted for it.")
    on.sends("sam", "significant-event", EVENT)
    on.records("chair_informed_of_significant_event", of=["SC-3"])
    core_group(on, 8, "2026-06-25")
    papers(on, 8, "2026-07-01")
    core_group(on, 9, "2026-07-23")


def second_review(on: Stage) -> None:
    """The second review, while the team manager is away: the eldest's plan ends, by two managers' agreement."""
    on.at("2026-07-27 10:00", "The second review is booked for Thursday 20 August at 10am.")
    review(on, 2, "2026-08-20")
    papers(on, 9, "2026-07-29")
    prepared(on, 2, ("2026-08-05", "2026-08-13", "2026-08-14", "2026-08-18"))
    on.at(
        "2026-08-20 12:30", "The second review was held: the eldest's plan ends, the others' go on."
    )
    held(on, 2, "2026-08-20")
    on.records(of=ELDEST, review_decision_recorded="end")
    on.records(of=YOUNGER, review_decision_recorded="continue")


def review(on: Stage, number: int, day: str) -> None:
    on.diary(
        f"R-{number}", kind="rcpc", number=number, status="booked", scheduled_at=f"{day}T10:00",
        ends_at=f"{day}T12:00", venue="Civic Centre", mode="hybrid",
    )  # fmt: skip


def prepared(on: Stage, number: int, days: tuple[str, str, str, str]) -> None:
    """Have everything before a review done: the list, the answers, the reports, and what the chair does."""
    listed, answered, shared, checked = days
    on.at(f"{listed} 15:00", "The invite list for the review is received.")
    on.records("invite_list_received")
    on.diary(f"R-{number}", invitees=REVIEWERS)
    if number == 2:
        on.at("2026-08-06 11:00", "It is proposed to end the eldest's plan.")
        on.records(of=ELDEST, stepdown_proposed="yes")
        on.at(
            "2026-08-07 10:00", "The service manager of the safeguarding unit signs in and agrees."
        )
        on.answers("sue", "ending-agreed-safeguarding", "yes", "threshold_no_longer_met")
        on.at("2026-08-11 10:00", "The service manager for social work signs in and agrees.")
        on.answers("wes", "ending-agreed-social-work", "yes", "threshold_no_longer_met")
    on.at(f"{answered} 10:00", "Police, health and the social worker accept.")
    for person in ("petra@police.example", "hazel@health.example", "sam"):
        on.replies(person)
    on.at(f"{answered} 16:00", "The school accepts.")
    on.replies("dan@school.example")
    on.at(f"{shared} 11:00", "The review report is complete, and shared with both parents.")
    on.records("review_report_completed")
    on.records(about=MOTHER, review_report_shared="shared")
    on.records(about=FATHER, review_report_shared="shared")
    on.at(f"{checked} 14:00", "The chair has read the records, and spoken with the social worker.")
    on.records("chair_review_check_recorded", "crm_sw_conversation_recorded")
    if number == 2:
        core_group(on, 10, "2026-08-18")


def held(on: Stage, number: int, day: str) -> None:
    there = {"police", "health", "school", "worker"}
    on.diary(
        f"R-{number}", status="held", held_on=f"{day}T10:00", effective=True,
        invitees=[attended(one) if one["id"] in there else one for one in REVIEWERS],
    )  # fmt: skip


def attended(invitee: dict[str, Any]) -> dict[str, Any]:
    return {**invitee, "attendance": "present"}


def last_months(on: Stage) -> None:
    """The eldest's plan is over; the audit finds drift; partnership supervision at 14 months."""
    on.at("2026-08-21 10:00", "The end of the eldest's plan is recorded: no longer at risk.")
    on.changes(ELDEST, plans=[{"id": "P-1", "started_on": "2025-11-26", "ended_on": "2026-08-21"}])
    on.records(of=ELDEST, plan_ended="no_longer_at_risk")
    on.at(
        "2026-08-24 10:00",
        "The agencies know that the eldest's plan has ended; a child in need plan has begun.",
    )
    on.records("discontinuation_notified", of=ELDEST)
    on.records(of=ELDEST, cin_plan_started="started")
    papers(on, 10, "2026-08-24", YOUNGER)


def to_fourteen_months(on: Stage) -> None:
    core_group(on, 11, "2026-09-15", YOUNGER)
    papers(on, 11, "2026-09-21", YOUNGER)
    core_group(on, 12, "2026-10-13", YOUNGER)
    papers(on, 12, "2026-10-19", YOUNGER)
    on.at("2026-10-29 15:00", "The drift audit is done, and finds drift.")
    on.records(of=YOUNGER, drift_audit_completed="drift")
    on.at("2026-10-30 11:00", "The chair raises it under issue resolution.")
    on.records("issues_resolution_raised", of=YOUNGER)
    on.at("2026-11-03 15:00", "The chair has done the mid-point review: the plan moves again.")
    on.records("midpoint_review_recorded", of=YOUNGER)
    on.records(of=YOUNGER, drift_identified="no")
    on.at("2026-11-05 12:00", "The service manager for social work has answered what was raised.")
    on.records("drift_resolution_answered", of=YOUNGER)
    core_group(on, 13, "2026-11-10", YOUNGER)
    papers(on, 13, "2026-11-16", YOUNGER)
    core_group(on, 14, "2026-12-08", YOUNGER)
    papers(on, 14, "2026-12-14", YOUNGER)
    on.at("2027-01-04 10:00", "Partnership supervision is booked for Wednesday 20 January at 2pm.")
    supervision = {"kind": "partnership_supervision", "venue": "Civic Centre", "mode": "in_person"}
    on.diary(
        "S-1", of=YOUNGER, **supervision, status="booked", scheduled_at="2027-01-20T14:00",
        ends_at="2027-01-20T15:30", invitees=LEADS,
    )  # fmt: skip
    core_group(on, 15, "2027-01-05", YOUNGER)
    papers(on, 15, "2027-01-11", YOUNGER)
    on.at("2027-01-20 16:00", "The partners have met, and their actions are recorded.")
    on.diary("S-1", of=YOUNGER, status="held", held_on="2027-01-20T14:00")
    on.records("partnership_supervision_actions_recorded", of=YOUNGER)
    on.at(END, "Fourteen months of the plan are over, and the story ends.")
