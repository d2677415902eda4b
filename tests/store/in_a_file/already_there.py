"""What may be in the place of our database: one of an older release, another product's."""

import sqlite3
from pathlib import Path

from alembic import command

from daemon.store.lifecycle import _config
from daemon.store.place.sqlite import SqliteFile


def at_revision(path: Path, revision: str) -> None:
    """Make a database as a release of that revision left it."""
    path.parent.mkdir(parents=True)
    path.touch(0o600)
    engine = SqliteFile.at(str(path)).engine()
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def other_product(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE wp_posts (id INTEGER)")
    connection.close()
