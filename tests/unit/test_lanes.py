"""Lanes within one process: a wake-up is never lost, whatever the clock does."""

from threading import Semaphore

import dramatiq
import pytest
from dramatiq.brokers.stub import StubBroker

from daemon.domain.message import Lane
from daemon.jobs.lanes import Lanes

WAITS_S = 10.0


class Stepped(StubBroker):
    """A broker whose wake-ups were sent before the clock went on by a day."""

    def enqueue(self, message, *, delay=None):
        earlier = message.message_timestamp - 24 * 3600 * 1000
        return super().enqueue(message.copy(message_timestamp=earlier), delay=delay)


class Line:
    """A line that counts the turns that its lanes get."""

    def __init__(self):
        self.turns = Semaphore(0)

    def deliver(self, lane, turn_s):
        assert lane is Lane.URGENT
        assert turn_s > 0
        self.turns.release()


@pytest.mark.parametrize("broker", [StubBroker, Stepped], ids=["at once", "after a clock step"])
def test_a_lane_that_is_woken_has_its_turn_and_can_be_woken_again(broker):
    broker, line = broker(), Line()
    broker.emit_after("process_boot")
    lanes = Lanes(broker, line)
    worker = dramatiq.Worker(broker, worker_timeout=100, worker_threads=2)
    worker.start()

    try:
        for _ in range(3):
            lanes.wake(Lane.URGENT)
            assert line.turns.acquire(timeout=WAITS_S)
            broker.join(str(Lane.URGENT), timeout=10_000)
    finally:
        worker.stop()
        broker.close()
