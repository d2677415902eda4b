"""A worker: sends what waits, woken through Redis, and by its own look into the database every few seconds."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from threading import Event, Thread

import structlog

from daemon.app import App
from daemon.domain.message import Lane
from daemon.engine.standing.presence import BEAT_EVERY_S
from daemon.jobs.lanes import STOP_MS, TURN_S, Turns, declare
from daemon.store import StoreUnavailable

log = structlog.get_logger("daykeeper.worker")
LOOK_EVERY_S = 3.0  # into the database, whatever Redis says


class Worker:
    """One process that sends. Any number of them may work beside a run."""

    def __init__(self, app: App, stop: Event, *, parent: int | None = None) -> None:
        """`parent` is the process without which this one ends, too."""
        self.app, self.stop, self.parent = app, stop, parent
        self.name = app.house.worker
        self.turns = Turns(app.line)
        self._lost: Callable[[], str | None] = lambda: None  # why Redis cannot wake us

    def run(self) -> None:
        """Work until `stop` is set; what is on the wire is finished first.

        Raises StoreLost where the database is not ours any more.
        """
        with ExitStack() as stack:
            stack.callback(self._leave)
            looks = [Thread(target=self._look, args=(lane,), name=f"look-{lane}") for lane in Lane]
            if self.app.is_queued:
                self._listen(stack)
            stack.callback(self._end, looks)
            for look in looks:
                look.start()
            log.info(
                "worker.started", worker=self.name, is_woken=self.app.is_queued,
                looks_every_s=LOOK_EVERY_S,
            )  # fmt: skip
            self._mark()
            while not self.stop.wait(BEAT_EVERY_S) and self.parent in (None, os.getppid()):
                self._mark()
            log.info("worker.stopping")
        log.info("worker.stopped")

    def _listen(self, stack: ExitStack) -> None:
        """Have Redis wake us: one wake-up a lane in hand, so that others are left for other workers."""
        import dramatiq  # noqa: PLC0415 - with Redis only

        from daemon.jobs.on_redis import RedisWire  # noqa: PLC0415
        from daemon.jobs.reach import Reach  # noqa: PLC0415

        settings = self.app.settings
        reach = Reach()
        self._lost = lambda: reach.reason
        broker = RedisWire(
            settings.broker, settings.authority, reach, settings.broker_password_file
        )
        broker.emit_after("process_boot")
        declare(broker, lambda lane: self.turns.take(lane, TURN_S))
        listener = dramatiq.Worker(broker, worker_timeout=200, worker_threads=len(Lane))
        listener.queue_prefetch = 1
        listener.start()
        stack.callback(broker.client.close)
        stack.callback(listener.stop, timeout=STOP_MS)

    def _look(self, lane: Lane) -> None:
        while not self.stop.wait(LOOK_EVERY_S):
            self.turns.take(lane)

    def _end(self, looks: list[Thread]) -> None:
        self.stop.set()
        self.app.line.deliverer.halt()
        for look in looks:
            look.join()

    def _mark(self) -> None:
        """Say that we are here."""
        unkept = self.app.line.guard.unkept
        try:
            self.app.presence.beat(self.app.clock(), self._lost(), unkept)
            self.app.editions.follow()
            self.app.presence.is_behind = bool(self.app.editions.unread)
        except StoreUnavailable as error:
            log.warning("store.unavailable", reason=error.reason)

    def _leave(self) -> None:
        try:
            now = self.app.clock()
            with self.app.store.write() as tx:
                self.app.presence.leave(tx, now)
        except StoreUnavailable as error:
            log.warning("store.unavailable", reason=error.reason)  # it is forgotten by itself
