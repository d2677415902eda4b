"""Goal 5: stored cases planned anew after a policy change that alters nothing for them, in memory that stays flat."""

import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from daemon.decide.duties.obligations import Deciding
from daemon.engine.records.assess import Assessor
from daemon.rulebook import load_texts, shipped, sources
from daemon.telemetry import set_up_logs
from daemon.testing.world import PACK, World
from tests.bench.cases import BATCH, NOW, fragment_of, refs
from tests.bench.cold import ROOT
from tests.bench.places import Place
from tests.bench.quarter import quarter
from tests.bench.resident import resident_mb
from tests.bench.row import Row, seconds
from tests.bench.stage import Stage

CHANGED = "stoke-on-trent/rules/icpc-invite-list.yaml"
AT_A_TIME = 300
MOST_TIMES = 3
FLAT_MB = 16
FEED = "diary"


def measure(stage: Stage) -> Iterator[Row]:
    """Yield the time beside that of only reading the cases, and how the memory grew on the way."""
    for place in stage.places:
        for workers in (0, *stage.sizes.counts):
            url = place.make()
            with stage.beside(workers, NOW, url):
                said = replanned(stage.sizes.replanned, url)
            place.drop(url)
            yield from _rows(place, stage.sizes.replanned, said, workers)


def replanned(many: int, url: str) -> dict[str, float]:
    """Return what a process of its own, whose memory is nobody else's, says of an empty database."""
    command = (sys.executable, "-m", "tests.bench.replanning", str(many), url)
    said = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout
    found: dict[str, float] = json.loads(said)
    return found


def _rows(place: Place, many: int, said: dict[str, float], workers: int) -> Iterator[Row]:
    row = partial(Row, 5, note=place.settings, workers=workers)
    what, peer = f"{place.name}: {many:,} stored cases", "to read them into records"
    yield row(
        f"{what} planned anew: another pack was changed", said["same_s"], "s", said["read_s"], peer,
        at_least_times=1 / MOST_TIMES,
    )  # fmt: skip
    yield row(
        f"{what} planned anew: a remark in one rule, so that each duty is stored anew",
        said["noted_s"], "s", said["read_s"], peer,
    )  # fmt: skip
    yield row(f"{what}: memory added while planned anew", said["grew_mb"], "MB", at_most=FLAT_MB)


def main() -> None:
    """Fill a store, read its cases, plan them anew twice, and say how long each took."""
    set_up_logs("json", "warning")
    many, url = int(sys.argv[1]), sys.argv[2]
    with TemporaryDirectory() as folder:
        world = World(Path(folder), NOW, url=url)
        fill(world, many)
        gc.collect()
        gc.freeze()  # as the service does
        said = {"read_s": seconds(lambda: read(world, many))}  # while none of them is remembered
        plan(world)  # the first time it finds duties; this is the state that a change meets
        replace_rulebook(world, "procedures-manual/pack.yaml")
        before = resident_mb()
        said["same_s"] = seconds(lambda: plan(world))
        said["grew_mb"] = max(0.0, resident_mb() - before)
        replace_rulebook(world, CHANGED)
        said["noted_s"] = seconds(lambda: plan(world))
        world.close()
    print(json.dumps(said))


def fill(world: World, many: int) -> None:
    """Store the cases of a quarter as a feed shows them."""
    deciding, now = world.deciding, world.clock.now
    shown = quarter(many, deciding.rulebook.packs[PACK].rules, deciding.words)
    while batch := [fragment_of(body, now) for body in islice(shown, BATCH)]:
        with world.store.write() as tx:
            tx.fragments.save(FEED, batch, now)
            tx.cases.touch([one.ref for one in batch], now)


def read(world: World, many: int) -> None:
    """Read every case into its record, as planning does."""
    every = refs(many)
    for start in range(0, many, AT_A_TIME):
        with world.store.read() as tx:
            found = world.house.read_cases(tx, every[start : start + AT_A_TIME])
        assert all(one.record for one in found.values())


def replace_rulebook(world: World, file: str) -> None:
    """Put a rulebook in force in which one file has another remark."""
    texts = sources(shipped())
    book, problems = load_texts({**texts, file: texts[file] + "# a remark\n"})
    assert book is not None, problems
    world.house.deciding = Deciding(book, world.deciding.calendar, world.deciding.default_pathway)
    with world.store.write() as tx:
        tx.cases.touch_all(world.clock.now)


def plan(world: World) -> None:
    """Plan all that is marked."""
    assessor = Assessor(world.store, world.house)
    while assessor.assess(world.clock.now, AT_A_TIME):
        pass


if __name__ == "__main__":
    main()
