"""Goals 2 and 6: rungs that fall due among very many that wait, until their notices are in the outbox."""

from collections.abc import Iterator
from functools import partial

from daemon.domain.message import Lane
from tests.bench.herd import Herd
from tests.bench.row import Row, medians, seconds
from tests.bench.scheduler import NAME, ByHand
from tests.bench.stage import Stage

TOLD = "each tells two people"
URGENT_SHARE = 10  # every tenth of a herd
MOST_S = {"SQLite": 1.0, "PostgreSQL": 2.0}


def measure_few(stage: Stage) -> Iterator[Row]:
    """Yield what one of a thousand rungs costs: people, notices, journal, ladder, commit."""
    due, waiting = stage.sizes.due, stage.sizes.waiting
    herds = [stage.herd(place, waiting) for place in stage.places]
    peers = [stage.scheduler(place, waiting) for place in stage.places]
    works = [partial(fire_us, herd, due) for herd in herds]
    works += [partial(run_us, peer, due) for peer in peers]
    figures = medians(stage.sizes.long_runs, *works)
    for place, ours, peer in zip(stage.places, figures, figures[len(herds) :], strict=False):
        yield Row(
            2, f"{place.name}: a rung of {due:,} that fire, of {waiting:,} waiting; {TOLD}", ours, "µs",
            peer, f"{NAME}, a job that does nothing", at_least_times=30, note=f"1 thread; {place.settings}",
        )  # fmt: skip


def measure_herd(stage: Stage) -> Iterator[Row]:
    """Yield how long it takes until a whole herd is in the outbox, and whether what is urgent stands first."""
    herd_size, waiting = stage.sizes.herd, stage.sizes.waiting
    herds = [stage.herd(place, waiting) for place in stage.places]
    figures = medians(stage.sizes.long_runs, *(partial(fire_s, herd, herd_size) for herd in herds))
    for herd, took_s in zip(herds, figures, strict=True):
        name, note = herd.place.name, f"1 thread; {herd.place.settings}"
        yield Row(
            6, f"{name}: {herd_size:,} rungs due in one minute, of {waiting:,}, in the outbox; {TOLD}",
            took_s, "s", at_most=MOST_S[name], note=note,
        )  # fmt: skip
        yield Row(
            6, f"{name}: notices that stand in the outbox before an urgent one, and are not",
            out_of_order(herd), "", at_most=0, note=note,
        )  # fmt: skip


def fire_us(herd: Herd, many: int) -> float:
    """Return the microseconds that one of so many rungs takes."""
    return fire_s(herd, many, urgent=0) / many * 1e6


def fire_s(herd: Herd, many: int, urgent: int | None = None) -> float:
    """Return the seconds until so many rungs are in the outbox."""
    urgent = many // URGENT_SHARE if urgent is None else urgent
    herd.fall_due(many - urgent, urgent)
    looked_at: list[int] = []
    took_s = seconds(lambda: looked_at.append(herd.fire()))
    assert looked_at == [many]
    return took_s


def run_us(peer: ByHand, many: int) -> float:
    """Return the microseconds that one of so many jobs of the peer's takes."""
    peer.fall_due(many)
    return seconds(peer.look) / many * 1e6


def out_of_order(herd: Herd) -> int:
    """Return how many notices would be sent before one that is more urgent."""
    with herd.world.store.read() as tx:
        waiting = tx.notices.waiting(None, herd.world.clock.now, herd.cases * 2)
    is_urgent = [one.lane is Lane.URGENT for one in waiting]
    assert any(is_urgent)
    last = len(is_urgent) - is_urgent[::-1].index(True)
    return is_urgent[:last].count(False)
