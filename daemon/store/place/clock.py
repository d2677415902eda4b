"""The database's clock, by which leases and due moments of all processes agree."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic, time

from sqlalchemy import Engine, text

from daemon.store.ground.columns import moment
from daemon.store.ground.errors import StoreLost, StoreUnavailable, translated
from daemon.store.place.backend import Backend

ASK_EVERY_S = 30.0
ASK_AGAIN_S = 1.0  # at the soonest
JUMP_S = 1.0  # this machine's own clocks have come apart: it slept, or was set
NOW = text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the database said, and what our own clocks showed then."""

    said: datetime
    ticked: float
    wall: float


class DatabaseClock:
    """A `ports.Clock`: the database's time when it was last asked, and what has passed since.

    The first call raises StoreUnavailable where nobody answers; later ones go on without. A thread
    that is in a transaction does not ask: it holds a connection, and a pool may have no other.
    """

    def __init__(
        self,
        backend: Backend,
        engine: Engine,
        *,
        is_inside: Callable[[], bool] = lambda: False,
        tick: Callable[[], float] = monotonic,
        wall: Callable[[], float] = time,
    ) -> None:
        self._backend, self._engine = backend, engine
        self._is_inside, self._tick, self._wall = is_inside, tick, wall
        self._asked: Asked | None = None
        self._again_at = 0.0
        self._asking = Lock()

    def __call__(self) -> datetime:
        """Return the present moment, UTC."""
        if self._asked is None:
            with self._asking:
                self._asked = self._asked or self._ask()
        elif self._is_old(self._asked) and self._asking.acquire(blocking=False):
            try:
                self._asked = self._ask()
            except (StoreLost, StoreUnavailable):
                self._again_at = self._tick() + ASK_AGAIN_S
            finally:
                self._asking.release()
        return self._asked.said + timedelta(seconds=self._tick() - self._asked.ticked)

    def _is_old(self, asked: Asked) -> bool:
        ticked = self._tick()
        if self._is_inside():
            return False
        if ticked < self._again_at:  # it has just been asked, perhaps in vain
            return False
        apart_s = (self._wall() - asked.wall) - (ticked - asked.ticked)
        return ticked >= asked.ticked + ASK_EVERY_S or abs(apart_s) > JUMP_S

    def _ask(self) -> Asked:
        with translated(self._backend.reading), self._engine.connect() as connection:
            before = self._tick()
            said = moment(connection.execute(NOW).scalar_one())
            after = self._tick()
        self._again_at = after + ASK_AGAIN_S
        return Asked(said, (before + after) / 2, self._wall())
