"""A real PgBouncer of the tests' own, before their PostgreSQL server: a connection is ours for a transaction only."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Self

import psycopg
import pytest

from tests.ports import free_port
from tests.postgres import USER, Server, as_somebody

READY_S = 15.0
SETTINGS = """
[databases]
* = host={server} port={server_port} user={user}

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {connections}
max_client_conn = 200
"""


class Pooler:
    """One pooler that shares out a few connections of a server's."""

    def __init__(self, server: Server, connections: int = 3) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="daykeeper-pool-"))
        self.port = free_port()
        self.file = self.folder / "pgbouncer.ini"
        self.file.write_text(
            SETTINGS.format(
                server=server.folder, server_port=server.port, user=USER, port=self.port,
                connections=connections,
            )
        )  # fmt: skip
        self._as = as_somebody(self.folder)  # it refuses root, too
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start, and return once it answers."""
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [program(), self.file], stdout=log, stderr=log, stdin=subprocess.DEVNULL, **self._as
            )
        end = monotonic() + READY_S
        while monotonic() < end:
            try:
                with psycopg.connect(self.url(USER)):
                    return self
            except psycopg.OperationalError:
                Event().wait(0.05)
        raise TimeoutError((self.folder / "log").read_text()[-2000:])

    def __exit__(self, *_: object) -> None:
        """Stop, and leave nothing."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder)

    def url(self, database: str) -> str:
        """Return the address of a database through it."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"


def program() -> str:
    """Return the path of the pooler's program; where there is none the test is skipped, and fails where CI=true."""
    found = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("there is no pgbouncer: `make machine` brings it")
    if found is None:
        pytest.skip("there is no pgbouncer here: `make machine` brings it")
    return found
