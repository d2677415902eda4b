"""Whether the clock has run evenly: where it was set forward, what others have on the wire only looks overdue."""

from collections.abc import Callable
from time import CLOCK_BOOTTIME, clock_gettime

from daemon.ports import Clock

LEAP_S = 1.0


def boot_s() -> float:
    """Return seconds that nobody can set, the same for every process of this machine, asleep or not."""
    return clock_gettime(CLOCK_BOOTTIME)


class Steady:
    """Holds a clock against one that nobody can set. Thread-safe."""

    def __init__(self, clock: Clock, for_s: float, ticks: Callable[[], float]) -> None:
        """`for_s`: how long a lease lasts, and with it the doubt about those that were given before a leap.

        Who has just begun cannot know whether the clock leapt before, and doubts at first.
        """
        self._clock, self._for_s, self._ticks = clock, for_s, ticks
        begun_s = ticks()
        self._ahead_s = clock().timestamp() - begun_s
        self._doubted_until_s = begun_s + for_s

    def __call__(self) -> bool:
        """Return whether the clock is known not to have leapt forward within a lease's time."""
        ticked_s = self._ticks()
        ahead_s = self._clock().timestamp() - ticked_s
        if ahead_s - self._ahead_s > LEAP_S:
            self._doubted_until_s = ticked_s + self._for_s
        self._ahead_s = ahead_s
        return ticked_s >= self._doubted_until_s
