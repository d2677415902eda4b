"""What would be sent, and when: records walked through time, nothing sent and nothing stored."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from daemon.decide.ladder import Fresh, look
from daemon.decide.moves import Change, Decision, moves
from daemon.decide.obligations import Deciding
from daemon.decide.recipients import Access, People, Why, resolve
from daemon.decide.standing import ENDS_EVERYTHING
from daemon.decide.summary import next_summary, summary_pack
from daemon.domain.obligation import State
from daemon.domain.parts import WeeklySummary
from daemon.domain.record import Record
from daemon.domain.times import day_of, iso
from daemon.domain.track import Track

EARLIEST = datetime.fromtimestamp(0, UTC)


class Told(NamedTuple):
    """Somebody who has been told of an obligation, and how."""

    role: str
    to: str | None
    via: str
    after_due: bool
    by: str


@dataclass(slots=True)
class Walk:
    """One case on its way through time."""

    versions: list[Record]
    tracks: dict[str, Track] = field(default_factory=dict)
    told: dict[str, list[Told]] = field(default_factory=dict)
    looks_again_at: datetime | None = None
    due_at: datetime | None = EARLIEST

    def is_due(self, now: datetime) -> bool:
        """Return whether something may change for this case at `now`."""
        return self.due_at is not None and self.due_at <= now

    def known(self, now: datetime) -> Record | None:
        """Return the newest version that is known at `now`."""
        found = None
        for record in self.versions:
            if record.as_known_at is None or record.as_known_at <= now:
                found = record
        return found

    def moments(self, after: datetime) -> Iterator[datetime]:
        """Yield the moments after `after` at which something may change."""
        yield from (r.as_known_at for r in self.versions if r.as_known_at and r.as_known_at > after)
        yield from (t.next_at for t in self.tracks.values() if t.next_at and t.next_at > after)
        if self.looks_again_at and self.looks_again_at > after:
            yield self.looks_again_at


def access_of(record: Record) -> Access:
    """Return who may know of a case."""
    return Access(
        record.roles,
        record.team,
        record.restricted,
        frozenset(record.holders),
        frozenset(record.excluded),
    )


class Case(Protocol):
    """A record, or what is kept of one."""

    @property
    def ref(self) -> str:
        """The case's reference."""
        ...

    @property
    def family(self) -> str | None:
        """Its family's."""
        ...

    @property
    def restricted(self) -> bool:
        """Only its named holders may know of it."""
        ...


def group_of(case: Case) -> str:
    """Return what a message gathers by: the family, but a restricted case always travels alone.

    Source: DOMAIN 5.6, READINGS section 2, 8.
    """
    return case.ref if case.restricted or not case.family else case.family


@dataclass(slots=True)
class Simulation:
    """Walks records under one pack; `people` may be empty: then only the case's own holders are found."""

    deciding: Deciding
    people: People
    forced: str | None = None

    def run(
        self, records: Sequence[Record], start: datetime, end: datetime
    ) -> Iterator[dict[str, Any]]:
        """Yield a line for each notice between `start` and `end`, in time order (DOMAIN section 4).

        What happened before `start` is walked through unseen, so that a ladder is met where it stands.
        """
        walks = [Walk(versions) for versions in _by_case(records)]
        now = min((moment for walk in walks for moment in _beginnings(walk)), default=start)
        summary_at = self._first_summary(records, now)
        while now <= end:
            lines = [line for walk in walks if walk.is_due(now) for line in self._step(walk, now)]
            if summary_at is not None and summary_at[0] <= now:
                lines += self._summary(walks, summary_at[1], now)
                summary_at = (
                    next_summary(summary_at[1], now, self.deciding.calendar),
                    summary_at[1],
                )
            if now >= start:
                yield from sorted(
                    lines,
                    key=lambda line: (line["at"], line["ref"] or "~", line["obligation"] or ""),
                )
            for walk in walks:
                if walk.is_due(now):
                    walk.due_at = min(walk.moments(now), default=None)
            ahead = [walk.due_at for walk in walks if walk.due_at]
            if summary_at is not None:
                ahead.append(summary_at[0])
            if not ahead:
                return
            now = min(ahead)

    def _step(self, walk: Walk, now: datetime) -> Iterator[dict[str, Any]]:
        record = walk.known(now)
        if record is None:
            return
        pack, _ = self.deciding.pack_for(record, self.forced)
        answer = self.deciding.decide(record, now, pack=pack)
        walk.looks_again_at = answer.looks_again_at
        changes = moves(
            answer.obligations, walk.tracks, record.family, pack, now, self.deciding.calendar
        )
        for decision in changes:
            walk.tracks[decision.track.id] = decision.track
            yield from self._corrections(walk, record, decision, now)
        agencies = {one.id: one.subject.agency for one in answer.obligations}
        for track in list(walk.tracks.values()):
            rule = pack.rule(track.rule)
            if rule is None or track.next_at is None or track.next_at > now:
                continue
            seen = look(track, rule, now, self.deciding.calendar, Fresh(now))
            walk.tracks[track.id] = seen.track
            for firing in seen.firings:
                reached: set[tuple[str | None, str]] = set()
                for role in firing.rung.to:
                    for to in self._holders(record, role, now):
                        for via in firing.rung.via:
                            if to is not None and (to, via) in reached:
                                continue
                            reached.add((to, via))
                            told = Told(role, to, via, firing.after_due, firing.rung.name)
                            walk.told.setdefault(track.id, []).append(told)
                            yield _line(
                                now, record, track.id, firing.rung.name, firing.rung.kind, told,
                                firing.rung.message, firing.because, agencies.get(track.id),
                            )  # fmt: skip

    def _corrections(
        self, walk: Walk, record: Record, decision: Decision, now: datetime
    ) -> Iterator[dict[str, Any]]:
        if decision.correction is None or any(one.name in ENDS_EVERYTHING for one in record.facts):
            return
        told = walk.told.get(decision.track.id, [])
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
            walk.told[decision.track.id] = [*walk.told[decision.track.id], again]
            agency = decision.obligation.subject.agency if decision.obligation else None
            yield _line(
                now, record, decision.track.id, decision.correction, "correct", again,
                decision.correction, decision.because, agency,
            )  # fmt: skip

    def _holders(self, record: Record, role: str, now: datetime) -> list[str | None]:
        found = resolve(role, access_of(record), self.people, day_of(now))
        if found.why is Why.NOBODY and record.restricted:
            return []
        people: list[str | None] = [person.id for person in found.people]
        return people or [None]

    def _everywhere(self, role: str, now: datetime) -> list[str | None]:
        people: list[str | None] = [
            one.id for one in resolve(role, Access(), self.people, day_of(now)).people
        ]
        return people or [None]

    def _first_summary(
        self, records: Sequence[Record], now: datetime
    ) -> tuple[datetime, WeeklySummary] | None:
        pathway = self.forced or next(
            (record.pathway for record in records if record.pathway), None
        )
        pack = summary_pack(self.deciding.rulebook, pathway)
        if pack is None or pack.summary is None:
            return None
        return next_summary(pack.summary, now, self.deciding.calendar), pack.summary

    def _summary(
        self, walks: Sequence[Walk], summary: WeeklySummary, now: datetime
    ) -> Iterator[dict[str, Any]]:
        overdue = [
            (track, record)
            for walk in walks
            for track in walk.tracks.values()
            if track.state is State.OPEN and track.due_at and track.due_at < now and not track.is_in_grace(now)
            and (record := walk.known(now)) and not record.restricted
        ]  # fmt: skip
        if not overdue:
            return
        refs = sorted({track.ref for track, _ in overdue})
        because = f"{len(overdue)} open and overdue"
        for role in summary.to:
            for to in self._everywhere(role, now):
                for via in summary.via:
                    yield {
                        "at": iso(now), "ref": None, "refs": refs, "obligation": None, "rung": summary.message,
                        "kind": "digest", "role": role, "agency": None, "to": to, "via": via,
                        "message": summary.message, "bundle": f"{iso(now)}/{to or role}/{via}/summary",
                        "because": because,
                    }  # fmt: skip


def _line(
    now: datetime, record: Record, obligation: str, rung: str, kind: str, told: Told, message: str, because: str,
    agency: str | None,
) -> dict[str, Any]:  # fmt: skip
    return {
        "at": iso(now), "ref": record.ref, "refs": [record.ref], "obligation": obligation, "rung": rung, "kind": kind,
        "role": told.role, "agency": agency, "to": told.to, "via": told.via, "message": message,
        "bundle": f"{iso(now)}/{told.to or told.role}/{told.via}/{group_of(record)}", "because": because,
    }  # fmt: skip


def _by_case(records: Iterable[Record]) -> list[list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.ref, []).append(record)
    for versions in found.values():
        versions.sort(key=lambda record: record.as_known_at or EARLIEST)
    return list(found.values())


def _beginnings(walk: Walk) -> Iterator[datetime]:
    known = [record.as_known_at for record in walk.versions if record.as_known_at]
    if len(known) == len(walk.versions):
        yield min(known)
        return
    for record in walk.versions:
        if record.as_known_at is None:
            moments = [fact.at for fact in record.facts]
            moments += [meeting.held[0] for meeting in record.meetings if meeting.held]
            yield from moments or []


def with_bundles(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the lines with `refs` naming every case of the message that each travels in."""
    found = [dict(line) for line in lines]
    together: dict[str, set[str]] = {}
    for line in found:
        together.setdefault(line["bundle"], set()).update(line["refs"])
    for line in found:
        line["refs"] = sorted(together[line["bundle"]])
    return found
