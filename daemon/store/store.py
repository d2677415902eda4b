"""The store of one authority: transactions on a file that must stay the same file."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from daemon.domain.errors import Problem, Refusal, Severity
from daemon.store.connect import BUSY_S, engine_of, file_of, keep_log_beside
from daemon.store.errors import StoreLost, StoreUnavailable, translated
from daemon.store.lifecycle import check
from daemon.store.transaction import Tx
from daemon.store.words import Dictionary


class Store:
    """Reads and writes for one authority, from any thread."""

    def __init__(self, path: Path, engine: Engine, authority: str, busy_s: float) -> None:
        self.path = path
        self.authority = authority
        self.busy_s = busy_s
        self._engine = engine
        self._opened = path.stat()
        self._writing = threading.Lock()  # SQLite has one writer: our own threads queue here
        self._next = threading.Lock()
        self._words = Dictionary()

    @classmethod
    def open(
        cls, url: str, authority: str, *, thorough: bool = True, busy_s: float = BUSY_S
    ) -> "Store":
        """Open a database that is there and in order; raises Refusal with what is wrong."""
        path = file_of(url)
        faults = [
            problem
            for problem in check(url, thorough=thorough)
            if problem.severity is Severity.ERROR
        ]
        if faults:
            raise Refusal(*faults)
        store = cls(path, engine_of(path, busy_s), authority, busy_s)
        with translated(path), store._engine.connect() as connection:
            keep_log_beside(connection)  # a restored copy may come without
        return store

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """One transaction that writes: it is on the disk when this ends, or not at all.

        Raises StoreLost where the file is not ours any more, and StoreUnavailable where it may be
        tried again.
        """
        self._wait_for(self._next)  # whoever is next keeps the last writer from going again
        try:
            self._wait_for(self._writing)
        finally:
            self._next.release()
        try:
            with self._transaction(writes=True) as tx:
                yield tx
        finally:
            self._writing.release()

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One transaction that sees one moment of the database. Raises as `write` does."""
        with self._transaction(writes=False) as tx:
            yield tx

    @contextmanager
    def lock_run(self) -> Iterator[None]:
        """Be the only `run` on this file until this ends; raises Refusal where another one is."""
        path = self.path.with_name(f"{self.path.name}.lock")
        opened = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(opened, 20).decode(errors="replace").strip()
                what = f"another run (process {holder or 'unknown'}) keeps this database"
                raise Refusal(Problem(str(self.path), what, "stop that one first")) from None
            os.truncate(opened, 0)
            os.write(opened, f"{os.getpid()}\n".encode())
            yield
        finally:
            os.close(opened)

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Tx]:
        self._must_be_the_same_file()
        with translated(self.path), self._engine.connect() as plain:
            connection = plain.execution_options(writes=writes)
            with connection.begin():
                tx = Tx(connection, self.authority, self._words)
                yield tx
                if writes:
                    tx.journal.flush()
                    self._must_be_the_same_file()
        tx.words.share()

    def _wait_for(self, lock: threading.Lock) -> None:
        if not lock.acquire(timeout=self.busy_s):
            raise StoreUnavailable("locked")

    def _must_be_the_same_file(self) -> None:
        """Raise StoreLost where the path does not name the file that we opened: one cheap look."""
        try:
            now = self.path.stat()
        except OSError:
            raise StoreLost(self.path, "the database was deleted while in use") from None
        if (now.st_dev, now.st_ino) != (self._opened.st_dev, self._opened.st_ino):
            raise StoreLost(self.path, "another file was put in the database's place while in use")
        if now.st_size < self._opened.st_size:
            raise StoreLost(self.path, "the database was cut short while in use")
