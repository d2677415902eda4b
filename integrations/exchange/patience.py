"""The server asks for patience: nobody comes before it is over, and for a while after it one at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock

from daemon.domain.errors import PACED, Temporary
from daemon.ports import Clock

ASKING = frozenset({"throttled", "unavailable", "server-busy", "too-many-connections"})
UNSAID_S, UNSAID_MOST_S = 1.0, 64.0  # it did not say how long: doubled each time in a row
# those who wait come back one after the other, not all at one moment
APART = timedelta(seconds=0.5)
WARY_FOR = timedelta(minutes=1)
LONGEST = timedelta(hours=1)


class Patience:
    """What one login of a server was asked for. Thread-safe."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock."""
        self.clock = clock
        self._lock, self._alone = Lock(), Lock()
        self._until: datetime | None = None  # before which nobody comes
        self._last_at: datetime | None = None  # the last turn that somebody was given
        self._in_a_row = 0

    @contextmanager
    def turn(self, within_s: float, *, is_urgent: bool) -> Iterator[None]:
        """Be what asks the server once; raises Temporary with the seconds until there is room for it.

        What is urgent waits for the server alone, and behind nobody.
        """
        self._enter(is_urgent=is_urgent)
        is_alone = self._is_wary()
        if is_alone and not self._alone.acquire(timeout=within_s):
            raise Temporary("busy")
        try:
            if is_alone:
                # whoever was before us may have been asked to wait
                self._enter(is_urgent=is_urgent)
            yield
        except Temporary as answer:
            if answer.reason in ASKING:
                self._rest(answer.retry_after_s)
            raise
        else:
            with self._lock:
                self._in_a_row = 0
        finally:
            if is_alone:
                self._alone.release()

    def _enter(self, *, is_urgent: bool) -> None:
        with self._lock:
            now, left = self.clock(), self._left()
            if left <= timedelta(0):
                return
            if not is_urgent:
                after = self._last_at + APART - now if self._last_at else left
                left = max(left, min(after, LONGEST))
                self._last_at = now + left
        raise Temporary(PACED, left.total_seconds())

    def _rest(self, asked_s: float | None) -> None:
        with self._lock:
            if self._left() <= timedelta(0):  # not told by one who was on the way already
                self._in_a_row += 1
            own_s = min(UNSAID_S * 2.0 ** min(self._in_a_row - 1, 16), UNSAID_MOST_S)
            until = self.clock() + min(timedelta(seconds=asked_s or own_s), LONGEST)
            self._until = max(until, self._until or until)

    def _left(self) -> timedelta:
        """Return how long nobody comes yet; a clock that was set back makes nobody wait for long."""
        return min(self._until - self.clock(), LONGEST) if self._until else timedelta(0)

    def _is_wary(self) -> bool:
        with self._lock:
            return self._until is not None and self.clock() < self._until + WARY_FOR
