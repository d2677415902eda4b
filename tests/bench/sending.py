"""Goal 7: from due to marked as sent, beside dramatiq and smtplib sending the same bytes by as many connections."""

import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from integrations.smtp.channel import Smtp
from tests.bench.composing import (
    Composed,
    ReadyLetters,
    ReadySmtp,
    compose_all,
    config_of,
    with_letters,
)
from tests.bench.herd import Herd, reopen
from tests.bench.places import Place
from tests.bench.rival import THREADS, Rival, bare_rate
from tests.bench.row import Row, medians, seconds
from tests.bench.sink import Sink
from tests.bench.stage import SLOW_MS, Stage
from tests.bench.workers import Workers

TOLD = 2  # people whom each rung tells, each in a message of their own
SENT_AT = "2026-03-19 09:01"
OURS = f"ours embedded: 1 process, {THREADS} connections, 1 of them kept for what is urgent"
PREFETCHED = 256
DEFAULT, EQUAL = Rival(1, 0), Rival(1, PREFETCHED)
INSTANT_TIMES = {EQUAL: 0.8, DEFAULT: 3.0}  # at least, by pause and peer
SLOW_TIMES = {EQUAL: 0.95}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A database in which messages wait, and the same messages composed."""

    folder: Path
    place: Place
    url: str
    composed: Composed

    @classmethod
    def of(cls, folder: Path, place: Place, many: int) -> "Waiting":
        """Have so many messages wait: routine ones, each two of a family of their own."""
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

    def send(self, sink: Sink, *, is_ready: bool) -> float:
        """Return how many a second go from waiting to marked as accepted; `is_ready`: they are composed.

        Everything is in this process, on its one deliverer.
        """
        url = self.place.copy(self.url)
        world = reopen(self.folder, url, SENT_AT, connections=THREADS)
        config = config_of(sink.port, THREADS)
        if is_ready:
            world.house.channels = {"email": ReadySmtp(config, world.clock, self.composed)}
            with_letters(world, ReadyLetters(world.store, world.house, self.composed.letters))
        else:
            world.house.channels = {"email": Smtp(config, world.clock)}
        before = sink.taken()
        took_s = seconds(world.line.send)
        with world.store.read() as tx:
            accepted = tx.messages.counts()["email"]["accepted"]
        world.close()
        self.place.drop(url)
        assert accepted == sink.taken() - before == len(self.composed.mails)
        return accepted / took_s

    def send_by(self, workers: Workers, redis_port: int, sink: Sink, *, is_ready: bool) -> float:
        """Return the same by workers that Redis wakes."""
        url, many = self.place.copy(self.url), len(self.composed.mails)
        file = self.folder / "composed"
        file.write_bytes(pickle.dumps(self.composed))
        ready = [str(file)] if is_ready else []
        rate = workers.rate(url, SENT_AT, redis_port, sink, many, *ready)
        world = reopen(self.folder, url, SENT_AT)
        with world.store.read() as tx:
            accepted = tx.messages.counts()["email"]["accepted"]
        world.close()
        self.place.drop(url)
        assert accepted == many
        return rate


def measure(stage: Stage) -> Iterator[Row]:
    """Yield messages a second on each back end, by a server that takes them at once and by a slow one."""
    rivals = {workers: Rival(workers, PREFETCHED) for workers in stage.sizes.counts}
    every = [DEFAULT, *rivals.values()]
    for pause_ms, letters in ((0, stage.sizes.letters), (SLOW_MS, stage.sizes.slow_letters)):
        waits = [Waiting.of(stage.folder, place, letters) for place in stage.places]
        mails = list(waits[0].composed.mails.values())
        file = stage.folder / "mails"
        file.write_bytes(pickle.dumps(mails))
        sink = stage.sink(pause_ms)
        ours = [partial(one.send, sink, is_ready=ready) for one in waits for ready in (False, True)]
        peers = [partial(one.rate, stage.redis_port, sink, file, len(mails)) for one in every]
        bare = partial(bare_rate, sink, mails)
        by_workers = [
            partial(one.send_by, Workers(workers), stage.redis_port, sink, is_ready=ready)
            for one in waits
            for workers in rivals
            for ready in (False, True)
        ]
        floor, *figures = medians(stage.sizes.long_runs, bare, *ours, *peers, *by_workers)
        rates = dict(zip(every, figures[len(ours) :], strict=False))
        woken = iter(figures[len(ours) + len(peers) :])
        for number, one in enumerate(waits):
            yield from _rows(one, pause_ms, figures[2 * number], figures[2 * number + 1], rates)
            for workers, rival in rivals.items():
                row = partial(
                    Row, 7, unit="a second", peer=rates[rival], peer_is=str(rival), more_is_better=True,
                    note=f"{Workers(workers)}; {one.place.settings}", workers=workers,
                )  # fmt: skip
                what = what_of(one, pause_ms)
                yield row(f"{what}, composing included", next(woken))
                least = (SLOW_TIMES if pause_ms else INSTANT_TIMES)[EQUAL]
                yield row(f"{what}, composed before", next(woken), at_least_times=least)
        yield Row(7, f"smtplib alone, {THREADS} threads, {kind_of(pause_ms)}", floor, "a second")


def _rows(
    waiting: Waiting, pause_ms: float, complete: float, ready: float, rates: dict[Rival, float]
) -> Iterator[Row]:
    composed, place = waiting.composed, waiting.place
    note = f"{OURS}; {place.settings}"
    row = partial(Row, 7, unit="a second", more_is_better=True, note=note)
    what = what_of(waiting, pause_ms)
    if not pause_ms:
        words = f"its words {composed.letter_us:,.0f}, its mail {composed.mime_us:,.0f}"
        yield Row(
            7, f"{place.name}: composing a message, CPU: {words}",
            composed.letter_us + composed.mime_us, "µs",
        )  # fmt: skip
    yield row(
        f"{what}, composing included", complete, peer=rates[EQUAL], peer_is=str(EQUAL), workers=0
    )
    for rival, rate in rates.items():
        least = (SLOW_TIMES if pause_ms else INSTANT_TIMES).get(rival)
        yield row(
            f"{what}, composed before", ready, peer=rate, peer_is=str(rival), at_least_times=least,
            workers=0 if rival == EQUAL else None,
        )  # fmt: skip


def what_of(waiting: Waiting, pause_ms: float) -> str:
    """Return in words what is sent, from where and by what."""
    many = len(waiting.composed.mails)
    return f"{waiting.place.name}: {many:,} messages sent and marked, {kind_of(pause_ms)}"


def kind_of(pause_ms: float) -> str:
    """Return a mail server in words."""
    return f"a server that takes {pause_ms:g} ms" if pause_ms else "an instant server"
