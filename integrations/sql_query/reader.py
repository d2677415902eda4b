"""A connection that can only read: one snapshot, one deadline, rows as they come, and errors without any data."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, CursorResult, Engine, Select, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from daemon.domain.secret import CLOSE, OPEN
from daemon.ports import Unreadable
from integrations.sql_query.config import Database, resolve

STEPS = 10_000  # SQLite asks after so many of its own steps whether to go on
LONGEST_REACH_S = 15
AT_ONCE = 1_000  # rows that are held in memory
REACH_S = {
    "psycopg": "connect_timeout",
    "pymysql": "connect_timeout",
    "oracledb": "tcp_connect_timeout",
}
PER_CALL = {"pyodbc": ("timeout", 1), "oracledb": ("call_timeout", 1000)}  # their own, per second

TOO_LONG = "too long"
CODES = {  # of SQLite by name, of PostgreSQL by SQLSTATE, of MariaDB and MySQL by number
    TOO_LONG: {"SQLITE_INTERRUPT", "57014", "1969", "3024"},
    "a table or the database is locked by somebody else": {"SQLITE_BUSY", "55P03", "1205"},
    "the file is not a database": {"SQLITE_NOTADB"},
    "the database is damaged": {"SQLITE_CORRUPT"},
    "a query tried to write; only reading is allowed": {"SQLITE_READONLY", "25006", "1792"},
    "a table is missing": {"42P01", "1146"},
    "a column is missing": {"42703", "1054"},
    "the database refuses this account": {
        "28P01",
        "28000",
        "42501",
        "1044",
        "1045",
        "1142",
        "1143",
    },
    "there is no database of that name": {"3D000", "1049"},
    "the tables were changed while they were read": {"1412"},
}
LOST = {"57P01", "57P02", "08006", "08003", "2006", "2013", "1927"}


@dataclass(frozen=True, slots=True)
class Reader:
    """One reading of a database; `ends_at` is when it must be over, by the monotonic clock."""

    connection: Connection
    timeout_s: float
    ends_at: float
    answers: list[CursorResult[Any]] = field(default_factory=list)

    def ask(self, statement: str | Select[Any]) -> CursorResult[Any]:
        """Return an answer whose rows the server keeps until they are asked for. A "%" in a text is a "%"."""
        options = {"stream_results": True, "no_parameters": isinstance(statement, str)}
        ask = self.connection
        answer = (
            ask.exec_driver_sql(statement, execution_options=options)
            if isinstance(statement, str)
            else ask.execute(statement, execution_options=options)
        ).yield_per(AT_ONCE)
        self.answers.append(answer)
        return answer

    def each(self, answer: CursorResult[Any]) -> Iterator[dict[str, Any]]:
        """Yield its rows; raises Unreadable where they go on after the deadline."""
        names = tuple(answer.keys())
        for row in self.rows(answer):
            yield dict(zip(names, row, strict=True))

    def rows(self, answer: CursorResult[Any]) -> Iterator[Sequence[Any]]:
        """Yield its rows without the names of their columns, as each() does."""
        for part in self.parts(answer):
            yield from part

    def parts(self, answer: CursorResult[Any]) -> Iterator[Sequence[Sequence[Any]]]:
        """Yield its rows as they come, a few hundred at once, as each() does."""
        for part in answer.partitions():
            if monotonic() > self.ends_at:
                raise Unreadable(_too_long(self.timeout_s))
            yield part


@contextmanager
def reading(config: Database) -> Iterator[Reader]:
    """Yield a reader for one reading: it sees one moment, changes nothing, and ends in time.

    Every error of the database comes out as Unreadable, with one sentence and no value.
    """
    ends_at = monotonic() + config.timeout_s
    engine = _engine(_url(config), config.timeout_s)
    step = "the database cannot be reached"
    try:
        with engine.connect() as connection:
            step = "the database cannot be read"
            if engine.driver in PER_CALL:
                name, per_second = PER_CALL[engine.driver]
                limit = int(config.timeout_s * per_second) or 1
                setattr(connection.connection.dbapi_connection, name, limit)
            is_mariadb = getattr(engine.dialect, "is_mariadb", False)
            server = "mariadb" if is_mariadb else engine.dialect.name
            for statement in preparations(server, config.timeout_s):
                connection.exec_driver_sql(statement)
            reader = Reader(connection, config.timeout_s, ends_at)
            try:
                yield reader
            finally:
                for answer in reader.answers:
                    answer.close()
    except SQLAlchemyError as error:
        raise Unreadable(_sentence(error, step, config.timeout_s)) from None
    finally:
        engine.dispose()


def preparations(server: str, timeout_s: float) -> tuple[str, ...]:
    """Return what a server is told before it is read: to show one moment, to take no writes, when to give up.

    A table that somebody else holds is given up a little sooner, so that the reason can be said.
    """
    whole_ms, lock_ms = max(int(timeout_s * 1000), 1), max(int(timeout_s * 800), 1)
    of_mysql = (
        f"SET SESSION lock_wait_timeout = {max(lock_ms // 1000, 1)}",
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
    )
    return {
        "sqlite": ("PRAGMA query_only=ON", "BEGIN"),
        "postgresql": (
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",
            f"SET LOCAL statement_timeout = {whole_ms}",
            f"SET LOCAL lock_timeout = {lock_ms}",
        ),
        "mariadb": (f"SET SESSION max_statement_time = {timeout_s:f}", *of_mysql),
        "mysql": (f"SET SESSION max_execution_time = {whole_ms}", *of_mysql),
        "oracle": ("SET TRANSACTION READ ONLY",),
        "mssql": (f"SET LOCK_TIMEOUT {lock_ms}",),
    }.get(server, ())


def _url(config: Database) -> URL:
    text = config.url.get_secret_value() if config.url else ""
    if config.url_file:
        try:
            text = resolve(config.url_file.read_text("utf-8").strip(), config.url_file.parent)
        except (OSError, UnicodeDecodeError) as error:
            if isinstance(error, OSError) and error.strerror == OPEN:
                raise Unreadable(f"url_file: {OPEN}; {CLOSE}") from None
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
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
    except (NoSuchModuleError, ModuleNotFoundError):
        raise Unreadable(
            "the library for this kind of database is not installed, or the url misspells it "
            "(for PostgreSQL: pip install 'daykeeper[postgres]', for MariaDB: 'daykeeper[mysql]')"
        ) from None
    event.listen(engine, "handle_error", _let_go)
    option = REACH_S.get(engine.driver)
    if option and option not in url.query:
        waits_s = max(int(min(timeout_s, LONGEST_REACH_S)), 1)
        event.listen(engine, "do_connect", lambda *given: given[3].update({option: waits_s}))
    return engine


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


def _let_go(failed: ExceptionContext) -> None:
    """Close what a lost connection leaves open."""
    cursor = getattr(failed.execution_context, "cursor", None)
    if failed.is_disconnect and cursor is not None:
        with suppress(Exception):
            cursor.close()


def _too_long(timeout_s: float) -> str:
    return f"the database did not answer within {timeout_s:g} seconds"


def _sentence(error: SQLAlchemyError, step: str, timeout_s: float) -> str:
    """Return what went wrong, from the database's code alone: its text may hold data."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    number = cause.args[0] if cause and cause.args and isinstance(cause.args[0], int) else None
    code = (
        getattr(cause, "sqlite_errorname", None)
        or number
        or getattr(cause, "sqlstate", None)
        or getattr(cause, "pgcode", None)
    )
    if str(code) in LOST or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return "the connection to the database was lost"
    found = next((kind for kind, codes in CODES.items() if str(code) in codes), None)
    if found is None:
        return f"{step} ({code or type(cause or error).__name__})"
    return _too_long(timeout_s) if found == TOO_LONG else found
