"""The guard: nothing is decided or sent on a database that is not the one that we left (RELIABILITY F18)."""

import platform
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from math import inf
from threading import Lock
from time import monotonic
from typing import NamedTuple

import structlog

from daemon.domain.delivery import Answer, DeliveryState, Outgoing
from daemon.domain.notice import Notice, NoticeState
from daemon.domain.sent import Head, Sent
from daemon.domain.times import say
from daemon.engine.sending.prepare import Ready
from daemon.engine.standing.learn import is_known, learn_all
from daemon.ports import Clock
from daemon.store import Outside, Store, Tx

log = structlog.get_logger("daykeeper.guard")
Answered = tuple[Ready, Answer]
LOOK_EVERY_S = 5.0
SAY_EVERY_S = 60.0
LINES_AT_ONCE = 2000  # entries of the journal whose sends are copied outside in one go
ALLOWANCE = timedelta(minutes=5)  # before the head: what was sent and not sealed yet
SAME_TIME = timedelta(minutes=1)  # machines look at different seconds
# a database at work so lately is live: its state file was lost, no more
RECENT = timedelta(hours=1)
ARRIVED = frozenset({DeliveryState.ACCEPTED, DeliveryState.UNKNOWN})
NOT_TAKEN = frozenset({DeliveryState.WILL_RETRY, DeliveryState.REFUSED})
SENDS = frozenset(f"message.{state}" for state in ARRIVED)
HELD, BEAT = "restore/held", "beat/at"
# the mark that says up to when the chain reached that a release gave up
RELEASED = "restore/released"


class Kept(NamedTuple):
    """What is kept outside, under its file's name. It is read before the database is.

    Whoever else is at work adds to both, to the database first: read after it, it would seem to know more.
    """

    name: str
    head: Head | None
    sent: list[Sent]


class Guard:
    """Compares the database with what is kept outside it, and keeps that up to date. Safe in any thread."""

    def __init__(self, store: Store, outside: Outside | None, clock: Clock) -> None:
        """Watch over a store; one that has nothing outside is always allowed."""
        self.store, self.outside, self.clock = store, outside, clock
        self.held: str | None = None
        self.unkept: str | None = None  # why nothing can be kept outside
        self._known: Head | None = None
        self._is_open = outside is None
        self._looked_s = self._said_s = -inf
        self._looking = Lock()

    def allows(self) -> bool:
        """Return whether anything may be decided or sent; looks again every few seconds.

        Raises Refusal where what is kept outside cannot be relied on, and StoreUnavailable.
        """
        if self.outside is None:
            return True
        with self._looking:
            if monotonic() - self._looked_s >= LOOK_EVERY_S:
                if not self._is_open:
                    self._open(self.outside)
                elif not self._is_held_by_another(self.outside):
                    self._keep_up(self.outside)
                self._looked_s = monotonic()
        return self._is_open

    def stands(self, tx: Tx, before: Head | None = None) -> bool:
        """Return whether this transaction still sees the chain whose head was last kept outside, by whomever.

        `before` is that head as it was when a transaction began that only reads, and sees nothing later.
        """
        if self.outside is None:
            return True
        known = before or self.outside.head() or self._known
        is_another = known is not None and tx.journal.hash_of(known.number) != known.hash
        if is_another and not _is_behind(tx, known):
            self._is_open, self._looked_s = False, -inf
        return self._is_open

    def is_same(self) -> bool:
        """Return `stands` for a look of its own: asked before anything is decided."""
        if self.outside is None:
            return True
        before = self.outside.head()
        with self.store.read() as tx:
            return self.stands(tx, before)

    def note(self, answered: Sequence[Answered], begun: Sequence[Ready], now: datetime) -> None:
        """Keep outside what goes to the wire, before it does, and how it ended, before the database is told."""
        if self.outside is None:
            return
        sent = [
            _sent(ready.outgoing, _outcome(ready.outgoing, answer.outcome), now, ready.notices)
            for ready, answer in answered
            if ready.for_the_wire
        ]
        sent += [
            _sent(one.outgoing, DeliveryState.SENDING, now, one.notices)
            for one in begun
            if one.for_the_wire
        ]
        try:
            self.outside.note(sent)
        except OSError as error:  # the database still can be told, and must be
            self._say_unkept(error)

    def keep_up(self) -> None:
        """Keep the head of the chain outside, and on a shared database what other machines have sent."""
        if self.outside is not None:
            with self._looking:
                if self._is_open:
                    self._keep_up(self.outside)

    def _open(self, outside: Outside) -> None:
        now, kept = self.clock(), kept_in(outside)
        with self.store.read() as tx:
            is_new = kept.head is None and tx.journal.head()[0] > 0
            found = fault(tx, kept, now)
            other = str(tx.marks.get(HELD) or "")
        if found is None and not other:
            self._catch_up(outside, now)
            self.held, self._known, self._is_open = None, None, True
            self._keep_up(outside)
            if is_new:
                self._say_begun(now)
            return
        if found is not None and not other:
            other = f"{found} (noticed on {platform.node()})"
            with self.store.write() as tx:
                tx.marks.put(HELD, other)
                # whoever had signed out since the copy was made would be in again
                tx.sessions.end_all(now)
        self.held = other
        if monotonic() - self._said_s >= SAY_EVERY_S:
            self._said_s = monotonic()
            log.error("restore.held", reason=other, mend="nothing is sent: see `daykeeper release`")

    def _is_held_by_another(self, outside: Outside) -> bool:
        """Return whether another machine has noticed what we cannot see."""
        before = outside.head()
        with self.store.read() as tx:
            if not tx.marks.get(HELD) and self.stands(tx, before):
                return False
        self._is_open = False
        return True

    def _catch_up(self, outside: Outside, now: datetime) -> None:
        """Record what went out just before we were killed, or before another machine released a restore."""
        head = outside.head()
        with self.store.read() as tx:
            sent = outside.sent(None if _is_behind(tx, head) else _since(head))
            known = tx.messages.of([one.id for one in sent])
            news = [one for one in sent if not is_known(one, known.get(one.id))]
        if news:
            learn_all(self.store, news, now)

    def _keep_up(self, outside: Outside) -> None:
        try:
            self._keep(outside)
        except OSError as error:
            self._say_unkept(error)
        else:
            self.unkept = None

    def _keep(self, outside: Outside) -> None:
        now = self.clock()
        with outside.locked(), self.store.read() as tx:
            if not self.stands(tx):
                return
            kept, head = outside.head(), tx.journal.kept_head()
            if kept is not None and tx.journal.hash_of(kept.number) != kept.hash:
                kept = None  # of what was restored, and has been released
            if head is None or (kept is not None and kept.number >= head.number):
                self._known = kept
                return
            if self.store.is_shared and kept is not None:
                upto = min(head.number, kept.number + LINES_AT_ONCE)
                head = tx.journal.head_at(upto) or head
                outside.note(_sends(tx, kept.number, upto, now))
            outside.keep(head)
            self._known = head

    def _say_begun(self, now: datetime) -> None:
        why = "no state file lay beside a database in use; one was begun"
        log.warning("state.begun", reason=why)
        with self.store.write() as tx:
            tx.journal.write(now, "state.begun", self.store.authority, why)

    def _say_unkept(self, error: OSError) -> None:
        self.unkept = f"what is sent cannot be kept outside the database ({error.strerror})"
        log.error("state.unkept", reason=error.strerror)


def kept_in(outside: Outside) -> Kept:
    """Return what is kept outside at this moment: of what was sent, the latest."""
    head = outside.head()
    return Kept(outside.file.name, head, outside.sent(_since(head)))


def fault(tx: Tx, outside: Kept, now: datetime) -> str | None:
    """Return why this is not the database that was left here, in plain words; None where it is."""
    kept, number = outside.head, tx.journal.head()[0]
    if _is_behind(tx, kept):
        return None
    if kept is not None and tx.journal.hash_of(1) != kept.first:
        before = f"{kept.number} entries had been sealed here by {say(kept.at)}"
        return (
            f"this is another database; {before}" if number else f"this database is new; {before}"
        )
    if kept is not None and (found := tx.journal.hash_of(kept.number)) != kept.hash:
        if found:
            return "the journal of this database is not the one whose head was kept here"
        ends = f"its journal ends at entry {number}"
        return f"this is an older database: {ends}, and {kept.number} had been sealed by {say(kept.at)}"
    ids = {one.id for one in outside.sent}
    if many := len(ids - tx.messages.known(ids)):
        return f"this is an older database: {many} messages went out that it does not know"
    beaten_at = tx.marks.moment(BEAT)
    if kept is None and number and not ids and beaten_at is not None and now - beaten_at > RECENT:
        last = f"this database was last at work on {say(beaten_at)}"
        return f"{outside.name} is missing, and {last}: it may be an old copy"
    return None


def _is_behind(tx: Tx, kept: Head | None) -> bool:
    """Return whether another machine has released a restore, and our head is of the same lost chain as its own."""
    released_at = tx.marks.moment(RELEASED)
    if kept is not None and tx.journal.hash_of(kept.number) == kept.hash:
        return False
    return kept is not None and released_at is not None and kept.at <= released_at + SAME_TIME


def _since(kept: Head | None) -> datetime | None:
    return kept.at - ALLOWANCE if kept else None


def _sends(tx: Tx, after: int, upto: int, now: datetime) -> list[Sent]:
    found = tx.messages.of(tx.journal.about(SENDS, after, upto))
    carried = tx.notices.of_messages(list(found))
    return [
        _sent(one, one.state, one.accepted_at or now, _claimed(carried.get(one.id, ())))
        for one in found.values()
        if one.state in ARRIVED
    ]


def _claimed(notices: Collection[Notice]) -> list[Notice]:
    return [one for one in notices if one.state is NoticeState.CLAIMED]


def _outcome(message: Outgoing, outcome: DeliveryState) -> DeliveryState:
    """Return how it stands with a message after an attempt: an earlier one, of which nobody knows, may have arrived."""
    return DeliveryState.UNKNOWN if outcome in NOT_TAKEN and message.ambiguous else outcome


def _sent(
    message: Outgoing, outcome: DeliveryState, at: datetime, notices: Collection[Notice]
) -> Sent:
    return Sent(
        message.id, at, outcome, message.person, message.channel, message.family, message.lane,
        tuple(notices),
    )  # fmt: skip
