"""Goal 1: what the service asks of its store when nothing is due, with few rungs waiting and with very many."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from threading import Event

from dramatiq.brokers.stub import StubBroker

from daemon.app import App
from daemon.domain.message import Lane
from daemon.engine.sending.deliver import Deliverer
from daemon.engine.standing.presence import Presence
from daemon.jobs import Lanes, Waking
from daemon.jobs.post import Post
from daemon.jobs.served import Served
from daemon.loop import Service
from tests.bench.firing import BEFORE
from tests.bench.herd import Herd
from tests.bench.places import Place
from tests.bench.row import Row, medians, seconds
from tests.bench.scheduler import NAME
from tests.bench.stage import Stage

MOST_TIMES, MOST_TIMES_OF_MOST = 1.2, 1.3


class AtOnce:
    """Lanes that are served on the thread that wakes them, so that their look is in the figure."""

    def __init__(self, deliverer: Deliverer) -> None:
        self.deliverer = deliverer

    def wake(self, lane: Lane) -> None:
        assert self.deliverer.deliver(lane) == 0

    def look_round(self) -> None:
        """Do nothing: there are no workers elsewhere."""

    def lost(self) -> None:
        """Return nothing: there is no Redis."""

    def troubles(self) -> list[str]:
        return []


class Settled:
    """Rules that nobody changes."""

    unread = ""

    def follow(self) -> None:
        """Do nothing."""

    def turn(self, now: datetime) -> None:
        """Do nothing."""

    def stand_by(self) -> None:
        """Do nothing."""


class Unwatched:
    """Settings that name no auditor; nothing else is asked of them."""

    audit = None


class Idle:
    """The looks that a service takes each second, at a herd of which nothing is due."""

    def __init__(self, herd: Herd) -> None:
        self.herd = herd
        line, world = herd.line, herd.world
        app = App(
            Unwatched(), world.store, world.house, line, Settled(), world.clock,
            Presence(world.store, "run", {}, is_run=True),
        )  # fmt: skip
        self.service = Service(app, Event())
        self.service.beat.last["audit"] = float("inf")  # it has a thread and a rhythm of its own
        self.lanes: Waking = AtOnce(line.deliverer)
        self.tick()  # the directory is read
        line.seal()

    def be_served(self, post: Post) -> None:
        """Leave the lanes to workers, as a run does that has Redis: its own look only tells how many to wake."""
        world, own = self.herd.world, Lanes(StubBroker(), self.herd.line)
        self.lanes = Served(world.store, world.house, world.clock, post, own)

    def escalate(self) -> None:
        """Ask for the ladders that are due."""
        assert self.herd.line.escalator.escalate(self.herd.world.clock.now) == 0

    def claim(self) -> None:
        """Ask each lane for messages to try again and for notices that wait."""
        for lane in Lane:
            self.lanes.wake(lane)

    def tick(self) -> None:
        """Do what the leader does: lease, heartbeat, feeds, cases, ladders, and the lanes."""
        self.service.tick(self.lanes)


LOOKS = {
    "the escalator's look for due ladders": Idle.escalate,
    "the deliverer's look into three lanes": Idle.claim,
    "a whole tick of the service, lease and heartbeat written": Idle.tick,
}


def measure(stage: Stage) -> Iterator[Row]:
    """Yield each look on each back end, and how many times longer it takes with very many rungs.

    Few and very many are looked at in turns, look by look.
    """
    sizes = stage.sizes
    for place in stage.places:
        counts = [sizes.few_waiting, sizes.waiting]
        if sizes.most_waiting and place is stage.places[0]:
            counts.append(sizes.most_waiting)
        idle = [Idle(stage.herd(place, waiting)) for waiting in counts]
        peer = stage.scheduler(place, sizes.waiting)
        for workers in (0, *sizes.counts):
            with stage.beside(workers, BEFORE, *(one.herd.url for one in idle)) as post:
                for one in idle if workers else ():
                    one.be_served(post)
                for what, look in LOOKS.items():
                    works = [partial(seconds, partial(look, one)) for one in idle]
                    *ours, peer_s = medians(sizes.looks, *works, partial(seconds, peer.look))
                    took_s = dict(zip(counts, ours, strict=True))
                    yield from _rows(place, f"{place.name}: {what}", took_s, peer_s, workers)


def _rows(
    place: Place, what: str, took_s: dict[int, float], peer_s: float, workers: int
) -> Iterator[Row]:
    row = partial(Row, 1, note=f"1 thread; {place.settings}", workers=workers)
    (few, few_s), (many, many_s), *most = took_s.items()
    yield row(
        f"{what}, nothing due, {many:,} rungs waiting", many_s * 1e6, "µs",
        peer_s * 1e6, f"{NAME}, {many:,} jobs",
    )  # fmt: skip
    yield row(f"{what}, against {few:,}", many_s / few_s, "times", at_most=MOST_TIMES)
    for number, most_s in most:
        about = f"{what}, {number:,} against {few:,}"
        yield row(about, most_s / few_s, "times", at_most=MOST_TIMES_OF_MOST)
