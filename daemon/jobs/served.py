"""Lanes that workers serve, woken through Redis. What they leave for a few seconds, the run sends itself."""

from time import monotonic

import structlog

from daemon.domain.message import Lane
from daemon.engine.house import House
from daemon.engine.sending.waiting import sendable
from daemon.engine.standing.presence import ALIVE_S, WORKER
from daemon.jobs.lanes import Lanes
from daemon.jobs.post import Post
from daemon.ports import Clock
from daemon.store import Store

log = structlog.get_logger("daykeeper.jobs")
LEFT_S = 5.0  # a lane in which something has waited for so long is served by the run, too
UNSEEN_S = 60.0  # without a worker for so long, a person hears of it
A_WAKE = 50  # due messages for each worker that is woken
MOST_WAKES = 16


class Served:
    """The lanes of a run that has workers, by its own look into the database each second."""

    def __init__(self, store: Store, house: House, clock: Clock, post: Post, own: Lanes) -> None:
        self._store, self._house, self._clock = store, house, clock
        self._post, self._own = post, own
        self._busy_since: dict[Lane, float] = {}
        self._looked_at = float("-inf")
        self._seen_at = monotonic()
        self._many: int | None = None

    def wake(self, lane: Lane) -> None:
        """Wake as many workers as the lane needs; serve it ourselves where it stays busy."""
        calendar, now = self._house.deciding.calendar, self._clock()
        with self._store.read() as tx:
            due = sendable(tx, calendar, lane, now, A_WAKE * MOST_WAKES)
        if not due:
            self._busy_since.pop(lane, None)
            return
        self._post.ask(lane, min(MOST_WAKES, 1 + due // A_WAKE))
        if monotonic() - self._busy_since.setdefault(lane, monotonic()) >= LEFT_S:
            self._own.wake(lane)

    def look_round(self) -> None:
        """Log when workers come or go."""
        if monotonic() - self._looked_at < ALIVE_S / 3:
            return
        with self._store.read() as tx:
            many = len(tx.leases.held(WORKER, self._clock()))
        if many != self._many:
            log.info("workers.seen", many=many, instead=None if many else "this run sends")
        self._looked_at, self._many = monotonic(), many
        if many:
            self._seen_at = monotonic()

    def lost(self) -> str | None:
        """Return in a word why Redis does not do its work."""
        return self._post.reach.reason

    def troubles(self) -> list[str]:
        """Return what makes sending slower than it should be."""
        found = []
        if self._post.reach.reason is not None:
            found.append(
                f"redis does not do its work ({self._post.reach.reason}): "
                "messages go out by a look into the database every few seconds"
            )
        if monotonic() - self._seen_at > UNSEEN_S:
            found.append("no worker has been seen for a minute: this run sends by itself, slower")
        return found
