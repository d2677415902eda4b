"""A few kept lines to the server, lent to one sender at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from time import monotonic

from daemon.domain.errors import Temporary
from daemon.ports import Clock
from integrations.exchange.config import Config
from integrations.exchange.patience import Patience
from integrations.exchange.vendor import Post


class Pool:
    """Thread-safe. A line goes back after a good answer; after any other it is closed."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.config = config
        self.patience = Patience(clock)
        self._free = BoundedSemaphore(config.connections)
        self._lock = Lock()
        self._idle: list[Post] = []
        self._is_closed = False

    @contextmanager
    def lend(self, *, is_urgent: bool = False) -> Iterator[Post]:
        """Yield a line for one send, within `timeout_s`; raises Temporary if none is free in time.

        Nobody has one while the server asks for patience, of which it learns by a Temporary that is raised in it.
        """
        deadline = monotonic() + self.config.timeout_s
        with self.patience.turn(self.config.timeout_s, is_urgent=is_urgent), self._place(deadline):
            with self._lock:
                post = self._idle.pop() if self._idle else None
            post = post or Post(self.config)
            post.line.deadline = deadline
            try:
                yield post
            except BaseException:
                post.close()
                raise
            self._give_back(post)

    @contextmanager
    def _place(self, deadline: float) -> Iterator[None]:
        if not self._free.acquire(timeout=max(0.0, deadline - monotonic())):
            raise Temporary("busy")
        try:
            yield
        finally:
            self._free.release()

    def close(self) -> None:
        """Close every idle line; those that are lent close when they come back."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for post in idle:
            post.close()

    def _give_back(self, post: Post) -> None:
        with self._lock:
            is_kept = not self._is_closed
            if is_kept:
                self._idle.append(post)
        if not is_kept:
            post.close()
