"""A ladder's memory, made again from what people were told: an older database has forgotten its last steps."""

from collections.abc import Sequence
from dataclasses import replace

from daemon.decide.due.ladder import FIRST_SEEN_LATE, grace_from, last_due, seen_late
from daemon.decide.due.office import Calendar
from daemon.domain.notice import Kind, Notice
from daemon.domain.rules import Rule
from daemon.domain.track import Fired, Track


def recall(
    track: Track, rule: Rule, told: Sequence[Notice], calendar: Calendar, *, since: int = 0
) -> Track:
    """Return the track with every rung behind it of which `told` shows that it fired.

    Without it a repeat would get the number of one that was told already, and never fire.

    Args:
        told: the notices of this obligation.
        since: the occurrence with which it was last opened; older notices are of its former lives.
    """
    rungs = {rung.name: rung for rung in (*rule.ladder, seen_late(rule))}
    climbed = [one for one in told if one.kind is not Kind.CORRECT and one.key.rung in rungs]
    once = {one.key for one in climbed if not rungs[one.key.rung].repeat_working_days}
    lives = {(key.rung, key.occurrence) for key in once}
    again = [n for rung, n in lives if any(name == rung and other < n for name, other in lives)]
    since = max([since, *again])  # only a reopening lets a rung that does not repeat fire again
    climbed = [one for one in climbed if one.key.occurrence >= since]
    if not climbed:
        return track
    fired = {one.rung: one for one in track.fired if one.occurrence >= since}
    for one in sorted(climbed, key=lambda one: (one.key.occurrence, one.at)):
        name, occurrence = one.key.rung, one.key.occurrence
        at = last_due(rungs[name], one.at, one.made_at, calendar)
        if name not in fired or fired[name].occurrence <= occurrence:
            fired[name] = Fired(name, occurrence, at)
    begun_at = min(one.made_at for one in climbed)
    if begun_at < track.opened_at:  # it was opened in what was lost
        late = FIRST_SEEN_LATE in fired
        grace = grace_from(begun_at, calendar) if late else None
        track = replace(track, opened_at=begun_at, grace_until=grace)
    most = max(track.occurrence, *(one.key.occurrence for one in climbed))
    next_at = track.next_at and min(track.next_at, begun_at)  # never, where it is only listed
    return replace(track, occurrence=most, fired=tuple(fired.values()), next_at=next_at)
