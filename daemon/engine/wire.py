"""The last step of a delivery: one call of one channel, and what an adapter's own fault counts as."""

from daemon.domain.errors import Unknown, WireError
from daemon.domain.message import Message, Receipt
from daemon.domain.person import Person
from daemon.ports import Channel


def hand(channel: Channel, message: Message, person: Person, key: str) -> Receipt:
    """Return the channel's receipt; a fault of the adapter itself is Unknown: nobody knows how far it came."""
    try:
        return channel.send(message, person, key)
    except WireError:
        raise
    except Exception:  # noqa: BLE001 - as above
        raise Unknown("adapter-failed") from None
