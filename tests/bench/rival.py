"""The peer of goal 7 in a process of its own: dramatiq on Redis, a job a mail, smtplib on a kept connection a thread.

    python -m tests.bench.rival REDIS_PORT SINK_PORT THREADS MAILS

MAILS is a pickled list of recipient and bytes; a job names one by its place. It says "ready",
begins at the first line of its input and ends with it. All else is as dramatiq has it by default.
"""

import pickle
import sys
from collections.abc import Callable
from pathlib import Path
from smtplib import SMTP
from threading import local
from typing import TypeAlias

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from tests.bench.sink import HOST

SENDER = "daykeeper@council.example"

Mails: TypeAlias = list[tuple[str, bytes]]  # recipient and bytes


def declare(redis_port: int, send: Callable[[int], None]) -> "dramatiq.Actor[[int], None]":
    """Return the one actor, on a real Redis."""
    broker = RedisBroker(host=HOST, port=redis_port)
    return dramatiq.actor(actor_name="send", broker=broker)(send)


def main() -> None:
    """Work until the input ends."""
    redis_port, sink_port, threads = map(int, sys.argv[1:4])
    mails: Mails = pickle.loads(Path(sys.argv[4]).read_bytes())
    own = local()

    def send(number: int) -> None:
        if not hasattr(own, "wire"):
            own.wire = SMTP(HOST, sink_port)
        to, content = mails[number]
        own.wire.sendmail(SENDER, to, content)

    broker = declare(redis_port, send).broker
    worker = dramatiq.Worker(broker, worker_threads=threads)
    print("ready", flush=True)
    sys.stdin.readline()
    worker.start()
    sys.stdin.read()
    worker.stop()


if __name__ == "__main__":
    main()
