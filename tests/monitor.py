"""A monitor outside, as councils rent one: notes each call, and answers as it is told to."""

import ssl
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

PATH = "/ping/11111111-2222-3333-4444-555555555555"


class Monitor:
    """A real HTTP server on this machine. `status` is its answer; `is_mute`: it says nothing at all."""

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        """`certificate`: with its key, for one that is reached by TLS."""
        self.calls: list[tuple[str, str, dict[str, str]]] = []
        self.status, self.is_mute, self.headers = 200, False, dict[str, str]()
        self._over = Event()
        monitor = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                monitor.calls.append((self.command, self.path, dict(self.headers)))
                if monitor.is_mute:
                    monitor._over.wait()
                    return
                self.send_response(monitor.status)
                for name, value in monitor.headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)

    def __enter__(self) -> Self:
        """Listen."""
        Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        """Be gone; whoever waits for a mute answer is let go."""
        self.stop()

    def stop(self) -> None:
        """Take no call any more; stopping twice is no error."""
        if not self._over.is_set():
            self._over.set()
            self.server.shutdown()
            self.server.server_close()

    @property
    def address(self) -> str:
        """Where a call goes."""
        host = "localhost" if self.scheme == "https" else "127.0.0.1"
        return f"{self.scheme}://{host}:{self.server.server_address[1]}{PATH}"

    def write_to(self, file: Path) -> Path:
        """Write the address into a file that only its owner may read, and return that."""
        file.write_text(f"{self.address}\n", "ascii")
        file.chmod(0o600)
        return file
