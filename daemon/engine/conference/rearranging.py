"""A conference that is held on another day: which attempt of it the new date is for, and what then stands on record."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daemon.domain.answer import Place
from daemon.domain.record import Meeting
from daemon.domain.times import day_of, iso
from daemon.domain.working_days import WorkingDays

REARRANGED = "icpc_rearranged"
FAILED = "presence_failed"
LATEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Anew:
    """The next attempt of a meeting that did not come about.

    `stands_at` is its date so far, None where there is none; `is_ours`: nobody but us has been told of it, so
    that another may be given here. What the diary shows is changed in the diary.
    """

    meeting: Meeting
    stands_at: datetime | None = None
    is_ours: bool = True


def may_be(at: datetime, now: datetime, days: WorkingDays) -> bool:
    """Return whether a conference can be put off to a moment: a working day of the next twelve months."""
    return now < at < now + LATEST and days.is_working(day_of(at))


def anew_of(meetings: Sequence[Meeting], name: str) -> Anew | None:
    """Return the attempt that follows the meeting of that name, or that it is itself; None where it is not there."""
    by_id = {one.id: one for one in meetings}
    meeting = by_id.get(name)
    if meeting is None:
        return None
    before = next((one for one in meetings if one.rearranged_to == name), None)
    if before is not None and not _has_failed(meeting):
        return _follows(before, meeting)
    return _follows(meeting, by_id.get(meeting.rearranged_to or ""))


def rearranged(anew: Anew, ref: str, at: datetime) -> Iterator[tuple[Place, str, str | None]]:
    """Yield what a new date comes to: where each field or fact stands in a case record, and its value.

    Given again, it is another date of the same attempt. Its id is that of the day which was named first: the
    diary's row of the same day is joined to it.
    """
    meeting = anew.meeting
    here = Place(ref, meeting.id, meeting.kind)
    given = meeting.rearranged_to or ""
    name = given if given.startswith(f"{meeting.id}+") else f"{meeting.id}+{day_of(at):%Y%m%d}"
    there = Place(ref, name, meeting.kind)
    yield here, "status", "rearranged"
    yield here, "rearranged_to", name
    yield there, "scheduled_at", iso(at)
    yield there, "status", "booked"
    if meeting.is_initial:
        yield here, REARRANGED, None


def _has_failed(meeting: Meeting) -> bool:
    return meeting.failed or any(one.name == FAILED and one.value == "yes" for one in meeting.facts)


def _follows(meeting: Meeting, following: Meeting | None) -> Anew:
    if following is None:
        return Anew(meeting)
    stands_at = following.scheduled[0] if following.scheduled else None
    is_ours = following.id.startswith(f"{meeting.id}+") and not following.invitees
    return Anew(meeting, stands_at, is_ours)
