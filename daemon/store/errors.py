"""What the store says when it cannot go on, so that nobody above needs to know the driver."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from daemon.domain.errors import Problem, Refusal

RESTORE = "stop, restore the last backup, then look at what was sent since"
DAMAGED = {
    sqlite3.SQLITE_CORRUPT: "the database is damaged",
    sqlite3.SQLITE_NOTADB: "the file is not a database",
}
PASSING = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "disk-full",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_IOERR: "disk-error",
    sqlite3.SQLITE_CANTOPEN: "cannot-open",
    sqlite3.SQLITE_NOMEM: "out-of-memory",
}


class StoreLost(Refusal):
    """The database that we opened is no longer there or no longer whole: never go on."""

    def __init__(self, path: Path, what: str) -> None:
        super().__init__(Problem(str(path), what, RESTORE))


class StoreUnavailable(Exception):
    """Not now: nothing of the transaction was kept, and it may be tried again.

    `reason` is a short code.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"the database is unavailable: {reason}")
        self.reason = reason


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the driver's errors into ours; any other is a mistake of our own and rises as it is."""
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreUnavailable("no-free-connection") from error
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF  # the low byte is the primary code
        if code in DAMAGED:
            raise StoreLost(path, DAMAGED[code]) from error
        if code in PASSING:
            raise StoreUnavailable(PASSING[code]) from error
        raise
