"""Rows that cannot be read: one of them must not keep the others from being read."""

from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias, TypeVar

from sqlalchemy.exc import DBAPIError

T = TypeVar("T")
Spoilt: TypeAlias = dict[str, str]  # why something cannot be read, by its name
NO_TEXT = "Could not decode to UTF-8"  # SQLite's module says it of bytes in a column of text
UNREADABLE = (ArithmeticError, LookupError, RecursionError, TypeError, ValueError)


def apart(
    read: Callable[[Collection[str]], Mapping[str, T]], names: Collection[str], where: str
) -> tuple[dict[str, T], Spoilt]:
    """Return what `read` finds under these names, and why for those of which a row cannot be read.

    All are read at once; one by one only where that fails. `where` says in the reason what was read.
    """
    try:
        return dict(read(names)), {}
    except (*UNREADABLE, DBAPIError) as error:
        raise_unless_spoilt(error)
    found: dict[str, T] = {}
    spoilt: Spoilt = {}
    for name in names:
        try:
            found |= read([name])
        except (*UNREADABLE, DBAPIError) as error:
            raise_unless_spoilt(error)
            spoilt[name] = f"{where}, {type(error).__name__}"
    return found, spoilt


def raise_unless_spoilt(error: Exception) -> None:
    """Raise what says something about the database, and nothing about a row."""
    if isinstance(error, DBAPIError) and NO_TEXT not in str(error.orig):
        raise error
