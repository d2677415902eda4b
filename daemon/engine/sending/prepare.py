"""What was taken becomes a message that is ready for the wire, or one that ends without."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from daemon.domain.delivery import Answer, DeliveryState, Outgoing
from daemon.domain.notice import Notice
from daemon.domain.person import Person
from daemon.engine.sending.bundle import Bundle
from daemon.engine.sending.claim import Taken
from daemon.engine.sending.refused import BEGUN
from daemon.engine.sending.waiting import NO_WAY
from daemon.engine.wording.compose import NothingToSay
from daemon.engine.wording.entry_letter import Missed
from daemon.engine.wording.letter import Letter, Letters

log = structlog.get_logger("daykeeper.prepare")
UNWRITTEN, NOTHING_LEFT = "unwritten", "nothing left to say"


@dataclass(frozen=True, slots=True)
class Ready:
    """A message whose next attempt may begin: a letter for somebody, or how it ends without one.

    `unsure_at` is when the last attempt began after which it may have arrived.
    """

    outgoing: Outgoing
    notices: tuple[Notice, ...]
    letter: Letter | None = None
    person: Person | None = None
    outcome: DeliveryState = DeliveryState.SENDING
    reason: str | None = None
    dues: tuple[datetime | None, ...] = ()
    unsure_at: datetime | None = None

    @property
    def for_the_wire(self) -> bool:
        """There is something to hand over."""
        return self.letter is not None

    def ends(self) -> Answer:
        """Return how the attempt ends that needs no wire."""
        return Answer(self.outgoing.id, self.outgoing.epoch, self.outcome, self.reason)


def prepare(letters: Letters, taken: Taken, now: datetime) -> Ready:
    """Return the message of what was taken; a fault of ours in one message never stops the others."""
    outgoing, notices = taken.outgoing, taken.notices

    def ended(outcome: DeliveryState, reason: str) -> Ready:
        return Ready(outgoing, notices, outcome=outcome, reason=reason)

    if outgoing.channel not in letters.house.channels:
        return ended(DeliveryState.WILL_RETRY, NO_WAY)
    if not notices:
        return ended(DeliveryState.CANCELLED, NOTHING_LEFT)
    person = taken.bundle.people.get(outgoing.person)
    if person is None:
        return ended(DeliveryState.REFUSED, "person-gone")
    try:
        letter = letters.write(taken, person, now)
    except Missed:  # one that may have arrived is not called lost
        lost = DeliveryState.CANCELLED if outgoing.ambiguous else DeliveryState.REFUSED
        return ended(lost, BEGUN)
    except NothingToSay:
        return ended(DeliveryState.CANCELLED, NOTHING_LEFT)
    except Exception as error:  # noqa: BLE001 - as above
        log.error("message.unwritten", message=outgoing.id, reason=type(error).__name__)  # noqa: TRY400 - a traceback shows data
        return ended(DeliveryState.WILL_RETRY, UNWRITTEN)
    if letter is None:
        return ended(DeliveryState.REFUSED, "domain-not-allowed")
    return Ready(
        outgoing, notices, letter, person, dues=dues(notices, taken.bundle),
        unsure_at=taken.unsure_at,
    )  # fmt: skip


def dues(notices: Sequence[Notice], bundle: Bundle) -> tuple[datetime | None, ...]:
    """Return the due moments that some notices speak of: a letter with another one is written anew."""
    tracks = (bundle.tracks.get(one.key.obligation) for one in notices)
    return tuple(track.due_at if track else None for track in tracks)
