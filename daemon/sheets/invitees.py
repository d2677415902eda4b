"""Who is invited to a conference, who came, and whose reports arrived."""

from collections.abc import Mapping

from daemon.domain.body import Body, put
from daemon.domain.cells import Row, UnusableError
from daemon.domain.errors import Severity
from daemon.domain.mail import parse_address
from daemon.sheets.meetings import (
    Conference,
    Report,
    mapped,
    put_mapped,
    read_identity,
)

ATTENDANCES = {
    **dict.fromkeys(("present", "attended"), "present"),
    **dict.fromkeys(("represented", "substitute", "deputy", "deputy_attended"), "represented"),
    **dict.fromkeys(("apologies", "apology", "apologies_sent", "sent_apologies"), "apologies"),
    **dict.fromkeys(("absent", "did_not_attend", "dna", "not_present"), "absent"),
}
WRITE_ATTENDANCE = "write present, represented, apologies or absent"
CONTACTS = {word: word for word in ("none", "task_only", "approved")}
RESPONSES = {
    "none": "none",
    "accepted": "accepted",
    "accept": "accepted",
    "tentative": "tentative",
    "declined": "declined",
    "decline": "declined",
}
SOCIAL_CARE = (None, "childrens_social_care", "social_care", "social_work", "social_work_team")
REPORT_FACTS = ("conference_report_authorised", "conference_report_shared")
REVIEW_REPORT_FACTS = ("review_report_completed", "review_report_shared")
AGENCY_REPORT_FACTS = ("agency_report_submitted", "agency_report_shared_with_family")


def read_invitee(row: Row, report: Report) -> Body:
    """Return somebody on a conference's list. No e-mail address of a family member is kept.

    Source: READINGS section 2, point 4.
    """
    is_family = bool(row.flag("is_family"))
    person = read_identity(row, "person", report) or _address(row, report)
    if is_family and person and "@" in person:
        what = "the e-mail address of a family member was left out"
        mend = "leave it empty: families are reached through their social worker"
        report(row.wrong(what, mend, Severity.WARNING))
        person = None
    invitee: Body = {
        "id": row.needed("invitee_id"),
        "agency": row.code("agency"),
        "area": row.code("area"),
        "role": row.code("role"),
        "person": person,
        "is_family": is_family,
        "key": bool(row.flag("key_agency")),
        "report_expected": bool(row.flag("report_expected")),
        "contact": row.choice("contact", CONTACTS),
        "apart_from": [
            one for part in row.parts("apart_from") if (one := part.identity("apart_from"))
        ],
        "excluded_by_chair": row.flag("excluded_by_chair"),
        "invited_at": row.moment("invited_at"),
        "delivered": row.flag("delivered"),
        "response": row.choice("response", RESPONSES),
        "deputy_for": row.identity("deputy_for"),
    }
    for name in mapped(row, "facts"):
        put_mapped(invitee.setdefault("facts", {}), row, name)
    return {key: value for key, value in invitee.items() if value not in (None, [], {})}


def _address(row: Row, report: Report) -> str | None:
    """Return somebody's address, None where it is none: they stay on the list all the same."""
    text = row.text("email")
    try:
        return parse_address(text) if text else None
    except ValueError as error:
        mend = "write one address, as name@agency.example; until then they cannot be invited"
        report(row.wrong(f"email: {error}", mend, Severity.WARNING))
        return None


def attend(row: Row, invitees: Mapping[str, Body]) -> None:
    """Put somebody's attendance on the list; raises UnusableError for who is not on it."""
    name = row.needed("invitee_id")
    if name not in invitees:
        what = "nobody on this conference's list has it"
        raise UnusableError("invitee_id", what, "check it against the invitee sheet")
    attendance = row.choice("attendance", ATTENDANCES, WRITE_ATTENDANCE)
    if attendance:
        invitees[name]["attendance"] = attendance


def put_report(row: Row, found: Conference) -> None:
    """Put what a row of the report sheet says on its conference. Its author is never kept."""
    facts, agency = found.meeting["facts"], row.code("agency")
    received, authorised = row.moment("received_at"), row.moment("authorised_at")
    shared = row.moment("shared_with_parents_at")
    if agency in SOCIAL_CARE:
        names = REPORT_FACTS if found.is_initial else REVIEW_REPORT_FACTS
        for name, at in zip(names, (authorised, shared), strict=True):
            put(facts, name, at)
    else:
        for name, at in zip(AGENCY_REPORT_FACTS, (received, shared), strict=True):
            put(facts, name, {"at": at, "about": agency} if at else None)
