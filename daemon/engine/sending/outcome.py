"""What came of an attempt: recorded under its epoch, journalled, and passed on where it was refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import structlog

from daemon.domain.delivery import Answer, DeliveryState, Outgoing
from daemon.domain.errors import PACED
from daemon.engine.conference.heard import note_told
from daemon.engine.house import House
from daemon.engine.sending.failover import give_up_on, pass_on
from daemon.engine.sending.prepare import UNWRITTEN, Ready
from daemon.engine.sending.refused import count_unheard
from daemon.engine.sending.wire import TOO_LATE
from daemon.engine.telling.operator import is_machines, tell_operator
from daemon.engine.wording.letter import Letters
from daemon.store import Tx

log = structlog.get_logger("daykeeper.deliver")
STUCK = frozenset({DeliveryState.WILL_RETRY, DeliveryState.UNKNOWN})
HOUR_S = 3600
TRIED_ENOUGH = 5  # then a person hears of it, while it goes on being tried

Sent = tuple[Ready, Answer]


class Recorder:
    """Writes down how attempts ended. Whoever was overtaken writes nothing."""

    def __init__(self, house: House, letters: Letters) -> None:
        self.house, self.letters = house, letters
        self.jitter = Random()  # noqa: S311 - spreads retries, guards nothing

    def record(self, tx: Tx, sent: Sequence[Sent], now: datetime) -> None:
        """Record answers; done twice, because the answer to a commit was lost, it comes to the same."""
        if not sent:
            return
        counted = [
            (ready, give_up_on(tx, self.house, ready.outgoing, one, now)) for ready, one in sent
        ]
        whole = [
            (ready, replace(answer, look_at=self._again(ready.outgoing, answer, now)))
            for ready, answer in counted
        ]
        ours = tx.messages.finish([answer for _, answer in whole], now)
        is_unheard = False
        for ready, answer in whole:
            message = ready.outgoing
            if message.id in ours:
                self._write(tx, ready, answer, now)
            if message.id in ours and answer.outcome is DeliveryState.REFUSED:
                why = answer.reason or "refused"
                is_unheard = pass_on(tx, self.house, message, why, now) or is_unheard
            log.info(
                "delivery.recorded", message=message.id, channel=message.channel, outcome=str(answer.outcome),
                attempt=message.attempts, reason=answer.reason, ours=message.id in ours,
            )  # fmt: skip
        if is_unheard:
            count_unheard(tx)

    def _again(self, message: Outgoing, answer: Answer, now: datetime) -> datetime | None:
        """Return when to try again: what the other side asked for, else doubling with jitter."""
        terms = self.house.terms
        if answer.reason == TOO_LATE:  # we were slow, not the other side
            return now
        if answer.outcome is DeliveryState.UNKNOWN:
            return now + terms.lease
        if answer.outcome is not DeliveryState.WILL_RETRY:
            return None
        asked = timedelta(seconds=answer.retry_after_s or 0)
        if answer.reason == PACED:
            return now + asked
        doubled = min(terms.retry_first * 2.0 ** min(message.attempts - 1, 16), terms.retry_most)
        return now + max(doubled * self.jitter.uniform(0.8, 1.2), asked)

    def _write(self, tx: Tx, ready: Ready, answer: Answer, now: datetime) -> None:
        message, notices = ready.outgoing, ready.notices
        tx.journal.write(
            now, f"message.{answer.outcome}", message.id, answer.reason or "handed over",
            {"channel": message.channel, "attempt": message.attempts,
             "notices": [str(one.key) for one in notices]},
        )  # fmt: skip
        if answer.outcome is DeliveryState.ACCEPTED:
            note_told(tx, notices, message.id, now)
        is_stuck = answer.outcome in STUCK and answer.reason != PACED
        if is_stuck and message.attempts == TRIED_ENOUGH:
            tell_operator(
                tx, self.house, now, f"stuck/{message.channel}", "operator-undelivered",
                f"a message by {message.channel} was tried {TRIED_ENOUGH} times ({answer.reason}) and is tried "
                "again; it, and any others, stand in status; you hear of it once an hour",
                int(now.timestamp()) // HOUR_S,
            )  # fmt: skip
        if answer.reason == UNWRITTEN and not all(map(is_machines, notices)):
            tell_operator(
                tx, self.house, now, f"unwritten/{message.id}", "operator-undelivered",
                "a message cannot be written; it is tried again, and stands in status under deliveries",
            )  # fmt: skip
        elif answer.outcome is DeliveryState.CANCELLED:
            tx.notices.cancel([one.key for one in notices], "ended before the wire")
