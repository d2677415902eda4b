"""Station 4, deliver: take, compose, check once more, hand over, and record what the other side said.

Each round is one transaction: it records the answers that have come and begins the attempts for
which a connection is free. So a message costs a share of a commit, and no connection begins
another message before the answer to its last one is on the disk.
"""

from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from math import inf
from threading import Event
from time import monotonic

import structlog

from daemon.domain.message import Lane
from daemon.domain.notice import NoticeState
from daemon.engine.house import House
from daemon.engine.sending.bundle import look_up, stands
from daemon.engine.sending.claim import take
from daemon.engine.sending.desk import Desk, put_back
from daemon.engine.sending.outcome import Recorder, Sent
from daemon.engine.sending.pause import paused
from daemon.engine.sending.prepare import Ready, dues, prepare
from daemon.engine.sending.slots import Slots
from daemon.engine.sending.steady import Steady, boot_s
from daemon.engine.sending.unrecorded import leave_alone
from daemon.engine.sending.waiting import sendable
from daemon.engine.sending.wire import send
from daemon.engine.standing.guard import Guard
from daemon.engine.telling.ways import let_go
from daemon.engine.wording.letter import Letters
from daemon.ports import Clock
from daemon.store import (
    NO_FILES,
    NoFreeFiles,
    Store,
    StoreConflict,
    StoreLost,
    StoreSpoilt,
    StoreUnavailable,
    Tx,
)

log = structlog.get_logger("daykeeper.deliver")
LOOK_AGAIN_S = 0.05  # while some attempts hang, the connections that are free are filled so often
STORE_AGAIN_S, MOST_AGAIN_S = 0.5, 5.0  # the more commits on end have failed, the longer
AHEAD = 16  # so many, or twice the connections, are composed while others are on the wire
HANDS_OFF = timedelta(seconds=4)  # what is taken and not begun comes back so soon, whoever dies


class Deliverer:
    """Sends what waits in a lane. Safe in any number of threads and processes: the row's epoch decides."""

    def __init__(
        self,
        store: Store,
        house: House,
        letters: Letters,
        clock: Clock,
        guard: Guard,
        ticks: Callable[[], float] = boot_s,
    ) -> None:
        """`ticks`: seconds that nobody sets, by which a leap of the clock is noticed."""
        self.store, self.house, self.letters, self.clock = store, house, letters, clock
        self.guard = guard
        self.recorder = Recorder(house, letters)
        self.slots = Slots(house.terms.connections)
        self._is_steady = Steady(clock, house.terms.lease.total_seconds(), ticks)
        self._desks = {lane: Desk() for lane in Lane}
        self._ahead = max(AHEAD, 2 * house.terms.connections)
        self._is_ending = False
        self._pause = Event()  # never set: a wait

    def deliver(self, lane: Lane, for_s: float = inf) -> int:
        """Send what waits in a lane, as connections come free, until nothing does; return how many were tried.

        A connection that hangs keeps none of the others waiting. After `for_s` seconds nothing new is
        taken. Nothing is done where another thread is at the same lane.
        """
        desk = self._desks[lane]
        if not desk.turn.acquire(blocking=False):
            return 0
        try:
            if not (desk.flying or self._is_waited_for(lane)):
                return 0
            return self._deliver(desk, lane, monotonic() + for_s)
        finally:
            desk.turn.release()

    def halt(self) -> None:
        """Begin nothing more; what is on the wire goes on."""
        self._is_ending = True

    def close(self) -> None:
        """Wait for what is on the wire, then let the connections go, those of the directory and mailboxes too."""
        self.slots.close()
        let_go(self.house)

    def _is_waited_for(self, lane: Lane) -> bool:
        now = self.clock()
        with self.store.read() as tx:
            return bool(sendable(tx, self.house.deciding.calendar, lane, now, 1))

    def _deliver(self, desk: Desk, lane: Lane, end: float) -> int:
        tried = 0
        dry_until = 0.0  # nothing more was found: not looked for again before, unless all is done
        while True:
            try:
                may_go_on = not self._is_ending and monotonic() < end and self.guard.allows()
                failures = desk.failures
                begun = self._advance(desk, lane)
                tried += begun
                if desk.failures > failures:
                    self._pause.wait(min(MOST_AGAIN_S, STORE_AGAIN_S * desk.failures))
                is_dry = desk.is_used and monotonic() < dry_until
                if may_go_on and not is_dry and desk.waiting <= self._ahead // 2:
                    if not self._take(desk, lane):
                        dry_until = monotonic() + LOOK_AGAIN_S
                        if not desk.is_used:
                            return tried
                elif not may_go_on:
                    put_back(self.store, desk, self.clock())
                    if not desk.flying:
                        return tried
            except StoreUnavailable as error:
                log.warning("store.unavailable", reason=error.reason)
                if isinstance(error, StoreSpoilt) or desk.may_be_left(is_ending=self._is_ending):
                    raise
                self._pause.wait(STORE_AGAIN_S)
                desk.gather(0)
                continue
            self._compose(desk, lane)
            is_busy = begun or desk.answered or self._startable(desk, lane)
            desk.gather(0 if is_busy else LOOK_AGAIN_S)

    def _startable(self, desk: Desk, lane: Lane) -> bool:
        return any(
            not one.for_the_wire or self.slots.free(one.outgoing.channel, lane)
            for one in desk.ready
        )

    def _take(self, desk: Desk, lane: Lane) -> int:
        """Take more messages to prepare; return how many things that waited were looked at."""
        with self.store.write() as tx:
            now = self.clock()
            others = set() if self._is_steady() else tx.messages.in_flight()
            taken, looked_at = take(
                tx, self.house, lane, now, self._ahead - desk.waiting, now + HANDS_OFF,
                besides=desk.in_hand | others, but_by=desk.full(max(1, self._ahead // 2)),
            )  # fmt: skip
        desk.taken += taken
        return looked_at

    def _compose(self, desk: Desk, lane: Lane) -> None:
        """Write letters until the free connections have theirs, or an answer has come that must be recorded."""
        while desk.taken and desk.answers.empty():
            word = desk.taken[0].outgoing.channel
            free = self.slots.free(word, lane)
            if sum(one.outgoing.channel == word for one in desk.ready) >= free > 0:
                return
            desk.ready.append(prepare(self.letters, desk.taken.popleft(), self.clock()))

    def _advance(self, desk: Desk, lane: Lane) -> int:
        """Record the answers that have come, begin the attempts that can be; return how many these are."""
        freed = Counter(one.outgoing.channel for one, _ in desk.answered if one.for_the_wire)
        chosen, fresh = self._choose(desk, lane, freed)
        if not (chosen or desk.answered):
            return 0
        answered = desk.answered
        try:
            begun = self._commit(desk, answered, chosen)
        except BaseException:
            for one in fresh:
                self.slots.give_back(one.outgoing.channel)
            raise
        desk.answered = []
        for ready, _ in answered:
            del desk.flying[ready.outgoing.id]
        gone = {one.outgoing.id for one in chosen}
        under_way = {one.outgoing.id for one in begun}
        desk.ready = deque(one for one in desk.ready if one.outgoing.id not in gone)
        freed += Counter(
            one.outgoing.channel for one in chosen
            if one.for_the_wire and one.outgoing.id not in under_way
        )  # fmt: skip
        for word in freed.elements():
            self.slots.give_back(word)
        for one in begun:
            desk.flying[one.outgoing.id] = monotonic() + self.house.terms.lease.total_seconds()
            if one.for_the_wire:
                self.slots.submit(one.outgoing.channel, partial(self._send, desk, one))
            else:
                desk.answered.append((one, one.ends()))
        return len(begun)

    def _choose(
        self, desk: Desk, lane: Lane, freed: Counter[str]
    ) -> tuple[list[Ready], list[Ready]]:
        """Return what is to be begun, and for which of it a further connection was taken.

        A connection whose answer is about to be recorded serves again in the same transaction.
        """
        chosen: list[Ready] = []
        fresh: list[Ready] = []
        for one in desk.ready:
            word = one.outgoing.channel
            if not one.for_the_wire:
                chosen.append(one)
            elif freed[word]:
                freed[word] -= 1
                chosen.append(one)
            elif self.slots.take(word, lane):
                chosen.append(one)
                fresh.append(one)
        return chosen, fresh

    def _commit(
        self,
        desk: Desk,
        answered: Sequence[Sent],
        chosen: Sequence[Ready],
        *,
        is_last_try: bool = False,
    ) -> list[Ready]:
        """Record and begin in one transaction; what fails is tried once more, each message by itself."""
        try:
            with self.store.write() as tx:
                now = self.clock()  # of waiting for the lock no lease is used up
                self.recorder.record(tx, answered, now)
                begun = self._begin(tx, chosen, now)
                self.guard.note(answered, begun, now)
            desk.failures = 0
            return begun  # noqa: TRY300 - it is what was tried
        except Exception as error:
            if isinstance(error, OSError) and error.errno in NO_FILES:
                raise NoFreeFiles(error.filename or "a file of the service") from error
            is_conflict = isinstance(error, StoreConflict)
            if isinstance(error, StoreLost | StoreUnavailable) and not is_conflict:
                raise
            if is_last_try:
                desk.failures += 1
                log.exception("commit.failed")
                leave_alone(self.store, self.house, self.guard, answered, self.clock())
                return []
        begun = []
        for one in answered:
            self._commit(desk, [one], [], is_last_try=True)
        for ready in chosen:
            begun += self._commit(desk, [], [ready], is_last_try=True)
        return begun

    def _begin(self, tx: Tx, chosen: Sequence[Ready], now: datetime) -> list[Ready]:
        """Write the attempt rows of what still stands, as late as can be, and keep the words that will be sent.

        What has changed since it was composed is composed anew.
        """
        if not self.guard.stands(tx) or not chosen or paused(tx):
            return []
        carried = tx.notices.of_messages([one.outgoing.id for one in chosen])
        bundle = look_up(
            tx, self.house, [n for each in carried.values() for n in each], to_write=False
        )
        as_composed: list[Ready] = []
        changed: list[Ready] = []
        for one in chosen:
            live = {
                notice.key for notice in carried.get(one.outgoing.id, ())
                if notice.state is NoticeState.CLAIMED and stands(notice, bundle, now)
            }  # fmt: skip
            is_same = not one.for_the_wire or (
                live == {notice.key for notice in one.notices}
                and one.dues == dues(one.notices, bundle)
            )
            (as_composed if is_same else changed).append(one)
        tx.messages.put_off([one.outgoing for one in changed], now)
        rows = tx.messages.start(
            [one.outgoing for one in as_composed],
            now + self.house.terms.lease,
            self.house.worker,
            now,
        )
        started = {row.id: row for row in rows}
        begun = [
            replace(one, outgoing=started[one.outgoing.id])
            for one in as_composed
            if one.outgoing.id in started
        ]
        letters = [one.letter for one in begun if one.letter is not None and one.letter.is_new]
        tx.messages.keep([letter.message for letter in letters])
        tx.links.add([link for letter in letters for link in letter.links])
        return begun

    def _send(self, desk: Desk, ready: Ready) -> None:
        channel = self.house.channels[ready.outgoing.channel]
        answer = send(channel, ready, self.clock, self.house.terms.send_deadline)
        desk.answers.put((ready, answer))
