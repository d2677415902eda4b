"""How fast one place is written to: a turn each, and none while the other side asks for patience."""

from collections import Counter
from datetime import datetime, timedelta
from threading import Lock

from daemon.domain.errors import PACED, Temporary
from daemon.ports import Clock

LONGEST_REST = timedelta(hours=1)


class Pace:
    """Turns for each place, by a clock. Whoever comes too early is told when there is room for them."""

    def __init__(self, clock: Clock, every_s: float) -> None:
        self.clock, self.every = clock, timedelta(seconds=every_s)
        self._lock = Lock()
        self._began: dict[str, datetime] = {}
        self._rests: dict[str, datetime] = {}
        self._waiting: Counter[str] = Counter()

    def enter(self, place: str) -> None:
        """Return where it may be written to now; raises Temporary with the seconds until there is room."""
        with self._lock:
            now = self.clock()
            free_at = self._free_at(place, now)
            if free_at + self._waiting[place] * self.every < now:
                self._waiting[place] = 0  # those who were put off have all come, or never will
            if free_at <= now:
                self._began[place] = now
                self._waiting[place] = max(0, self._waiting[place] - 1)
                return
            at = free_at + self._waiting[place] * self.every
            self._waiting[place] += 1
        raise Temporary(PACED, (at - now).total_seconds())

    def rest(self, place: str, for_s: float) -> None:
        """Let nobody in for so long: the other side has asked for it."""
        with self._lock:
            self._rests[place] = self.clock() + min(timedelta(seconds=for_s), LONGEST_REST)

    def _free_at(self, place: str, now: datetime) -> datetime:
        """Return when there is room next; a clock that was set back makes nobody wait for long."""
        began, rest = self._began.get(place), self._rests.get(place, now)
        free_at = min(began, now) + self.every if began else now
        return max(free_at, min(rest, now + LONGEST_REST))
