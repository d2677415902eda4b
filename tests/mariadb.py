"""A real MariaDB server with a data folder of its own, started as root or as anybody."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any, Self

import pymysql
import pytest

from tests.ports import free_port
from tests.postgres import as_somebody

PLACES = ("/usr/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")
START_S = 60.0
PASSWORD = "invented-4712"
SETTINGS = (
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=16M",
    "--innodb-flush-log-at-trx-commit=0",
    "--character-set-server=utf8mb4",
)


def program(name: str) -> str:
    """Return the path of a program of the server's; without it the test is skipped, and fails where CI=true."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *PLACES]))
    if found is None and os.environ.get("CI") == "true":
        pytest.fail("there is no MariaDB: `make machine` brings it")
    if found is None:
        pytest.skip("there is no MariaDB here: `make machine` brings it")
    return found


class MariaDB:
    """One server. Use it as a context manager."""

    def __init__(self) -> None:
        """Choose its port."""
        self.port = free_port()
        self._number = count(1)

    def __enter__(self) -> Self:
        """Make its data folder, start it, and wait until it answers."""
        install, server = program("mariadb-install-db"), program("mariadbd")
        self.folder = Path(tempfile.mkdtemp(prefix="daykeeper-maria-"))
        who = as_somebody(self.folder)
        data, address = self.folder / "data", self.folder / "socket"
        subprocess.run(
            [install, "--no-defaults", f"--datadir={data}", "--skip-test-db",
             "--auth-root-authentication-method=normal"],
            check=True, capture_output=True, cwd=self.folder, **who,
        )  # fmt: skip
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(
                [server, "--no-defaults", f"--datadir={data}", f"--socket={address}",
                 f"--port={self.port}", *SETTINGS],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder, **who,
            )  # fmt: skip
        self._wait(str(address))
        return self

    def __exit__(self, *_: object) -> None:
        """End it, and leave nothing."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _wait(self, address: str) -> None:
        until = monotonic() + START_S
        while not _answers(address):
            if self.process.poll() is not None or monotonic() > until:
                raise ConnectionError((self.folder / "log").read_text())
            Event().wait(0.05)
        with pymysql.connect(unix_socket=address, user="root") as owner:
            change = f"CREATE USER tester@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'"
            owner.cursor().execute(change)
            owner.cursor().execute("GRANT ALL ON *.* TO tester@'127.0.0.1'")

    def connect(self, database: str | None = None) -> Any:
        """Return a connection of somebody who may do anything."""
        return pymysql.connect(
            host="127.0.0.1", port=self.port, user="tester", password=PASSWORD, database=database,
            autocommit=True,
        )  # fmt: skip

    def url(self, database: str) -> str:
        """Return the address of a database as an installation writes it."""
        return f"mysql+pymysql://tester:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def make(self) -> str:
        """Make a database and return its name."""
        name = f"t{next(self._number)}"
        with self.connect() as owner:
            owner.cursor().execute(f"CREATE DATABASE {name}")
        return name

    def drop(self, name: str) -> None:
        """Take a database away."""
        with self.connect() as owner:
            owner.cursor().execute(f"DROP DATABASE {name}")


def _answers(address: str) -> bool:
    with socket.socket(socket.AF_UNIX) as one:
        return one.connect_ex(address) == 0
