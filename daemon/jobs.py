"""dramatiq actors: a job is a wake-up for a lane; SQL decides what is sent, and the poller restores lost ones."""

from collections.abc import Callable
from threading import Lock

import dramatiq
import structlog
from dramatiq.brokers.stub import StubBroker

from daemon.domain.message import Lane
from daemon.engine.deliver import Deliverer
from daemon.store import StoreUnavailable

log = structlog.get_logger("daykeeper.jobs")
TURN_S = 30.0  # then the lane is left for the next wake-up, well inside the time limit
TIME_LIMIT_MS = 120_000  # each send has its own 20 s deadline


class Lanes:
    """The three queues of a broker. A lane that is already woken is not woken twice."""

    def __init__(self, broker: dramatiq.Broker, deliverer: Deliverer) -> None:
        self._deliverer = deliverer
        self._woken: set[Lane] = set()
        self._lock = Lock()
        self._actors = {lane: self._declare(broker, lane) for lane in Lane}

    def wake(self, lane: Lane) -> None:
        """Send one wake-up, unless one is under way."""
        with self._lock:
            if lane in self._woken:
                return
            self._woken.add(lane)
        self._actors[lane].send()

    def _declare(self, broker: dramatiq.Broker, lane: Lane) -> dramatiq.Actor[[], None]:
        def wake() -> None:
            try:
                self._deliverer.deliver(lane, TURN_S)
            except StoreUnavailable as error:  # the next wake-up finds it all where it was
                log.warning("store.unavailable", reason=error.reason)
            finally:
                with (
                    self._lock
                ):  # only now: a lane that takes long must not take the others' threads
                    self._woken.discard(lane)

        declare = dramatiq.actor(
            actor_name=f"wake_{lane}",
            broker=broker,
            queue_name=str(lane),
            max_retries=0,
            time_limit=TIME_LIMIT_MS,
        )
        return declare(wake)


def in_process(deliverer: Deliverer, threads: int = len(Lane)) -> tuple[Lanes, Callable[[], None]]:
    """Return the lanes on dramatiq's in-process broker with its workers started, and what stops them.

    Stopping waits for what is in flight.
    """
    broker = StubBroker()
    broker.emit_after("process_boot")
    lanes = Lanes(broker, deliverer)
    worker = dramatiq.Worker(broker, worker_timeout=100, worker_threads=threads)
    worker.start()

    def stop() -> None:
        deliverer.halt()
        worker.stop(timeout=60_000)
        broker.close()

    return lanes, stop
