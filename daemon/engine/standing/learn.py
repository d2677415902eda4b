"""What the database learns from outside of it: messages that went out and that it does not know as sent."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from daemon.domain.delivery import DeliveryState, Outgoing
from daemon.domain.sent import Sent
from daemon.domain.times import iso
from daemon.store import Store, StoreConflict, Tx

UNDER_WAY = frozenset({DeliveryState.SENDING, DeliveryState.WILL_RETRY, DeliveryState.UNKNOWN})
FOUND = "known from outside the database"
# the reason that stands beside a message that is left alone for it
UNRECORDED = "answer-not-recorded"
LEFT_ALONE = timedelta(days=1)
log = structlog.get_logger("daykeeper.guard")


def is_known(sent: Sent, message: Outgoing | None) -> bool:
    """Return whether the database has it right; one that may have arrived need only be there to be tried again."""
    if message is None:
        return False
    return sent.outcome is not DeliveryState.ACCEPTED or message.state not in UNDER_WAY


def learn_all(store: Store, news: Sequence[Sent], now: datetime) -> None:
    """Record messages as sent. One that the database refuses is left alone for a day, and stops none of the others."""
    try:
        with store.write() as tx:
            for one in news:
                learn(tx, one, now)
    except StoreConflict:
        if len(news) > 1:
            for one in news:
                learn_all(store, [one], now)
            return
        log.exception("message.unrecorded", message=news[0].id)
        with store.write() as tx:
            tx.messages.hold([news[0].id], now + LEFT_ALONE, UNRECORDED)


def learn(tx: Tx, sent: Sent, now: datetime) -> None:
    """Record a message with its notices as sent; one that may have arrived is due again under its own id.

    Another process may just be recording the answer, or learning of it, too: then it is known.
    """
    if settle(tx, sent, now):
        return
    is_sure = sent.outcome is DeliveryState.ACCEPTED
    message = Outgoing(
        sent.id, sent.person, sent.channel, sent.family, sent.lane, sent.outcome, sent.at,
        attempts=1, ambiguous=int(not is_sure), reason=FOUND, accepted_at=sent.at if is_sure else None,
        look_at=None if is_sure else sent.at,
    )  # fmt: skip
    if not tx.messages.add(message):
        return
    tx.notices.insert(sent.notices)
    tx.notices.claim({notice.key: sent.id for notice in sent.notices})
    tx.journal.write(now, f"message.{sent.outcome}", sent.id, FOUND, _data(sent))


def settle(tx: Tx, sent: Sent, now: datetime) -> bool:
    """Record a message that was accepted as accepted, where the database thinks it under way."""
    if sent.outcome is not DeliveryState.ACCEPTED or not tx.messages.settle(
        sent.id, sent.at, FOUND
    ):
        return False
    tx.journal.write(now, "message.accepted", sent.id, FOUND, _data(sent))
    return True


def _data(sent: Sent) -> dict[str, Any]:
    keys = [str(notice.key) for notice in sent.notices]
    return {"channel": sent.channel, "sent_at": iso(sent.at), "notices": keys}
