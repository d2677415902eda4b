"""Goal 7: from due to marked as sent, beside dramatiq and smtplib sending the same bytes by as many connections."""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from smtplib import SMTP
from time import perf_counter

from integrations.smtp.channel import Smtp
from tests.bench.cold import ROOT
from tests.bench.composing import Composed, ReadyLetters, ReadySmtp, compose_all, config_of, with_letters
from tests.bench.herd import Herd, reopen
from tests.bench.places import Place
from tests.bench.rival import SENDER, Mails, declare
from tests.bench.row import Row, medians, seconds
from tests.bench.sink import HOST, Sink
from tests.bench.stage import SLOW_MS, Stage

THREADS = 8  # ours and the peer's, each with a kept connection
TOLD = 2  # people whom each rung tells, each in a message of their own
SENT_AT = "2026-03-19 09:01"
OURS = f"ours 1 process, {THREADS} connections, one of them kept for what is urgent"


@dataclass(frozen=True, slots=True)
class Rival:
    """One way to run the peer. `prefetch` 0: dramatiq's default, twice its threads."""

    processes: int
    prefetch: int

    def __str__(self) -> str:
        many = "1 process" if self.processes == 1 else f"{self.processes} processes"
        return f"dramatiq, smtplib; {many}, {THREADS} threads, prefetch {self.prefetch or 2 * THREADS}"


DEFAULT, EQUAL, DOUBLE = RIVALS = (Rival(1, 0), Rival(1, 256), Rival(2, 256))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A database in which messages wait, and the same messages composed."""

    folder: Path
    place: Place
    url: str
    composed: Composed

    @classmethod
    def of(cls, folder: Path, place: Place, many: int) -> "Waiting":
        """Have so many messages wait, routine ones of as many families as rungs."""
        herd = Herd(folder, place, 0)
        herd.fall_due(-(-many // TOLD))
        herd.fire()
        herd.world.close()
        copy = place.copy(herd.url)
        world = reopen(folder, copy, SENT_AT)
        composed = compose_all(world)
        world.close()
        place.drop(copy)
        return cls(folder, place, herd.url, composed)

    @property
    def mails(self) -> Mails:
        """Recipient and bytes of each message."""
        return list(self.composed.mails.values())

    def send(self, sink: Sink, *, is_ready: bool) -> float:
        """Return how many a second go from waiting to marked as accepted; `is_ready`: they are composed.

        Embedded: everything in this process, with its one deliverer.
        """
        url = self.place.copy(self.url)
        world = reopen(self.folder, url, SENT_AT, connections=THREADS)
        config = config_of(sink.port, THREADS)
        if is_ready:
            world.house.channels = {"email": ReadySmtp(config, world.clock, self.composed)}
            with_letters(world, ReadyLetters(world.house, self.composed.letters))
        else:
            world.house.channels = {"email": Smtp(config, world.clock)}
        before = sink.taken()
        took_s = seconds(world.line.send)
        with world.store.read() as tx:
            accepted = tx.messages.counts()["email"]["accepted"]
        world.close()
        self.place.drop(url)
        assert accepted == sink.taken() - before == len(self.mails)
        return accepted / took_s


def measure(stage: Stage) -> Iterator[Row]:
    """Yield messages a second on each back end, by a server that takes them at once and by a slow one."""
    sizes = stage.sizes
    waits = [Waiting.of(stage.folder, place, sizes.letters) for place in stage.places]
    for one in waits:
        composed = one.composed
        yield Row(
            7, f"{one.place.name}: composing a message, CPU: its words {composed.letter_us:,.0f}, its mail",
            composed.letter_us + composed.mime_us, "µs", note=one.place.settings,
        )  # fmt: skip
    yield from _rows(stage, waits, stage.sink(0), "instant")
    waits = [Waiting.of(stage.folder, place, sizes.slow_letters) for place in stage.places]
    yield from _rows(stage, waits, stage.sink(SLOW_MS), f"{SLOW_MS:g} ms")


def _rows(stage: Stage, waits: Sequence[Waiting], sink: Sink, kind: str) -> Iterator[Row]:
    mails = waits[0].mails
    file = stage.folder / "mails"
    file.write_bytes(pickle.dumps(mails))
    ours = [partial(one.send, sink, is_ready=ready) for one in waits for ready in (False, True)]
    peers = [partial(rival_rate, one, stage.redis_port, sink, file, len(mails)) for one in RIVALS]
    bare = partial(bare_rate, sink, mails)
    figures = medians(stage.sizes.long_runs, *ours, *peers, bare)
    rates, (default, equal, double, floor) = figures[: len(ours)], figures[len(ours) :]
    is_slow = bool(sink.pause_ms)
    yield Row(7, f"a mail server that is {kind}: smtplib alone, {THREADS} threads", floor, "a second")
    for one, with_words, ready in zip(waits, rates[::2], rates[1::2], strict=True):
        row = partial(
            Row, 7, unit="a second", more_is_better=True, note=f"{OURS}; {one.place.settings}"
        )
        what = f"{one.place.name}: sent and marked, {len(mails):,} messages, {kind} server"
        yield row(f"{what}, composing included", with_words, peer=equal, peer_is=str(EQUAL))
        goal = 0.95 if is_slow else 0.8
        yield row(f"{what}, composed before", ready, peer=equal, peer_is=str(EQUAL), at_least_times=goal)
        if not is_slow:
            yield row(f"{what}, composed before", ready, peer=default, peer_is=str(DEFAULT), at_least_times=3)
            yield row(f"{what}, composed before", ready, peer=double, peer_is=str(DOUBLE))


def rival_rate(rival: Rival, redis_port: int, sink: Sink, file: Path, many: int) -> float:
    """Return how many a second the peer sends, from its workers' start to the last mail's arrival."""
    actor = declare(redis_port, print)
    for number in range(many):
        actor.send(number)
    words = map(str, (redis_port, sink.port, THREADS, file))
    command = [sys.executable, "-m", "tests.bench.rival", *words]
    environment = {**os.environ, "dramatiq_queue_prefetch": str(rival.prefetch)}
    workers = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(rival.processes)
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


def bare_rate(sink: Sink, mails: Mails) -> float:
    """Return how many a second threads of one process send that do nothing else: nobody's ceiling is higher."""

    def send(share: Mails) -> None:
        with SMTP(HOST, sink.port) as wire:
            for to, content in share:
                wire.sendmail(SENDER, to, content)

    with ThreadPoolExecutor(THREADS) as pool:
        shares = [mails[start::THREADS] for start in range(THREADS)]
        took_s = seconds(lambda: list(pool.map(send, shares)))
    return len(mails) / took_s
