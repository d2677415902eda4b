"""What goes out on a rhythm: the weekly summary and the digests, as a simulation shows them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from daemon.decide.duties.family import is_closed
from daemon.decide.duties.obligations import Deciding
from daemon.decide.people.recipients import Access, People, Why, may_know, resolve
from daemon.decide.telling.digests import entries, next_digest, seen_by
from daemon.decide.telling.summary import is_read_by, next_summary, readers_of, summary_pack
from daemon.decide.trying.told import Notice
from daemon.decide.trying.walk import Walk
from daemon.domain.obligation import State
from daemon.domain.parts import Digest, WeeklySummary
from daemon.domain.person import Person
from daemon.domain.record import Record
from daemon.domain.times import day_of


def holders(access: Access, role: str, people: People, now: datetime) -> list[str | None]:
    """Return the people for a role; [None] where nobody holds it, [] where nobody may be told."""
    found = resolve(role, access, people, day_of(now))
    if found.why is Why.NOBODY and access.restricted:
        return []
    return [person.id for person in found.people] or [None]


@dataclass(slots=True)
class Rhythms:
    """Says when the next list goes out, and to whom; a list of one name goes out once."""

    deciding: Deciding
    people: People
    forced: str | None
    ahead: dict[WeeklySummary | Digest, datetime] = field(default_factory=dict)

    def begin(self, records: Sequence[Record], now: datetime) -> None:
        """Plan the first of each list of the records' packs."""
        calendar = self.deciding.calendar
        pathway = self.forced or next(
            (record.pathway for record in records if record.pathway), None
        )
        pack = summary_pack(self.deciding.rulebook, pathway)
        if pack is not None and pack.summary is not None:
            self.ahead[pack.summary] = next_summary(pack.summary, now, calendar)
        names = {self.deciding.pack_for(record, self.forced)[0].name for record in records}
        packs = [self.deciding.rulebook.packs[name] for name in sorted(names)]
        for digest in {one.name: one for each in packs for one in each.digests}.values():
            self.ahead[digest] = next_digest(digest, now, calendar)

    def next_at(self) -> datetime | None:
        """Return when the next list goes out."""
        return min(self.ahead.values(), default=None)

    def due(self, walks: Sequence[Walk], now: datetime) -> Iterator[Notice]:
        """Yield the notices of the lists that go out by `now`, and plan their next."""
        calendar = self.deciding.calendar
        for one in [one for one, at in self.ahead.items() if at <= now]:
            if isinstance(one, Digest):
                yield from self._digest(walks, one, now)
                self.ahead[one] = next_digest(one, now, calendar)
            else:
                yield from self._summary(walks, one, now)
                self.ahead[one] = next_summary(one, now, calendar)

    def _digest(self, walks: Sequence[Walk], digest: Digest, now: datetime) -> Iterator[Notice]:
        readers = self._everywhere(digest.to, now)
        seen: dict[tuple[str, str | None], set[str]] = {}
        for walk in walks:
            record = walk.known(now)
            if record is None or walk.is_held(now):
                continue
            pack, _ = self.deciding.pack_for(record, self.forced)
            tracks = list(walk.tracks.values())
            access = walk.access_of(record, self.deciding.access)
            for role in digest.to:
                found = entries(digest, role, record, tracks, pack, now, self.deciding.calendar)
                if not found:
                    continue
                told = (
                    holders(access, role, self.people, now)
                    if digest.own != "everything"
                    else self._knowing(readers[role], access)
                )
                for to in told:
                    reader = self.people.get(to) if to else None
                    if seen_by(found, digest, role, reader, day_of(now)):
                        seen.setdefault((role, to), set()).add(record.ref)
        for (role, to), refs in seen.items():
            for via in digest.via:
                yield Notice(
                    now, None, tuple(sorted(refs)), None, digest.name, "digest", role, None, to, via,
                    digest.message, digest.name, f"{digest.title}: {len(refs)} cases",
                )  # fmt: skip

    def _summary(
        self, walks: Sequence[Walk], summary: WeeklySummary, now: datetime
    ) -> Iterator[Notice]:
        today = day_of(now)
        readers = {role: readers_of(role, self.people, today) for role in summary.to}
        seen: dict[tuple[str, str | None], list[str]] = {}
        for walk in walks:
            many = sum(
                track.state is State.OPEN
                and track.due_at is not None
                and track.due_at < now
                and not track.is_in_grace(now)
                for track in walk.tracks.values()
            )
            record = walk.known(now) if many else None
            if record is None or is_closed(record, now) or record.restricted or walk.is_held(now):
                continue
            access = walk.access_of(record, self.deciding.access)
            for role, found in readers.items():
                theirs = [
                    one.id
                    for one in found
                    if is_read_by(one, {role: found}, access, self.people, today)
                ]
                for to in theirs if found else [None]:
                    seen.setdefault((role, to), []).extend([record.ref] * many)
        for (role, to), refs in seen.items():
            for via in summary.via:
                yield Notice(
                    now, None, tuple(sorted(set(refs))), None, summary.message, "digest", role, None, to, via,
                    summary.message, "summary", f"{len(refs)} open and overdue",
                )  # fmt: skip

    def _everywhere(self, roles: Iterable[str], now: datetime) -> Mapping[str, Sequence[Person]]:
        """Return who reads of the whole authority's cases, by role."""
        return {role: resolve(role, Access(), self.people, day_of(now)).people for role in roles}

    def _knowing(self, readers: Sequence[Person], access: Access) -> list[str | None]:
        """Return those who may know of a case; [None] where there are no readers at all."""
        if not readers:
            return [None]
        return [one.id for one in readers if may_know(one, access, self.people)]
