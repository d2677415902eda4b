"""Sends wake-ups to Redis on a thread of its own: the run never waits for it."""

from pathlib import Path
from threading import Condition, Event, Thread

import structlog

from daemon.domain.message import Lane
from daemon.jobs.lanes import declare
from daemon.jobs.on_redis import FAILURES, PAUSE_S, RedisWire
from daemon.jobs.reach import Reach

log = structlog.get_logger("daykeeper.jobs")
LOOK_EVERY_S = 5.0  # how Redis is, though nothing is to be sent


class Post(Thread):
    """Brings each queue up to as many wake-ups as were last asked for, and never above."""

    def __init__(self, url: str, authority: str, password_file: Path | None = None) -> None:
        """Raises Refusal for an address that cannot be meant."""
        super().__init__(name="post", daemon=True)
        self.reach = Reach()
        self._broker = RedisWire(url, authority, self.reach, password_file)
        self._actors = declare(self._broker, lambda _: None)
        self._wanted: dict[Lane, int] = {}
        self._asked = Condition()
        self._ending = Event()
        self._has_looked = False

    def ask(self, lane: Lane, many: int) -> None:
        """Have so many wake-ups wait in a lane, soon."""
        with self._asked:
            self._wanted[lane] = many
            self._asked.notify()

    def stop(self) -> None:
        """Send nothing more."""
        self._ending.set()
        with self._asked:
            self._asked.notify()
        self.join()
        self._broker.client.close()

    def run(self) -> None:
        """Send what is asked for, until stopped."""
        while not self._ending.is_set():
            with self._asked:
                if not self._wanted:
                    self._asked.wait(LOOK_EVERY_S)
                wanted, self._wanted = self._wanted, {}
            try:
                self._broker.prove()
                self._broker.do_qsize(str(Lane.URGENT))  # it writes: one that is full refuses
                self._look_whether_emptied()
                for lane in Lane:
                    self._fill(lane, wanted.get(lane, 0))
            except FAILURES as error:
                self.reach.failed(error)
                self._ending.wait(PAUSE_S)
            else:
                self.reach.answered()

    def _look_whether_emptied(self) -> None:
        """Log once that everything was deleted: nothing else would tell, for nothing was lost by it."""
        is_missing = self._broker.client.set(f"{self._broker.namespace}:here", 1, nx=True)
        if is_missing and self._has_looked:
            log.warning("redis.emptied", instead="the database is looked into")
        self._has_looked = True

    def _fill(self, lane: Lane, many: int) -> None:
        if many:
            for _ in range(many - self._broker.waiting(str(lane))):
                self._actors[lane].send()
