"""dramatiq actors, one a lane: what wakes them has no arguments, because SQL knows what is to be done."""

from collections.abc import Callable
from threading import Lock

import dramatiq
import structlog
from dramatiq.brokers.stub import StubBroker

from daemon.domain.message import Lane
from daemon.engine.line import Line
from daemon.store import StoreLost, StoreUnavailable

log = structlog.get_logger("daykeeper.jobs")
TURN_S = 30.0  # then the lane is left for the next wake-up, well inside the time limit
TIME_LIMIT_MS = 120_000  # each send has its own 20 s deadline
MAX_AGE_MS = 600_000  # an old wake-up is worth nothing; longer than clocks may differ
STOP_MS = 60_000


class Turns:
    """Turns at the lanes: in one process a lane has one at a time, so that none takes another's threads."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._locks = {lane: Lock() for lane in Lane}

    def take(self, lane: Lane, wait_s: float = 0) -> None:
        """Send what waits in a lane, unless its present turn takes longer than that."""
        if not self._locks[lane].acquire(timeout=wait_s):
            return
        try:
            self._line.deliver(lane, TURN_S)
        except StoreUnavailable as error:  # the next turn finds it all where it was
            log.warning("store.unavailable", reason=error.reason)
        except StoreLost:
            log.error("store.lost")  # noqa: TRY400 - the main thread finds it, too, and ends the process
        except Exception:
            log.exception("turn.failed", lane=str(lane))  # a fault of ours must not end the turns
        finally:
            self._locks[lane].release()


def declare(
    broker: dramatiq.Broker, act: Callable[[Lane], None], max_age_ms: int | None = MAX_AGE_MS
) -> dict[Lane, dramatiq.Actor[[], None]]:
    """Return the actor of each lane on a broker; a wake-up older than that is passed over."""

    def of(lane: Lane) -> dramatiq.Actor[[], None]:
        def wake() -> None:
            act(lane)

        declared = dramatiq.actor(
            actor_name=f"wake_{lane}",
            broker=broker,
            queue_name=str(lane),
            priority=list(Lane).index(lane),
            max_retries=0,
            max_age=max_age_ms,
            time_limit=TIME_LIMIT_MS,
        )
        return declared(wake)

    return {lane: of(lane) for lane in Lane}


class Lanes:
    """The lanes of this process alone. One that is already woken is not woken twice."""

    def __init__(self, broker: dramatiq.Broker, line: Line) -> None:
        self._turns = Turns(line)
        self._woken: set[Lane] = set()
        self._lock = Lock()
        # No age here: were one passed over, as after a step of the clock, its lane would count as woken for ever.
        self._actors = declare(broker, self._act, max_age_ms=None)

    def wake(self, lane: Lane) -> None:
        """Send one wake-up, unless one is under way."""
        with self._lock:
            if lane in self._woken:
                return
            self._woken.add(lane)
        self._actors[lane].send()

    def look_round(self) -> None:
        """Do nothing: who serves these lanes is here."""

    def lost(self) -> None:
        """Return nothing, for the same reason."""

    def troubles(self) -> list[str]:
        """Return nothing, for the same reason."""
        return []

    def _act(self, lane: Lane) -> None:
        try:
            self._turns.take(lane)
        finally:
            with self._lock:  # only now: a lane that takes long must not take the others' threads
                self._woken.discard(lane)


def in_process(line: Line, threads: int = len(Lane)) -> tuple[Lanes, Callable[[], None]]:
    """Return the lanes on dramatiq's in-process broker with its workers started, and what stops them.

    Stopping waits for what is in flight.
    """
    broker = StubBroker()
    broker.emit_after("process_boot")
    lanes = Lanes(broker, line)
    worker = dramatiq.Worker(broker, worker_timeout=100, worker_threads=threads)
    worker.start()

    def stop() -> None:
        line.deliverer.halt()
        worker.stop(timeout=STOP_MS)
        broker.close()

    return lanes, stop
