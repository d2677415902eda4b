"""What our columns are made of, and the authority that every table carries."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

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


class Instant(TypeDecorator[datetime]):
    """A UTC instant as whole microseconds since 1970: compact, ordered, alike in every dialect."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Return the microseconds."""
        return None if value is None else micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the instant."""
        return None if value is None else moment(value)


class Json(TypeDecorator[Any]):
    """A JSON value as canonical text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Return the text."""
        return None if value is None else canonical(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return the value."""
        return None if value is None else json.loads(value)


class Strings(TypeDecorator[tuple[str, ...]]):
    """A tuple of strings, as a JSON list."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        """Return the text."""
        return canonical(list(value or ()))

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...]:
        """Return the strings. Raises TypeError for anything else."""
        strings = tuple(json.loads(value))
        "".join(strings)
        return strings


class Choice(TypeDecorator[StrEnum]):
    """One word of a closed list."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words
        self._members: Mapping[str, StrEnum] = {word.value: word for word in words}

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """Return the plain word."""
        return None if value is None else str.__str__(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> StrEnum | None:
        """Return the member."""
        return None if value is None else self._members[value]
