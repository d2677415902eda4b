"""One lane's work in hand, between what waits in the database and what is on the wire."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue
from threading import Lock
from time import monotonic

from daemon.domain.delivery import Outgoing
from daemon.engine.sending.claim import Taken
from daemon.engine.sending.outcome import Sent
from daemon.engine.sending.prepare import Ready
from daemon.store import Store


@dataclass(slots=True)
class Desk:
    """One lane's work in hand. What was answered stays here until it is recorded, whatever happens."""

    turn: Lock = field(default_factory=Lock)
    taken: deque[Taken] = field(default_factory=deque)
    ready: deque[Ready] = field(default_factory=deque)
    flying: dict[str, float] = field(default_factory=dict)  # until when each is surely still ours
    answers: "SimpleQueue[Sent]" = field(default_factory=SimpleQueue)
    answered: list[Sent] = field(default_factory=list)
    failures: int = 0  # how many commits on end have failed, for whatever reason

    @property
    def waiting(self) -> int:
        """How many are taken and not begun."""
        return len(self.taken) + len(self.ready)

    @property
    def is_used(self) -> bool:
        """Whether anything is taken or under way."""
        return bool(self.waiting or self.flying)

    @property
    def unbegun(self) -> list[Outgoing]:
        """Which these are, as they were read."""
        return [one.outgoing for one in self.taken] + [one.outgoing for one in self.ready]

    @property
    def in_hand(self) -> set[str]:
        """Not to be taken again by ourselves, lease or no lease."""
        return {*(one.id for one in self.unbegun), *self.flying}

    def full(self, enough: int) -> set[str]:
        """Return the channels of which enough is ready: one that hangs must not fill the desk."""
        ready = [one.outgoing.channel for one in self.ready if one.for_the_wire]
        return {word for word in set(ready) if ready.count(word) >= enough}

    def gather(self, wait_s: float) -> None:
        """Collect the answers that have come, waiting so long for the first; those that are there share a commit.

        None waits for another: until it is recorded, a kill would have it sent again.
        """
        try:
            self.answered.append(
                self.answers.get(timeout=wait_s) if wait_s else self.answers.get_nowait()
            )
            while len(self.answered) < len(self.flying):
                self.answered.append(self.answers.get_nowait())
        except Empty:
            return

    def may_be_left(self, *, is_ending: bool) -> bool:
        """Return whether nothing is on the wire, or at the end nothing of it is surely ours."""
        return not self.flying or (is_ending and monotonic() > max(self.flying.values()))


def put_back(store: Store, desk: Desk, now: datetime) -> None:
    """Leave what was not begun to whoever comes next; what nobody has tried waits again, as before it was taken."""
    if not desk.waiting:
        return
    ours = desk.unbegun
    with store.write() as tx:
        fresh = tx.messages.unbegun([one.id for one in ours])
        tx.notices.give_back(fresh)
        tx.messages.drop(fresh)
        tx.messages.put_off([one for one in ours if one.id not in fresh], now)
    desk.taken.clear()
    desk.ready.clear()
