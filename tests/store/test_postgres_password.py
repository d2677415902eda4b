"""The password of the database is changed in PostgreSQL's own password file: each new connection reads that again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError

from daemon.store.place.postgres import PostgresServer
from tests.postgres import Server


@pytest.fixture
def backend() -> str:
    return "postgres"


@pytest.fixture
def clerk(server: Server) -> Iterator[str]:
    """Return a user with a password."""
    with server.connect() as connection:
        connection.execute("CREATE ROLE rotating LOGIN PASSWORD 'first'")
        yield "rotating"
        connection.execute("DROP ROLE rotating")


def write(file: Path, password: str) -> None:
    """Put a finished password file in the place of the old one."""
    part = file.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(f"*:*:*:*:{password}\n")
    part.replace(file)


def user(engine: Engine) -> str:
    """Return by whose name a connection that is opened for it comes in."""
    with engine.connect() as connection:
        found: str = connection.execute(text("SELECT current_user")).scalar_one()
        connection.invalidate()  # the next one is a new one
    return found


def test_a_new_password_counts_from_the_next_connection_of_the_same_engine(
    server: Server, clerk: str, tmp_path: Path
) -> None:
    file = tmp_path / "pgpass"
    write(file, "first")
    address = f"postgresql://{clerk}@127.0.0.1:{server.port}/postgres?passfile={file}"
    engine = PostgresServer(make_url(address)).engine()
    assert user(engine) == clerk

    with server.connect() as connection:
        connection.execute(f"ALTER ROLE {clerk} PASSWORD 'second'")
    with pytest.raises(OperationalError):
        user(engine)
    write(file, "second")

    assert user(engine) == clerk
    engine.dispose()
