"""When a digest goes out, and what of a case stands in it for whom."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from daemon.decide.due.office import Calendar
from daemon.decide.duties.family import is_closed
from daemon.decide.people.recipients import is_of
from daemon.domain.obligation import State
from daemon.domain.parts import Digest, Shows
from daemon.domain.person import Person
from daemon.domain.record import Invitee, Meeting, Record, Status
from daemon.domain.rules import Pack, Rule, Rulebook
from daemon.domain.times import DAY, day_of, london
from daemon.domain.track import Track

PLANNED = "digest/"
MEETINGS = frozenset({Shows.CONFERENCES, Shows.ATTENDEES})
Entries = Sequence[Meeting] | Sequence[Track]


def digests_of(book: Rulebook) -> Mapping[str, Digest]:
    """Return every digest of a rulebook by its name; packs share those of the base that they stand on."""
    return {mark_of(one): one for _, pack in sorted(book.packs.items()) for one in pack.digests}


def mark_of(digest: Digest) -> str:
    """Return by what name a digest is known among those of all packs."""
    return f"{PLANNED}{digest.pack}/{digest.name}"


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


def last_missed(
    planned: datetime, now: datetime, following: Callable[[datetime], datetime]
) -> datetime:
    """Return the last moment of a rhythm by `now`: what was missed goes once, as the one of that moment.

    After a restore the one that was planned may have gone already, and this one not.
    """
    while (after := following(planned)) <= now:
        planned = after
    return planned


def reach(digest: Digest, now: datetime, calendar: Calendar) -> datetime:
    """Return up to when a digest looks ahead."""
    last = calendar.days.shift(day_of(now), digest.within_working_days)
    return calendar.hours.close_of_business(last)


def entries(
    digest: Digest,
    role: str,
    record: Record,
    tracks: Iterable[Track],
    pack: Pack,
    now: datetime,
    calendar: Calendar,
    rule_of: Callable[[Track], Rule | None] | None = None,
) -> Entries:
    """Return what of a case stands in a digest at `now` for those who read it in a role, the first due first.

    Nothing of a restricted case, of one that has ended so, or of one under a pack that has no such
    digest. Of duties, whoever reads their own role's sees those for which it is responsible: by the rule that
    each stands under (`rule_of`; left out, the pack's), which may be an older one.
    """
    if record.restricted or is_closed(record, now) or digest not in pack.digests:
        return ()
    last = reach(digest, now, calendar)
    if digest.shows in MEETINGS:
        booked = [
            (meeting.scheduled[0], meeting)
            for meeting in record.meetings
            if meeting.scheduled and not meeting.failed and meeting.status is not Status.CANCELLED
        ]
        ahead = [(at, meeting) for at, meeting in booked if now <= at <= last]
        return [meeting for _, meeting in sorted(ahead, key=lambda pair: pair[0])]
    ruled = rule_of or (lambda track: pack.rule(track.rule))
    found = [
        (track.due_at, track)
        for track in tracks
        if track.state is State.OPEN
        and track.due_at is not None
        and (rule := ruled(track))
        and _is_theirs(digest, role, rule)
        and _is_listed(digest.shows, track, rule, now, last)
    ]
    return [track for _, track in sorted(found, key=lambda pair: (pair[0], pair[1].id))]


def _is_theirs(digest: Digest, role: str, rule: Rule) -> bool:
    if digest.own != "role":
        return True
    asked = rule.approval and digest.shows is Shows.APPROVALS and rule.approval.of == role
    return bool(asked) or role in rule.responsible


def _is_listed(shows: Shows, track: Track, rule: Rule, now: datetime, last: datetime) -> bool:
    if track.due_at is None:
        return False
    if shows is Shows.APPROVALS:
        return rule.approval is not None
    if shows is Shows.OVERDUE:
        return track.due_at < now and not (track.is_quiet(now) or track.is_provisional)
    return now <= track.due_at <= last


def seen_by(
    found: Entries, digest: Digest, role: str, reader: Person | None, today: date
) -> Entries:
    """Return what of a case's entries one reader may see: who answers for an agency sees its own meetings."""
    if digest.shows is not Shows.ATTENDEES:
        return found
    return [
        one
        for one in found
        if isinstance(one, Meeting) and reader and attendees(one, role, reader, today)
    ]


def attendees(meeting: Meeting, role: str, reader: Person, today: date) -> list[Invitee]:
    """Return those on a meeting's list who come from the agency and area for which a reader holds a role.

    Nobody of a family, and nobody whom the chair has excluded.

    Source: READINGS section 2, 7.
    """
    posts = [
        post for post in reader.posts if post.role == role and post.agency and post.is_held(today)
    ]
    return [
        one
        for one in meeting.invitees
        if not (one.is_family or one.excluded_by_chair) and any(is_of(post, one) for post in posts)
    ]
