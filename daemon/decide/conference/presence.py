"""Who came to a meeting, agency by agency, as the pack judges it (READINGS section 1).

An agency that somebody attends or represents is never absent. What excuses is the pack's: in Stoke
nothing excuses an absence from an initial conference, and a report does from a review. While
one person's attendance is not recorded, nobody of that agency has been absent.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from daemon.domain.parts import Attendance
from daemon.domain.record import Invitee, Meeting, Status

FAILED = "presence_failed"
CALLED_OFF = (Status.REARRANGED, Status.CANCELLED)


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


def has_begun(meeting: Meeting, at: datetime) -> bool:
    """Return whether anybody can have been missing by then: apologies in advance are no absence yet.

    One that was rearranged or called off before its time never began.
    """
    if meeting.effective is not None or any(fact.name == FAILED for fact in meeting.facts):
        return True
    if meeting.held is not None and meeting.held[0] <= at:
        return True
    if meeting.status in CALLED_OFF:
        return False
    return meeting.scheduled is None or meeting.scheduled[0] <= at


def begins_at(meetings: Iterable[Meeting], at: datetime) -> datetime | None:
    """Return when the next meeting begins for which somebody is recorded as not there already."""
    ahead = (
        one.scheduled[0]
        for one in meetings
        if one.scheduled and one.scheduled[0] > at and any(who.attendance for who in one.invitees)
    )
    return min(ahead, default=None)


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
