"""Where the bench's databases are: files, and a PostgreSQL server of its own, both as durable as in use."""

import shutil
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine, create_engine, event

from daemon.store import create
from tests.postgres import Server

SHOWN = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
DURABLE = ("journal_mode = WAL", "synchronous = FULL")


class Place(Protocol):
    """One back end. `settings` are printed beside each figure."""

    name: str
    settings: str

    def make(self) -> str:
        """Return the address of a new database of ours with nothing in it."""
        ...

    def copy(self, url: str) -> str:
        """Return the address of a copy of a database that nobody has open."""
        ...

    def drop(self, url: str) -> None:
        """Take a database away."""
        ...

    def bare_url(self) -> str:
        """Return the address of a new, empty database for a peer."""
        ...

    def bare_engine(self, url: str) -> Engine:
        """Return an engine on a peer's database, as durable as ours."""
        ...

    def tidy(self, url: str) -> None:
        """Leave a database that was just filled as days of running would."""
        ...


class Files:
    """SQLite files in a folder."""

    name = "SQLite"
    settings = "WAL, synchronous=FULL"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._number = count(1)

    def make(self) -> str:
        url = self._url()
        create(url)
        return url

    def copy(self, url: str) -> str:
        copy = self._url()
        shutil.copy(url.removeprefix("sqlite:///"), copy.removeprefix("sqlite:///"))
        return copy

    def drop(self, url: str) -> None:
        path = Path(url.removeprefix("sqlite:///"))
        for part in path.parent.glob(f"{path.name}*"):
            part.unlink()

    def tidy(self, url: str) -> None:
        """Empty the log, into which one commit has put it all; statistics it never has."""
        engine = create_engine(url)
        with engine.connect() as connection:
            busy, *_ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        engine.dispose()
        assert not busy

    def bare_url(self) -> str:
        return self._url()

    def bare_engine(self, url: str) -> Engine:
        engine = create_engine(url)
        event.listen(engine, "connect", _be_durable)
        return engine

    def _url(self) -> str:
        return f"sqlite:///{self.folder / f'{next(self._number)}.sqlite'}"


class Databases:
    """Databases on a server of our own, through its socket."""

    name = "PostgreSQL"

    def __init__(self, server: Server) -> None:
        self.server = server
        with server.connect() as connection:
            said = [connection.execute(f"SHOW {name}").fetchall()[0][0] for name in SHOWN]
        self.settings = ", ".join(f"{name} {one}" for name, one in zip(SHOWN, said, strict=True))
        self._template: str | None = None

    def make(self) -> str:
        self._template = self._template or self.server.make_template()
        return self.server.local_url(self.server.make(self._template))

    def copy(self, url: str) -> str:
        return self.server.local_url(self.server.make(_name(url)))

    def drop(self, url: str) -> None:
        self.server.drop(_name(url))

    def tidy(self, url: str) -> None:
        with self.server.connect(_name(url)) as connection:  # its autovacuum is off
            connection.execute("VACUUM (ANALYZE)")

    def bare_url(self) -> str:
        return self.server.local_url(self.server.make())

    def bare_engine(self, url: str) -> Engine:
        return create_engine(url.replace("postgresql:", "postgresql+psycopg:", 1))


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def _be_durable(connection: Any, _: object) -> None:
    for setting in DURABLE:
        connection.execute(f"PRAGMA {setting}")
