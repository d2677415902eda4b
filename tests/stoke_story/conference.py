"""The story's first month: strategy discussion, enquiry, a conference that fails, and the one that is held."""

from datetime import date

from daemon.engine.answering.dispatch import Draft
from daemon.testing.world import at
from tests.stoke_story.family import ELDEST, FATHER, INVITED, MOTHER, YOUNGER
from tests.stoke_story.stage import Stage

START = "2025-11-03 08:00"
FIRST, SECOND = "M-1", "M-2"  # the conference as the diary names its two attempts
ESCALATION = Draft(
    "The invite list was due at five today and is not here.",
    "Please have it sent on Monday morning.",
)
APPROVED = Draft("The decisions are approved.", "Please send them out, and act on them.")


def enquiry(on: Stage) -> None:
    """Day 1 to Day 5: everything in its time but for the invite list."""
    on.at("2025-11-03 09:10", "Significant harm is suspected.")
    on.records("significant_harm_suspected")
    on.at("2025-11-03 09:20", "The team manager asks the agencies for a strategy discussion.")
    on.records("strategy_discussion_requested")
    on.at(
        "2025-11-03 11:00",
        "The strategy discussion of 10am has decided on a section 47 enquiry. This is Day 1.",
    )
    on.records("strategy_discussion_held", on="2025-11-03T10:00")
    on.records(s47_decision_recorded="section_47")
    on.at("2025-11-03 11:30", "The immediate safety plan is recorded.")
    on.records("immediate_safety_action_plan_recorded")
    on.at("2025-11-03 12:00", "The child protection team is told, with the details for the police.")
    on.records("cp_team_support_contacted", "police_report_details_supplied")
    on.at("2025-11-03 12:30", "The team passes the enquiry to the duty chair.")
    on.records("passed_to_duty_chair")
    on.at("2025-11-03 14:00", "The duty chair signs in and agrees: the threshold may be met.")
    on.answers("dora", "duty-chair-triage", "yes", "threshold_may_be_met")
    on.at(
        "2025-11-03 14:30",
        "The notice, the request for a chair and the request to the police are recorded.",
    )
    on.records("icpc_required_notified", "service_manager_advised", "police_report_requested")
    on.at(
        "2025-11-03 15:00",
        "The chair is allocated, and the conference booked for Day 15, Friday 21 November at 10am.",
    )
    on.records("cp_chair_allocated", "icpc_booked", "weekly_diary_entry_added")
    on.changes(roles={"cp_chair": ["chris"]})
    on.diary(
        FIRST, kind="icpc", number=1, attempt=1, status="booked", scheduled_at="2025-11-21T10:00",
        ends_at="2025-11-21T12:00", venue="Civic Centre", mode="hybrid",
    )  # fmt: skip
    on.at("2025-11-06 15:00", "The enquiry is concluded: all three children are at risk.")
    on.records(s47_concluded="at_risk")
    on.at(
        "2025-11-07 17:15",
        "The invite list has not come. The service manager escalates to the team manager.",
    )
    on.sends("sue", "icpc-invite-list", ESCALATION)


def preparation(on: Stage) -> None:
    """Day 6 to the day before the conference: the list has come."""
    on.at(
        "2025-11-10 09:40",
        "The invite list is received, with the excluded manager on it by an oversight.",
    )
    on.records("invite_list_received")
    on.diary(FIRST, invitees=INVITED)
    on.at("2025-11-10 11:00", "The letters to the parents have gone.")
    on.records("invitations_sent")
    on.at("2025-11-10 14:00", "The chair has read the enquiry, and written to the social worker.")
    on.records(
        "chair_s47_review_recorded", "chair_prep_email_sent", "child_attendance_advice_requested"
    )
    on.at("2025-11-11 10:00", "Police, health and the minute taker accept.")
    for person in ("petra@police.example", "hazel@health.example", "minnie", "sam"):
        on.replies(person)
    on.at(
        "2025-11-12 15:00",
        "The children have been heard; the eldest will attend, and wants an advocate.",
    )
    on.records("child_voice_work_recorded")
    on.records(
        of=ELDEST, child_attendance_advice_recorded="attend", advocacy_offer_recorded="accepted"
    )
    on.records("child_attendance_mode_recorded", of=ELDEST)
    on.records(
        of=YOUNGER,
        child_attendance_advice_recorded="not_attend",
        advocacy_offer_recorded="declined",
    )
    on.records(venue_risk_discussion_recorded="no_risk")
    on.at("2025-11-13 11:00", "The mother is prepared. The father needs help to travel.")
    on.records("parent_preparation_recorded", about=MOTHER)
    on.records(about=MOTHER, parent_arrangements_recorded="in_place")
    on.records(about=FATHER, parent_arrangements_recorded="help_needed")
    on.at("2025-11-13 14:00", "The team manager signs in and authorises the report.")
    on.answers("tom", "conference-report-authorised", "yes", "complete")
    on.at("2025-11-17 16:00", "The mother has the report. The father's travel is arranged.")
    on.records(about=MOTHER, conference_report_shared="shared")
    on.records(about=FATHER, parent_arrangements_recorded="in_place")
    on.at(
        "2025-11-18 14:00",
        "The father has the report; the chair has rung the mother and met the eldest.",
    )
    on.records(about=FATHER, conference_report_shared="shared")
    on.records("chair_parent_contact_recorded", about=MOTHER)
    on.records("chair_child_contact_recorded", of=ELDEST)
    on.records("chair_checklist_started")
    on.at("2025-11-18 16:00", "The police report is here.")
    on.records("police_report_received")
    on.at("2025-11-19 08:30", "The father is prepared, a day late.")
    on.records("parent_preparation_recorded", about=FATHER)
    on.at("2025-11-19 15:00", "The chair has rung the father.")
    on.records("chair_parent_contact_recorded", about=FATHER)


def failure(on: Stage) -> None:
    """Day 15: nobody comes from the school."""
    on.at(
        "2025-11-21 10:15",
        "In the room the chair finds: without the school the conference is not effective.",
    )
    here = {"police": "present", "health": "present", "worker": "present", "minutes": "present"}
    on.tells(
        "chris", attendance={**here, "school": "absent"}, effective=False, without=["education"]
    )
    on.at(
        "2025-11-21 10:20",
        "The chair has rung the service manager, who signs in and agrees to rearrange.",
    )
    on.records("rearrangement_alert_sent")
    on.answers("sue", "rearrangement-approval", "yes", "key_agency_absent")
    on.at("2025-11-21 10:40", "The new date is agreed in the room: Wednesday 26 November at 10am.")
    on.tells(
        "chris",
        attendance={},
        effective=False,
        without=["education"],
        anew_at=at("2025-11-26 10:00"),
    )
    on.at("2025-11-21 11:00", "The safety plan is agreed with the family before they leave.")
    on.records("safety_plan_recorded")
    on.at("2025-11-21 11:30", "The diary shows the new date.")
    on.diary(FIRST, status="rearranged", rearranged_to=SECOND)
    on.diary(
        SECOND, kind="icpc", number=1, attempt=2, status="booked", scheduled_at="2025-11-26T10:00",
        ends_at="2025-11-26T12:00", venue="Civic Centre", mode="hybrid", invitees=INVITED,
    )  # fmt: skip
    on.at(
        "2025-11-21 12:00",
        "By mail the lead of the school's agency could read only that there is something: the chair "
        "sends the letter by hand, and records the day.",
    )
    on.sends("chris", "issue-resolution-informal", Draft("", "", by_hand_on=date(2025, 11, 21)))
    on.at("2025-11-21 13:00", "Everybody invited has been told the new date.")
    on.records("rearranged_date_communicated")
    on.at("2025-11-21 14:30", "The agreed actions stand under management oversight.")
    on.records("management_oversight_recorded")


def second_attempt(on: Stage) -> None:
    """Five days later it is held, and what it decided is out a day after."""
    on.at(
        "2025-11-21 15:00",
        "Police, health, the minute taker and the social worker accept the new date.",
    )
    for person in ("petra@police.example", "hazel@health.example", "minnie", "sam"):
        on.replies(person)
    on.at("2025-11-24 11:00", "The school accepts.")
    on.replies("dan@school.example")
    on.at("2025-11-26 12:00", "The conference was held, with everybody there.")
    here = ("police", "health", "school", "worker", "minutes")
    on.tells(
        "chris",
        attendance=dict.fromkeys(here, "present"),
        effective=True,
        ended_at=at("2025-11-26 12:00"),
    )
    on.at(
        "2025-11-26 14:00",
        "There is a plan for each child. The minute taker has the chair's documents.",
    )
    on.diary(SECOND, status="held", held_on="2025-11-26T10:00", effective=True)
    on.records(conference_decision_recorded="plan")
    on.records("cp_category_recorded", "outline_plan_recorded", "chair_documents_handed_over")
    on.changes(plans=[{"id": "P-1", "started_on": "2025-11-26"}])
    on.changes(actions=[
        {"id": "A-1", "owner": "hazel@health.example", "due_on": "2026-01-09"},
        {"id": "A-2", "owner": "dan@school.example", "due_on": "2026-01-16"},
    ])  # fmt: skip
    on.at("2025-11-27 10:30", "The draft of the decisions is with the chair.")
    on.records("decisions_draft_sent")
    on.at("2025-11-27 13:30", "The chair signs in and approves the decisions.")
    on.answers("chris", "decisions-approval", "yes", "as_drafted")
    on.at(
        "2025-11-27 16:10",
        "The chair sends the notice of it that was drafted, and copies it onto a case note.",
    )
    on.sends("chris", "decisions-approval-told", APPROVED)
    on.records("decisions_approval_notified")
    on.at(
        "2025-11-27 16:30",
        "The decisions have gone to the agencies and to the mother; for the father it is exempt.",
    )
    on.records("decisions_distributed")
    on.records(about=MOTHER, decisions_distributed="shared")
    on.records(about=FATHER, decisions_distributed="exempt")
    on.at(
        "2025-12-01 11:00",
        "The school has not answered. The chair signs in and opens formal stage one, by a letter "
        "that they have handed over.",
    )
    formal = Draft("", "", by_hand_on=date(2025, 12, 1))
    on.answers("chris", "issue-resolution-stage-one", "yes", "no_answer", formal)
    on.at("2025-12-05 15:00", "The school has answered, and says who comes from now on.")
    on.records("issue_resolution_answered", about="education")
