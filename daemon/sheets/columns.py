"""The sheets of a conference diary: their columns, how people head them, and which a sheet must have."""

from typing import Literal, get_args

Name = Literal["conference", "invitee", "attendance", "report", "core_group", "milestone", "case"]
NAMES: tuple[Name, ...] = get_args(Name)

CONFERENCE, INVITEE, ATTENDANCE, REPORT, CORE_GROUP, MILESTONE, CASE = NAMES

CONFERENCE_COLUMNS = """
conference_id kind case_refs strategy_date booked_start booked_end venue online_link chair
minute_taker status rearranged_from not_required_on invite_list_received_at
police_report_requested_at held_date effective quorate outcome decisions_to_chair_at
decisions_approved_at decisions_sent_at minutes_sent_at minutes_shared_with_family_at
"""
INVITEE_COLUMNS = """
conference_id invitee_id role person agency area email secure_channel key_agency report_expected
is_family contact apart_from excluded_by_chair invited_at delivered response deputy_for
"""
REPORT_COLUMNS = "conference_id author agency received_at authorised_at shared_with_parents_at"

CASE_COLUMNS = """
case_ref formerly family team pathway restricted holders excluded looked_after plan_held_by born_on
expected_on
"""

COLUMNS: dict[Name, tuple[str, ...]] = {
    CONFERENCE: tuple(CONFERENCE_COLUMNS.split()),
    INVITEE: tuple(INVITEE_COLUMNS.split()),
    ATTENDANCE: ("conference_id", "invitee_id", "attendance"),
    REPORT: tuple(REPORT_COLUMNS.split()),
    CORE_GROUP: ("case_ref", "plan_id", "held_date", "next_date", "minutes_sent_at"),
    MILESTONE: ("case_ref", "plan_id", "kind", "done_at", "finding"),
    CASE: tuple(CASE_COLUMNS.split()),
}
REQUIRED: dict[Name, tuple[str, ...]] = {
    CONFERENCE: ("conference_id", "case_refs"),
    INVITEE: ("conference_id", "invitee_id"),
    ATTENDANCE: ("conference_id", "invitee_id", "attendance"),
    REPORT: ("conference_id",),
    CORE_GROUP: ("case_ref",),
    MILESTONE: ("case_ref", "kind", "done_at"),
    CASE: ("case_ref",),
}
TITLES: dict[Name, str] = {  # as people call the sheets of a workbook
    CONFERENCE: "conferences, conference diary, diary, cp diary, cp conference diary",
    INVITEE: "invitees, invite list, invite lists, invitations, invited",
    ATTENDANCE: "attendances, attendance sheet, attendees",
    REPORT: "reports, report log, reports log",
    CORE_GROUP: "core groups, core group log, core group dates",
    MILESTONE: "milestones",
    CASE: "cases, children",
}
PEOPLE_TITLES = ("directory", "people", "staff", "staff directory", "staff list", "contacts")
CASE_REF = """
case ref, case id, case no, case number, case reference, child id, childs id, child ref, child reference,
child unique id, client id, person id, mosaic id, lcs id, eclipse id
"""
CONFERENCE_ID = """
conference no, conference number, conference ref, conference reference, conf id, conf no, conf ref,
meeting id, meeting no, meeting number, meeting ref
"""
INVITEE_ID = "invitee, invitee no, invitee number, invitee ref"
VARIANTS: dict[Name, dict[str, str]] = {  # what the settings map stands above them
    CONFERENCE: {
        "conference_id": CONFERENCE_ID,
        "kind": "type, conference type, type of conference, conference kind, meeting type",
        "case_refs": f"case refs, case ids, child ids, children, cases, {CASE_REF}",
        "strategy_date": "strategy discussion, strategy discussion date, date of strategy discussion, "
        "strategy meeting, strategy meeting date, date of strategy meeting",
        "booked_start": "conference date, date of conference, conference date and time, booked for, "
        "booked date, meeting date, date of meeting, start, starts at, scheduled for, date and time",
        "booked_end": "end, ends at, conference end, finish, finishes at",
        "venue": "location, place, room",
        "online_link": "link, meeting link, teams link, online meeting link, virtual link, join link",
        "chair": "cp chair, conference chair, chaired by, chair id, chairperson",
        "minute_taker": "minutes by, minutes taken by, minute taker id, note taker",
        "status": "state, conference status, meeting status",
        "rearranged_from": "replaces, rearranged from conference, replaces conference",
        "not_required_on": "not required from, date not required, not required since",
        "invite_list_received_at": "invite list received, invite list received on, "
        "date invite list received, invite list received date, invitation list received",
        "police_report_requested_at": "police report requested, police report requested on, "
        "date police report requested, police request sent",
        "held_date": "date held, held on, actual date, date conference held, conference held on",
        "effective": "conference effective, was effective",
        "quorate": "was quorate, quorum met, conference quorate",
        "outcome": "decision, conference outcome, conference decision",
        "decisions_to_chair_at": "decisions to chair, decisions sent to chair, date decisions to chair",
        "decisions_approved_at": "decisions approved, decisions approved on, date decisions approved",
        "decisions_sent_at": "decisions sent, decisions distributed, date decisions sent, "
        "decisions sent on, decisions circulated",
        "minutes_sent_at": "minutes sent, minutes distributed, date minutes sent, minutes sent on, "
        "minutes circulated",
        "minutes_shared_with_family_at": "minutes shared with family, minutes sent to family, "
        "minutes shared with parents, minutes to parents",
    },
    INVITEE: {
        "conference_id": CONFERENCE_ID,
        "invitee_id": INVITEE_ID,
        "role": "job title, post, job role, designation",
        "person": "person id, staff id, directory id",
        "agency": "organisation, organization, service",
        "area": "locality, district",
        "email": "e-mail, email address, e-mail address, mail",
        "secure_channel": "secure email, secure mail",
        "key_agency": "key, is key agency, core agency",
        "report_expected": "report required, report due, report wanted",
        "is_family": "family, family member",
        "apart_from": "keep apart from, not with",
        "excluded_by_chair": "excluded",
        "invited_at": "invited, invited on, date invited, invitation sent",
        "response": "reply, rsvp, answer",
        "deputy_for": "deputises for, substitute for",
    },
    ATTENDANCE: {
        "conference_id": CONFERENCE_ID,
        "invitee_id": INVITEE_ID,
        "attendance": "attended, present or absent, attendance status",
    },
    REPORT: {
        "conference_id": CONFERENCE_ID,
        "author": "written by, report author",
        "agency": "organisation, organization, service",
        "received_at": "received, received on, date received, report received",
        "authorised_at": "authorised, authorised on, date authorised, report authorised",
        "shared_with_parents_at": "shared with parents, shared with family, date shared with parents, "
        "shared with parents on, report shared",
    },
    CORE_GROUP: {
        "case_ref": CASE_REF,
        "plan_id": "plan, cp plan id",
        "held_date": "date held, held on, core group date, date of core group",
        "next_date": "next core group, date of next core group, next core group date, next meeting",
        "minutes_sent_at": "minutes sent, minutes sent on, date minutes sent, minutes circulated",
    },
    MILESTONE: {
        "case_ref": CASE_REF,
        "plan_id": "plan, cp plan id",
        "kind": "type, milestone",
        "done_at": "done, done on, date done, completed, completed on, date completed",
        "finding": "result, outcome",
    },
    CASE: {
        "case_ref": CASE_REF,
        "formerly": "former ids, former id, previous id, previous ids, old id",
        "family": "family id, family no, family ref, family number",
        "team": "team id, team code, allocated team",
        "restricted": "is restricted, restricted record",
        "excluded": "excluded people, must not be told",
        "looked_after": "is looked after, child looked after",
        "plan_held_by": "plan held by authority, responsible authority",
        "born_on": "date of birth, dob, birth date, born",
        "expected_on": "due date, expected date of birth, edd, expected date of delivery",
    },
}


def variants(name: Name) -> dict[str, str]:
    """Return the further headers of a sheet, each with the column that it is read as."""
    return {
        " ".join(head.split()): column
        for column, heads in VARIANTS[name].items()
        for head in heads.split(",")
    }
