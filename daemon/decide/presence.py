"""Who came to a meeting, agency by agency, as the pack judges it (READINGS section 1).

An agency that somebody attends or represents is never absent. What excuses is the pack's: in Stoke
nothing excuses an absence from an initial conference, and a report does from a review. While
one person's attendance is not recorded, nobody of that agency has been absent.
"""

from collections.abc import Iterable
from enum import StrEnum

from daemon.domain.parts import Attendance
from daemon.domain.record import Invitee, Meeting


class Presence(StrEnum):
    """How one agency was there."""

    PRESENT = "present"
    REPRESENTED = "represented"
    EXCUSED = "excused"
    ABSENT = "absent"
    UNKNOWN = "unknown"


def presence(invitees: Iterable[Invitee], facts: Iterable[str], attendance: Attendance) -> Presence:
    """Return how an agency was there: `invitees` are its people, `facts` what the record shows about it."""
    seen = {one.attendance for one in invitees if not one.is_family and not one.excluded_by_chair}
    if "present" in seen:
        return Presence.PRESENT
    if "represented" in seen:
        return Presence.REPRESENTED
    if seen and set(facts) & set(attendance.excused_by):
        return Presence.EXCUSED
    if not seen or None in seen:
        return Presence.UNKNOWN
    return Presence.ABSENT


def absent_agencies(meeting: Meeting, attendance: Attendance) -> list[str]:
    """Return the agencies that a meeting missed, in the order of its list."""
    found = []
    for agency in dict.fromkeys(one.agency for one in meeting.invitees if one.agency):
        own = [one for one in meeting.invitees if one.agency == agency]
        marks = {agency, *(one.id for one in own), *(one.role for one in own if one.role)}
        facts = {fact.name for one in own for fact in one.facts}
        facts |= {fact.name for fact in meeting.facts if fact.about in marks}
        if presence(own, facts, attendance) is Presence.ABSENT:
            found.append(agency)
    return found
