"""One rung, one occurrence, one person, one channel: the unit that fires at most once."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from daemon.domain.message import Lane


class NoticeState(StrEnum):
    """Where a notice is on its way. `failed` stands on the failure surface and has been passed on."""

    WAITING = "waiting"
    HELD = "held"  # by the brake, until an operator releases it
    CLAIMED = "claimed"  # bundled into a message; the message's own state says the rest
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    FAILED = "failed"


UNSENT = frozenset({NoticeState.WAITING, NoticeState.HELD})


class Kind(StrEnum):
    """What a notice is for (DOMAIN section 4, simulate)."""

    TELL = "tell"
    ASK = "ask"
    CORRECT = "correct"
    DIGEST = "digest"
    SEND = "send"  # a drafted message that a person has read and sent
    INVITE = "invite"
    MOVE = "move"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Key:
    """What makes a notice unique within its authority (DOMAIN 5.1); `channel` is the word, not the adapter."""

    obligation: str
    rung: str
    occurrence: int
    person: str
    channel: str

    def __str__(self) -> str:
        """Return the key as the journal prints it."""
        return "|".join(
            (self.obligation, self.rung, str(self.occurrence), self.person, self.channel)
        )


Group: TypeAlias = tuple[str, str, str | None]  # person, channel and family: one message


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that one person must be told. `at` is the rung's own time, `made_at` when it fired.

    `obligation` is an obligation's id, or a topic of the operator's (`operator/…`) or a digest.
    `role` is why this person gets it. `refs` are the cases that it speaks of.
    """

    key: Key
    kind: Kind
    message: str
    at: datetime
    made_at: datetime
    lane: Lane
    role: str
    refs: tuple[str, ...]
    family: str | None
    because: str
    agency: str | None = None
    after_due: bool = False
    detail: str = ""
    state: NoticeState = NoticeState.WAITING
    message_id: str | None = None

    @property
    def group(self) -> Group:
        """With what it travels: what waits for one person, channel and family is one message (DOMAIN 5.6)."""
        return self.key.person, self.key.channel, self.family
