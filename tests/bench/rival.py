"""The peer of goal 7: dramatiq on Redis, a job a mail, smtplib on a kept connection a thread.

    python -m tests.bench.rival REDIS_PORT SINK_PORT MAILS

is one process of its workers. MAILS is a pickled list of recipient and bytes; a job names one by
its place. It says "ready", begins at the first line of its input and ends with it. All else is as
dramatiq has it by default.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from smtplib import SMTP
from threading import local
from time import perf_counter
from typing import TypeAlias

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from tests.bench.cold import ROOT
from tests.bench.row import seconds
from tests.bench.sink import HOST, Sink

THREADS = 8
TIMES = 3
SENDER = "daykeeper@council.example"
PREFETCH = "dramatiq_queue_prefetch"  # 0: twice the threads

Mails: TypeAlias = list[tuple[str, bytes]]  # recipient and bytes


@dataclass(frozen=True, slots=True)
class Rival:
    """One way to run it."""

    processes: int
    prefetch: int

    def __str__(self) -> str:
        many = "1 process" if self.processes == 1 else f"{self.processes} processes"
        prefetch = self.prefetch or 2 * THREADS
        return f"dramatiq {dramatiq.__version__}: {many}, {THREADS} threads, prefetch {prefetch}"

    def rate(self, redis_port: int, sink: Sink, file: Path, mails: int) -> float:
        """Return how many a second it sends, from its workers' start to the last mail's arrival.

        Each of so many mails is sent several times: it is quick, and its start must not count.
        """
        actor, many = declare(redis_port, print), mails * TIMES
        for number in range(many):
            actor.send(number % mails)
        command = (sys.executable, "-m", __name__, str(redis_port), str(sink.port), str(file))
        environment = {**os.environ, PREFETCH: str(self.prefetch)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        workers = [
            subprocess.Popen(command, cwd=ROOT, env=environment, **pipes)
            for _ in range(self.processes)
        ]
        for worker in workers:
            assert worker.stdout.readline() == "ready\n"
        end = sink.taken() + many
        start = perf_counter()
        for worker in workers:
            worker.stdin.write("go\n")
            worker.stdin.flush()
        sink.taken(at_least=end)
        took_s = perf_counter() - start
        for worker in workers:
            worker.communicate()
        assert sink.taken() == end
        return many / took_s


def declare(redis_port: int, send: Callable[[int], None]) -> "dramatiq.Actor[[int], None]":
    """Return the one actor, on a real Redis."""
    broker = RedisBroker(host=HOST, port=redis_port)
    return dramatiq.actor(actor_name="send", broker=broker)(send)


def bare_rate(sink: Sink, mails: Mails) -> float:
    """Return how many a second the same threads send with no queue at all."""

    def send(share: Mails) -> None:
        with SMTP(HOST, sink.port) as wire:
            for to, content in share:
                wire.sendmail(SENDER, to, content)

    with ThreadPoolExecutor(THREADS) as pool:
        shares = [mails[start::THREADS] for start in range(THREADS)]
        took_s = seconds(lambda: list(pool.map(send, shares)))
    return len(mails) / took_s


def main() -> None:
    """Work until the input ends."""
    redis_port, sink_port = map(int, sys.argv[1:3])
    mails: Mails = pickle.loads(Path(sys.argv[3]).read_bytes())
    own = local()

    def send(number: int) -> None:
        if not hasattr(own, "wire"):
            own.wire = SMTP(HOST, sink_port)
        to, content = mails[number]
        own.wire.sendmail(SENDER, to, content)

    worker = dramatiq.Worker(declare(redis_port, send).broker, worker_threads=THREADS)
    print("ready", flush=True)
    sys.stdin.readline()
    worker.start()
    sys.stdin.read()
    worker.stop()


if __name__ == "__main__":
    main()
