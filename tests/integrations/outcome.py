"""What became of one send, by whichever channel: the kind of answer and its reason."""

from daemon.domain.errors import WireError
from daemon.domain.message import Message
from daemon.domain.person import Person
from daemon.ports import Channel
from daemon.testing.channel_contract import ANN, MESSAGE


def outcome(channel: Channel, message: Message = MESSAGE, to: Person = ANN) -> tuple[str, str]:
    """Return what a send said: the kind of answer and its reason."""
    try:
        channel.send(message, to, message.id)
    except WireError as error:
        return type(error).__name__, error.reason
    return "accepted", ""
