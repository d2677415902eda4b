"""What is known of a message outside the database, so that an older database cannot make us send it again."""

from dataclasses import dataclass
from datetime import datetime

from daemon.domain.delivery import DeliveryState
from daemon.domain.message import Lane
from daemon.domain.notice import Notice


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that goes out, and how that ended. Its notices come without words: keys, moments and ids alone.

    `outcome` as it is read again: accepted, or unknown where no answer is known and it may have arrived.
    """

    id: str
    at: datetime
    outcome: DeliveryState
    person: str
    channel: str
    family: str | None
    lane: Lane
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """Where the journal's chain ended, and `first`, the hash that it begins with: which database it is."""

    number: int
    hash: str
    at: datetime
    first: str
