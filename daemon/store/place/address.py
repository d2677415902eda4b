"""A database's URL becomes the place that it names."""

from sqlalchemy import make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError

from daemon.domain.errors import Problem, Refusal
from daemon.store.place.backend import Backend
from daemon.store.place.postgres import PostgresServer
from daemon.store.place.sqlite import SqliteFile

SQLITE = frozenset({"sqlite", "sqlite+pysqlite"})
POSTGRESQL = frozenset({"postgresql", "postgres", "postgresql+psycopg"})


def backend_of(url: str) -> Backend:
    """Return the place that a URL names; raises Refusal for all but SQLite files and PostgreSQL."""
    parsed = _parsed(url)
    name = parsed.database if parsed else None
    if parsed and parsed.drivername in SQLITE and name not in (None, "", ":memory:"):
        return SqliteFile.at(str(name))
    if parsed and parsed.drivername in POSTGRESQL and name:
        if "@" in (parsed.host or "") or "@" in name:
            what = "the password in this address holds a sign that means something there"
            raise Refusal(Problem("database", what, "write / as %2F, @ as %40 and : as %3A"))
        return PostgresServer(parsed)
    what = "this is the address of no database that we can use"
    raise Refusal(Problem("database", what, "write sqlite:///PATH or postgresql://USER@HOST/NAME"))


def _parsed(url: str) -> URL | None:
    try:
        return make_url(url)
    except (ArgumentError, ValueError):  # also a port that is no number
        return None
