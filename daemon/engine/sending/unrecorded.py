"""Answers that the database does not take, whatever the reason: what went out is not sent once more for them."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from daemon.domain.delivery import DeliveryState
from daemon.engine.house import House
from daemon.engine.sending.outcome import Sent
from daemon.engine.standing.guard import Guard
from daemon.engine.standing.learn import LEFT_ALONE, UNRECORDED
from daemon.engine.telling.operator import tell_operator
from daemon.store import Store, StoreLost, StoreUnavailable

log = structlog.get_logger("daykeeper.deliver")
MAY_HAVE_ARRIVED = frozenset({DeliveryState.ACCEPTED, DeliveryState.UNKNOWN})
SAID = (
    "a message was answered by the other side, and the answer cannot be recorded in the database; "
    "it is not sent again before a day is over, and stands in status; the log says what the database refused"
)


def leave_alone(
    store: Store, house: House, guard: Guard, answered: Sequence[Sent], now: datetime
) -> None:
    """Keep messages from being sent again whose answers are not on record, and tell the operator, once a day.

    What surely did not arrive comes up again with its lease. Where even this cannot be written, the
    message comes up as one whose sender died.
    """
    for one in answered:
        _leave(store, house, guard, one, now)


def _leave(store: Store, house: House, guard: Guard, sent: Sent, now: datetime) -> None:
    ready, answer = sent
    message = ready.outgoing
    log.error("message.unrecorded", message=message.id, outcome=str(answer.outcome))
    if answer.outcome not in MAY_HAVE_ARRIVED:
        return
    try:
        with store.write() as tx:
            stored = tx.messages.get(message.id)
            if stored is None or stored.epoch != message.epoch:
                return  # somebody else has it by now
            guard.note([sent], [], now)
            tx.messages.hold([message.id], now + LEFT_ALONE, UNRECORDED)
            tell_operator(
                tx, house, now, f"unrecorded/{message.id}", "operator-undelivered", SAID,
                now.toordinal(),
            )  # fmt: skip
    except (StoreLost, StoreUnavailable):
        raise
    except Exception:  # one message must not stop the others
        log.exception("message.unguarded", message=message.id)


def unrecorded_in_words(many: int) -> list[str]:
    """Return the line of `status`; none where every answer is on record."""
    if not many:
        return []
    what = "1 message was" if many == 1 else f"{many} messages were"
    return [
        f"{what} answered and it cannot be recorded: not sent again for a day; see `message.unrecorded` in the log"
    ]
