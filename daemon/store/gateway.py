"""What every gateway can do: read and write the rows of one authority within one transaction."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from operator import attrgetter
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Connection, Executable, Select, Table, Update, select, update
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
Found: TypeAlias = Sequence[Sequence[Any]]  # rows, as plain tuples
BATCH = 500  # values in one IN list, far below every driver's limit


def batches(items: Collection[T]) -> Iterator[list[T]]:
    """Return the items in lists short enough for one statement."""
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that knows ON CONFLICT: the one place where the dialects differ."""
    on_postgres = connection.dialect.name == "postgresql"
    return postgresql.insert(table) if on_postgres else sqlite.insert(table)


def values(value: object, table: Table) -> dict[str, Any]:
    """Return the fields of a frozen value that the table has a column for."""
    names, read = _shared(type(value), table)  # type: ignore[arg-type]
    return dict(zip(names, read(value), strict=True))


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

    def _change(self, change: Executable) -> int:
        """Return how many rows a change touched."""
        return self.connection.execute(change).rowcount

    def _insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> set[tuple[Any, ...]]:
        """Insert what is new; return the keys, without the authority, of what really went in."""
        if not rows:
            return set()
        key = [column for column in table.primary_key if column.name != "authority"]
        insert = insert_into(self.connection, table)
        inserted = self.connection.execute(
            insert.on_conflict_do_nothing(index_elements=list(table.primary_key)).returning(*key),
            self._ours(rows),
        )
        return {tuple(row) for row in inserted}

    def _upsert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert or overwrite: all rows name the same columns, and only these change."""
        if not rows:
            return
        insert = insert_into(self.connection, table)
        key = set(table.primary_key.columns.keys())
        changed = {name: insert.excluded[name] for name in rows[0] if name not in key}
        self.connection.execute(
            insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=changed),
            self._ours(rows),
        )

    def _ours(self, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [{**row, "authority": self.authority} for row in rows]
