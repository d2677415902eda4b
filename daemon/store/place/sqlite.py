"""A database in an SQLite file: never made by the way, always durable, and the same file to the end."""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from daemon.domain.errors import Problem, Refusal, Severity
from daemon.store.ground.errors import RESTORE, StoreConflict, StoreLost, StoreUnavailable
from daemon.store.place.backend import BUSY_S

MISSING = "restore the last backup, or make one with `daykeeper database create`"
PRAGMAS = (
    "foreign_keys = ON",
    "synchronous = FULL",  # NORMAL may lose commits at power loss
    "trusted_schema = OFF",
    "cell_size_check = ON",
    "wal_autocheckpoint = 4000",
    "cache_size = -16000",
)
DAMAGED = {
    sqlite3.SQLITE_CORRUPT: "the database is damaged",
    sqlite3.SQLITE_NOTADB: "the file is not a database",
}
PASSING = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "disk-full",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_IOERR: "disk-error",
    sqlite3.SQLITE_CANTOPEN: "cannot-open",
    sqlite3.SQLITE_NOMEM: "out-of-memory",
}


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A file on this machine: one run, and workers beside it."""

    is_shared: ClassVar[bool] = False

    path: Path
    where: str

    @classmethod
    def at(cls, path: str) -> "SqliteFile":
        """Return the file at a path."""
        absolute = Path(path).absolute()
        return cls(absolute, str(absolute))

    def make_room(self) -> None:
        """Make an empty file, readable by its owner only; raises Refusal where one is that is not empty."""
        if self.path.exists() and self.path.stat().st_size:
            what = "there is something in this file"
            raise Refusal(Problem(self.where, what, "name another, or move it away"))
        if not self.path.parent.exists():
            self.path.parent.mkdir(parents=True, mode=0o700)
        opened = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        os.fchmod(opened, 0o600)
        os.close(opened)

    def engine(self, busy_s: float = BUSY_S, *, is_patient: bool = False) -> Engine:
        """Return an engine on an existing file; a missing one is an error, never a new file.

        A transaction begins IMMEDIATE where the connection has the option `writes`: a deferred one
        that reads and then writes fails at once when another writer was in between.
        """

        def connect() -> sqlite3.Connection:
            return sqlite3.connect(
                f"{self.path.as_uri()}?mode=rw",
                uri=True,
                timeout=busy_s,
                isolation_level=None,
                check_same_thread=False,
            )

        engine = create_engine(
            "sqlite+pysqlite:///file",
            creator=connect,
            poolclass=QueuePool,
            pool_size=8,
            max_overflow=24,
            pool_timeout=busy_s,
            hide_parameters=True,
        )
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
        return engine

    def options(self, *, writes: bool) -> Mapping[str, bool]:
        """Return what `_begin` reads."""
        return {"writes": writes}

    def settle(self, connection: Connection) -> None:
        """Turn on the write-ahead log, which stays on: readers never wait for the writer."""
        connection.connection.cursor().execute("PRAGMA journal_mode = WAL")  # in no transaction

    def reading(self, error: DBAPIError) -> StoreLost | StoreUnavailable | None:
        """Return what an error code means."""
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
        if code in DAMAGED:
            return StoreLost(self.where, DAMAGED[code])
        if code == sqlite3.SQLITE_CONSTRAINT:
            return StoreConflict(str(error.orig))
        return StoreUnavailable(PASSING[code]) if code in PASSING else None

    def absence(self) -> Problem | None:
        """Return why this is no file with something in it."""
        if not self.path.exists():
            return Problem(self.where, "there is no database here", MISSING)
        if not self.path.is_file():
            return Problem(self.where, "this is not a file", "name the database's file")
        if not self.path.stat().st_size:
            return Problem(self.where, "the file is empty", MISSING)
        return None

    def damage(self, connection: Connection, *, thorough: bool) -> Problem | None:
        """Return what reading every page finds."""
        if not thorough or connection.exec_driver_sql("PRAGMA quick_check(1)").scalar() == "ok":
            return None
        return Problem(self.where, "the database is damaged", RESTORE)

    def hindrance(self, connection: Connection) -> Problem | None:
        """Warn of a file that others may read."""
        if not self.path.stat().st_mode & 0o077:
            return None
        what = "others on this machine may read or write it"
        return Problem(self.where, what, f"chmod 600 {self.path.name}", Severity.WARNING)

    def watch(self) -> Callable[[], None]:
        """Return one cheap look: does the path still name the file of this moment?"""
        opened = self.path.stat()

        def look() -> None:
            try:
                now = self.path.stat()
            except OSError:
                raise StoreLost(self.where, "the database was deleted while in use") from None
            if (now.st_dev, now.st_ino) != (opened.st_dev, opened.st_ino):
                what = "another file was put in the database's place while in use"
                raise StoreLost(self.where, what)
            if now.st_size < opened.st_size:
                raise StoreLost(self.where, "the database was cut short while in use")

        return look

    def turns(self, busy_s: float) -> Callable[[], AbstractContextManager[None]]:
        """Return the queue of our own threads: SQLite has one writer."""
        writing, following = threading.Lock(), threading.Lock()

        @contextmanager
        def turn() -> Iterator[None]:
            _wait_for(following, busy_s)  # whoever is next keeps the last writer from going again
            try:
                _wait_for(writing, busy_s)
            finally:
                following.release()
            try:
                yield
            finally:
                writing.release()

        return turn

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold a lock beside the file."""
        path = self.path.with_name(f"{self.path.name}.lock")
        opened = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(opened, 20).decode(errors="replace").strip()
                what = f"another run (process {holder or 'unknown'}) keeps this database"
                raise Refusal(Problem(self.where, what, "stop that one first")) from None
            os.truncate(opened, 0)
            os.write(opened, f"{os.getpid()}\n".encode())
            yield
        finally:
            os.close(opened)


def _wait_for(lock: threading.Lock, busy_s: float) -> None:
    if not lock.acquire(timeout=busy_s):
        raise StoreUnavailable("locked")


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
