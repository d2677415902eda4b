"""What goes out on a rhythm: each digest of the packs is queued at its moment, for those who have something in it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

import structlog

from daemon.decide.people.recipients import Access, People, may_know, resolve
from daemon.decide.telling.digests import (
    MEETINGS,
    PLANNED,
    Entries,
    digests_of,
    entries,
    last_missed,
    mark_of,
    next_digest,
    reach,
    seen_by,
)
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.parts import Digest, Shows
from daemon.domain.person import Person
from daemon.domain.record import Record
from daemon.domain.times import day_of, iso
from daemon.domain.track import Track
from daemon.engine.house import House
from daemon.engine.telling.quiet import resting_refs
from daemon.engine.telling.ways import ways
from daemon.store import Store, StoreLost, StoreUnavailable, Tx, apart

log = structlog.get_logger("daykeeper.digests")
BATCH = 300
BATCHES_A_ROUND = 10
AGAIN = timedelta(minutes=15)


class Standing(NamedTuple):
    """What of one case one reader sees in a digest, in one of its roles."""

    record: Record
    role: str
    reader: Person
    found: Entries


class Seen(NamedTuple):
    """Who reads a digest, why, and which cases stand in it for them."""

    reader: Person
    role: str
    refs: list[str]


class Digests:
    """Queues digests. Each goes once for its moment, however many look; one missed by downtime goes once."""

    def __init__(self, store: Store, house: House) -> None:
        self.store, self.house = store, house
        self._under_way: Iterator[None] | None = None

    def queue(self, now: datetime) -> Iterator[None]:
        """Queue what is due by `now`, a batch of cases at a time: others may work between them.

        A list over very many cases goes on in the next rounds, so that no ladder waits for it.
        """
        if self._under_way is None:
            self._under_way = self._queue(now)
        for _ in range(BATCHES_A_ROUND):
            try:
                next(self._under_way)
            except StopIteration:
                self._under_way = None
                return
            except BaseException:
                self._under_way = None
                raise
            yield

    def _queue(self, now: datetime) -> Iterator[None]:
        digests = digests_of(self.house.deciding.rulebook)
        if not digests:
            return
        calendar = self.house.deciding.calendar
        with self.store.read() as tx:
            planned = tx.marks.starting(PLANNED)
        for name, digest in digests.items():
            kept = planned.get(name)
            at = None if kept is None else datetime.fromisoformat(str(kept))
            if at is not None:
                at = last_missed(at, now, partial(next_digest, digest, calendar=calendar))
                if at > now:
                    self._follow(digest, kept, at, now)
                    continue
                if not calendar.may_tell(at, now):
                    continue
            try:
                seen: dict[str, Seen] = {}
                for some in self._batches(digest, now) if at else ():
                    for one in some:
                        new = Seen(one.reader, one.role, [])
                        refs = seen.setdefault(one.reader.id, new).refs
                        refs.append(one.record.ref)
                    yield
                self._insert(digest, kept, list(self._notices(digest, seen, at or now, now)), now)
            except (StoreLost, StoreUnavailable):
                raise
            except Exception:  # one list must not stop the others, nor what comes after them
                log.exception("digest.unqueued", digest=digest.name)
                with self.store.write() as tx:
                    tx.marks.put(name, now + AGAIN)

    def _follow(self, digest: Digest, kept: object, at: datetime, now: datetime) -> None:
        """Plan a list anew where its rhythm, or the days of the office, have changed since it was planned."""
        again = next_digest(digest, now, self.house.deciding.calendar)
        if again == at:
            return
        with self.store.write() as tx:
            if tx.marks.get(mark_of(digest)) == kept:
                tx.marks.put(mark_of(digest), again)
        log.info("digest.replanned", digest=digest.name)

    def _insert(
        self, digest: Digest, planned: object, notices: Sequence[Notice], now: datetime
    ) -> None:
        with self.store.write() as tx:
            if tx.marks.get(mark_of(digest)) != planned:
                return  # somebody else was sooner
            fired = tx.notices.insert(notices)
            for notice in fired:
                data = {"rung_at": iso(notice.at), "role": notice.role}
                tx.journal.write(now, "notice.fired", str(notice.key), notice.because, data)
            tx.marks.put(mark_of(digest), next_digest(digest, now, self.house.deciding.calendar))
        if fired:
            log.info("digest.queued", digest=digest.name, notices=len(fired))

    def _notices(
        self,
        digest: Digest,
        seen: Mapping[str, Seen],
        at: datetime,
        now: datetime,
    ) -> Iterator[Notice]:
        occurrence = int(f"{day_of(at):%Y%m%d}")
        channels = [word for word in digest.via if word in self.house.channels]
        for reader, role, refs in seen.values():
            for channel in ways(self.house, reader, channels):
                yield Notice(
                    Key(mark_of(digest), digest.name, occurrence, reader.id, channel), Kind.DIGEST,
                    digest.message, at, now, Lane.BULK, role, (), None,
                    because=f"{digest.title}: a list on its rhythm", detail="\n".join(dict.fromkeys(refs)),
                )  # fmt: skip

    def _batches(self, digest: Digest, now: datetime) -> Iterator[list[Standing]]:
        with self.store.read() as tx:
            refs = self._candidates(tx, digest, now)
        for start in range(0, len(refs), BATCH):
            with self.store.read() as tx:
                yield list(standing_in(tx, self.house, digest, refs[start : start + BATCH], now))

    def _candidates(self, tx: Tx, digest: Digest, now: datetime) -> list[str]:
        """Return the cases that may stand in a digest."""
        if digest.shows in MEETINGS:
            return list(tx.cases.refs())
        found: Iterable[Track]
        if digest.shows is Shows.OVERDUE:
            found = tx.obligations.overdue(now)
        elif digest.shows is Shows.APPROVALS:
            asking = {rule.name for rule in self.house.rules() if rule.approval}
            found = tx.obligations.open_of(asking)
        else:
            last = reach(digest, now, self.house.deciding.calendar)
            found = tx.obligations.due_between(now, last)
        return list(dict.fromkeys(track.ref for track in found))


def standing_in(
    tx: Tx, house: House, digest: Digest, refs: Collection[str], now: datetime
) -> Iterator[Standing]:
    """Yield what of some cases stands in a digest for whom: nothing of a case that is held or cannot be read."""
    deciding, today = house.deciding, day_of(now)
    cases, _ = apart(tx.cases.of, refs, "cases")
    silenced = tx.silenced.among(cases.keys())
    shown = set(cases) - resting_refs(tx, cases)
    if digest.shows is not Shows.OVERDUE:
        shown -= silenced
    tracks, spoilt = apart(tx.obligations.of, shown, "obligations")
    people = house.people(tx)
    for ref, reading in house.read_cases(tx, shown - set(spoilt)).items():
        record = reading.record
        if record is None:
            continue
        pack, _ = deciding.pack_for(record)
        rule_of = partial(house.rule_of, pathway=record.pathway)
        access, own = deciding.access(record), tracks.get(ref, [])
        if ref in silenced:  # its ladders are held, and its clocks are shown
            own = [replace(track, held_since=None) for track in own]
        for role in digest.to:
            found = entries(digest, role, record, own, pack, now, deciding.calendar, rule_of)
            readers = _readers(digest, role, access, people, now) if found else ()
            for reader in readers:
                if seen := seen_by(found, digest, role, reader, today):
                    yield Standing(record, role, reader, seen)


def _readers(
    digest: Digest, role: str, access: Access, people: People, now: datetime
) -> Iterable[Person]:
    """Return who reads of a case in a role: its own holders, or everybody's where the digest says everything."""
    if digest.own != "everything":
        return resolve(role, access, people, day_of(now)).people
    everybody = resolve(role, Access(), people, day_of(now)).people
    return [person for person in everybody if may_know(person, access, people)]
