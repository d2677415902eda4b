"""Rows that are versions of one another: of each the newest, in whatever order they come."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from daemon.mapping.cells import words
from daemon.mapping.rows import Cases, Record
from integrations.sql_query.config import Query

Placed = tuple[str, Record]
MEND = "give every row of this query a number or moment that rises with each change"


def newest(rows: Iterable[Placed], query: Query, cases: Cases) -> Iterator[Placed]:
    """Yield each row's newest version with its place, in order of first mention.

    One without a version is older than any that has one; of two with the same version the first stands.
    """
    column = query.version or ""
    found: dict[tuple[str | None, ...], tuple[tuple[Any, ...], Placed]] = {}
    for place, row in rows:
        key = tuple(_name(row, one) for one in (query.ref, query.of_meeting, query.id) if one)
        rank = _rank(row[column])
        if not rank:
            cases.report(place, f"{column}: there is no version", MEND)
        known = found.get(key)
        if key[0] is None or key[-1] is None:
            yield place, row  # whose it is cannot be told: it is reported where it is read
        elif known is None or rank > known[0]:
            found[key] = rank, (place, row)
    yield from (placed for _, placed in found.values())


def _name(row: Record, column: str) -> str | None:
    try:
        return words(row[column])
    except ValueError:
        return None


def _rank(value: object) -> tuple[Any, ...]:
    """Return what versions are compared by: nothing for none, numbers as numbers, all else as it is written."""
    if isinstance(value, bool) or value is None or value == "":
        return ()
    if isinstance(value, int | float | Decimal):
        return (0, value)
    if isinstance(value, bytes):  # SQL Server's rowversion
        return (1, value)
    text = str(value).strip()
    return (0, int(text)) if text.isdecimal() else (2, text)
