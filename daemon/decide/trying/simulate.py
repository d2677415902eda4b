"""What would be sent, and when: records walked through time, nothing sent and nothing stored."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from heapq import heapify, heappop, heappush
from typing import Any

from daemon.decide.case.subjects import Case
from daemon.decide.due.ladder import Firing
from daemon.decide.due.looks import Looks
from daemon.decide.duties.family import is_closed
from daemon.decide.duties.moves import Change, Decision, moves
from daemon.decide.duties.obligations import Deciding
from daemon.decide.duties.reads import Readers, readers_of
from daemon.decide.duties.standing import ENDS_EVERYTHING, MICROSECOND
from daemon.decide.inviting.invitations import changes, standing, wanted
from daemon.decide.people.recipients import Access, People, seat
from daemon.decide.telling.handover import (
    HANDED_OVER,
    ROLE,
    given_a_day,
    has_passed,
    heirs,
    inherited,
)
from daemon.decide.trying.outlook import obligations, outlook
from daemon.decide.trying.rhythms import Rhythms, holders
from daemon.decide.trying.told import Notice
from daemon.decide.trying.walk import (
    Handing,
    Told,
    Unheard,
    Walk,
    beginning,
    by_case,
    group_of,
    introduce,
    leaders,
    of_twin,
)
from daemon.domain.invitation import LETTER
from daemon.domain.obligation import State
from daemon.domain.record import Record
from daemon.domain.rules import Pack, Rule
from daemon.domain.times import day_of
from daemon.domain.track import Track

FEW = 200  # cases of which is kept meanwhile all that they come to: half a megabyte each


@dataclass(slots=True)
class Simulation:
    """Walks records under one pack; `people` may be empty: then only the case's own holders are found.

    `only` are the rules that are walked, by pack, where not all are. What was due before
    `enforce_from` is told to nobody.
    """

    deciding: Deciding
    people: People
    forced: str | None = None
    only: Mapping[str, frozenset[str]] | None = None
    enforce_from: date | None = None
    _readers: dict[str, Readers] = field(default_factory=dict)
    _looks: Looks = field(init=False)

    def __post_init__(self) -> None:
        """Look at ladders by the authority's calendar."""
        self._looks = Looks(self.deciding.calendar)

    def run(
        self, records: Sequence[Record], start: datetime, end: datetime
    ) -> Iterator[dict[str, Any]]:
        """Yield a line for each notice between `start` and `end`, in time order (DOMAIN section 4)."""
        return (one.line() for one in self.notices(records, start, end))

    def notices(
        self, records: Sequence[Record], start: datetime, end: datetime
    ) -> Iterator[Notice]:
        """Yield each notice between `start` and `end`, in time order.

        What happened before `start` and bears on it is walked through unseen, so that a ladder is met where it stands.
        """
        walks = [Walk(versions) for versions in by_case(records)]
        introduce(walks)
        first = leaders(walks)
        waiting = [(beginning(walk, start), number) for number, walk in enumerate(first)]
        for at, number in waiting if len(first) <= FEW else ():
            if at < start:
                self._look_ahead(first[number], start - MICROSECOND, end)
        heapify(waiting)  # when each case may change, the next one first
        rhythms = Rhythms(self.deciding, self.people, self.forced)
        rhythms.begin(records, max(waiting[0][0], start - MICROSECOND) if waiting else start)
        while moments := [at for at in (*(one[0] for one in waiting[:1]), rhythms.next_at()) if at]:
            now = min(moments)
            if now > end:
                return
            found: list[Notice] = []
            while waiting and waiting[0][0] <= now:
                _, number = heappop(waiting)
                walk = first[number]
                told = list(self._step(walk, now))
                found += told
                for twin in walk.twins:
                    found += (of_twin(one, walk, twin, now) for one in told)
                following = walk.next_at(now)
                if following is not None:
                    heappush(waiting, (following, number))
            found += rhythms.due(walks, now)
            if now >= start:
                yield from sorted(found, key=lambda one: (one.ref or "~", one.obligation or ""))

    def _look_ahead(self, walk: Walk, before: datetime, end: datetime) -> None:
        """Have a case with a past know what it comes to, where its record was known all along."""
        record = walk.versions[0]
        if len(walk.versions) == 1 and record.as_known_at is None:
            pack, _ = self.deciding.pack_for(record, self.forced)
            walk.outlook = outlook(self.deciding, record, self._readers_of(pack), before, end)

    def _step(self, walk: Walk, now: datetime) -> Iterator[Notice]:
        record = walk.known(now)
        if record is None:
            return
        pack, _ = self.deciding.pack_for(record, self.forced)
        if not walk.is_decided(record, now):
            yield from self._decide(walk, record, pack, now)
        if walk.is_held(now):
            return
        if walk.handing and walk.handing.at <= now:
            yield from self._hand_over(walk, record, walk.handing, now)
        for track in walk.due(now):
            if rule := pack.rule(track.rule):
                yield from self._climb(walk, record, track, rule, now)

    def _climb(
        self, walk: Walk, record: Record, track: Track, rule: Rule, now: datetime
    ) -> Iterator[Notice]:
        """Fire the rungs of one ladder that are due, and yield a notice for each person and channel."""
        seen = self._looks.look(track, rule, now)
        walk.keep(seen.track)
        heard = walk.told.setdefault(track.id, [])
        if walk.outlook and walk.outlook.is_past(now):
            heard += (Unheard(now, firing) for firing in seen.firings)
            return
        for firing in seen.firings:
            rung = firing.rung
            for told in self._reached(walk, record, track.id, firing, now):
                heard.append(told)
                yield _notice(
                    now, record, track.id, rung.name, rung.kind, told, rung.message, firing.because,
                    walk.agencies.get(track.id),
                )  # fmt: skip

    def _reached(
        self, walk: Walk, record: Record, name: str, firing: Firing, now: datetime
    ) -> Iterator[Told]:
        """Yield whom a rung reaches, each person once by each way."""
        rung = firing.rung
        reached: set[tuple[str | None, str]] = set()
        for role in rung.to:
            for to in self._holders(walk, record, seat(role, name), now):
                for via in rung.via:
                    if to is not None and (to, via) in reached:
                        continue
                    reached.add((to, via))
                    yield Told(role, to, via, firing.after_due, rung.name)

    def _told(self, walk: Walk, record: Record, name: str) -> Iterator[Told]:
        """Yield who was told of an obligation, the first one first."""
        for one in walk.told.get(name, ()):
            if isinstance(one, Unheard):
                yield from self._reached(walk, record, name, one.firing, one.at)
            else:
                yield one

    def _holders(self, walk: Walk, record: Record, role: str, now: datetime) -> list[str | None]:
        """Return the people for a role; the same for the whole of a day."""
        key = role, day_of(now)
        if key not in walk.holders:
            access = walk.access_of(record, self.deciding.access)
            walk.holders[key] = holders(access, role, self.people, now)
        return walk.holders[key]

    def _decide(self, walk: Walk, record: Record, pack: Pack, now: datetime) -> Iterator[Notice]:
        """Take what changes at `now`, and yield the corrections for people who were told otherwise."""
        before = walk.course if record is walk.decided else None
        known = self.deciding.access(walk.decided) if walk.decided and before is None else None
        if walk.outlook:
            before, course = walk.outlook.follow(self.deciding, record, now, before)
        else:
            course = self.deciding.follow(record, now, self._readers_of(pack), before)
        if before is None:
            walk.holders.clear()
        walk.decided, walk.course, walk.looks_again_at = record, course, course.looks_again_at
        made = obligations(course, course.anew)
        stood = obligations(before, course.anew) if before else {}
        settled = walk.outlook.settled if walk.outlook else ()
        fresh = [
            one for name, one in made.items() if stood.get(name) is not one and name not in settled
        ]
        walk.agencies.update((one.id, one.subject.agency) for one in fresh)
        gone = (stood if before else walk.tracks).keys() - made.keys()
        touched = {*gone, *(one.id for one in fresh)}
        tracks = {name: walk.tracks[name] for name in touched if name in walk.tracks}
        calendar = self.deciding.calendar
        for decision in moves(fresh, tracks, record.family, pack, now, calendar, self.enforce_from):
            walk.keep(decision.track)
            yield from self._corrections(walk, record, decision, now)
        if known is not None and not is_closed(record, now):
            self._pass_on(walk, known, self.deciding.access(record), pack, now)
        if pack.invitations and not is_closed(record, now) and not walk.is_held(now):
            yield from self._calendar(walk, record, pack, course.case, now)

    def _pass_on(
        self, walk: Walk, before: Access, access: Access, pack: Pack, now: datetime
    ) -> None:
        """Note what another social worker takes over, and give each of it its day."""
        if not has_passed(before, access):
            return
        calendar = self.deciding.calendar
        pairs = [(one, rule) for one in walk.tracks.values() if (rule := pack.rule(one.rule))]
        passing = inherited(pairs)
        names = tuple(track.id for track, _ in passing)
        walk.handing = Handing(calendar.opening(now), before, names)
        for track, rule in passing:
            walk.keep(given_a_day(track, rule, now, calendar))

    def _hand_over(
        self, walk: Walk, record: Record, handing: Handing, now: datetime
    ) -> Iterator[Notice]:
        """Yield the list that the new social worker gets, of what is open by then."""
        walk.handing = None
        for person in heirs(handing.before, self.deciding.access(record), self.people, now):
            told = Told(ROLE, person.id, "email", after_due=False, by=HANDED_OVER)
            for name in handing.obligations:
                if walk.tracks[name].state is State.OPEN:
                    walk.told.setdefault(name, []).append(told)
                    yield _notice(
                        now, record, name, HANDED_OVER, "tell", told, HANDED_OVER,
                        "the case is theirs from now on", walk.agencies.get(name),
                    )  # fmt: skip

    def _readers_of(self, pack: Pack) -> Readers:
        if pack.name not in self._readers:
            only = None if self.only is None else self.only.get(pack.name, frozenset())
            self._readers[pack.name] = readers_of(pack, only)
        return self._readers[pack.name]

    def _calendar(
        self, walk: Walk, record: Record, pack: Pack, case: Case, now: datetime
    ) -> Iterator[Notice]:
        items = wanted(case, pack, self.people)
        for kind, item, because in changes(walk.items, items, now):
            told = Told(item.role, item.to, item.via, after_due=False, by=item.entry.invitation)
            if item.via == LETTER:
                held = self._holders(walk, record, item.role, now)
                told = told._replace(to=next(iter(held), None))
            obligation = f"{record.ref}/{item.entry.invitation}/{item.entry.subject}"
            yield _notice(
                now, record, obligation, item.entry.invitation, kind, told, item.message, because, item.agency
            )  # fmt: skip
        walk.items = standing(walk.items, items)

    def _corrections(
        self, walk: Walk, record: Record, decision: Decision, now: datetime
    ) -> Iterator[Notice]:
        if decision.correction is None or any(one.name in ENDS_EVERYTHING for one in record.facts):
            return
        told = [*self._told(walk, record, decision.track.id)]
        if decision.change is Change.REOPENED:
            told = [one for one in told if one.by == "now-received"]
        elif decision.overdue_only:
            told = [one for one in told if one.after_due]
        seen = set()
        for one in told:
            if (one.role if one.to is None else one.to, one.via) in seen:
                continue
            seen.add((one.role if one.to is None else one.to, one.via))
            again = Told(one.role, one.to, one.via, after_due=False, by=decision.correction)
            walk.told[decision.track.id].append(again)
            agency = decision.obligation.subject.agency if decision.obligation else None
            yield _notice(
                now, record, decision.track.id, decision.correction, "correct", again,
                decision.correction, decision.because, agency,
            )  # fmt: skip


def _notice(
    now: datetime, record: Record, obligation: str, rung: str, kind: str, told: Told, message: str, because: str,
    agency: str | None,
) -> Notice:  # fmt: skip
    return Notice(
        now, record.ref, (record.ref,), obligation, rung, kind, told.role, agency, told.to, told.via, message,
        group_of(record), because,
    )  # fmt: skip
