"""The line's deciding, for information: changed cases a second."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from daemon.testing.world import World
from tests.bench.cases import NOW, body
from tests.bench.row import Row, Sizes, medians, seconds


def measure_deciding(sizes: Sizes) -> Iterator[Row]:
    """Yield cases a second of a turn that reads them, decides them and opens their obligations."""
    (ours,) = medians(sizes.long_runs, partial(decide_all, sizes.changes))
    yield Row(14, f"a turn that decides {sizes.changes:,} changed cases", ours, "a second")


def decide_all(cases: int) -> float:
    """Return how many changed cases a turn decides in a second."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder), NOW)
        for number in range(cases):
            world.feed.bodies[f"SC-{number}"] = body(f"SC-{number}")
        took_s = seconds(world.turn)
        with world.store.read() as tx:
            assert tx.summary(world.clock.now).obligations["open"] >= cases
        world.close()
    return cases / took_s
