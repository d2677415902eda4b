"""When each rung of a ladder is due (DOMAIN section 5, points 3 and 5)."""

from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from daemon.decide.due.deadlines import rung_at
from daemon.decide.due.office import Calendar
from daemon.domain.deadline import Origin
from daemon.domain.rules import Rule, Rung
from daemon.domain.track import Track


class Plan(NamedTuple):
    """Rungs with their moments, in time order. `early` lie before the due moment, wherever office hours shift them."""

    rungs: tuple[tuple[Rung, datetime], ...]
    early: frozenset[str]


def planned(track: Track, rule: Rule, calendar: Calendar) -> Plan:
    """Return every rung with its moment; those that count from a due date only where there is one.

    An obligation first seen late climbs from the end of its grace as if it fell due then, and what was due
    the moment it began from when it was seen: nobody is told that an answer is missing before it was asked
    for. What counts back from a meeting that is not booked has its reminders only.
    """
    until = None if track.is_provisional else track.grace_until
    if until is None and is_at_once(track):
        until = track.opened_at
    return _planned(rule, track.due_at, track.opened_at, until, calendar, ends=track.is_provisional)


def is_at_once(track: Track) -> bool:
    """Return whether an obligation was due the moment it began, so that it can never be seen in good time."""
    if track.due_at is None or track.starts_at is None or track.is_provisional:
        return False
    return track.due_at <= track.starts_at


@lru_cache(maxsize=4_000)  # a ladder is looked at again and again until it is climbed
def _planned(
    rule: Rule, due_at: datetime | None, opened_at: datetime, grace_until: datetime | None,
    calendar: Calendar, *, ends: bool,
) -> Plan:  # fmt: skip
    times, early = [], set()
    for rung in rule.ladder:
        if due_at is None:
            if rung.at.origin is Origin.OPENING:
                at = rung_at(rung.at, opened_at, opened_at, calendar, urgent=rung.urgent)
                times.append((rung, at))
            continue
        if rung_at(rung.at, due_at, opened_at, calendar, urgent=True) < due_at:
            early.add(rung.name)
        at = rung_at(rung.at, due_at, opened_at, calendar, urgent=rung.urgent)
        if at >= due_at:
            if ends:
                continue
            if grace_until is not None:
                again = rung_at(rung.at, grace_until, opened_at, calendar, urgent=rung.urgent)
                at = max(at, again)
        times.append((rung, at))
    return Plan(tuple(sorted(times, key=lambda pair: pair[1])), frozenset(early))
