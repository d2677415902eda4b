"""Who may call when: so many mails a minute, so many calls at once, and nobody while a door is shut."""

import asyncio
from bisect import insort
from collections.abc import MutableMapping
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from threading import Lock

from daemon.domain.errors import Temporary
from daemon.ports import Clock

MINUTE = timedelta(minutes=1)
KEPT_SHARE = 5  # one in so many is kept for what is urgent
LOST_AFTER = timedelta(minutes=30)  # whoever has not come back by then has no turn any more


class Pace:
    """At most `most` mails of a mailbox in any minute. Thread-safe.

    Who finds no room is told when theirs is, once: a thousand that wait come back a thousand
    times in all.
    """

    def __init__(self, most: int, clock: Clock) -> None:
        """Take how many, and the clock."""
        self.most, self.clock = most, clock
        self._sent: list[datetime] = []
        self._turns: MutableMapping[str, datetime] = {}
        self._lock = Lock()

    def take(self, key: str, *, is_urgent: bool) -> None:
        """Take a place in this minute; raises Temporary with the seconds up to the turn of this key."""
        with self._lock:
            now = self.clock()
            self._sent = [at for at in self._sent if now - MINUTE < at <= now]
            self._turns = {one: at for one, at in self._turns.items() if at > now - LOST_AFTER}
            for_routine = self.most - max(1, self.most // KEPT_SHARE)
            planned = sorted([*self._sent, *(at for one, at in self._turns.items() if one != key)])
            is_free = len(self._sent) < self.most
            is_turn = self._turns.get(key, now + MINUTE) <= now
            if is_free and (is_urgent or is_turn or len(planned) < for_routine):
                self._turns.pop(key, None)
                insort(self._sent, now)
                return
            if is_urgent:
                at = self._sent[0] + MINUTE
            else:
                at = max(now, planned[-for_routine]) + MINUTE if planned[for_routine - 1 :] else now
                at = max(at, self._sent[0] + MINUTE) if not is_free else at
                self._turns[key] = at
            raise Temporary("paced", max(1.0, (at - now).total_seconds()))


class Doors:
    """Up to when a mailbox has asked to be left alone. Thread-safe: it is written in one loop only."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock."""
        self.clock = clock
        self._shut: dict[str, datetime] = {}

    def shut(self, mailbox: str, for_s: float | None) -> None:
        """Leave the mailbox alone for so long; None: it did not say."""
        if for_s:
            until = self.clock() + timedelta(seconds=for_s)
            self._shut[mailbox] = max(until, self._shut.get(mailbox, until))

    def enter(self, mailbox: str) -> None:
        """Raise Temporary with the seconds that are left."""
        left = self._shut.get(mailbox, self.clock()) - self.clock()
        if left > timedelta(0):
            raise Temporary("throttled", left.total_seconds())


class Gate:
    """At most so many at once; who is urgent goes before who is not. Of one loop."""

    def __init__(self, most: int) -> None:
        """Take how many."""
        self._free = most
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._numbers = count()

    async def enter(self, *, is_urgent: bool) -> None:
        """Wait for a place; who is cancelled while waiting has none."""
        if self._free:
            self._free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (not is_urgent, next(self._numbers), turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()
            raise

    def leave(self) -> None:
        """Give the place to the next."""
        while self._waiting:
            *_, turn = heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1
