"""Station 4, deliver: claim, compose, check once more, hand over, and record what the other side said."""

from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from math import inf
from random import Random
from threading import Lock
from time import monotonic

import structlog

from daemon.decide.recipients import People
from daemon.domain.delivery import DeliveryState, Outgoing
from daemon.domain.errors import Permanent, Temporary, Unknown, Unsupported, WireError
from daemon.domain.message import Lane, Receipt
from daemon.domain.notice import Key, Notice, NoticeState
from daemon.engine.claim import claim, hold_against_roles, look_up, stands
from daemon.engine.house import House
from daemon.engine.letter import Letter, Letters, NothingToSay
from daemon.engine.operator import OPERATOR, tell_operator
from daemon.engine.patience import insist, lasting
from daemon.engine.wire import hand
from daemon.ports import Clock
from daemon.store import Store, StoreUnavailable, Tx

log = structlog.get_logger("daykeeper.deliver")
UNDELIVERABLE, UNWRITTEN, TOO_LATE = "undeliverable", "unwritten", "lease-too-short"
STUCK = frozenset({DeliveryState.WILL_RETRY, DeliveryState.UNKNOWN})
TRIED_ENOUGH = 5  # then a person hears of it, while it goes on being tried
LOOK_AGAIN_S = 0.05  # while some attempts hang, the connections that are free are filled so often


@dataclass(frozen=True, slots=True)
class Ended:
    """How one attempt ended."""

    outcome: DeliveryState
    reason: str | None = None
    provider_id: str | None = None
    retry_after_s: float | None = None


class Deliverer:
    """Sends what waits in a lane. Safe in any number of threads and processes: the row's epoch decides."""

    def __init__(self, store: Store, house: House, letters: Letters, clock: Clock) -> None:
        self.store, self.house, self.letters, self.clock = store, house, letters, clock
        self.jitter = Random()  # noqa: S311 - spreads retries, guards nothing
        self.pool = ThreadPoolExecutor(house.terms.connections, thread_name_prefix="send")
        self._free = house.terms.connections
        self._counting = Lock()
        self._is_ending = False
        self._in_hand: set[str] = set()  # not to be claimed again by ourselves, lease or no lease

    def deliver(self, lane: Lane, for_s: float = inf) -> int:
        """Send what waits in a lane, as connections come free, until nothing does; return how many were tried.

        A connection that hangs keeps none of the others waiting. After `for_s` seconds nothing new is begun.
        """
        end = monotonic() + for_s
        tried = 0
        under_way: set[Future[None]] = set()
        while True:
            batch = self._take(lane) if monotonic() < end else []
            under_way |= {self.pool.submit(self._attempt, message) for message in batch}
            tried += len(batch)
            if not under_way:
                return tried
            done, under_way = wait(under_way, LOOK_AGAIN_S)
            for attempt in done:
                attempt.result()

    def halt(self) -> None:
        """Begin nothing more; what is on the wire goes on."""
        self._is_ending = True

    def close(self) -> None:
        """Wait for what is on the wire, then let the connections go."""
        self.pool.shutdown(wait=True)
        for channel in self.house.channels.values():
            close = getattr(channel, "close", None)
            if close is not None:
                close()

    def _take(self, lane: Lane) -> list[Outgoing]:
        """Return messages whose attempt row is written, one for each connection that is now theirs."""
        limit = self._reserve(lane)
        batch: list[Outgoing] = []
        try:
            batch = self._claim(lane, limit) if limit else []
            self._in_hand.update(message.id for message in batch)
        finally:
            self._give_back(limit - len(batch))
        return batch

    def _reserve(self, lane: Lane) -> int:
        """Take the free connections; the last one is kept for what is urgent."""
        kept = int(lane is not Lane.URGENT and self.house.terms.connections > 1)
        with self._counting:
            limit = 0 if self._is_ending else max(0, self._free - kept)
            self._free -= limit
        return limit

    def _give_back(self, connections: int) -> None:
        with self._counting:
            self._free += connections

    def _claim(self, lane: Lane, limit: int) -> list[Outgoing]:
        """Return up to so many messages under a new attempt: retries first, then what waits."""
        now = self.clock()
        lease_until = now + self.house.terms.lease
        with self.store.write() as tx:
            batch = []
            for message in tx.messages.due(lane, now, limit, besides=frozenset(self._in_hand)):
                epoch = tx.messages.start(
                    message.id, message.epoch, lease_until, self.house.worker, now
                )
                if epoch is not None:
                    again = tx.messages.get(message.id)
                    batch.append(replace(again or message, epoch=epoch))
            if len(batch) < limit:
                batch += claim(tx, self.house, lane, now, limit - len(batch), lease_until)
        return batch

    def _attempt(self, outgoing: Outgoing) -> None:
        """Send one message and record at once what came of it: between the two lies the window of copies."""
        try:
            is_ours = lasting(self.house.terms.lease)
            ended = insist(partial(self._send, outgoing), is_ours)
            insist(partial(self._record, outgoing, ended), lambda: is_ours() or not self._is_ending)
        finally:
            self._in_hand.discard(outgoing.id)
            self._give_back(1)

    def _send(self, outgoing: Outgoing) -> Ended:
        try:
            return self._hand_over(outgoing)
        except Temporary as error:
            return Ended(DeliveryState.WILL_RETRY, error.reason, retry_after_s=error.retry_after_s)
        except Permanent as error:
            return Ended(DeliveryState.REFUSED, error.reason)
        except Unknown as error:
            return Ended(DeliveryState.UNKNOWN, error.reason)
        except NothingToSay:
            return Ended(DeliveryState.CANCELLED, "nothing left to say")
        except StoreUnavailable:  # nothing is on the wire yet
            raise
        except Exception as error:  # noqa: BLE001 - a fault of ours in one message never stops the others
            log.error("message.unwritten", message=outgoing.id, reason=type(error).__name__)  # noqa: TRY400 - a traceback shows data
            return Ended(DeliveryState.WILL_RETRY, UNWRITTEN)

    def _hand_over(self, outgoing: Outgoing) -> Ended:
        channel = self.house.channels.get(outgoing.channel)
        if channel is None:
            raise Permanent("channel-gone")
        with self.store.read() as tx:
            people = self.house.people(tx)
            person = people.get(outgoing.person)
            claimed = self._claimed(tx, outgoing)
            bundle = look_up(tx, self.house, claimed)
            live = tuple(one for one in claimed if stands(one, bundle, people, self.clock()))
            bundle = replace(bundle, notices=live)
            is_whole = len(live) == len(tx.notices.of_message(outgoing.id))
            letter = (
                self.letters.write(tx, outgoing, bundle, person, self.clock(), is_whole=is_whole)
                if live and person
                else None
            )
        if len(live) < len(claimed):
            with self.store.write() as tx:
                ended = [one for one in claimed if one not in live]
                hold_against_roles(tx, self.house, people, ended, self.clock())
        if not live:
            return Ended(DeliveryState.CANCELLED, "nothing left to say")
        if person is None:
            raise Permanent("person-gone")
        if outgoing.ambiguous and (found := self._find(outgoing)) is not None:
            return Ended(DeliveryState.ACCEPTED, "found", found.provider_id)
        if letter is None:
            raise Permanent("domain-not-allowed")
        if (stopped := self._look_last(outgoing, letter, people)) is not None:
            return stopped
        receipt = hand(channel, letter.message, person, outgoing.id)
        return Ended(DeliveryState.ACCEPTED, None, receipt.provider_id)

    def _look_last(self, outgoing: Outgoing, letter: Letter, people: People) -> Ended | None:
        """Return why nothing may be sent after all, as late as can be; keep the words that will be."""
        if self._is_too_late(outgoing):
            raise Temporary(TOO_LATE)
        with self.store.write() if letter.is_new else self.store.read() as tx:
            if not tx.messages.still_ours(outgoing.id, outgoing.epoch):
                return Ended(DeliveryState.UNKNOWN, "lease-lost")
            claimed = self._claimed(tx, outgoing)
            bundle = look_up(tx, self.house, claimed)
            if not any(stands(one, bundle, people, self.clock()) for one in claimed):
                return Ended(DeliveryState.CANCELLED, "nothing left to say")
            if letter.is_new:
                said = letter.message
                tx.links.add(letter.links)
                tx.messages.content(outgoing.id, said.subject, said.text, said.html, said.level)
        return None

    def _is_too_late(self, outgoing: Outgoing) -> bool:
        """Return whether the lease could end before the send does: somebody else might then send it, too."""
        until = outgoing.lease_until
        return until is not None and self.clock() + self.house.terms.send_deadline > until

    def _claimed(self, tx: Tx, outgoing: Outgoing) -> list[Notice]:
        of_message = tx.notices.of_message(outgoing.id)
        return [one for one in of_message if one.state is NoticeState.CLAIMED]

    def _find(self, outgoing: Outgoing) -> Receipt | None:
        try:
            return self.house.channels[outgoing.channel].find(outgoing.id)
        except Unsupported:
            return None
        except WireError:
            raise Temporary("look-up-failed") from None

    def _record(self, message: Outgoing, ended: Ended) -> None:
        now = self.clock()
        not_before = None
        if ended.reason == TOO_LATE:  # we were slow, not the other side
            not_before = now
        elif ended.outcome is DeliveryState.WILL_RETRY:
            not_before = now + self._pause(message.attempts, ended.retry_after_s)
        elif ended.outcome is DeliveryState.UNKNOWN:
            not_before = now + self.house.terms.lease
        with self.store.write() as tx:
            ours = tx.messages.finish(
                message.id,
                message.epoch,
                ended.outcome,
                now,
                ended.reason,
                ended.provider_id,
                not_before,
            )
            if ours:
                notices = self._claimed(tx, message)
                tx.journal.write(
                    now, f"message.{ended.outcome}", message.id, ended.reason or "handed over",
                    {"channel": message.channel, "attempt": message.attempts,
                     "notices": [str(one.key) for one in notices]},
                )  # fmt: skip
                if ended.outcome in STUCK and message.attempts == TRIED_ENOUGH:
                    tell_operator(
                        tx, self.house, now, f"stuck/{message.id}", "operator-undelivered",
                        f"a message by {message.channel} was tried {TRIED_ENOUGH} times "
                        f"({ended.reason}) and is tried again; it stands in status",
                    )  # fmt: skip
                if ended.outcome is DeliveryState.REFUSED:
                    self._pass_on(tx, message, ended.reason or "refused", now)
                elif ended.reason == UNWRITTEN and any(one.role != OPERATOR for one in notices):
                    tell_operator(
                        tx, self.house, now, f"unwritten/{message.id}", "operator-undelivered",
                        "a message cannot be written; it is tried again, and stands in status under deliveries",
                    )  # fmt: skip
                elif ended.outcome is DeliveryState.CANCELLED:
                    tx.notices.cancel([one.key for one in notices], "ended before the wire")
        log.info(
            "delivery.recorded", message=message.id, channel=message.channel, outcome=str(ended.outcome),
            attempt=message.attempts, reason=ended.reason, ours=ours,
        )  # fmt: skip

    def _pause(self, attempts: int, retry_after_s: float | None) -> timedelta:
        """Return how long to wait: what the other side asked for, else doubling with jitter."""
        terms = self.house.terms
        doubled = min(terms.retry_first * float(2 ** min(attempts - 1, 16)), terms.retry_most)
        return max(doubled * self.jitter.uniform(0.8, 1.2), timedelta(seconds=retry_after_s or 0))

    def _pass_on(self, tx: Tx, message: Outgoing, reason: str, now: datetime) -> None:
        """Give what could not be delivered to the duty mailbox, and tell the operator: there is no "gave up"."""
        notices = self._claimed(tx, message)
        fallback = self.house.people(tx).fallback()
        heirs = []
        for notice in notices:
            tx.notices.fail([notice.key], reason)
            if notice.role == OPERATOR or fallback is None or notice.key.person == fallback.id:
                continue
            key = Key(
                notice.key.obligation, notice.key.rung, notice.key.occurrence, fallback.id, "email"
            )
            detail = f"could not be delivered to {notice.role.replace('_', ' ')} ({reason})"
            heirs.append(
                replace(
                    notice, key=key, message=UNDELIVERABLE, made_at=now, role=self.letters.fallback_role,
                    because=detail, detail=detail, state=NoticeState.WAITING, message_id=None,
                )
            )  # fmt: skip
        for heir in tx.notices.insert(heirs):
            tx.journal.write(now, "notice.fired", str(heir.key), heir.because, {"role": heir.role})
        if any(notice.role != OPERATOR for notice in notices):
            tell_operator(
                tx, self.house, now, f"undelivered/{message.id}", "operator-undelivered",
                f"a message by {message.channel} was refused ({reason}); it stands in status under deliveries",
            )  # fmt: skip
