"""A database URL becomes a file, and a file an engine: never made here, always durable."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from daemon.domain.errors import Problem, Refusal

BUSY_S = 10.0
PRAGMAS = (
    "foreign_keys = ON",
    "synchronous = FULL",  # NORMAL may lose commits at power loss
    "trusted_schema = OFF",
    "cell_size_check = ON",
)


def file_of(url: str) -> Path:
    """Return the absolute path that a URL names. Raises Refusal for all but an SQLite file."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    if (
        parsed is None
        or parsed.get_backend_name() != "sqlite"
        or parsed.database in (None, "", ":memory:")
    ):
        what, mend = "this is not the address of an SQLite file", "write sqlite:///PATH"
        raise Refusal(Problem("database", what, mend))
    return Path(str(parsed.database)).absolute()


def engine_of(path: Path, busy_s: float = BUSY_S) -> Engine:
    """Return an engine on an existing file; a missing one is an error, never a new file.

    A transaction begins IMMEDIATE where the connection has the option `writes`: a deferred one
    that reads and then writes fails at once when another writer was in between. `busy_s` is how
    long it waits for another process that writes.
    """

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            f"{path.as_uri()}?mode=rw",
            uri=True,
            timeout=busy_s,
            isolation_level=None,
            check_same_thread=False,
        )

    engine = create_engine(
        "sqlite+pysqlite:///file",
        creator=connect,
        poolclass=QueuePool,
        pool_size=8,
        max_overflow=24,
        pool_timeout=busy_s,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def keep_log_beside(connection: Connection) -> None:
    """Turn on the write-ahead log, which stays on: readers never wait for the writer."""
    connection.connection.cursor().execute("PRAGMA journal_mode = WAL")  # outside any transaction


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
