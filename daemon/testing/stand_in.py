"""What stand-ins of other services have in common: they listen on this machine, answer in threads, and end."""

import ssl
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Answer:
    """What one says; a status of 0 is nothing at all, one below a byte at a time for ever."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class StandIn:
    """A service on 127.0.0.1. Use it as a context manager; what hangs in it ends with it."""

    def __init__(
        self, handler: type[BaseHTTPRequestHandler], context: ssl.SSLContext | None = None
    ) -> None:
        """Choose a port; speak TLS where a context is given."""
        self.ending = Event()
        self._lock = Lock()
        self._is_tls = context is not None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End, and everything that hangs with it."""
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it listens."""
        scheme = "https" if self._is_tls else "http"
        return f"{scheme}://localhost:{self._server.server_port}"
