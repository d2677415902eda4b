"""Goal 1: what the service asks of its store when nothing is due, with few rungs waiting and with very many."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from statistics import median
from threading import Event

from daemon.app import App
from daemon.domain.message import Lane
from daemon.loop import Service
from tests.bench.herd import Herd
from tests.bench.row import Row, medians, seconds
from tests.bench.scheduler import NAME
from tests.bench.stage import Stage

LOOKS = 100
MOST_TIMES, MOST_TIMES_OF_MOST = 1.2, 1.3


class Idle:
    """The looks that a service takes each second, at a herd of which nothing is due."""

    def __init__(self, herd: Herd) -> None:
        self.herd = herd
        line, world = herd.line, herd.world
        app = App(
            None, world.store, world.house, line, world.clock
        )  # settings: nothing asks for them
        self.service = Service(app, Event())
        self.service.beat.last["audit"] = float("inf")  # it has a thread and a rhythm of its own
        self.tick()  # the directory is read
        line.seal()

    def escalate(self) -> None:
        """Ask for the ladders that are due."""
        assert self.herd.line.escalator.escalate(self.herd.world.clock.now) == 0

    def claim(self) -> None:
        """Ask each lane for messages to try again and for notices that wait."""
        for lane in Lane:
            self.wake(lane)

    def tick(self) -> None:
        """Do what the leader does: lease, heartbeat, feeds, cases, ladders, and the lanes."""
        self.service.tick(self)

    def wake(self, lane: Lane) -> None:
        """Deliver at once, on this thread: what the service wakes a worker for."""
        assert self.herd.line.deliverer.deliver(lane) == 0


LOOKS_AT = {
    "the escalator's look for due ladders": Idle.escalate,
    "the deliverer's look into three lanes": Idle.claim,
    "a whole tick of the service, lease and heartbeat written": Idle.tick,
}


def measure(stage: Stage) -> Iterator[Row]:
    """Yield each look on each back end, and how many times longer it takes with very many rungs."""
    few, many, most = stage.sizes.few_waiting, stage.sizes.waiting, stage.sizes.most_waiting
    idle = {
        (place.name, waiting): Idle(stage.herd(place, waiting))
        for place, waiting in product(stage.places, (few, many))
    }
    if most:
        files, _ = stage.places
        idle[files.name, most] = Idle(stage.herd(files, most))
    ours = [(where, what) for where in idle for what in LOOKS_AT]
    works = [partial(look_us, partial(LOOKS_AT[what], idle[where])) for where, what in ours]
    peers = [partial(look_us, stage.scheduler(place, many).look) for place in stage.places]
    figures = medians(stage.sizes.runs, *works, *peers)
    took_us = dict(zip(ours, figures, strict=False))
    for place, peer_us in zip(stage.places, figures[len(ours) :], strict=True):
        row = partial(Row, 1, note=f"1 thread; {place.settings}")
        for what in LOOKS_AT:
            about = f"{place.name}: {what}, nothing due"
            few_us, many_us = (took_us[(place.name, n), what] for n in (few, many))
            peer = (
                {"peer": peer_us, "peer_is": f"{NAME}, {many:,} jobs"}
                if what == next(iter(LOOKS_AT))
                else {}
            )
            yield row(f"{about}, {many:,} rungs waiting", many_us, "µs", **peer)
            yield row(f"{about}, against {few:,}", many_us / few_us, "times", at_most=MOST_TIMES)
            if most_us := took_us.get(((place.name, most), what)):
                ratio = most_us / few_us
                yield row(
                    f"{about}, {most:,} against {few:,}", ratio, "times", at_most=MOST_TIMES_OF_MOST
                )


def look_us(look: Callable[[], object]) -> float:
    """Return the microseconds that a look takes: the median of many."""
    return median(seconds(look) for _ in range(LOOKS)) * 1e6
