"""The sheets of a conference diary: their columns, and those without which a sheet is refused."""

CONFERENCE, INVITEE, ATTENDANCE = "conference", "invitee", "attendance"
REPORT, CORE_GROUP, MILESTONE = "report", "core_group", "milestone"
CASE = "case"

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

COLUMNS: dict[str, tuple[str, ...]] = {
    CONFERENCE: tuple(CONFERENCE_COLUMNS.split()),
    INVITEE: tuple(INVITEE_COLUMNS.split()),
    ATTENDANCE: ("conference_id", "invitee_id", "attendance"),
    REPORT: tuple(REPORT_COLUMNS.split()),
    CORE_GROUP: ("case_ref", "plan_id", "held_date", "next_date", "minutes_sent_at"),
    MILESTONE: ("case_ref", "plan_id", "kind", "done_at", "finding"),
    CASE: tuple(CASE_COLUMNS.split()),
}
REQUIRED: dict[str, tuple[str, ...]] = {
    CONFERENCE: ("conference_id", "case_refs"),
    INVITEE: ("conference_id", "invitee_id"),
    ATTENDANCE: ("conference_id", "invitee_id", "attendance"),
    REPORT: ("conference_id",),
    CORE_GROUP: ("case_ref",),
    MILESTONE: ("case_ref", "kind", "done_at"),
    CASE: ("case_ref",),
}
