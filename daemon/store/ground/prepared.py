"""Statements that are asked all the time: built and compiled once for each database, then only filled in.

SQLAlchemy builds, keys and looks a statement up whenever it is executed, which costs ten times what SQLite
takes to carry it out. It still writes every statement here, in the words of each dialect.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    Connection,
    Dialect,
    Insert,
    Select,
    Table,
    Text,
    Update,
    bindparam,
)
from sqlalchemy.dialects import postgresql, sqlite

from daemon.store.ground.columns import Change, convert, into_driver, out_of_driver

Rows: TypeAlias = Sequence[Mapping[str, Any]]
AUTHORITY = "our_authority"
OURS = bindparam(AUTHORITY, type_=Text())
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)  # of a list: it is filled up with its last value


@dataclass(frozen=True, slots=True)
class Places:
    """What a statement is built for: a dialect, and so many places in its list."""

    dialect: Dialect
    size: int

    @property
    def many(self) -> list[BindParameter[str]]:
        """The places of an IN list."""
        return [bindparam(f"of_{at}", type_=Text()) for at in range(self.size)]

    def insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """Return an INSERT that knows ON CONFLICT."""
        on_postgres = self.dialect.name == "postgresql"
        return postgresql.insert(table) if on_postgres else sqlite.insert(table)


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement in one dialect: its words, its values in their order, and how these become the driver's."""

    words: str
    is_ordered: bool  # the driver takes values in their order, else by name
    binds: Sequence[tuple[str, Any]]  # names, and what stands there where nothing is given
    changes: Sequence[tuple[int, Callable[[Any], Any]]]  # of those that are not given as they are
    reads: tuple[Change, ...]

    def fill(self, values: Mapping[str, Any]) -> Any:
        """Return the driver's parameters."""
        given = [values.get(name, fixed) for name, fixed in self.binds]
        for at, change in self.changes:
            given[at] = change(given[at])
        if self.is_ordered:
            return tuple(given)
        return {name: value for (name, _), value in zip(self.binds, given, strict=True)}

    def read(self, rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """Return the values of the rows."""
        lists = zip(*rows, strict=True)
        return [*zip(*map(convert, self.reads, lists), strict=True)]


class Prepared:
    """One statement, by what builds it.

    `hold` says what a transaction that writes does with rows which somebody else holds: "wait" for
    them or "skip" them; None: nothing is held. `given` are the columns of an INSERT.
    """

    def __init__(
        self,
        build: Callable[[Places], Select[Any] | Insert | Update],
        *,
        hold: str | None = None,
        given: Sequence[str] | None = None,
    ) -> None:
        self._build, self._hold, self._given = build, hold, given
        self._compiled: dict[tuple[str, int, bool], Compiled] = {}

    def ask(
        self, connection: Connection, many: Sequence[str] = (), **values: Any
    ) -> list[tuple[Any, ...]]:
        """Return the rows; `many` are the values of its IN list, at most 512."""
        size = size_for(len(many))
        values |= {f"of_{at}": many[min(at, len(many) - 1)] for at in range(size)}
        return self._run(connection, size, values)

    def each(self, connection: Connection, rows: Rows) -> int:
        """Make the change once for each row, of at least one; return how many it touched, of one."""
        compiled = self._for(connection.dialect, 0, writes=True)
        filled = [compiled.fill(row) for row in rows]
        return connection.exec_driver_sql(compiled.words, filled).rowcount

    def _run(
        self, connection: Connection, size: int, values: Mapping[str, Any]
    ) -> list[tuple[Any, ...]]:
        writes = bool(connection.get_execution_options().get("writes"))
        compiled = self._for(connection.dialect, size, writes=writes)
        found = connection.exec_driver_sql(compiled.words, compiled.fill(values)).all()
        return compiled.read(found)

    def _for(self, dialect: Dialect, size: int, *, writes: bool) -> Compiled:
        key = (dialect.name, size, writes)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = self._compile(dialect, size, writes=writes)
        return found

    def _compile(self, dialect: Dialect, size: int, *, writes: bool) -> Compiled:
        statement = self._build(Places(dialect, size))
        if isinstance(statement, Select) and self._hold and writes:
            statement = statement.with_for_update(skip_locked=self._hold == "skip")
        done: Any = statement.compile(dialect=dialect, column_keys=self._given)
        names = list(done.positiontup if done.positional else done.binds)
        into = [into_driver(done.binds[name].type, dialect) for name in names]
        changes = [(at, change) for at, change in enumerate(into) if change is not None]
        columns = statement.selected_columns if isinstance(statement, Select) else ()
        reads = tuple(out_of_driver(column.type, dialect) for column in columns)
        return Compiled(
            str(done),
            bool(done.positional),
            [(name, done.binds[name].value) for name in names],
            changes,
            reads,
        )


def size_for(many: int) -> int:
    """Return how many places a list of so many values gets."""
    return next(size for size in SIZES if size >= many) if many else 0
