"""A database is made, brought up to date and looked over by verbs, never by the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, or_, select
from sqlalchemy.exc import DBAPIError

from daemon.domain.errors import Problem, Refusal, Severity
from daemon.store.ground.errors import RESTORE, StoreUnavailable, translated
from daemon.store.leases import leases
from daemon.store.place.address import backend_of
from daemon.store.place.backend import Backend
from daemon.store.tables import metadata

VERSION_TABLE = "daykeeper_schema"
AT_WORK = ("run/", "worker/")  # the leases of processes that are there begin so
NO_RIGHTS = "no-rights"
UNWRITABLE = frozenset({"cannot-open", "read-only"})
OURS = "have it given to the service's user, on a disk that it may write to"
CREATE = "make one with `daykeeper database create`"


def create(url: str) -> None:
    """Make an empty database, its owner's alone. Raises Refusal where there is something."""
    backend = backend_of(url)
    backend.make_room()
    with _connection(backend) as connection:
        tables = inspect(connection).get_table_names()
        fault = backend.damage(connection, thorough=False)
    if tables:
        ours = VERSION_TABLE in tables
        what = "one of ours is there" if ours else "this database belongs to another product"
        raise Refusal(Problem(backend.where, what, "name another, or have it taken away"))
    if fault:
        raise Refusal(fault)
    _migrate(backend)


def upgrade(url: str) -> None:
    """Bring a database up to date. Raises Refusal where it is not ours, not whole, newer, or in use."""
    backend = backend_of(url)
    problems = _problems(backend, thorough=True, may_be_older=True)
    problems += [] if problems else _users(backend)
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise Refusal(*problems)
    _migrate(backend)


def check(url: str, *, thorough: bool = True) -> list[Problem]:
    """Return what keeps this database from being used; `thorough` reads every page of it.

    A file that others may read is a warning.
    """
    return _problems(backend_of(url), thorough=thorough, may_be_older=False)


def version_of(url: str) -> str:
    """Return the name of the last change of shape that a database has had; empty where it has none."""
    with _connection(backend_of(url)) as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        return context.get_current_revision() or ""


def _problems(backend: Backend, *, thorough: bool, may_be_older: bool) -> list[Problem]:
    where = backend.where
    if fault := backend.absence():
        return [fault]
    try:
        with _connection(backend) as connection:
            fault = (
                backend.damage(connection, thorough=thorough)
                or _strangeness(where, connection)
                or _age(where, connection, may_be_older=may_be_older)
                or backend.hindrance(connection)
            )
    except Refusal as refusal:
        return list(refusal.problems)
    except StoreUnavailable as error:
        fault = _unopened(where, error.reason)
    except DBAPIError:
        fault = Problem(where, "it cannot be read", RESTORE)
    return [fault] if fault else []


def _unopened(where: str, reason: str) -> Problem:
    """Return why it cannot be opened: a file whose folder takes no file beside it cannot even be read."""
    if reason in UNWRITABLE:
        what = f"it cannot be opened: it or its folder is read-only, or not ours ({reason})"
        return Problem(where, what, OURS)
    return Problem(where, f"it cannot be opened: {reason}", "see who uses it")


def _users(backend: Backend) -> list[Problem]:
    """Return which processes are at work on a database, if its shape is about to change."""
    with _connection(backend) as connection:
        is_current = _age(backend.where, connection, may_be_older=False) is None
        if is_current or leases.name not in inspect(connection).get_table_names():
            return []
        c = leases.c
        is_process = or_(*(c.name.startswith(prefix) for prefix in AT_WORK))
        now = datetime.now(UTC)
        query = select(c.holder).where(is_process, c.until > now).order_by(c.holder)
        names = connection.scalars(query).all()
    what = f"it is in use: {', '.join(names)}"
    mend = "stop every run and worker first; one that was killed counts as gone after 15 seconds"
    return [Problem(backend.where, what, mend)] if names else []


def _strangeness(where: str, connection: Connection) -> Problem | None:
    tables = inspect(connection).get_table_names()
    if not tables:
        return Problem(where, "there is nothing in this database", CREATE)
    if VERSION_TABLE not in tables:
        what = "this database belongs to another product"
        return Problem(where, what, f"name our own file, or {CREATE}")
    return None


def _age(where: str, connection: Connection, *, may_be_older: bool) -> Problem | None:
    scripts = ScriptDirectory.from_config(_config())
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    revision = context.get_current_revision()
    if revision == scripts.get_current_head():
        missing = metadata.tables.keys() - set(inspect(connection).get_table_names())
        what = f"its table {min(missing, default='')} is missing"
        return Problem(where, what, RESTORE) if missing else None
    if revision not in {script.revision for script in scripts.walk_revisions()}:
        what = "a newer release has written this database"
        return Problem(where, what, "install that release, or restore the backup from before it")
    what = "an older release has written this database"
    mend = "make a backup, then run `daykeeper database upgrade`"
    return None if may_be_older else Problem(where, what, mend)


def _migrate(backend: Backend) -> None:
    with _connection(backend, is_patient=True) as connection:
        backend.settle(connection)
        writing = connection.execution_options(**backend.options(writes=True))
        try:
            with writing.begin():
                config = _config()
                config.attributes["connection"] = writing
                command.upgrade(config, "head")
        except DBAPIError as error:
            found = backend.reading(error)
            if isinstance(found, StoreUnavailable) and found.reason == NO_RIGHTS:
                what = "our user may not make tables in it"
                mend = "have CREATE on its schema granted, then run the same again"
                raise Refusal(Problem(backend.where, what, mend)) from None
            raise


def _config() -> Config:
    config = Config()
    migrations = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", migrations.replace("%", "%%"))  # it interpolates
    return config


@contextmanager
def _connection(backend: Backend, *, is_patient: bool = False) -> Iterator[Connection]:
    engine = backend.engine(is_patient=is_patient)
    try:
        with translated(backend.reading), engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
