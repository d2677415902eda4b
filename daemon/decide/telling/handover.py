"""A case that passes to another social worker: what is theirs from now on, and the day that they are given."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from daemon.decide.due.ladder import FIRST_SEEN_LATE, ahead, grace_from, next_look, rests
from daemon.decide.due.office import Calendar
from daemon.decide.people.recipients import Access, People, Why, resolve
from daemon.domain.obligation import State
from daemon.domain.person import Person
from daemon.domain.rules import Rule
from daemon.domain.times import day_of
from daemon.domain.track import Fired, Track

ROLE, HANDED_OVER = "social_worker", "handed-over"
Pair = tuple[Track, Rule]


def has_passed(before: Access | None, now: Access | None) -> bool:
    """Return whether the case was somebody's before and is somebody else's now."""
    if before is None or now is None:
        return False
    left, came = before.roles.get(ROLE, ()), now.roles.get(ROLE, ())
    return bool(left) and bool(came) and set(left) != set(came)


def heirs(before: Access, now: Access, people: People, at: datetime) -> list[Person]:
    """Return who has the case and had it not; nobody where a fallback stands in: the ladder tells that."""
    found = resolve(ROLE, now, people, day_of(at))
    if found.why not in (Why.HOLDER, Why.DELEGATE):
        return []
    old = {person.id for name in before.roles.get(ROLE, ()) if (person := people.get(name))}
    return [person for person in found.people if person.id not in old]


def inherited(tracks: Iterable[Pair]) -> list[Pair]:
    """Return the open obligations of which the social worker is told."""
    return [
        (track, rule)
        for track, rule in tracks
        if track.state is State.OPEN
        and not track.is_provisional
        and (ROLE in rule.responsible or any(ROLE in rung.to for rung in rule.ladder))
    ]


def given_a_day(track: Track, rule: Rule, now: datetime, calendar: Calendar) -> Track:
    """Return an overdue obligation climbing from the next working day's end: nobody inherits blame.

    Once an obligation, so that no row of reallocations silences it, and never where a promise could
    not rest what comes: a rung that the document demands, a statutory clock.

    Source: DOMAIN 5.3, READINGS section 3.
    """
    is_climbed = track.next_at is not None or track.held_since is not None
    is_overdue = track.due_at is not None and track.due_at < now and is_climbed
    is_fresh = all(one.rung != FIRST_SEEN_LATE for one in track.fired) and not track.grace_until
    if not (
        is_overdue and is_fresh and all(rests(one, rule) for one, _ in ahead(track, rule, calendar))
    ):
        return track
    known = Fired(FIRST_SEEN_LATE, track.occurrence, now, skipped=True)  # the handover says it
    graced = replace(track, grace_until=grace_from(now, calendar), fired=(*track.fired, known))
    return replace(graced, next_at=next_look(graced, rule, calendar))
