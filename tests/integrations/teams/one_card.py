"""Whom one card goes to, and what became of it."""

from daemon.domain.message import Message
from daemon.domain.person import Person
from daemon.ports import Channel
from daemon.testing.card_contract import MESSAGE
from tests.integrations.outcome import outcome as said

NORTH = Person("north", {"teams": "workflow:north"})
ANN = Person("ann", {"teams": "29:ann"})
TEAM = Person("team", {"teams": "19:team@thread.tacv2"})
TAKEN = ("accepted", "")


def outcome(channel: Channel, to: Person = NORTH, message: Message = MESSAGE) -> tuple[str, str]:
    """Return what a send said: the kind of answer and its reason."""
    return said(channel, message, to)
