"""A database on a PostgreSQL server: any number of processes, safe behind a transaction pooler.

Nothing outlives its transaction: no session locks, no LISTEN, no prepared statements, no SET but
SET LOCAL.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, NullPool, create_engine, event, text
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from daemon.domain.errors import Problem, Refusal
from daemon.store.ground.errors import StoreConflict, StoreLost, StoreUnavailable
from daemon.store.place.backend import BUSY_S

DRIVER = "postgresql+psycopg"
FORGOTTEN_S = 30  # a transaction whose process was stopped in it lets go of its locks after this
WIRE: dict[str, str | int] = {
    "application_name": "daykeeper",
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # ms: a server that vanished is noticed, not waited for
}
TOO_SLOW = 0.8  # of the same, after which a server that is there ends a statement and says so
LOST = {
    "3D000": "the database was deleted while in use",
    "42P01": "its tables were deleted while in use",
    "42P10": "its tables were made anew while in use",  # a restore: they have no keys yet
    "XX001": "the database is damaged",
    "XX002": "the database is damaged",
}
REFUSED = "23"
PASSING = {
    "08": "no-connection",
    "25006": "read-only",
    "25P02": "overtaken",  # by an error in the same transaction that somebody thought to survive
    "25P03": "too-slow",
    "28": "no-access",
    "40001": "overtaken",
    "40P01": "deadlock",
    "42501": "no-rights",
    "53100": "disk-full",
    "53200": "out-of-memory",
    "53300": "no-free-connection",
    "55P03": "locked",
    "57014": "too-slow",
    "57P": "server-stopped",
    "58": "disk-error",
}
CHECK = "then run `daykeeper database check`"
MAKE = "make it with `daykeeper database create`"
REFUSALS = (  # by the server's words: a connection that is refused has no code
    (
        ("too many", "remaining connection slots"),
        "the server has no connection free",
        f"raise max_connections or stop who holds them, {CHECK}",
    ),
    (
        (
            "authentication failed",
            "no password supplied",
            "role ",
            "pg_hba.conf",
            "permission denied",
        ),
        "the server refuses our user or password",
        f"correct them in `database`, or have the user let in, {CHECK}",
    ),
    (("does not exist", "no such database"), "there is no database of that name", MAKE),
    (
        ("invalid connection option", "invalid sslmode", "invalid integer value", "invalid value"),
        "an option behind the ? of the address is none of PostgreSQL's, or its value is wrong",
        f"correct it in `database`, {CHECK}",
    ),
    (
        ("does not support SSL",),
        "the server speaks no TLS, and the address demands it",
        f"turn TLS on there, or change sslmode in `database`, {CHECK}",
    ),
    (
        ("certificate verify failed", "root certificate file", "server certificate for"),
        "the server's certificate cannot be verified",
        f"name its authority's file in `database` (sslrootcert), {CHECK}",
    ),
    (("starting up", "shutting down"), "the server is starting or stopping", f"wait, {CHECK}"),
)
SERVER = text("SELECT current_setting('server_encoding'), pg_is_in_recovery()")
FORBIDDEN = text(
    "SELECT min(relname) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' "
    "AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT'))"
)


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A database by its URL, which nobody above ever sees."""

    is_shared: ClassVar[bool] = True

    url: URL = field(repr=False)
    where: str = field(init=False)

    def __post_init__(self) -> None:
        host = self.url.host or "this machine"
        port = f":{self.url.port}" if self.url.port else ""
        object.__setattr__(self, "where", f"database {self.url.database} on {host}{port}")

    @property
    def silent_s(self) -> float:
        """How long a server may say nothing, whether its machine has vanished or it stands still."""
        return float(str(self.url.query.get("tcp_user_timeout", WIRE["tcp_user_timeout"]))) / 1000

    def make_room(self) -> None:
        """Make the database where the server has none of this name; raises Refusal where it cannot be."""
        fault = self.absence()
        if fault is not None and fault.mend == MAKE:
            fault = self._make()
        if fault is not None:
            raise Refusal(fault)

    def engine(self, busy_s: float = BUSY_S, *, is_patient: bool = False) -> Engine:
        """Return an engine; a connection that broke is made anew before anybody is handed it."""
        engine = self._engine(pool_size=8, max_overflow=24, pool_timeout=busy_s, pool_pre_ping=True)
        limits_ms = {
            "lock_timeout": int(busy_s * 1000),
            "idle_in_transaction_session_timeout": FORGOTTEN_S * 1000,
            "statement_timeout": 0 if is_patient else int(self.silent_s * TOO_SLOW * 1000),
        }
        settings = (f"set_config('{name}', '{limit}', true)" for name, limit in limits_ms.items())
        limits = text(f"SELECT {', '.join(settings)}")
        event.listen(engine, "begin", lambda connection: connection.execute(limits))
        if not is_patient:
            event.listen(engine, "do_connect", self._connect)
        event.listen(engine, "handle_error", _take_values_out)
        event.listen(engine, "connect", _hold_no_nul)
        return engine

    def options(self, *, writes: bool) -> Mapping[str, Any]:
        """Return READ COMMITTED to write, where rows are locked as they are read; one moment to read."""
        level = "READ COMMITTED" if writes else "REPEATABLE READ"
        return {"writes": writes, "isolation_level": level, "postgresql_readonly": not writes}

    def settle(self, connection: Connection) -> None:
        """Set nothing: it is the server's administrator's."""

    def reading(self, error: DBAPIError) -> StoreLost | StoreUnavailable | None:
        """Return what an SQLSTATE means; what breaks before there is one is a broken connection."""
        state = getattr(error.orig, "sqlstate", None)
        if state is None:
            kinds = {kind.__name__ for kind in type(error.orig).__mro__}  # a timeout is one of them
            is_broken = error.connection_invalidated or "OperationalError" in kinds
            return StoreUnavailable("no-connection") if is_broken else None
        if state.startswith(REFUSED):
            return StoreConflict(str(error.orig))
        if state in LOST:
            return StoreLost(self.where, LOST[state])
        return next(
            (StoreUnavailable(PASSING[state[:n]]) for n in (5, 3, 2) if state[:n] in PASSING), None
        )

    def absence(self) -> Problem | None:
        """Return why the server does not let us in."""
        engine = self._engine(poolclass=NullPool)
        try:
            with engine.connect():
                return None
        except DBAPIError as error:
            return self._refused(str(error.orig))

    def damage(self, connection: Connection, *, thorough: bool) -> Problem | None:
        """Return what keeps any database of ours from this server; its pages are the server's own care."""
        encoding, is_standby = connection.execute(SERVER).one()
        if encoding != "UTF8":
            what = f"its encoding is {encoding}"
            return Problem(self.where, what, "name a database whose encoding is UTF8")
        if is_standby:
            return Problem(
                self.where, "this is a standby, which nobody can write to", "name the primary"
            )
        return None

    def hindrance(self, connection: Connection) -> Problem | None:
        """Return the first table that our user may not read or add to."""
        forbidden = connection.execute(FORBIDDEN).scalar()
        if forbidden is None:
            return None
        what = f"our user may not read or write its table {forbidden}"
        return Problem(self.where, what, f"have SELECT, INSERT, UPDATE and DELETE granted, {CHECK}")

    def watch(self) -> Callable[[], None]:
        """Return nothing to do: the server keeps a name's database, and says when it is gone."""
        return lambda: None

    def turns(self, busy_s: float) -> Callable[[], AbstractContextManager[None]]:
        """Return no queue: row locks order those who write."""
        return nullcontext

    def alone(self) -> AbstractContextManager[None]:
        """Let any number run: the lease says which of them leads."""
        return nullcontext()

    def _connect(self, _: Any, __: ConnectionPoolEntry, words: Any, options: Any) -> Any:
        from daemon.store.place.silence import opener  # noqa: PLC0415 - only here is its driver sure to be installed

        return opener(self.silent_s)(*words, **options)

    def _engine(self, **pool: Any) -> Engine:
        wire = {name: value for name, value in WIRE.items() if name not in self.url.query}
        try:
            return create_engine(
                self.url.set(drivername=DRIVER),
                connect_args={**wire, "prepare_threshold": None},
                hide_parameters=True,
                **pool,
            )
        except ModuleNotFoundError:
            what, mend = "PostgreSQL needs its driver", "pip install 'daykeeper[postgres]'"
            raise Refusal(Problem("database", what, mend)) from None

    def _make(self) -> Problem | None:
        """Make the database through the server's own; return why it cannot be made."""
        other = PostgresServer(self.url.set(database="postgres"))
        engine = other._engine(poolclass=NullPool, isolation_level="AUTOCOMMIT")
        name = engine.dialect.identifier_preparer.quote_identifier(str(self.url.database))
        try:
            with closing(engine.connect()) as connection:
                connection.exec_driver_sql(
                    f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0"
                )
        except DBAPIError:
            mend = "have it made (createdb), then run `daykeeper database create`"
            return Problem(self.where, "there is none, and our user may not make it", mend)
        return None

    def _refused(self, said: str) -> Problem:
        """Return the line for what a server that lets nobody in has said: it gives no code for it."""
        for words, what, mend in REFUSALS:
            if any(word in said for word in words):
                return Problem(self.where, what, mend)
        mend = f"start it, or correct `database` in the settings, {CHECK}"
        return Problem(self.where, "no PostgreSQL server answers there", mend)


def _hold_no_nul(connection: Any, _: ConnectionPoolEntry) -> None:
    """Have the driver write U+FFFD for NUL: no text of PostgreSQL's holds one, and a name may."""
    from psycopg.types.string import StrDumper  # noqa: PLC0415 - only here is it sure to be installed

    class Dumper(StrDumper):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd"))

    connection.adapters.register_dumper(str, Dumper)


def _take_values_out(context: ExceptionContext) -> None:
    """Leave an error its kind, table and rule: the server's own words name the row that it refused."""
    error: Any = context.original_exception
    state = getattr(error, "sqlstate", None)
    if state is None:
        return
    said = (type(error).__name__, state, error.diag.table_name, error.diag.constraint_name)
    error.args = (" ".join(filter(None, said)),)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = error.args
