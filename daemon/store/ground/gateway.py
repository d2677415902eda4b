"""What every gateway can do: read and write the rows of one authority within one transaction."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import (
    Connection,
    Executable,
    Insert,
    Select,
    Table,
    Update,
    func,
    or_,
    select,
    update,
)

from daemon.store.ground.prepared import AUTHORITY, Places, Prepared
from daemon.store.ground.rows import Adding, Appending, Key, Rows

T = TypeVar("T")
Found: TypeAlias = Sequence[Sequence[Any]]  # rows, as plain tuples
BATCH = 500  # values in one IN list, far below every driver's limit


def batches(items: Collection[T]) -> Iterator[list[T]]:
    """Return the items in lists short enough for one statement."""
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def values(value: object, table: Table) -> dict[str, Any]:
    """Return the fields of a frozen value that the table has a column for."""
    names, read = _shared(type(value), table)  # type: ignore[arg-type]  # a class can be hashed
    return dict(zip(names, read(value), strict=True))


def all_values(many: Sequence[object], table: Table) -> list[dict[str, Any]]:
    """Return the fields of frozen values of one class, as `values` does."""
    names, read = _shared(type(many[0]), table)  # type: ignore[arg-type]  # as above
    return [dict(zip(names, read(one), strict=True)) for one in many]


@cache
def _shared(kind: type, table: Table) -> tuple[tuple[str, ...], Callable[[object], Any]]:
    names = tuple(name for name in table.c.keys() if hasattr(kind, name))  # noqa: SIM118 - columns by name
    return names, attrgetter(*names)


class Gateway:
    """One table group. All that it reads and writes belongs to its authority."""

    def __init__(self, connection: Connection, authority: str) -> None:
        self.connection = connection
        self.authority = authority

    def _select(self, table: Table, *columns: Any) -> Select[Any]:
        """Return a query over our rows of a table."""
        chosen: Select[Any] = select(*columns) if columns else select(table)
        return chosen.where(table.c.authority == self.authority)

    def _update(self, table: Table) -> Update:
        """Return a change of our rows of a table."""
        return update(table).where(table.c.authority == self.authority)

    def _found(self, query: Executable) -> Found:
        """Return the rows of a query."""
        return self.connection.execute(query).all()

    def _counted(self, query: Select[Any], most: int) -> int:
        """Return how many rows a query has, counted up to `most`: a long queue is not walked through."""
        some = query.limit(most).subquery()
        return int(self._found(select(func.count()).select_from(some))[0][0])

    def _held(self, query: Select[Any], *, or_skipped: bool = False) -> Select[Any]:
        """Return the query so that nobody else can change its rows before this transaction ends.

        Those that somebody else holds are waited for, and then read again; or skipped. Where the
        transaction only reads, nothing is held. SQLite has one writer, and needs none of it.
        """
        writes = self.connection.get_execution_options().get("writes")
        return query.with_for_update(skip_locked=or_skipped) if writes else query

    def _one_at_a_time(self, what: str) -> None:
        """Wait until nobody else of our authority does the same; it ends with the transaction."""
        if self.connection.dialect.name == "postgresql":
            key = func.hashtextextended(f"{self.authority}/{what}", 0)
            self.connection.execute(select(func.pg_advisory_xact_lock(key)))

    def _change(self, change: Executable) -> int:
        """Return how many rows a change touched."""
        return self.connection.execute(change).rowcount

    def _ask(
        self, query: Prepared, many: Sequence[str] = (), **values: Any
    ) -> list[tuple[Any, ...]]:
        """Return the rows of a query that was prepared; `many` are the values of its list."""
        return query.ask(self.connection, many, **{AUTHORITY: self.authority}, **values)

    def _each(self, change: Prepared, rows: Sequence[Mapping[str, Any]]) -> int:
        """Make a change that was prepared once for each row; return how many it touched, of one row."""
        ours = [{**row, AUTHORITY: self.authority} for row in rows]
        return change.each(self.connection, ours) if ours else 0

    def _append(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows none of which is there; all name the same columns."""
        if rows:
            columns = tuple(rows[0])
            self._append_rows(
                table, columns, [tuple(map(row.__getitem__, columns)) for row in rows]
            )

    def _append_rows(self, table: Table, columns: tuple[str, ...], rows: Rows) -> None:
        """Insert rows none of which is there, of at least one: values in the order of the columns."""
        appending(table, columns).write(self.connection, self.authority, rows)

    def _insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> set[Key]:
        """Insert what is new; return the keys, without the authority, of what really went in."""
        if not rows:
            return set()
        columns = tuple(rows[0])
        return self._insert_rows(
            table, columns, [tuple(map(row.__getitem__, columns)) for row in rows]
        )

    def _insert_rows(self, table: Table, columns: tuple[str, ...], rows: Rows) -> set[Key]:
        """Insert what is new of rows, of at least one, as `_insert` does."""
        return adding(table, columns).add(self.connection, self.authority, rows)

    def _upsert(
        self, table: Table, rows: Sequence[Mapping[str, Any]], *, newer_by: str | None = None
    ) -> int:
        """Insert or overwrite: all rows name the same columns, and only these change.

        `newer_by` names a moment: a row that is older than what stands there changes nothing.
        Returns how many were written, for one row.
        """
        if not rows:
            return 0
        upsert = upserting(table, tuple(rows[0]), newer_by)
        return upsert.each(self.connection, self._ours(rows))

    def _ours(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "authority": self.authority} for row in rows]


@cache
def appending(table: Table, columns: tuple[str, ...]) -> Appending:
    """Return an INSERT of rows with these columns."""
    return Appending(table, columns)


@cache
def adding(table: Table, columns: tuple[str, ...]) -> Adding:
    """Return an INSERT that leaves alone what is there, and tells the keys of what was not."""
    return Adding(table, columns)


@cache
def upserting(table: Table, columns: tuple[str, ...], newer_by: str | None) -> Prepared:
    """Return an INSERT that overwrites these columns of what is there, unless that is newer."""
    key = set(table.primary_key.columns.keys())

    def build(places: Places) -> Insert:
        insert = places.insert(table)
        stands, comes = (table.c[newer_by], insert.excluded[newer_by]) if newer_by else (None, None)
        return insert.on_conflict_do_update(
            index_elements=list(table.primary_key),
            set_={name: insert.excluded[name] for name in columns if name not in key},
            where=None if stands is None else or_(stands.is_(None), stands <= comes),
        )

    return Prepared(build, given=("authority", *columns))
