"""Station 7, audit: what should have been sent by now, worked out again from the records, against what was.

A second code path: it reads the fragments and asks `decide` afresh, and trusts neither the ladder's
memory nor its next moment. What does not balance is named.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from daemon.decide.due.ladder import ahead
from daemon.decide.duties.explain import track_of
from daemon.decide.people.recipients import resolve, seat
from daemon.domain.obligation import Obligation, State
from daemon.domain.record import Record
from daemon.domain.rules import Rung
from daemon.domain.times import DAY, day_of, iso, london, say_day
from daemon.domain.track import Track
from daemon.engine.house import House, weeks_of
from daemon.engine.records.rename import former_ids, renames
from daemon.engine.sending.refused import count_unheard, refused
from daemon.engine.sending.waiting import waited_since
from daemon.engine.telling.operator import tell_operator
from daemon.store import Store, Tx, apart

log = structlog.get_logger("daykeeper.audit")
BATCH = 300
UNREADABLE = "unreadable"
# two ticks of the slowest lane: younger differences are work in hand
ALLOWANCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Missed:
    """Something that should have happened and did not: `what` is a short code, `since` its own moment."""

    what: str
    about: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Balance:
    """One audit. It balances where nothing is missed and nothing is unexplained.

    `is_whole` False: it was cut short, and says nothing of the cases that it did not come to.
    """

    at: datetime
    cases: int
    expected: int
    missed: tuple[Missed, ...]
    unexplained: tuple[Missed, ...] = ()
    is_whole: bool = True

    @property
    def balances(self) -> bool:
        """Every case was looked at, nothing is missed, and nothing is unexplained."""
        return self.is_whole and not self.missed and not self.unexplained


class Auditor:
    """Recomputes from the records what must have been fired, and looks for it."""

    def __init__(self, store: Store, house: House) -> None:
        self.store, self.house = store, house

    def audit(self, now: datetime, is_stopping: Callable[[], bool] = lambda: False) -> Balance:
        """Return `look`, noted and mended: what cannot be read is looked at again.

        One that is cut short because the service is stopping notes nothing.
        """
        balance = self.look(now, is_stopping)
        if not balance.is_whole:
            return balance
        self._look_past_the_horizon(now)
        missed = balance.missed
        with self.store.write() as tx:
            tx.marks.put("audit/at", now)
            tx.marks.put("audit/missed", len(missed))
            tx.marks.put("audit/expected", balance.expected)
            count_unheard(tx)
            tx.cases.touch([one.about for one in missed if one.what == UNREADABLE], now)
            if missed:
                tx.journal.write(
                    now,
                    "audit.unbalanced",
                    "audit",
                    f"{len(missed)} missed",
                    {"first": missed[0].about},
                )
        log.info("audit.done", cases=balance.cases, expected=balance.expected, missed=len(missed))
        return balance

    def look(self, now: datetime, is_stopping: Callable[[], bool] = lambda: False) -> Balance:
        """Return what should have been accepted by `now` and what of it is missing. It only reads."""
        cases = expected = 0
        missed: list[Missed] = []
        with self.store.read() as tx:
            unused = renames(tx)
            refs = [ref for ref in tx.cases.refs() if ref not in unused]
        for start in range(0, len(refs), BATCH):
            if is_stopping():
                return Balance(now, cases, expected, tuple(missed), is_whole=False)
            with self.store.read() as tx:
                batch = refs[start : start + BATCH]
                many, found = self._cases(tx, batch, now)
                cases += len(batch)
                expected += many
                missed += found
        with self.store.read() as tx:
            missed += self._unsent(tx, now)
        return Balance(now, cases, expected, tuple(missed))

    def _look_past_the_horizon(self, now: datetime) -> None:
        """Tell the operator, once a week, of live deadlines beyond the published bank holidays."""
        end = self.house.deciding.calendar.days.known_until
        with self.store.read() as tx:
            beyond = len(tx.obligations.due_after(london(end + DAY)))
        if beyond:
            detail = f"{beyond} live deadlines lie after {say_day(end)}, the end of the list"
            with self.store.write() as tx:
                tell_operator(
                    tx, self.house, now, "horizon", "operator-horizon", detail, weeks_of(now)
                )

    def _cases(self, tx: Tx, refs: Sequence[str], now: datetime) -> tuple[int, list[Missed]]:
        readings = self.house.read_cases(tx, refs)
        stored, spoilt = apart(tx.obligations.of, refs, "obligations")
        numbers = tx.numbers.of(refs)
        people = self.house.people(tx)
        expected = 0
        missed: list[Missed] = []
        for ref in refs:
            reading = readings.get(ref)
            if reading is None:
                continue
            if reading.record is None or ref in spoilt:
                missed.append(Missed(UNREADABLE, ref, now))
                continue
            kept = {one.anchor_on: one.number for one in numbers.get(ref, []) if one.kind == "icpc"}
            own = {track.id: track for track in stored.get(ref, ())}
            answer, _ = self.house.decide(reading.record, now, kept, own)
            for one in answer.obligations:
                if one.state is not State.OPEN:
                    continue
                track = own.get(one.id)
                if track is None:
                    missed.append(Missed("never-opened", one.id, one.starts_at or now))
                    continue
                access = self.house.deciding.access(reading.record)
                rungs = [
                    (rung.name, at)
                    for rung, at in self._rungs(one, track, reading.record, now)
                    if any(
                        resolve(seat(role, one.id), access, people, day_of(now)).people
                        for role in rung.to
                    )
                ]
                expected += len(rungs)
                told = self._told(tx, track, reading.record) if rungs else set()
                missed += [
                    Missed("never-fired", f"{one.id}|{name}", at)
                    for name, at in rungs
                    if name not in told
                ]
        return expected, missed

    def _told(self, tx: Tx, track: Track, record: Record) -> set[str]:
        """Return the rungs for which there are notices since it was opened, or that were passed over."""
        told = {
            notice.key.rung
            for name in (track.id, *former_ids(track, record))
            for notice in tx.notices.of_obligation(name)
            if notice.made_at >= track.opened_at
        }
        return told | {one.rung for one in track.fired if one.skipped}

    def _rungs(
        self, one: Obligation, track: Track, record: Record, now: datetime
    ) -> Iterator[tuple[Rung, datetime]]:
        """Yield the rungs that must be behind us: none of a ladder that waits for data or rests."""
        rule = self.house.rule_of(track, record.pathway)
        if rule is None or one.due_at is None:
            return
        if track.held_since is not None or track.rest_until is not None:
            return
        if self.house.enforce_from and day_of(one.due_at) < self.house.enforce_from:
            return
        fresh = track_of(one, track.family, track.opened_at)
        fresh, calendar = (
            replace(fresh, grace_until=track.grace_until),
            self.house.deciding.calendar,
        )
        opening = calendar.opening(now)
        waits_until = opening if opening > now else None  # what came back at night speaks then
        for rung, at in ahead(fresh, rule, calendar):
            is_kept_in = (
                not rung.urgent and waits_until is not None and track.next_at == waits_until
            )
            if max(at, track.opened_at) + ALLOWANCE <= now and not is_kept_in:
                yield rung, at

    def _unsent(self, tx: Tx, now: datetime) -> Iterator[Missed]:
        """Yield what waits longer than it should, and what was refused and nobody has instead."""
        oldest = waited_since(tx, self.house.deciding.calendar, now)
        if oldest is not None and oldest + ALLOWANCE <= now:
            yield Missed("waiting", iso(oldest), oldest)
        for one in refused(tx):
            if one.is_unheard or one.is_kept_back:
                yield Missed("refused", one.message.id, one.message.created_at)
