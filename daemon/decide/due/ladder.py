"""Which rungs of an obligation's ladder fire, are passed over or must wait, and when to look again.

Source: DOMAIN section 5, points 3, 5, 7, 8 and 10.
"""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from daemon.decide.due.deadlines import after
from daemon.decide.due.office import Calendar
from daemon.decide.due.plan import is_at_once, planned
from daemon.domain.deadline import Origin, RungTime, Unit
from daemon.domain.obligation import State
from daemon.domain.rules import Basis, Rule, Rung
from daemon.domain.times import MINUTE, day_of, say
from daemon.domain.track import Fired, Track

FIRST_SEEN_LATE, DATA_IS_OLD = "first-seen-late", "data-is-old"
AGAIN_WHILE_HELD = MINUTE


class Firing(NamedTuple):
    """A rung that fires now: `at` is its own moment, `after_due` whether it says that the duty is overdue."""

    rung: Rung
    occurrence: int
    at: datetime
    after_due: bool
    because: str


class Skipping(NamedTuple):
    """A rung that is passed over, with the reason that the journal keeps."""

    rung: str
    because: str


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a ladder decided. `held`: a rung waits for data as known at this moment or later."""

    track: Track
    firings: tuple[Firing, ...] = ()
    skippings: tuple[Skipping, ...] = ()
    held: datetime | None = None
    broken_promise: bool = False


@dataclass(frozen=True, slots=True)
class Fresh:
    """Up to when the data that a rule relies on is known, and how old it may be."""

    known_at: datetime | None
    fresh_within: timedelta = timedelta(0)

    def covers(self, at: datetime) -> bool:
        """Return whether nothing that happened by `at` can be missing, within what the feed allows."""
        return self.known_at is not None and self.known_at >= at - self.fresh_within


def grace_from(now: datetime, calendar: Calendar) -> datetime:
    """Return the end of one working day's grace: close of business on the working day after `now`'s."""
    return calendar.hours.close_of_business(calendar.days.shift(day_of(now), 1))


def seen_late(rule: Rule) -> Rung:
    """Return the rung of a first sight that came late: the responsible people and the team manager."""
    to = tuple(dict.fromkeys((*rule.responsible, rule.manager)))
    via = tuple(dict.fromkeys(way for rung in rule.ladder for way in rung.via)) or ("email",)
    return Rung(FIRST_SEEN_LATE, RungTime("at once"), to, via, FIRST_SEEN_LATE, house=True)


def opened(track: Track, now: datetime, calendar: Calendar, *, enforced: bool) -> Track:
    """Return a newly opened (or reopened) track with its first look planned.

    `enforced` False: its due date lies before `enforce_from`; it is listed, never escalated.
    """
    if track.state is not State.OPEN or not enforced:
        return replace(track, next_at=None)
    if is_seen_late(track, now):
        return replace(track, grace_until=grace_from(now, calendar), next_at=now)
    return replace(track, next_at=now)


def is_seen_late(track: Track, now: datetime) -> bool:
    """Return whether an obligation comes to our notice after its due moment, so that its people get their day.

    What is due the moment it begins can never be seen sooner: seen on the same day it is seen in
    time, and its people are waiting in the room (STK-064, STK-065, STK-070).
    """
    if track.due_at is None or track.is_provisional or track.due_at >= now:
        return False
    return not (is_at_once(track) and day_of(now) == day_of(track.due_at))


def likeness(track: Track, rule: Rule) -> Hashable:
    """Return all of a track that a look at it depends on: of ladders of a rule that are alike, one look is enough."""
    is_counted = track.due_at is None or track.grace_until is not None  # from when it was opened
    is_counted = (
        is_counted
        or is_at_once(track)
        or any(rung.at.origin is Origin.OPENING for rung in rule.ladder)
    )
    begun = (track.opened_at, track.starts_at) if is_counted else None
    return (
        track.state is State.OPEN, track.due_at, track.occurrence, track.fired, track.grace_until,
        track.rest_until, track.held_since, track.is_provisional, begun,
    )  # fmt: skip


def look(track: Track, rule: Rule, now: datetime, calendar: Calendar, fresh: Fresh) -> Look:
    """Return what fires at `now`, and the track as it stands afterwards.

    Every rung speaks of an absence, so none fires before the data is known for its moment. What is late and
    not urgent waits for the next opening (DOMAIN 5.5).
    """
    if track.state is not State.OPEN:
        return Look(replace(track, next_at=None, held_since=None))
    pending, early = ahead(track, rule, calendar), planned(track, rule, calendar).early
    behind = {one.rung for one in track.fired}
    repeating = next((pair for pair in pending if pair[0].name in behind), None)
    passed = [pair for pair in pending if pair[1] <= now]
    is_past = track.due_at is not None and track.due_at <= now
    skipped = [
        Skipping(rung.name, "its due moment is past")
        for rung, _ in passed
        if rung.name in early and is_past and repeating is None
    ]
    over = {one.rung for one in skipped}
    passed = [pair for pair in passed if pair[0].name not in over]
    is_over = track.rest_until is not None and track.rest_until <= now
    broken = is_over and calendar.may_tell(track.rest_until or now, now)
    if track.rest_until is not None and not broken:
        passed = [
            (rung, at) for rung, at in passed if not rests(rung, rule) or (is_over and rung.urgent)
        ]
    elif broken:
        passed, more = _after_rest(passed, pending, rule, now, is_past=is_past)
        skipped += more
    waits = [at for _, at in passed if not fresh.covers(at)]
    if waits:
        held = replace(track, held_since=track.held_since or now, next_at=now + AGAIN_WHILE_HELD)
        return Look(held, held=max(waits))
    passed = [(rung, at) for rung, at in passed if rung.urgent or calendar.may_tell(at, now)]
    again = repeating[0].name if repeating else None
    firings = _firings(passed, track, again, early)
    occurrence = firings[-1].occurrence if firings else track.occurrence
    fired = [one for one in track.fired if not (firings and one.rung == again)]
    fired += [Fired(one.rung, track.occurrence, now, skipped=True) for one in skipped]
    fired += [
        Fired(one.rung.name, one.occurrence, last_due(one.rung, one.at, now, calendar))
        for one in firings
    ]
    rest_until = None if broken else track.rest_until
    done = replace(
        track,
        occurrence=occurrence,
        fired=tuple(fired),
        held_since=None,
        rest_until=rest_until,
        next_at=_next_at(track, rule, calendar, fired, rest_until, now),
    )
    return Look(done, tuple(firings), tuple(skipped), broken_promise=broken)


def _firings(
    passed: Sequence[tuple[Rung, datetime]], track: Track, again: str | None, early: Collection[str]
) -> list[Firing]:
    """Return what fires of the rungs that have passed; each time that the repeating one does so is counted."""
    found, occurrence = [], track.occurrence
    for rung, at in passed:
        occurrence += rung.name == again
        late = track.due_at is not None and (rung.name not in early or at >= track.due_at)
        found.append(Firing(rung, occurrence, at, late, _because(rung, track, late=late)))
    return found


def ahead(track: Track, rule: Rule, calendar: Calendar) -> list[tuple[Rung, datetime]]:
    """Return the rungs that are still to come, in time order; the last one's next repeat once all have fired."""
    return _ahead(track, rule, calendar, track.fired)


def _ahead(
    track: Track, rule: Rule, calendar: Calendar, fired: Sequence[Fired]
) -> list[tuple[Rung, datetime]]:
    behind = {one.rung for one in fired}
    pending = [pair for pair in planned(track, rule, calendar).rungs if pair[0].name not in behind]
    if track.grace_until is not None and FIRST_SEEN_LATE not in behind:
        pending.insert(0, (seen_late(rule), calendar.opening(track.opened_at)))
    if not pending and (again := _repeat(track, rule, calendar, fired)):
        return [again]
    return pending


def rests(rung: Rung, rule: Rule) -> bool:
    """Return whether a promise rests this rung: house rungs only, and never a statutory clock (DOMAIN 5.7)."""
    is_ours = rung.house and rule.basis is not Basis.STATUTORY and not rule.never_rests
    return is_ours and rung.name != FIRST_SEEN_LATE


def _after_rest(
    passed: list[tuple[Rung, datetime]],
    pending: list[tuple[Rung, datetime]],
    rule: Rule,
    now: datetime,
    *,
    is_past: bool,
) -> tuple[list[tuple[Rung, datetime]], list[Skipping]]:
    """Return what a broken promise sets off: the highest passed rung, else (once overdue) the next one, at once."""
    if passed:
        *lower, _ = passed
        rested = [pair for pair in lower if rests(pair[0], rule)]
        return [pair for pair in passed if pair not in rested], [
            Skipping(rung.name, "a higher rung fires after a broken promise") for rung, _ in rested
        ]
    if is_past and pending:
        return [(pending[0][0], now)], []
    return [], []


def _repeat(
    track: Track, rule: Rule, calendar: Calendar, fired: Sequence[Fired]
) -> tuple[Rung, datetime] | None:
    """Return the last rung's next repeat: a ladder never falls silent (DOMAIN 5.8)."""
    last = next((rung for rung in reversed(rule.ladder) if rung.repeat_working_days), None)
    times = [one.at for one in fired if last and one.rung == last.name]
    if last is None or not times:
        return None
    at = _again(last, max(times), calendar)
    if track.due_at is None or at >= track.due_at:
        return last, at
    return last, calendar.opening(track.due_at)  # the due moment has moved: never told before it


def _again(rung: Rung, at: datetime, calendar: Calendar) -> datetime:
    following = after(at, rung.repeat_working_days or 1, Unit.WORKING_DAYS, calendar)
    return following if rung.urgent else calendar.opening(following)


def last_due(rung: Rung, at: datetime, now: datetime, calendar: Calendar) -> datetime:
    """Return the last moment by now at which a rung was due: repeats that were missed are told once."""
    while rung.repeat_working_days and (following := _again(rung, at, calendar)) <= now:
        at = following
    return at


def next_look(track: Track, rule: Rule, calendar: Calendar) -> datetime | None:
    """Return when the ladder must look again: the next rung that no promise rests, or the promise's end."""
    if track.state is not State.OPEN:
        return None
    return _next_at(track, rule, calendar, track.fired, track.rest_until)


def _next_at(
    track: Track,
    rule: Rule,
    calendar: Calendar,
    fired: Sequence[Fired],
    rest_until: datetime | None,
    looked_at: datetime | None = None,
) -> datetime | None:
    """Return the first moment ahead; one that has passed when it was looked at waits for the next opening."""
    pending = _ahead(track, rule, calendar, fired)
    awake = [at for rung, at in pending if rest_until is None or not rests(rung, rule)]
    moments = [*([rest_until] if rest_until else ()), *awake]
    return min(
        (calendar.opening(looked_at) if looked_at and at <= looked_at else at for at in moments),
        default=None,
    )


def _because(rung: Rung, track: Track, *, late: bool) -> str:
    if rung.name == FIRST_SEEN_LATE:
        return (
            "first seen after its due date: the responsible people first, one working day's grace"
        )
    if track.due_at is None:
        return f"begun by {say(track.starts_at or track.opened_at)}, and not done yet"
    return f"not met by {say(track.due_at)}" if late else f"due by {say(track.due_at)}"


def rest(track: Track, rule: Rule, until: datetime, now: datetime, calendar: Calendar) -> Track:
    """Return the track resting on a promise made at `now`.

    One that is made before the due moment rests reminders only: it ends there at the latest.
    """
    until = calendar.opening(until)  # what a broken promise sets off keeps office hours
    if track.due_at is not None and now < track.due_at:
        until = min(until, track.due_at)
    rested = replace(track, rest_until=until)
    return replace(rested, next_at=next_look(rested, rule, calendar))
