"""A connection that can only read: one snapshot, one deadline, and errors without any data."""

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from daemon.ports import Unreadable
from integrations.sql_query.config import Database, resolve

STEPS = 10_000  # SQLite asks after so many of its own steps whether to go on
OTHERS_MAY_READ = stat.S_IROTH | stat.S_IWOTH
SNAPSHOT = {
    "sqlite": ("PRAGMA query_only=ON", "BEGIN"),
    "postgresql": ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",),
    "oracle": ("SET TRANSACTION READ ONLY",),
}


@contextmanager
def reading(config: Database) -> Iterator[Connection]:
    """Yield a connection for one reading: it sees one moment, changes nothing, and ends in time.

    Every error of the database comes out as Unreadable, with one sentence and no value.
    """
    url = _url(config)
    engine = _engine(url, config.timeout_s)
    step = "the database cannot be reached"
    try:
        with engine.connect() as connection:
            step = "the database cannot be read"
            for statement in SNAPSHOT.get(engine.dialect.name, ()):
                connection.exec_driver_sql(statement)
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(
                    f"SET LOCAL statement_timeout = {int(config.timeout_s * 1000)}"
                )
            yield connection
    except SQLAlchemyError as error:
        raise Unreadable(_sentence(error, step, config.timeout_s)) from None
    finally:
        engine.dispose()


def _url(config: Database) -> URL:
    text = config.url.get_secret_value() if config.url else ""
    if config.url_file:
        try:
            if config.url_file.stat().st_mode & OTHERS_MAY_READ:
                raise Unreadable(
                    "url_file can be read by everybody; take those rights away (mode 0600)"
                )
            text = resolve(config.url_file.read_text("utf-8").strip(), config.url_file.parent)
        except (OSError, UnicodeDecodeError):
            raise Unreadable("url_file is missing or may not be read") from None
    try:
        return make_url(text)
    except ArgumentError:
        raise Unreadable(
            "the url is not one of a database; write it as postgresql+psycopg://host/name"
        ) from None


def _engine(url: URL, timeout_s: float) -> Engine:
    try:
        if url.get_backend_name() == "sqlite":
            return create_engine(
                "sqlite://",
                creator=_opener(url, timeout_s),
                poolclass=NullPool,
                hide_parameters=True,
            )
        return create_engine(url, poolclass=NullPool, hide_parameters=True)
    except (NoSuchModuleError, ModuleNotFoundError):
        raise Unreadable(
            "the library for this kind of database is not installed, or the url misspells it "
            "(for PostgreSQL: pip install 'daykeeper[postgres]')"
        ) from None


def _opener(url: URL, timeout_s: float) -> Any:
    """Return what opens a SQLite file read-only: one that is missing is never created."""
    deadline_s = monotonic() + timeout_s

    def connect() -> sqlite3.Connection:
        path = Path(url.database or "").absolute()
        connection = sqlite3.connect(
            f"file:{quote(str(path))}?mode=ro",
            uri=True,
            timeout=min(timeout_s, 5),
            isolation_level=None,
        )
        connection.set_progress_handler(lambda: int(monotonic() > deadline_s), STEPS)
        return connection

    return connect


def _sentence(error: SQLAlchemyError, step: str, timeout_s: float) -> str:
    """Return what went wrong, from the database's code alone: its text may hold data."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    code = (
        getattr(cause, "sqlite_errorname", None)
        or getattr(cause, "sqlstate", None)
        or getattr(cause, "pgcode", None)
    )
    reasons = {
        "SQLITE_INTERRUPT": f"the database did not answer within {timeout_s:g} seconds",
        "57014": f"the database did not answer within {timeout_s:g} seconds",
        "SQLITE_BUSY": "the database is locked by somebody else",
        "SQLITE_NOTADB": "the file is not a database",
        "SQLITE_CORRUPT": "the database is damaged",
        "SQLITE_READONLY": "a query tried to write; only reading is allowed",
        "25006": "a query tried to write; only reading is allowed",
        "42P01": "a table is missing",
    }
    return reasons.get(str(code), f"{step} ({code or type(cause or error).__name__})")
