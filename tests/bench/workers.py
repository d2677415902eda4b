"""Processes of `daykeeper worker` that Redis wakes, on a database: what goal 7 measures, and what others stand beside.

    python -m tests.bench.workers URL REDIS_PORT SINK_PORT NOW [COMPOSED]

is one of them. COMPOSED is a pickled file of everything that it will write. It says "ready", begins
at the first line of its input and ends with it.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter
from types import SimpleNamespace
from typing import Any

from daemon.domain.message import Lane
from daemon.engine.standing.presence import Presence
from daemon.jobs import Worker
from daemon.jobs.post import Post
from daemon.telemetry import set_up_logs
from daemon.testing.world import World
from integrations.smtp.channel import Smtp
from tests.bench.cold import ROOT
from tests.bench.composing import Composed, ReadyLetters, ReadySmtp, config_of, with_letters
from tests.bench.herd import reopen
from tests.bench.rival import THREADS
from tests.bench.sink import HOST, Sink

AUTHORITY = "testshire"
WAKES = 16  # as a run asks for, for a long queue


@dataclass(frozen=True, slots=True)
class Workers:
    """So many processes, each with its own connections."""

    processes: int

    def __str__(self) -> str:
        many = "1 process" if self.processes == 1 else f"{self.processes} processes"
        return f"{many} of `worker`, {THREADS} connections each"

    @contextmanager
    def hired(self, *words: str) -> Iterator[Callable[[], None]]:
        """Give what sets them to work; at the end they finish what is on the wire."""
        command = (sys.executable, "-m", __name__, *words)
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        workers = [subprocess.Popen(command, cwd=ROOT, **pipes) for _ in range(self.processes)]

        def begin() -> None:
            for worker in workers:
                worker.stdin.write("go\n")
                worker.stdin.flush()

        try:
            for worker in workers:
                assert worker.stdout.readline() == "ready\n"
            yield begin
        finally:
            for worker in workers:
                worker.communicate()
        assert [worker.returncode for worker in workers] == [0] * self.processes

    def rate(
        self, url: str, now: str, redis_port: int, sink: Sink, mails: int, *composed: str
    ) -> float:
        """Return how many a second they send, from their start to the last mail's arrival."""
        with self.hired(url, str(redis_port), str(sink.port), now, *composed) as begin:
            end = sink.taken() + mails
            start = perf_counter()
            begin()
            with posting(redis_port) as post:
                post.ask(Lane.ROUTINE, WAKES)
                sink.taken(at_least=end)
                took_s = perf_counter() - start
        assert sink.taken() == end
        return mails / took_s


@contextmanager
def posting(redis_port: int) -> Iterator[Post]:
    """Give what wakes workers, as a run has it."""
    post = Post(redis_url(redis_port), AUTHORITY)
    post.start()
    try:
        yield post
    finally:
        post.stop()


def redis_url(port: int) -> str:
    """Return the address of a Redis on this machine."""
    return f"redis://{HOST}:{port}/0"


def app_of(world: World, redis_port: int) -> Any:
    """Return what a worker asks of its application: a world's stations, and a Redis."""
    world.house.worker = f"worker-{os.getpid()}"
    return SimpleNamespace(
        store=world.store, house=world.house, line=world.line, clock=world.clock, is_queued=True,
        settings=SimpleNamespace(
            broker=redis_url(redis_port), authority=AUTHORITY, broker_password_file=None
        ),
        presence=Presence(world.store, world.house.worker, {}, is_run=False),
        editions=SimpleNamespace(follow=lambda: None, unread=""),  # its rules stay as they are
    )  # fmt: skip


def main() -> None:
    """Work until the input ends."""
    url, redis_port, sink_port, now, *ready = sys.argv[1:]
    set_up_logs("json", "error")
    world = reopen(Path(), url, now, connections=THREADS)
    config = config_of(int(sink_port), THREADS)
    world.house.channels = {"email": Smtp(config, world.clock)}
    for file in ready:
        composed: Composed = pickle.loads(Path(file).read_bytes())
        world.house.channels = {"email": ReadySmtp(config, world.clock, composed)}
        with_letters(world, ReadyLetters(world.store, world.house, composed.letters))
    stop = Event()
    worker = Worker(app_of(world, int(redis_port)), stop)
    print("ready", flush=True)
    sys.stdin.readline()
    at_work = Thread(target=worker.run)
    at_work.start()
    sys.stdin.read()
    stop.set()
    at_work.join()
    world.close()


if __name__ == "__main__":
    main()
