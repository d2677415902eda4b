"""A database is made, brought up to date and looked over by verbs, never by the way."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import DBAPIError

from daemon.domain.errors import Problem, Refusal, Severity
from daemon.store.connect import engine_of, file_of, keep_log_beside
from daemon.store.errors import RESTORE, StoreUnavailable, translated
from daemon.store.tables import metadata

VERSION_TABLE = "daykeeper_schema"
MISSING = "restore the last backup, or make one with `daykeeper database create`"
CREATE = "make one with `daykeeper database create`"


def create(url: str) -> None:
    """Make an empty database, readable by its owner only. Raises Refusal where there is one."""
    path = file_of(url)
    if path.exists() and path.stat().st_size:
        what = "there is something in this file"
        raise Refusal(Problem(str(path), what, "name another, or move it away"))
    if not path.parent.exists():
        path.parent.mkdir(parents=True, mode=0o700)
    opened = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    os.fchmod(opened, 0o600)
    os.close(opened)
    _migrate(path)


def upgrade(url: str) -> None:
    """Bring a database up to date. Raises Refusal where it is not ours, not whole, or newer."""
    path = file_of(url)
    problems = _problems(path, thorough=True, may_be_older=True)
    if problems:
        raise Refusal(*problems)
    _migrate(path)


def check(url: str, *, thorough: bool = True) -> list[Problem]:
    """Return what keeps this database from being used; `thorough` reads every page of it.

    A file that others may read is a warning.
    """
    return _problems(file_of(url), thorough=thorough, may_be_older=False)


def _problems(path: Path, *, thorough: bool, may_be_older: bool) -> list[Problem]:
    where = str(path)
    if fault := _absence(path):
        return [fault]
    try:
        with _connection(path) as connection:
            fault = (
                (_damage(where, connection) if thorough else None)
                or _strangeness(where, connection)
                or _age(where, connection, may_be_older=may_be_older)
            )
    except Refusal as refusal:
        return list(refusal.problems)
    except StoreUnavailable as error:
        fault = Problem(where, f"it cannot be opened: {error.reason}", "see who uses it")
    except DBAPIError:
        fault = Problem(where, "it cannot be read", RESTORE)
    if fault is None and path.stat().st_mode & 0o077:
        what = "others on this machine may read or write it"
        fault = Problem(where, what, f"chmod 600 {path.name}", Severity.WARNING)
    return [fault] if fault else []


def _absence(path: Path) -> Problem | None:
    if not path.exists():
        return Problem(str(path), "there is no database here", MISSING)
    if not path.is_file():
        return Problem(str(path), "this is not a file", "name the database's file")
    if not path.stat().st_size:
        return Problem(str(path), "the file is empty", MISSING)
    return None


def _damage(where: str, connection: Connection) -> Problem | None:
    verdict = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    return None if verdict == "ok" else Problem(where, "the database is damaged", RESTORE)


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


def _migrate(path: Path) -> None:
    with _connection(path) as connection:
        keep_log_beside(connection)
        writing = connection.execution_options(writes=True)
        with writing.begin():
            config = _config()
            config.attributes["connection"] = writing
            command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    migrations = str(Path(__file__).with_name("migrations"))
    config.set_main_option("script_location", migrations.replace("%", "%%"))  # it interpolates
    return config


@contextmanager
def _connection(path: Path) -> Iterator[Connection]:
    engine = engine_of(path)
    try:
        with translated(path), engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()
