"""Words about the meeting that a duty belongs to, and about whoever is invited to it."""

from datetime import datetime

from daemon.domain.obligation import Subject
from daemon.domain.record import Meeting, Record, Status
from daemon.domain.times import day_of, say

SOMEBODY, OTHER = "somebody", "other "


def meeting_of(record: Record, subject: Subject) -> Meeting | None:
    """Return the meeting of a duty about one meeting, or about somebody invited to it, if its record knows it."""
    named = (one for one in record.meetings if subject.number is not None and one.id == subject.id)
    return next(named, None)


def say_meeting(meeting: Meeting | None, now: datetime) -> str:
    """Return when a meeting is, as a sentence; empty where it has no date, or is called off.

    Where it is stands in the invitation: a message carries the time alone.

    Source: DOMAIN section 6 (L1: "what is due, when").
    """
    if meeting is None or meeting.scheduled is None or meeting.status is Status.CANCELLED:
        return ""
    begins_at, _ = meeting.scheduled
    is_over = day_of(begins_at) < day_of(now)
    return f"The meeting {'was' if is_over else 'is'} on {say(begins_at)}."


def say_somebody(agency: str) -> str:
    """Return whoever is invited as people would say it: "somebody from police", without an agency "somebody"."""
    if not agency:
        return SOMEBODY
    return f"{SOMEBODY} from {'an' if agency.startswith(OTHER) else ''}{agency}"
