"""Who may be on the wire: a few connections for each channel, so that one that hangs keeps no other waiting."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

from daemon.domain.message import Lane


class Slots:
    """The connections of each channel, each with a thread. Thread-safe.

    A kill leaves at most as many messages between answer and commit as there are connections.
    """

    def __init__(self, connections: int) -> None:
        self.connections = connections
        self._lock = Lock()
        self._taken: dict[str, int] = {}
        self._pools: dict[str, ThreadPoolExecutor] = {}

    def free(self, channel: str, lane: Lane) -> int:
        """Return how many connections are free; the last one of a channel is kept for what is urgent."""
        kept = int(lane is not Lane.URGENT and self.connections > 1)
        return max(0, self.connections - kept - self._taken.get(channel, 0))

    def take(self, channel: str, lane: Lane) -> bool:
        """Take one connection, if one is free."""
        with self._lock:
            is_free = self.free(channel, lane) > 0
            self._taken[channel] = self._taken.get(channel, 0) + is_free
        return is_free

    def give_back(self, channel: str) -> None:
        """Give a connection back."""
        with self._lock:
            self._taken[channel] -= 1

    def submit(self, channel: str, act: Callable[[], None]) -> None:
        """Have a taken connection's thread do something."""
        with self._lock:
            pool = self._pools.get(channel)
            if pool is None:
                pool = ThreadPoolExecutor(self.connections, thread_name_prefix=f"send-{channel}")
                self._pools[channel] = pool
        pool.submit(act)

    def close(self) -> None:
        """Wait for what is on the wire, and let the threads end."""
        for pool in self._pools.values():
            pool.shutdown(wait=True)
