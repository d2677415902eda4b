"""Looks at the ladders of many cases: of ladders of a rule that are alike, one look at a moment is enough."""

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import datetime

from daemon.decide.due.ladder import Fresh, Look, likeness, look
from daemon.decide.due.office import Calendar
from daemon.domain.rules import Rule
from daemon.domain.track import Track

# looks that are remembered: those of a few weeks, for all the duties that fall due then
MOST = 50_000


@dataclass(slots=True)
class Looks:
    """Looks at ladders under fresh data. `seen` are looks of the past, with their rules; no number changes hands."""

    calendar: Calendar
    seen: dict[Hashable, tuple[Rule, Look]] = field(default_factory=dict)

    def look(self, track: Track, rule: Rule, now: datetime) -> Look:
        """Return what `daemon.decide.due.ladder.look` does of this track."""
        key = (id(rule), now, likeness(track, rule))
        found = self.seen.get(key)
        if found is None:
            if len(self.seen) >= MOST:
                self.seen.clear()
            self.seen[key] = rule, (made := look(track, rule, now, self.calendar, Fresh(now)))
            return made
        one = found[1]
        return replace(one, track=_as(track, one.track))


def _as(track: Track, other: Track) -> Track:
    """Return a track that stands on its ladder as another one, which was like it, does after a look."""
    return replace(
        track, occurrence=other.occurrence, fired=other.fired, held_since=other.held_since,
        rest_until=other.rest_until, next_at=other.next_at,
    )  # fmt: skip
