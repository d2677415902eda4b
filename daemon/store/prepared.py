"""Statements that are asked all the time: built and compiled once for each database, then only filled in.

SQLAlchemy builds, keys and looks a statement up whenever it is executed, which costs ten times what SQLite
takes to carry it out. It still writes every statement here, in the words of each dialect.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    Insert,
    Select,
    Table,
    Text,
    Update,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

Change: TypeAlias = Callable[[Any], Any] | None
Rows: TypeAlias = Sequence[Mapping[str, Any]]
AUTHORITY = "our_authority"
OURS = bindparam(AUTHORITY, type_=Text())
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)  # of a list: it is filled up with its last value
MOST_ROWS = 64  # in one INSERT of SQLite's


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

    def fill(self, table: Table, columns: Sequence[str]) -> "sqlite.Insert | postgresql.Insert":
        """Return an INSERT of so many rows, `size` of them; PostgreSQL takes any number, as a list for each column."""
        insert = self.insert(table)
        named = [(at, name, table.c[name].type) for at, name in enumerate(columns)]
        if self.dialect.name == "postgresql":
            lists = [
                bindparam(f"all_{at}", type_=postgresql.ARRAY(its, dimensions=1))
                for at, _, its in named
            ]
            given = func.unnest(*lists).table_valued(*(column(name) for _, name, _ in named))
            given = given.render_derived()
            return insert.from_select([name for _, name, _ in named], select(*given.c))
        return insert.values(
            [
                {name: bindparam(f"{row}_{at}", type_=its) for at, name, its in named}
                for row in range(self.size)
            ]
        )


@dataclass(frozen=True, slots=True)
class Compiled:
    """A statement in one dialect: its words, its values in their order, and how these become the driver's."""

    words: str
    is_ordered: bool  # the driver takes values in their order, else by name
    binds: Sequence[tuple[str, Any, Change]]
    reads: tuple[Change, ...]

    def fill(self, values: Mapping[str, Any]) -> Any:
        """Return the driver's parameters."""
        get = values.get
        if self.is_ordered:
            return tuple(
                [
                    get(name, fixed) if change is None else change(get(name, fixed))
                    for name, fixed, change in self.binds
                ]
            )
        return {
            name: get(name, fixed) if change is None else change(get(name, fixed))
            for name, fixed, change in self.binds
        }

    def read(self, row: Sequence[Any]) -> list[Any]:
        """Return the values of a row."""
        return [
            value if change is None else change(value)
            for value, change in zip(row, self.reads, strict=True)
        ]


class Prepared:
    """One statement, by what builds it.

    `hold` says what a transaction that writes does with rows which somebody else holds: "wait" for
    them or "skip" them; None: nothing is held. `given` are the columns of a plain INSERT, `reads` those
    that an INSERT returns.
    """

    def __init__(
        self,
        build: Callable[[Places], Select[Any] | Insert | Update],
        reads: Sequence[ColumnElement[Any]] = (),
        *,
        hold: str | None = None,
        given: Sequence[str] | None = None,
    ) -> None:
        self._build, self._reads, self._hold, self._given = build, reads, hold, given
        self._compiled: dict[tuple[str, int, bool], Compiled] = {}

    def ask(
        self, connection: Connection, many: Sequence[str] = (), **values: Any
    ) -> list[list[Any]]:
        """Return the rows; `many` are the values of its IN list, at most 512."""
        size = size_for(len(many))
        values |= {f"of_{at}": many[min(at, len(many) - 1)] for at in range(size)}
        return self._run(connection, size, values)

    def insert(self, connection: Connection, columns: Sequence[str], rows: Rows) -> list[list[Any]]:
        """Insert rows of which some may be there; return the keys of what really went in."""
        if connection.dialect.name == "postgresql":
            lists = {f"all_{at}": [row[name] for row in rows] for at, name in enumerate(columns)}
            return self._run(connection, 0, lists)
        found = []
        for start in range(0, len(rows), MOST_ROWS):
            some = rows[start : start + MOST_ROWS]
            size = size_for(len(some))
            values: dict[str, Any] = {}
            for row in range(size):
                its = some[min(row, len(some) - 1)]  # the last one twice is the last one once
                values |= {f"{row}_{at}": its[name] for at, name in enumerate(columns)}
            found += self._run(connection, size, values)
        return found

    def each(self, connection: Connection, rows: Rows) -> int:
        """Make the change once for each row, of at least one; return how many it touched, of one."""
        compiled = self._for(connection.dialect, 0, writes=True)
        return connection.exec_driver_sql(
            compiled.words, [compiled.fill(row) for row in rows]
        ).rowcount

    def _run(self, connection: Connection, size: int, values: Mapping[str, Any]) -> list[list[Any]]:
        writes = bool(connection.get_execution_options().get("writes"))
        compiled = self._for(connection.dialect, size, writes=writes)
        found = connection.exec_driver_sql(compiled.words, compiled.fill(values)).all()
        return [compiled.read(row) for row in found]

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
        binds = [
            (name, one.value, one.type.dialect_impl(dialect).bind_processor(dialect))
            for name in (done.positiontup if done.positional else done.binds)
            for one in [done.binds[name]]
        ]
        columns = statement.selected_columns if isinstance(statement, Select) else self._reads
        reads = tuple(
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        )
        return Compiled(str(done), bool(done.positional), binds, reads)


def size_for(many: int) -> int:
    """Return how many places a list of so many values gets."""
    return next(size for size in SIZES if size >= many) if many else 0
