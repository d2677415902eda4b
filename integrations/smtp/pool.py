"""A few kept connections, lent to one sender at a time."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from time import monotonic

from daemon.domain.errors import Temporary
from daemon.option_parts import tls
from integrations.smtp.config import Config
from integrations.smtp.wire import Wire

FAREWELL_S = 1.0


class Pool:
    """Thread-safe. A connection goes back while it is open, and serves `reuse_most` messages."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.context = None if config.security == "none" else tls(config.ca_file)
        self._free = BoundedSemaphore(config.connections)
        self._lock = Lock()
        self._idle: deque[Wire] = deque()
        self._is_closed = False

    @contextmanager
    def lend(self, deadline: float) -> Iterator[Wire]:
        """Yield an open connection for one message; raises Temporary if none is free in time."""
        if not self._free.acquire(timeout=max(0.0, deadline - monotonic())):
            raise Temporary("busy")
        try:
            wire = self._take(deadline)
            try:
                yield wire
            finally:
                self._give_back(wire)
        finally:
            self._free.release()

    def close(self) -> None:
        """Say goodbye on every idle connection; those that are lent close when they come back."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = list(self._idle), deque()
        for wire in idle:
            leave(wire)

    def _take(self, deadline: float) -> Wire:
        while True:
            with self._lock:
                wire = self._idle.pop() if self._idle else None
            if wire is None:
                wire = Wire(self.config, self.context)
                wire.open(deadline)
                return wire
            wire.deadline = deadline
            if wire.is_sound():
                return wire
            wire.close()

    def _give_back(self, wire: Wire) -> None:
        wire.used_at = monotonic()
        wire.sent += 1
        if wire.sock is None:
            return
        with self._lock:
            is_kept = not self._is_closed and wire.sent < self.config.reuse_most
            if is_kept:
                self._idle.append(wire)
        if not is_kept:
            leave(wire)


def leave(wire: Wire) -> None:
    """End a connection politely, or else at once."""
    wire.deadline = monotonic() + FAREWELL_S
    try:
        wire.quit()
    except OSError:
        wire.close()
