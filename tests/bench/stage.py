"""What several goals share: servers and filled databases, made when first asked for, gone at the end."""

from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from tests.bench.places import Databases, Files, Place
from tests.bench.redis_server import redis_server
from tests.bench.row import Sizes
from tests.bench.sink import Sink
from tests.postgres import Server

SLOW_MS = 20.0


class Stage:
    """The sizes of this run, and what it is run on."""

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = sizes
        self._stack = ExitStack()
        self._sinks: dict[float, Sink] = {}

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
        return self._stack.enter_context(redis_server(self.folder))

    def sink(self, pause_ms: float) -> Sink:
        """Return the mail server that takes so long for a mail."""
        if pause_ms not in self._sinks:
            self._sinks[pause_ms] = self._stack.enter_context(Sink(pause_ms))
        return self._sinks[pause_ms]
