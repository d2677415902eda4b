"""A message on its way out, and one attempt at it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from daemon.domain.message import Lane, Level


class DeliveryState(StrEnum):
    """How a message stands. `unknown`: it may have arrived; the next attempt carries the same Message-ID.

    None says that it was delivered: only what comes back is ever heard of.
    """

    SENDING = "sending"  # an attempt is on the wire, under a lease
    ACCEPTED = "accepted"  # handed over: the next system said yes
    # it is to be tried: again, or for the first time while it is prepared
    WILL_RETRY = "will-retry"
    UNKNOWN = "unknown"  # answer lost or crashed in flight: sent again later, and shown as such
    REFUSED = "refused"
    CANCELLED = "cancelled"  # everything in it was met or withdrawn before the wire


IN_WORDS = {DeliveryState.ACCEPTED: "handed over"}  # where the state's own word would say too much


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message and its attempts. Its membership is frozen when it is claimed (DOMAIN 5.6).

    `epoch` rises with each claim of the row: a late commit under an old epoch is refused.
    `ambiguous` counts the attempts after which it may already have arrived. `look_at` is when anybody
    may take it up: its lease ends, or the pause before the next attempt; None once it has ended.
    """

    id: str
    person: str
    channel: str
    family: str | None
    lane: Lane
    state: DeliveryState
    created_at: datetime
    epoch: int = 0
    attempts: int = 0
    ambiguous: int = 0
    look_at: datetime | None = None
    reason: str | None = None
    accepted_at: datetime | None = None
    level: Level | None = None
    subject: str = ""
    text: str = ""
    html: str = ""

    @property
    def is_in_flight(self) -> bool:
        """An attempt was begun and has not ended: whoever made it may have died with it."""
        return self.state is DeliveryState.SENDING and self.attempts > 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt. `ended_at` None: it is in flight, or the process died with it."""

    message: str
    attempt: int
    started_at: datetime
    epoch: int
    ended_at: datetime | None = None
    outcome: DeliveryState | None = None
    reason: str | None = None
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """How an attempt ended, under the epoch that it was made under; `look_at`: when to try again.

    `is_ours`: it waits until something of ours is mended.
    """

    message: str
    epoch: int
    outcome: DeliveryState
    reason: str | None = None
    provider_id: str | None = None
    retry_after_s: float | None = None
    look_at: datetime | None = None
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """One person's word at one rung, "I have it, by …": it rests house rungs until `until` (DOMAIN 5.7)."""

    obligation: str
    person: str
    rung: str
    occurrence: int
    made_at: datetime
    until: datetime
    way: str = "link"
    broken: bool = False
