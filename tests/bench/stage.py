"""What several goals share: servers and filled databases, made when first asked for, gone at the end."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from daemon.jobs.post import Post
from tests.bench.herd import Herd
from tests.bench.places import Databases, Files, Place
from tests.bench.row import Sizes
from tests.bench.scheduler import ByHand
from tests.bench.sink import Sink
from tests.bench.workers import Workers, posting
from tests.postgres import Server
from tests.redis import RedisServer

SLOW_MS = 20.0


class Stage:
    """The sizes of this run, and what it is run on."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self._stack = ExitStack()
        self._sinks: dict[float, Sink] = {}
        self._herds: dict[tuple[Place, int], Herd] = {}
        self._schedulers: dict[tuple[Place, int], ByHand] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @cached_property
    def folder(self) -> Path:
        """A folder for files."""
        return Path(self._stack.enter_context(TemporaryDirectory(prefix="daykeeper-bench-")))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Both back ends."""
        server = self._stack.enter_context(Server(is_durable=True))
        return Files(self.folder), Databases(server)

    @cached_property
    def redis_port(self) -> int:
        """A Redis."""
        return self._stack.enter_context(RedisServer()).port

    @contextmanager
    def beside(self, workers: int, now: str, *urls: str) -> Iterator[Post]:
        """Have so many processes of `worker` at each of these databases, by their clock; give what wakes them."""
        with ExitStack() as stack:
            words = str(self.redis_port), str(self.sink(0).port), now
            for url in urls if workers else ():
                stack.enter_context(Workers(workers).hired(url, *words))()
            yield stack.enter_context(posting(self.redis_port))

    def herd(self, place: Place, waiting: int) -> Herd:
        """Return the authority with so many waiting rungs there."""
        if (place, waiting) not in self._herds:
            herd = self._herds[place, waiting] = Herd(self.folder, place, waiting)
            self._stack.callback(herd.close)
        return self._herds[place, waiting]

    def scheduler(self, place: Place, waiting: int) -> ByHand:
        """Return the peer with so many waiting jobs there."""
        if (place, waiting) not in self._schedulers:
            scheduler = self._schedulers[place, waiting] = ByHand(place, waiting)
            self._stack.callback(scheduler.shutdown)
        return self._schedulers[place, waiting]

    def sink(self, pause_ms: float) -> Sink:
        """Return the mail server that takes so long for a mail."""
        if pause_ms not in self._sinks:
            self._sinks[pause_ms] = self._stack.enter_context(Sink(pause_ms))
        return self._sinks[pause_ms]
