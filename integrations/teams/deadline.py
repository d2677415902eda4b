"""Connections on which no wait outlives the deadline of whoever waits, drip as the other side may.

The library bounds each wait by itself: one byte a second would hold a sender for ever.
"""

import ssl
from collections.abc import Iterable
from threading import local
from time import monotonic
from typing import Any

import httpcore2


class Deadline(local):
    """A moment of the monotonic clock, each thread's own."""

    until = 0.0

    def left_s(self, most_s: float | None, late: type[Exception]) -> float:
        """Return the seconds that a wait may last; raises `late` where none are left."""
        left_s = self.until - monotonic()
        if left_s <= 0:
            raise late
        return left_s if most_s is None else min(left_s, most_s)


class Bounded(httpcore2.NetworkBackend):
    """Makes connections. A name that is looked up is waited for as long as the system does; then it is too late."""

    def __init__(self) -> None:
        self.deadline, self.inner = Deadline(), httpcore2.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None,
        local_address: str | None = None, socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:  # fmt: skip
        """Return a connection; raises ConnectTimeout past the deadline."""
        within_s = self.deadline.left_s(timeout, httpcore2.ConnectTimeout)
        made = self.inner.connect_tcp(host, port, within_s, local_address, socket_options)
        return BoundedStream(made, self.deadline)


class BoundedStream(httpcore2.NetworkStream):
    """One connection."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self.inner, self.deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come; raises ReadTimeout past the deadline."""
        return self.inner.read(max_bytes, self.deadline.left_s(timeout, httpcore2.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of it; raises WriteTimeout past the deadline, however little is taken at a time."""
        sock, rest = self.inner.get_extra_info("socket"), memoryview(buffer)
        try:
            while rest:
                sock.settimeout(self.deadline.left_s(timeout, httpcore2.WriteTimeout))
                rest = rest[sock.send(rest) :]
        except TimeoutError:
            raise httpcore2.WriteTimeout from None
        except OSError:
            raise httpcore2.WriteError from None

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:  # fmt: skip
        """Return the same connection, secured."""
        within_s = self.deadline.left_s(timeout, httpcore2.ConnectTimeout)
        secured = self.inner.start_tls(ssl_context, server_hostname, within_s)
        return BoundedStream(secured, self.deadline)

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection says of itself."""
        return self.inner.get_extra_info(info)

    def close(self) -> None:
        """Let it go."""
        self.inner.close()
