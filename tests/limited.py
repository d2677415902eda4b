"""The other side takes four a second: what a channel makes of many that are due at once (F20)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from daemon.domain.delivery import DeliveryState, Outgoing
from daemon.ports import Clock
from tests.sizes import LIMITED

A_SECOND, ASKS_S = 4, 2  # so many are taken; whoever comes too soon is asked to wait for so long
ATTEMPTS_MOST, GROWN_MB_MOST = 1.5, 50.0  # RELIABILITY 5.3, F20
PAGE_BYTES, MB = 4096, 1_000_000


class Limit:
    """Says of each attempt at a place whether it is let through, and counts. Thread-safe.

    Who comes at a later moment than a place has asked for patience, and before that is over, has ignored it;
    who was on the way at that moment has not.
    """

    def __init__(self, clock: Clock, *, says_how_long: bool) -> None:
        """`clock`: the senders', too."""
        self.clock, self.says_how_long = clock, says_how_long
        self.attempts = self.refused = self.ignored = 0
        self._lock = Lock()
        self._taken: Counter[tuple[str, int]] = Counter()
        self._rests: dict[str, tuple[datetime, datetime]] = {}

    def lets(self, place: str = "") -> bool:
        """Return whether this one is taken."""
        with self._lock:
            now = self.clock()
            asked_at, until = self._rests.get(place, (now, now))
            self.attempts += 1
            self.ignored += asked_at < now < until
            second = place, int(now.timestamp())
            if self._taken[second] < A_SECOND and now >= until:
                self._taken[second] += 1
                return True
            self.refused += 1
            if self.says_how_long and now >= until:
                self._rests[place] = now, now + timedelta(seconds=ASKS_S)
            return False

    def judge(self, sent: Sequence[Outgoing], copies: Counter[str], grown_mb: float) -> None:
        """Print how it went; fail where it was too much, or anything was lost or came twice."""
        mean = self.attempts / len(sent)
        print(
            f"\n{len(sent)} due, {A_SECOND} a second: attempts a key {mean:.2f} (at most {ATTEMPTS_MOST}), refused "
            f"{self.refused}, Retry-After ignored {self.ignored}, memory {grown_mb:+.1f} MB (at most {GROWN_MB_MOST:g})"
        )
        assert len(sent) >= LIMITED
        assert {one.state for one in sent} == {DeliveryState.ACCEPTED}
        assert {one.id: copies[one.id] for one in sent} == dict.fromkeys(
            (one.id for one in sent), 1
        )
        assert mean <= ATTEMPTS_MOST
        assert self.ignored == 0
        assert grown_mb <= GROWN_MB_MOST


class Growth:
    """How much more memory this process holds at the end than at the beginning."""

    mb = 0.0


@contextmanager
def growing() -> Iterator[Growth]:
    """Yield what says it once this ends; the stand-in and what it kept count as ours."""
    growth, before = Growth(), held_bytes()
    yield growth
    growth.mb = (held_bytes() - before) / MB


def held_bytes() -> int:
    """Return how much memory this process holds."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE_BYTES
