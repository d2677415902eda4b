"""The line: the stations in their order, once round. The loop, the demo and the tests all turn this."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
from time import monotonic

import structlog

from daemon.domain.message import Lane
from daemon.engine.answering.decisions import Decisions
from daemon.engine.answering.replies import Replies
from daemon.engine.answering.respond import Responder
from daemon.engine.answering.silencing import Silencing
from daemon.engine.at_work import AtWork
from daemon.engine.conference.inbox import Listener
from daemon.engine.conference.posting import Posting
from daemon.engine.conference.room import Room
from daemon.engine.house import House
from daemon.engine.records.assess import Assessor
from daemon.engine.records.posted import Posted
from daemon.engine.records.staff import StaffList
from daemon.engine.records.watch import Watcher
from daemon.engine.sending.deliver import Deliverer
from daemon.engine.sending.pause import settle
from daemon.engine.sending.spoilt_rows import SpoiltRows
from daemon.engine.sending.steady import boot_s
from daemon.engine.standing.audit import Auditor
from daemon.engine.standing.disks import Disks, disks_of, tell_short
from daemon.engine.standing.guard import Guard
from daemon.engine.standing.presence import AgreedGuard, Presence
from daemon.engine.telling.brake import remind
from daemon.engine.telling.digests import Digests
from daemon.engine.telling.escalate import Escalator
from daemon.engine.telling.heartbeat import beat
from daemon.engine.telling.old_data import tell_old
from daemon.engine.telling.weekly import summarise
from daemon.engine.wording.letter import Letters
from daemon.ports import Clock
from daemon.store import Outside, Store, StoreLost, StoreSpoilt, StoreUnavailable

log = structlog.get_logger("daykeeper.line")
ROUNDS = 10_000  # a bound on firing in one go: 10,000 batches of ladders
SEALED_AT_ONCE = 500  # SQLite's one writer is held up for so many
SEALING_S = 0.5
HEAR_EVERY_S = 2.0  # in a round that takes longer; and never for more than half of its time


@dataclass(frozen=True, slots=True)
class Line:
    """Every station of one authority, with the clock they share."""

    store: Store
    house: House
    clock: Clock
    staff: StaffList
    watcher: Watcher
    assessor: Assessor
    escalator: Escalator
    digests: Digests
    deliverer: Deliverer
    responder: Responder
    decisions: Decisions
    room: Room
    replies: Replies
    silencing: Silencing
    auditor: Auditor
    guard: Guard
    spoilt: SpoiltRows
    listener: Listener
    posting: Posting
    posted: Posted
    ticks: Callable[[], float]  # seconds that nobody sets
    at_work: AtWork
    disks: Disks

    @classmethod
    def of(
        cls,
        store: Store,
        house: House,
        clock: Clock,
        *,
        people_every: timedelta,
        people_at_least: int | None = None,
        outside: Outside | None = None,
        presence: Presence | None = None,
        ticks: Callable[[], float] = boot_s,
    ) -> "Line":
        """Return the line of a house on a store; `outside`: what is kept outside its database.

        `presence`: the process that turns it, where others may beside it.
        `ticks`: seconds by which a leap of the clock is noticed, and a long round.
        """
        guard = (
            AgreedGuard(store, outside, clock, presence)
            if presence
            else Guard(store, outside, clock)
        )
        assessor, watcher = Assessor(store, house), Watcher(store, house, clock)
        return cls(
            store, house, clock, StaffList(store, house, people_every, people_at_least), watcher,
            assessor, Escalator(store, house), Digests(store, house),
            Deliverer(store, house, Letters(store, house), clock, guard, ticks), Responder(store, house),
            Decisions(store, house, assessor), Room(store, house, assessor),
            Replies(store, house, assessor), Silencing(store, house),
            Auditor(store, house), guard,
            SpoiltRows(store, house, clock),
            Listener(store, house, clock), Posting(store, house),
            Posted(store, house, watcher, clock), ticks, AtWork(),
            lambda: disks_of(store, outside),
        )  # fmt: skip

    def decide(self) -> None:
        """Read the feeds that are due, decide what changed, and fire what is due; nothing is sent here."""
        for _ in self.steps():
            pass

    def steps(self) -> Iterator[None]:
        """Do what `decide` does, by a batch at a time: whoever has other work too may pause between them.

        In a round that takes long, what comes meanwhile is heard between the batches: what is urgent in it
        does not wait for a flood of what is not.
        Feeds on which a due rung relies are read just before it fires (DOMAIN 5.10). A row that cannot
        be read is set aside, and the next round goes on.
        """
        try:
            with self.at_work:
                yield from self._steps()
        except StoreSpoilt:
            self.spoilt.set_aside(thorough=True)

    def _steps(self) -> Iterator[None]:
        if not self.guard.is_same():
            return
        now = self.clock()
        read, next_s = self._hear(now)
        yield  # that may take long: whether this process leads still is asked before it decides
        for _ in self._follow(now, read):
            yield
            if self.ticks() >= next_s and self.guard.is_same():
                _, next_s = self._hear(self.clock())
                yield

    def _hear(self, now: datetime) -> tuple[set[str], float]:
        """Take in all that was said: return which feeds were read, and when to listen again, by `ticks`."""
        begun = self.ticks()
        settle(self.store, now)
        remind(self.store, self.house, now)
        self.silencing.settle(now)
        self.staff.refresh(now)
        self.listener.listen(now)
        read = {feed.name for feed in self.watcher.due(now) if self.watcher.poll(feed)}
        ended = self.ticks()
        return read, ended + max(HEAR_EVERY_S, ended - begun)

    def _follow(self, now: datetime, read: set[str]) -> Iterator[None]:
        """Decide and fire; yield after each batch, where what came meanwhile may be taken in."""
        yield from self._catch_up()
        now = self._no_later(now)
        for role in sorted(self.escalator.stale_roles(now)):
            for feed in self.house.feeds_of(role):
                if feed.name not in read:
                    read.add(feed.name)
                    self.watcher.poll(feed)
        tell_old(self.store, self.house, now)
        yield from self._escalate(now)
        summarise(self.store, self.house, now)
        beat(self.store, self.house, now)
        yield from self.digests.queue(now)

    def _catch_up(self) -> Iterator[None]:
        """Decide every case that has changed or is to be looked at by now: what was just read must count first.

        They are counted when this begins, and not bounded by a moment: who sets the clock back hides none, and
        what comes meanwhile waits for the next time. Feeds that change faster than cases are decided must not
        keep every ladder waiting: only those of their cases wait.
        """
        until = self.clock()
        left = self.assessor.waiting(until)
        while left > 0 and self.guard.is_same() and (found := self.assessor.assess(until)):
            left -= found
            yield

    def _escalate(self, now: datetime) -> Iterator[None]:
        """Fire what was due when this round began: for that the feeds were read, and what they showed was decided.

        What changes meanwhile fires when it has been decided.
        """
        for _ in range(ROUNDS):
            yield from self._catch_up()
            if not (self.guard.is_same() and self.escalator.escalate(self._no_later(now))):
                break
            yield

    def _no_later(self, now: datetime) -> datetime:
        """Return the moment at which this round began, or the present where the clock has been set back since."""
        return min(now, self.clock())

    def send(self) -> int:
        """Send everything that may go now, urgent first; return how many messages were tried."""
        tried = 0
        for lane in Lane:
            while more := self.deliver(lane):
                tried += more
        return tried

    def deliver(self, lane: Lane, for_s: float = inf) -> int:
        """Send what waits in a lane, as the deliverer does; what cannot be read is set aside for the next turn."""
        try:
            with self.at_work:
                return self.deliverer.deliver(lane, for_s)
        except StoreSpoilt:
            self.spoilt.set_aside(thorough=True)
            return 0
        except (StoreLost, StoreUnavailable):
            raise
        except Exception:  # a field of another type may be read, and be found out later
            if not self.spoilt.set_aside(thorough=False):
                raise
            log.exception("turn.failed", lane=str(lane))
            return 0

    def audit(self, is_stopping: Callable[[], bool] = lambda: False) -> None:
        """Work out again what should have been sent, and see that there is room to go on.

        Raises StoreSpoilt where a row is found that stands in its way.
        """
        tell_short(self.store, self.house, self.clock(), self.disks())
        self.spoilt.set_aside(thorough=False)
        try:
            self.auditor.audit(self.clock(), is_stopping)
        except StoreSpoilt:
            self.spoilt.set_aside(thorough=True)
            raise

    def seal(self) -> int:
        """Seal the journal's new entries into its chain and keep its head outside; return how many.

        A backlog is sealed in batches, and left for the next time after half a second.
        """
        now, begun = self.clock(), monotonic()
        sealed = 0
        while True:
            with self.store.write() as tx:
                some = tx.journal.seal(now, SEALED_AT_ONCE) if self.guard.stands(tx) else 0
            sealed += some
            if some < SEALED_AT_ONCE or monotonic() - begun > SEALING_S:
                self.guard.keep_up()
                return sealed

    def turn(self) -> int:
        """Turn once on this thread: decide, send, seal; return how many messages were tried."""
        if not self.guard.allows():
            return 0
        self.decide()
        tried = self.send()
        self.seal()
        return tried
