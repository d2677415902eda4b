"""Many rows by one statement: carried out again and again on SQLite, handed over as one list on PostgreSQL.

That list is one text of JSON: an array for each column costs the driver more than the server takes
to write the rows.
"""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    CursorResult,
    Dialect,
    FromClause,
    Insert,
    Table,
    Text,
    Update,
    bindparam,
    cast,
    column,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from daemon.store.ground.columns import Change, convert, into_driver

Rows: TypeAlias = Sequence[Sequence[Any]]
Places: TypeAlias = Mapping[str, ColumnElement[Any]]  # where each column's value comes from
Key: TypeAlias = tuple[Any, ...]
NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # no text of PostgreSQL's holds one
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str)  # a date as ISO


class Made(NamedTuple):
    """A statement in one dialect: its words, the columns in the order of its places, and what changes their values."""

    words: str
    order: Sequence[int]
    into: Sequence[Change]


class Writing(ABC):
    """A change of a table for many rows of ours, which hold values for `columns` in their order."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        self.table, self.columns = table, ("authority", *columns)
        self.key = [one for one in table.primary_key if one.name != "authority"]
        self._made: dict[str, Made] = {}

    @abstractmethod
    def build(self, dialect: Dialect, given: FromClause | None, places: Places) -> Insert | Update:
        """Return the statement for the list `given`, or for one row where there is none."""

    def write(self, connection: Connection, authority: str, rows: Rows) -> CursorResult[Any]:
        """Make the change once for each row, of at least one; return what the database answers."""
        dialect = connection.dialect
        made = self._made.get(dialect.name)
        if made is None:
            made = self._made[dialect.name] = self._make(dialect)
        lists = [repeat(authority, len(rows)), *zip(*rows, strict=True)]
        lists = [convert(change, each) for change, each in zip(made.into, lists, strict=True)]
        if dialect.name == "sqlite":
            each = list(zip(*(lists[at] for at in made.order), strict=True))
            return connection.exec_driver_sql(made.words, each)
        named = [dict(zip(self.columns, row, strict=True)) for row in zip(*lists, strict=True)]
        whole = ENCODER.encode(named)
        whole = NUL.sub("\\1\ufffd", whole) if "\\u0000" in whole else whole
        return connection.exec_driver_sql(made.words, {"rows": whole})

    def _make(self, dialect: Dialect) -> Made:
        types = {name: self.table.c[name].type for name in self.columns}
        given: FromClause | None = None
        places: Places = {name: bindparam(f"its_{name}", type_=its) for name, its in types.items()}
        if dialect.name == "postgresql":
            whole = cast(bindparam("rows", type_=Text()), JSON)
            named = [column(name, its) for name, its in types.items()]
            given = func.json_to_recordset(whole).table_valued(*named)
            given = given.render_derived("given", with_types=True)
            places = {name: given.c[name] for name in types}
        done: Any = self.build(dialect, given, places).compile(dialect=dialect)
        order = [self.columns.index(name.removeprefix("its_")) for name in done.positiontup or ()]
        return Made(str(done), order, [into_driver(its, dialect) for its in types.values()])


class Appending(Writing):
    """An INSERT of rows none of which is there."""

    def build(self, dialect: Dialect, given: FromClause | None, places: Places) -> Insert:
        """Return the INSERT."""
        if given is None:
            return insert(self.table).values(dict(places))
        return insert(self.table).from_select(list(places), select(*places.values()))


class Adding(Writing):
    """An INSERT that leaves alone what is there."""

    def __init__(self, table: Table, columns: Sequence[str]) -> None:
        super().__init__(table, columns)
        self._last = select(func.max(text("rowid"))).select_from(table)

    def build(self, dialect: Dialect, given: FromClause | None, places: Places) -> Insert:
        """Return the INSERT with its ON CONFLICT."""
        keys = list(self.table.primary_key)
        if given is None:
            one = sqlite.insert(self.table).values(dict(places))
            return one.on_conflict_do_nothing(index_elements=keys)
        many = postgresql.insert(self.table).from_select(list(places), select(*places.values()))
        return many.on_conflict_do_nothing(index_elements=keys).returning(*self.key)

    def add(self, connection: Connection, authority: str, rows: Rows) -> set[Key]:
        """Insert the rows; return the keys, without the authority, of what really went in."""
        if connection.dialect.name == "postgresql":
            return {tuple(row) for row in self.write(connection, authority, rows).all()}
        # A new row's number is higher than any that was there.
        last = connection.execute(self._last).scalar() or 0
        if self.write(connection, authority, rows).rowcount == len(rows):
            at = [self.columns.index(one.name) - 1 for one in self.key]
            return {tuple([row[each] for each in at]) for row in rows}
        newer = select(*self.key).where(text("rowid > :last"), self.table.c.authority == authority)
        return {tuple(row) for row in connection.execute(newer, {"last": last})}


class Changing(Writing):
    """An UPDATE of rows that are found by their key."""

    def build(self, dialect: Dialect, given: FromClause | None, places: Places) -> Update:
        """Return the UPDATE."""
        c, keys = self.table.c, {"authority", *(one.name for one in self.key)}
        change = update(self.table).where(*(c[name] == places[name] for name in sorted(keys)))
        return change.values({name: places[name] for name in places if name not in keys})
