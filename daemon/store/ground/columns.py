"""What our columns are made of, and the authority that every table carries."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Column,
    Dialect,
    Index,
    MetaData,
    Table,
    Text,
    TextClause,
    TypeDecorator,
)
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeEngine

# of a value on its way into a column, or out of one
Change: TypeAlias = Callable[[Any], Any] | None
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLION = 1_000_000
ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
    }
)


def table(name: str, *items: SchemaItem) -> Table:
    """Return a table of that name whose primary key begins with the authority."""
    return Table(name, metadata, Column("authority", Text, primary_key=True), *items)


def partial(name: str, *columns: str, where: TextClause) -> Index:
    """Return an index over the rows for which `where` holds, which a query must spell out alike."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


def micros(moment: datetime) -> int:
    """Return the microseconds since 1970 UTC. Raises TypeError for a moment without a zone."""
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * MILLION + since.microseconds


def moment(value: int) -> datetime:
    """Return the UTC instant of microseconds since 1970."""
    return EPOCH + timedelta(0, value // MILLION, value % MILLION)


def canonical(value: object) -> str:
    """Return JSON with sorted keys and no spaces: equal values are equal texts."""
    return ENCODER.encode(value)


class Plain(TypeDecorator[Any]):
    """A column whose values change alike in every dialect: what is asked often skips SQLAlchemy's own steps."""

    cache_ok = True

    def into(self, value: Any) -> Any:
        """Return what is stored."""
        raise NotImplementedError

    def out_of(self, value: Any) -> Any:
        """Return what was stored."""
        raise NotImplementedError

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Return `into`."""
        return self.into(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return `out_of`."""
        return self.out_of(value)


class Instant(Plain):
    """A UTC instant as whole microseconds since 1970: compact, ordered, alike in every dialect."""

    impl = BigInteger
    cache_ok = True

    @staticmethod
    @lru_cache(maxsize=20_000)  # one moment stands in many rows of what is due together
    def into(value: datetime | None) -> int | None:
        """Return the microseconds."""
        return None if value is None else micros(value)

    @staticmethod
    @lru_cache(maxsize=20_000)
    def out_of(value: int | None) -> datetime | None:
        """Return the instant."""
        return None if value is None else moment(value)


class Json(Plain):
    """A JSON value as canonical text."""

    impl = Text
    cache_ok = True

    @staticmethod
    def into(value: Any) -> str | None:
        """Return the text."""
        return None if value is None else canonical(value)

    @staticmethod
    def out_of(value: str | None) -> Any:
        """Return the value."""
        return None if value is None else json.loads(value)


class Strings(Plain):
    """A tuple of strings, as a JSON list."""

    impl = Text
    cache_ok = True

    @staticmethod
    def into(value: tuple[str, ...] | None) -> str:
        """Return the text."""
        return f"[{','.join(map(canonical, value or ()))}]"

    @staticmethod
    def out_of(value: str) -> tuple[str, ...]:
        """Return the strings. Raises TypeError for anything else."""
        strings = tuple(json.loads(value))
        "".join(strings)
        return strings


class Choice(Plain):
    """One word of a closed list."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words
        self._members: dict[str | None, StrEnum | None] = {word.value: word for word in words}
        self._members[None] = None

    @staticmethod
    def into(value: StrEnum | None) -> str | None:
        """Return the plain word."""
        return None if value is None else str.__str__(value)

    def out_of(self, value: str | None) -> StrEnum | None:
        """Return the member."""
        return self._members[value]


def into_driver(kind: TypeEngine[Any], dialect: Dialect) -> Change:
    """Return what a value goes through on its way into a column."""
    if isinstance(kind, Plain):
        return kind.into
    return kind.dialect_impl(dialect).bind_processor(dialect)


def out_of_driver(kind: TypeEngine[Any], dialect: Dialect) -> Change:
    """Return what a value goes through on its way out of a column."""
    if isinstance(kind, Plain):
        return kind.out_of
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def convert(change: Change, values: Iterable[Any]) -> Iterable[Any]:
    """Return the values of one column, changed."""
    return values if change is None else map(change, values)
