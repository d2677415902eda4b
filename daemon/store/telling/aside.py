"""Notices and messages that cannot be read: found row by row, and put where nobody looks for what to send.

A row that is set aside has a state that is no word of ours. Whoever mends it gives it its state back.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Table,
    Text,
    any_,
    cast,
    literal,
    literal_column,
    select,
    text,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import UserDefinedType

from daemon.domain.delivery import DeliveryState
from daemon.domain.notice import UNSENT, NoticeState
from daemon.store.ground.errors import StoreSpoilt
from daemon.store.ground.gateway import Found, Gateway, batches
from daemon.store.ground.prepared import Prepared
from daemon.store.ground.spoilt import UNREADABLE, raise_unless_spoilt
from daemon.store.telling.outbox import messages
from daemon.store.telling.queue import KEY, SPOILT, notices

Row: TypeAlias = int | str  # where it lies, for as long as nobody changes it
Place: TypeAlias = tuple[Table, Row]
NAMED = {notices: ("notice", KEY), messages: ("message", [messages.c.id])}
WHY = {notices: "ended_because", messages: "reason"}
ENDED: dict[Table, list[str]] = {
    notices: sorted(set(NoticeState) - UNSENT),
    messages: sorted(
        {DeliveryState.ACCEPTED, DeliveryState.REFUSED, DeliveryState.CANCELLED, SPOILT}
    ),
}


class Tid(UserDefinedType[str]):
    """Where a row of PostgreSQL's lies."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """Return its name there."""
        return "tid"


class Legible(Gateway):
    """A gateway to rows by which messages go out. Raises StoreSpoilt where one cannot be read."""

    def _found(self, query: Executable) -> Found:
        with legible():
            return super()._found(query)

    def _ask(self, query: Prepared, many: Any = (), **values: Any) -> list[tuple[Any, ...]]:
        with legible():
            return super()._ask(query, many, **values)


@contextmanager
def legible() -> Iterator[None]:
    """Say of a row that cannot be read that it is one."""
    try:
        yield
    except (*UNREADABLE, DBAPIError) as error:
        raise_unless_spoilt(error)
        raise StoreSpoilt from error


class Aside(Gateway):
    """The rows that are set aside, of one authority."""

    def find(self, *, thorough: bool) -> list[Place]:
        """Return what cannot be read of what is still to be sent; `thorough`: of all there is.

        It looks at every row's state, and is not for a transaction that writes.
        """
        return [
            (table, row)
            for table in (messages, notices)
            for row in self._spoilt(table, thorough=thorough)
        ]

    def put(self, found: Sequence[Place]) -> None:
        """Set aside what was found, where it still cannot be read.

        What a spoilt message carries waits again, if nobody has ever tried that message.
        """
        for table, row in found:
            if why := self._why(table, row):
                gone = {"state": text(f"'{SPOILT}'"), WHY[table]: why}
                if table is messages:
                    gone["look_at"] = None
                self._change(self._update(table).where(self._lies_in([row])).values(gone))
        untried = select(messages.c.id).where(
            messages.c.authority == self.authority, _state(messages) == SPOILT, messages.c.attempts == 0
        )  # fmt: skip
        claimed = self._update(notices).where(_state(notices) == NoticeState.CLAIMED)
        claimed = claimed.where(notices.c.message_id.in_(untried))
        self._change(claimed.values(state=NoticeState.WAITING, message_id=None))

    def all(self) -> list[tuple[str, str]]:
        """Return the name of every row that is set aside, and why it was."""
        found = []
        for table in (messages, notices):
            for row in self._rows(table, _state(table) == SPOILT):
                query = self._select(table, table.c[WHY[table]]).where(self._lies_in([row]))
                found.append((self._name(table, row), self._found(query)[0][0]))
        return sorted(found)

    def _spoilt(self, table: Table, *, thorough: bool) -> Iterator[Row]:
        which: ColumnElement[bool] = _state(table) != SPOILT
        if not thorough:
            is_on_its_way: ColumnElement[bool] = _state(table).not_in(ENDED[table])
            if table is messages:
                is_on_its_way |= messages.c.look_at.is_not(None)
            which &= is_on_its_way
        for batch in batches(self._rows(table, which)):
            try:
                if all(map(_is_whole(table), self._typed(table, batch))):
                    continue
            except (*UNREADABLE, DBAPIError) as error:
                raise_unless_spoilt(error)
            yield from (row for row in batch if self._why(table, row))

    def _why(self, table: Table, row: Row) -> str | None:
        """Return why a row cannot be read, None where it can."""
        try:
            is_whole = all(map(_is_whole(table), self._typed(table, [row])))
        except (*UNREADABLE, DBAPIError) as error:
            raise_unless_spoilt(error)
            return f"{table.name}, {type(error).__name__}"
        return None if is_whole else f"{table.name}, a field of another type"

    def _typed(self, table: Table, rows: list[Row]) -> Found:
        return self._found(self._select(table, *table.c[1:]).where(self._lies_in(rows)))

    def _name(self, table: Table, row: Row) -> str:
        word, key = NAMED[table]
        try:
            plain = [type_coerce(column, Text) for column in key]
            (values,) = self._found(self._select(table, *plain).where(self._lies_in([row])))
            return f"{word} {'|'.join(map(str, values))}"
        except DBAPIError as error:
            raise_unless_spoilt(error)
            return f"{word} in row {row}"

    def _rows(self, table: Table, which: ColumnElement[bool]) -> list[Row]:
        row: ColumnElement[Row] = literal_column("rowid" if self._is_file else "ctid::text")
        return [one for (one,) in self._found(self._select(table, row).where(which))]

    def _lies_in(self, rows: list[Row]) -> ColumnElement[bool]:
        if self._is_file:
            return literal_column("rowid").in_(rows)
        tids = cast(literal(rows, ARRAY(Text)), ARRAY(Tid))
        return literal_column("ctid") == any_(tids)

    @property
    def _is_file(self) -> bool:
        return self.connection.dialect.name == "sqlite"


def _state(table: Table) -> ColumnElement[str]:
    """Return the state as it stands there, whatever word it is."""
    return type_coerce(table.c.state, Text)


def _is_whole(table: Table) -> Any:
    """Return what tells whether every field of a row is what its column is for: a file takes anything."""
    kinds = {Text: str, Integer: int}
    plain = [
        (at, kinds[type(column.type)], column.nullable)
        for at, column in enumerate(table.c[1:])
        if type(column.type) in kinds
    ]
    return lambda row: all(
        isinstance(row[at], kind) or (row[at] is None and may_be_none)
        for at, kind, may_be_none in plain
    )
