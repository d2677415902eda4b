"""What is sent: one message to one person by one channel."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from daemon.domain.event import Event


class Lane(StrEnum):
    """Which queue a message travels in; urgent goes first under any backlog."""

    URGENT = "urgent"
    ROUTINE = "routine"
    BULK = "bulk"


class Level(StrEnum):
    """How much a message may carry (DOMAIN section 6)."""

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"


@dataclass(frozen=True, slots=True)
class Message:
    """Composed and ready: `id` is stable over every retry and becomes the Message-ID.

    `text`, `html` and `card` are views of the same words; `card` is an Adaptive Card as JSON, made
    where the channel shows cards. `event` is the calendar entry that it makes, changes or cancels.
    `topic` is the same for every message about the same duties, and says nothing of them: a way that
    shows one entry a topic lets a reminder take the place of what came before it; empty for none.
    `codes` go into a header of our own, so that a reply or bounce can be matched without any case data.
    """

    id: str
    channel: str
    subject: str
    text: str
    html: str
    lane: Lane = Lane.ROUTINE
    level: Level = Level.L1
    made_at: datetime | None = None
    reply_to: str | None = None
    codes: tuple[str, ...] = field(default=())
    card: str = ""
    event: Event | None = None
    topic: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receiving system took it; `provider_id` is its own name for the message, if it gave one."""

    provider_id: str | None = None
