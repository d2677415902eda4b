"""What holds for all ladders of one batch: each rule, each look and each search for people is done once.

Deadlines come in herds. Ladders that stand alike come to the same, and cases of one worker are
known to the same people.
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from daemon.decide.due.ladder import Fresh, Look, likeness, look
from daemon.decide.people.recipients import Access, People, Resolution, resolve, seat
from daemon.domain.rules import Rule
from daemon.domain.times import day_of
from daemon.domain.track import Track
from daemon.engine.house import House
from daemon.store import CaseRow, Tx

NOBODY = Access(restricted=True)


class Batch:
    """One transaction's look at what is due by `now`."""

    def __init__(
        self, tx: Tx, house: House, now: datetime, freshness: Callable[[Rule], Fresh],
        cases: Mapping[str, CaseRow],
    ) -> None:  # fmt: skip
        self.tx, self.house, self.now, self.cases = tx, house, now, cases
        self.people: People = house.people(tx)
        self._freshness = freshness
        self._rules: dict[tuple[str | None, ...], Rule | None] = {}
        self._fresh: dict[int, Fresh] = {}
        self._looks: dict[tuple[int, object], tuple[Rule, Look]] = {}
        self._found: dict[tuple[str, int], tuple[Access, Resolution]] = {}

    def rule_of(self, track: Track) -> Rule | None:
        """Return the rule of an obligation, as its case's pathway has it; None where it is in force no longer."""
        case = self.cases.get(track.ref)
        pathway = case.pathway if case else None
        key = (track.pack_digest, track.pack, track.rule, pathway)
        if key not in self._rules:
            self._rules[key] = self.house.rule_of(track, pathway)
        return self._rules[key]

    def look(self, track: Track, rule: Rule) -> Look:
        """Return what fires now, and a track that stands as this one does afterwards."""
        key = (id(rule), likeness(track, rule))
        if key not in self._looks:
            calendar = self.house.deciding.calendar
            seen = look(track, rule, self.now, calendar, self._freshness(rule))
            self._looks[key] = rule, seen  # kept, so that nothing else is found under its number
        return self._looks[key][1]

    def resolve(self, role: str, obligation: str, access: Access | None) -> Resolution:
        """Return who is told as a role of the case that an obligation is of."""
        known, place = access or NOBODY, seat(role, obligation)
        key = (place, id(known))
        if key not in self._found:
            self._found[key] = known, resolve(place, known, self.people, day_of(self.now))
        return self._found[key][1]
