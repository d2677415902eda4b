"""The wire: one call of a channel, and what its answer or its silence means."""

from datetime import datetime, timedelta
from typing import Any

from daemon.domain.delivery import Answer, DeliveryState
from daemon.domain.errors import Permanent, Temporary, Unknown, Unsettled, Unsupported, WireError
from daemon.domain.message import Receipt
from daemon.engine.sending.prepare import Ready
from daemon.ports import Channel, Clock

TOO_LATE = "lease-too-short"


def send(channel: Channel, ready: Ready, clock: Clock, deadline: timedelta) -> Answer:
    """Hand one message over, once; what may have arrived is looked up first, where that can be done.

    Nothing is begun that could outlast its lease by `deadline`: somebody else might then send it, too.
    """
    outgoing, letter, person = ready.outgoing, ready.letter, ready.person
    if letter is None or person is None:
        return ready.ends()

    def ended(outcome: DeliveryState, reason: str | None, **more: Any) -> Answer:
        return Answer(outgoing.id, outgoing.epoch, outcome, reason, **more)

    try:
        if outgoing.ambiguous and (found := find(channel, ready, clock())) is not None:
            return ended(DeliveryState.ACCEPTED, "found", provider_id=found.provider_id)
        if outgoing.look_at is None or clock() + deadline > outgoing.look_at:
            return ended(DeliveryState.WILL_RETRY, TOO_LATE)
        receipt = channel.send(letter.message, person, outgoing.id)
        return ended(DeliveryState.ACCEPTED, None, provider_id=receipt.provider_id)
    except Temporary as error:
        asked = {"retry_after_s": error.retry_after_s, "is_ours": error.is_ours}
        return ended(DeliveryState.WILL_RETRY, error.reason, **asked)
    except Permanent as error:
        return ended(DeliveryState.REFUSED, error.reason)
    except Unknown as error:
        return ended(DeliveryState.UNKNOWN, error.reason)
    except Exception:  # noqa: BLE001 - a fault of the adapter itself: nobody knows how far it came
        return ended(DeliveryState.UNKNOWN, "adapter-failed")


def find(channel: Channel, ready: Ready, now: datetime) -> Receipt | None:
    """Return the receipt of an earlier send, None where nothing can tell; raises Temporary.

    What may have been handed over too short a time ago to be seen is waited for.
    """
    try:
        return channel.find(ready.outgoing.id)
    except Unsupported:
        return None
    except Unsettled as error:
        if ready.unsure_at is None or now >= ready.unsure_at + error.settles:
            return None
        raise
    except WireError:
        raise Temporary("look-up-failed") from None
