"""How many may stand at the door: a share of the files that this process may open; the rest is the service's own."""

import resource
import socket
from asyncio import Transport
from collections.abc import Collection
from contextlib import suppress
from math import inf
from time import monotonic
from typing import Any, cast
from weakref import WeakSet

import structlog
from uvicorn.protocols.http.h11_impl import H11Protocol

log = structlog.get_logger("daykeeper.web")
SHARE = 4  # one file of so many is the door's; a page at work opens some more for the database
MOST = 256
LONGEST_S = 20.0  # so long a request may take to arrive whole
SAY_EVERY_S = 60.0
REFUSED = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\nContent-Length: 45\r\n\r\n"
    b"Too many are here at once. Try again shortly."
)


def room() -> int:
    """Return how many connections are let in at once; at least 4."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST if files == resource.RLIM_INFINITY else min(MOST, max(4, files // SHARE))


class Connection(H11Protocol):
    """A connection that knows since when the other side could have sent its request."""

    since_s = inf
    is_cut = False

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Note when it came."""
        self.since_s = monotonic()
        super().connection_made(transport)

    def on_response_complete(self) -> None:
        """Note when its next request may begin."""
        self.since_s = monotonic()
        super().on_response_complete()

    @property
    def owes(self) -> bool:
        """Whether a request, or the rest of one, is still to come."""
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    @property
    def may_be_cut(self) -> bool:
        """Whether nobody here is at work for it: it sends nothing, or does not read its answer."""
        return self.owes or self.flow.write_paused

    def cut(self) -> None:
        """Close it, at the loop's next turn."""
        self.is_cut = True
        self.transport.abort()


def cut_slow(connections: Collection[object], longest_s: float) -> None:
    """Close every connection whose request has not arrived whole for too long."""
    end = monotonic() - longest_s
    for one in cast("list[Connection]", list(connections)):
        if one.owes and one.since_s < end and not one.is_cut:
            one.cut()


class Listening(socket.socket):
    """A socket that lets in no more than there is room for.

    Where there is none, whoever has kept silent longest makes way. Where all are being answered,
    who comes is told to try again.
    """

    connections: Collection[object] = ()

    def __init__(self, plain: socket.socket) -> None:
        """Take over a socket that listens."""
        super().__init__(plain.family, plain.type, plain.proto, plain.detach())
        self._let_in: WeakSet[socket.socket] = WeakSet()
        self._said_s = -inf

    def accept(self) -> tuple[socket.socket, Any]:
        """Return the next; raises BlockingIOError where nobody waits, or somebody is just making way."""
        while self._is_full():
            self._say_full()
            if self._make_way():
                raise BlockingIOError
            refused, _ = super().accept()
            with refused, suppress(OSError):
                refused.settimeout(0)
                refused.send(REFUSED)
        one, address = super().accept()
        self._let_in.add(one)
        return one, address

    def _is_full(self) -> bool:
        return sum(one.fileno() >= 0 for one in self._let_in) >= room()

    def _make_way(self) -> bool:
        """Return whether somebody is leaving, or has come so lately that nobody knows it yet."""
        known = cast("list[Connection]", list(self.connections))
        if any(one.is_cut for one in known) or len(known) < room():
            return True
        silent = [one for one in known if one.may_be_cut]
        if silent:
            min(silent, key=lambda one: (not one.owes, one.since_s)).cut()
        return bool(silent)

    def _say_full(self) -> None:
        if monotonic() - self._said_s >= SAY_EVERY_S:
            self._said_s = monotonic()
            log.warning("door.full", connections=room())
