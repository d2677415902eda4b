"""When a digest goes out, and which cases stand in it for whom."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from daemon.decide.family import is_closed
from daemon.decide.office import Calendar
from daemon.domain.obligation import State
from daemon.domain.parts import Digest, Shows
from daemon.domain.record import Record, Status
from daemon.domain.rules import Pack
from daemon.domain.times import DAY, day_of, london
from daemon.domain.track import Track


def next_digest(digest: Digest, after: datetime, calendar: Calendar) -> datetime:
    """Return the first moment after `after` at which a digest goes out; a closed office moves it on."""
    day = day_of(after)
    step = DAY
    if digest.weekday is not None:
        day += timedelta(days=(digest.weekday - day.weekday()) % 7 - 7)
        step = timedelta(days=7)
    while True:
        is_one = digest.weekday is not None or calendar.is_office_day(day)
        at = calendar.opening(london(day, digest.clock))
        if is_one and at > after:
            return at
        day += step


def lists(
    digest: Digest,
    record: Record,
    tracks: Iterator[Track],
    pack: Pack,
    now: datetime,
    calendar: Calendar,
) -> bool:
    """Return whether a case stands in a digest at `now`: never a restricted one, or one that has ended so."""
    if record.restricted or is_closed(record, now):
        return False
    last = calendar.hours.close_of_business(
        calendar.days.shift(day_of(now), digest.within_working_days)
    )
    if digest.shows is Shows.CONFERENCES:
        return any(
            meeting.scheduled is not None
            and now <= meeting.scheduled[0] <= last
            and not meeting.failed
            and meeting.status is not Status.CANCELLED
            for meeting in record.meetings
        )
    open_ones = (one for one in tracks if one.state is State.OPEN and one.due_at is not None)
    if digest.shows is Shows.APPROVALS:
        return any((rule := pack.rule(one.rule)) and rule.approval for one in open_ones)
    if digest.shows is Shows.OVERDUE:
        return any(one.due_at and one.due_at < now and not one.is_quiet(now) for one in open_ones)
    return any(one.due_at and now <= one.due_at <= last for one in open_ones)
