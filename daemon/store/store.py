"""The store of one authority: transactions on a database that must stay the same database."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from threading import local

from sqlalchemy import Connection, Engine, column, select, table

from daemon.decide.telling.wording import say_list
from daemon.domain.errors import Problem, Refusal, Severity
from daemon.domain.times import say
from daemon.store.ground.errors import StoreOutgrown, translated
from daemon.store.ground.words import Dictionary
from daemon.store.lifecycle import VERSION_TABLE, check
from daemon.store.place.address import backend_of
from daemon.store.place.backend import BUSY_S, Backend
from daemon.store.place.clock import DatabaseClock
from daemon.store.place.sqlite import SqliteFile
from daemon.store.shadow import SUFFIX
from daemon.store.transaction import Tx

FIRST_START = "first-start"  # the mark of when an authority first started on a database


class Inside(local):
    """How many transactions a thread is in."""

    depth = 0

    def __enter__(self) -> None:
        """Enter one more."""
        self.depth += 1

    def __exit__(self, *_: object) -> None:
        """Leave it."""
        self.depth -= 1


class Store:
    """Reads and writes for one authority, from any thread."""

    def __init__(
        self,
        backend: Backend,
        engine: Engine,
        authority: str,
        busy_s: float,
        *,
        of: "Store | None" = None,
    ) -> None:
        """`of`: the authority on whose records a shadow decides."""
        self.authority = authority
        self._backend = backend
        self._engine = engine
        self._must_be_ours = backend.watch()
        self._turn = backend.turns(busy_s)
        self._words = Dictionary()
        self._records_of = of.authority if of else None
        self._inside = Inside()
        self._shape = ""

    def shadow(self) -> "Store":
        """Return the same database as a shadow sees it: our records, and what a draft decides on them."""
        beside = Store(self._backend, self._engine, f"{self.authority}{SUFFIX}", 0, of=self)
        beside._turn, beside._inside = self._turn, self._inside
        return beside

    @classmethod
    def open(
        cls, url: str, authority: str, *, thorough: bool = True, busy_s: float = BUSY_S
    ) -> "Store":
        """Open a database that is there and in order; raises Refusal with what is wrong."""
        backend = backend_of(url)
        faults = [
            problem
            for problem in check(url, thorough=thorough)
            if problem.severity is Severity.ERROR
        ]
        if faults:
            raise Refusal(*faults)
        store = cls(backend, backend.engine(busy_s), authority, busy_s)
        with translated(backend.reading), store._engine.connect() as connection:
            backend.settle(connection)  # a restored copy may come without
            store._shape = _shape(connection)
        try:
            store._must_not_be_anothers()
        except Refusal:
            store.close()
            raise
        return store

    @property
    def path(self) -> Path:
        """The SQLite file. Raises LookupError where there is none."""
        if isinstance(self._backend, SqliteFile):
            return self._backend.path
        raise LookupError(self._backend.where)

    @property
    def is_shared(self) -> bool:
        """Any number of runs may use this database: the lease says which of them leads."""
        return self._backend.is_shared

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """One transaction that writes: it is on the disk when this ends, or not at all.

        Raises StoreLost where the database is not ours any more, and StoreUnavailable where it may
        be tried again.
        """
        with self._turn(), self._transaction(writes=True) as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """One transaction that sees one moment of the database. Raises as `write` does."""
        with self._transaction(writes=False) as tx:
            yield tx

    def must_fit(self, tx: Tx) -> None:
        """Raise StoreOutgrown where the database has another shape by now than when we opened it."""
        if self._shape and _shape(tx.words.connection) != self._shape:
            raise StoreOutgrown(self._backend.where)

    def lock_run(self) -> AbstractContextManager[None]:
        """Be the only `run` on an SQLite file until this ends; raises Refusal where another one is."""
        return self._backend.alone()

    def clock(self) -> DatabaseClock | None:
        """Return the server's clock, by which all processes agree; None where one machine has it all."""
        if not self.is_shared:
            return None
        return DatabaseClock(self._backend, self._engine, is_inside=lambda: self._inside.depth > 0)

    def close(self) -> None:
        """Give back every connection."""
        self._engine.dispose()

    def of_another(self) -> Problem | None:
        """Return that others have begun on this database, where it is not one that keeps several.

        Where we have not, all would be told again as if new: an error of a file, which keeps one authority. On a
        server, of several one may be about to begin. Where we have, too, a file says whose else it is.
        """
        begun = self.keeps()
        others = say_list([f'"{one}"' for one in begun if one != self.authority])
        if not others or (self.authority in begun and self.is_shared):
            return None
        if self.authority in begun:
            since = say_list([say(at) for one, at in begun.items() if one != self.authority])
            what = f"this file is the database of {others} as well, begun on {since}"
            mend = (
                "a file keeps one authority, and what is due under another name is told to nobody:"
            )
            mend += " if ours was renamed, have `authority` say its former name"
            return Problem(self._backend.where, what, mend, Severity.WARNING)
        what = f'this is the database of {others}, and holds nothing of "{self.authority}"'
        if self.is_shared:
            mend = "go on only where this authority is to begin here; else restore its own backup"
            return Problem(self._backend.where, what, mend, Severity.WARNING)
        mend = "correct `authority` or `database` in the settings; a file keeps one authority"
        return Problem(self._backend.where, what, mend)

    def keeps(self) -> dict[str, datetime]:
        """Return the authorities that have begun on this database, and when each first started."""
        with self.read() as tx:
            return tx.marks.of_all(FIRST_START)

    def _must_not_be_anothers(self) -> None:
        """Raise Refusal for a file that is another authority's."""
        problem = None if self.is_shared else self.of_another()
        if problem is not None and problem.severity is Severity.ERROR:
            raise Refusal(problem)

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Tx]:
        self._must_be_ours()
        with translated(self._backend.reading), self._engine.connect() as plain:
            connection = plain.execution_options(**self._backend.options(writes=writes))
            with self._inside, connection.begin():
                tx = Tx(connection, self.authority, self._words, self._records_of)
                yield tx
                if writes:
                    tx.journal.flush()
                    self._must_be_ours()
        tx.words.share()


def _shape(connection: Connection) -> str:
    """Return the name of the last change of shape that the database has had."""
    return str(connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE))))
