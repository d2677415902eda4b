"""Goals 2 and 6: rungs that fall due among very many that wait, until their notices are in the outbox.

With workers beside, few rungs fire while they find nothing to send, and a herd while they send what has fired.
"""

from collections.abc import Callable, Iterator
from functools import partial

from daemon.domain.message import Lane
from tests.bench.herd import Herd
from tests.bench.row import Row, medians, seconds
from tests.bench.scheduler import NAME, ByHand
from tests.bench.stage import Stage
from tests.bench.workers import WAKES

TOLD = "each tells two people"
URGENT_SHARE = 10  # every tenth of a herd
BEFORE, AFTER = "2026-03-19 08:59", "2026-03-19 10:30"  # by the workers' clock
MOST_S = {"SQLite": 1.0, "PostgreSQL": 2.0}


def measure_few(stage: Stage) -> Iterator[Row]:
    """Yield what one of a thousand rungs costs: people, notices, journal, ladder, commit."""
    due, waiting = stage.sizes.due, stage.sizes.waiting
    for place in stage.places:
        herd, peer = stage.herd(place, waiting), stage.scheduler(place, waiting)
        works = partial(fire_us, herd, due), partial(run_us, peer, due)
        for workers in (0, *stage.sizes.counts):
            with stage.beside(workers, BEFORE, herd.url):
                ours, theirs = medians(stage.sizes.long_runs, *works)
            yield Row(
                2, f"{place.name}: a rung of {due:,} that fire, of {waiting:,} waiting; {TOLD}", ours, "µs",
                theirs, f"{NAME}, a job that does nothing", at_least_times=30,
                note=f"1 thread; {place.settings}", workers=workers,
            )  # fmt: skip


def measure_herd(stage: Stage) -> Iterator[Row]:
    """Yield how long it takes until a whole herd is in the outbox, and whether what is urgent stands first."""
    herd_size, waiting = stage.sizes.herd, stage.sizes.waiting
    for place in stage.places:
        herd, note = stage.herd(place, waiting), f"1 thread; {place.settings}"
        for workers in (0, *stage.sizes.counts):
            with stage.beside(workers, AFTER, herd.url) as post:
                fire = partial(fire_s, herd, herd_size, wake=partial(post.ask, Lane.ROUTINE, WAKES))
                (took_s,) = medians(stage.sizes.long_runs, fire)
            yield Row(
                6, f"{place.name}: {herd_size:,} rungs due in one minute, of {waiting:,}, in the outbox; {TOLD}",
                took_s, "s", at_most=MOST_S[place.name], note=note, workers=workers,
            )  # fmt: skip
        yield Row(
            6, f"{place.name}: notices that stand in the outbox before an urgent one, and are not",
            out_of_order(herd), "", at_most=0, note=note,
        )  # fmt: skip


def fire_us(herd: Herd, many: int) -> float:
    """Return the microseconds that one of so many rungs takes."""
    return fire_s(herd, many, urgent=0) / many * 1e6


def fire_s(
    herd: Herd, many: int, urgent: int | None = None, wake: Callable[[], None] = lambda: None
) -> float:
    """Return the seconds until so many rungs are in the outbox."""
    urgent = many // URGENT_SHARE if urgent is None else urgent
    herd.fall_due(many - urgent, urgent)
    looked_at: list[int] = []
    took_s = seconds(lambda: looked_at.append(herd.fire(wake)))
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
