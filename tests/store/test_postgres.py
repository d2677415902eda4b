"""A database on a PostgreSQL server: how it is made, refused and reached."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import make_url

from daemon.domain.errors import Refusal
from daemon.store import Store, StoreUnavailable, check, create, upgrade
from daemon.store.ground.errors import translated
from daemon.store.lifecycle import VERSION_TABLE, _config
from daemon.store.place.address import backend_of
from daemon.store.place.postgres import PostgresServer
from daemon.store.tables import metadata
from tests.postgres import PASSWORD, Server


@pytest.fixture
def backend() -> str:
    return "postgres"


@pytest.fixture
def empty(server: Server) -> Iterator[str]:
    """Return the name of a database with nothing in it."""
    name = server.make()
    yield name
    server.drop(name)


@pytest.fixture
def clerk(server: Server) -> Iterator[str]:
    """Return a user who owns nothing and has a password."""
    with server.connect() as connection:
        connection.execute(f"CREATE ROLE clerk LOGIN PASSWORD '{PASSWORD}'")
        yield "clerk"
        connection.execute("DROP ROLE clerk")


def at_revision(server: Server, database: str, revision: str) -> None:
    """Make a database as a release of that revision left it."""
    engine = PostgresServer(make_url(server.local_url(database))).engine()
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


REACHED: list[object] = [
    pytest.param(
        lambda _server: f"postgresql://ann:{PASSWORD}@127.0.0.1:1/daykeeper",
        "no PostgreSQL server answers",
        id="nobody listens there",
    ),
    pytest.param(
        lambda _server: f"postgresql://ann:{PASSWORD}@no-such-host.invalid/daykeeper",
        "no PostgreSQL server answers",
        id="no such host",
    ),
    pytest.param(
        lambda server: server.url("postgres", password="wrong-4711"),
        "refuses our user or password",
        id="wrong password",
    ),
    pytest.param(
        lambda server: server.url("postgres", user="nobody_at_all"),
        "refuses our user or password",
        id="no such user",
    ),
    pytest.param(lambda server: server.url("nowhere"), "no database of that name", id="missing"),
]


@pytest.mark.parametrize(("address", "what"), REACHED)
def test_a_server_that_lets_nobody_in_is_one_line_without_a_password_or_an_address(
    server: Server, address: Callable[[Server], str], what: str
) -> None:
    with pytest.raises(Refusal) as refusal:
        Store.open(address(server), "stoke")

    (problem,) = refusal.value.problems
    said = str(problem)
    assert what in problem.what
    assert "daykeeper database" in problem.mend
    assert "\n" not in said
    assert not [word for word in (PASSWORD, "4711", "://", "ann:") if word in said]


def test_a_server_that_takes_the_call_and_says_nothing_is_away_and_no_more() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"postgresql://ann@127.0.0.1:{silent.getsockname()[1]}/stoke?connect_timeout=2"
        place = backend_of(address)

        with (
            pytest.raises(StoreUnavailable) as unavailable,
            translated(place.reading),
            place.engine().connect(),
        ):
            pass

    assert unavailable.value.reason == "no-connection"


def test_a_password_with_a_sign_of_addresses_in_it_is_not_shown_as_the_host() -> None:
    with pytest.raises(Refusal) as refusal:
        backend_of("postgresql://ann:inv/ented@4711@127.0.0.1/stoke")

    assert "%40" in str(refusal.value.problems[0])
    assert "4711" not in str(refusal.value.problems[0])


FOUND: list[object] = [
    pytest.param(lambda _server, _name: None, "nothing in this database", "create", id="empty"),
    pytest.param(
        lambda server, name: server.run(name, "CREATE TABLE wp_posts (id integer)"),
        "another product",
        "daykeeper database create",
        id="another product's",
    ),
    pytest.param(
        lambda server, name: at_revision(server, name, "0002"),
        "older release",
        "daykeeper database upgrade",
        id="written by an older release",
    ),
    pytest.param(
        lambda server, name: (
            create(server.local_url(name)),
            server.run(name, f"UPDATE {VERSION_TABLE} SET version_num = '9999'"),
        ),
        "newer release",
        "install that release",
        id="written by a newer release",
    ),
    pytest.param(
        lambda server, name: (
            create(server.local_url(name)),
            server.run(name, "DROP TABLE links"),
        ),
        "table links is missing",
        "last backup",
        id="a table short",
    ),
]


@pytest.mark.parametrize(("spoil", "what", "mend"), FOUND)
def test_a_database_that_is_not_in_order_is_refused_in_one_line(
    server: Server, empty: str, spoil: Callable[[Server, str], object], what: str, mend: str
) -> None:
    spoil(server, empty)

    with pytest.raises(Refusal) as refusal:
        Store.open(server.url(empty), "stoke")

    assert what in refusal.value.problems[0].what
    assert mend in refusal.value.problems[0].mend
    assert PASSWORD not in str(refusal.value)


def test_create_makes_a_database_that_the_server_does_not_have_yet(server: Server) -> None:
    url = server.url('Day keeper "stoke"'.replace('"', "%22").replace(" ", "%20"))

    create(url)

    assert check(url) == []
    with pytest.raises(Refusal, match="one of ours is there"):
        create(url)
    server.drop('"Day keeper ""stoke"""')


def test_create_refuses_a_database_with_something_in_it(server: Server, empty: str) -> None:
    server.run(empty, "CREATE TABLE wp_posts (id integer)")

    for verb in (create, upgrade):
        with pytest.raises(Refusal, match="another product"):
            verb(server.local_url(empty))


def test_a_user_who_may_not_make_a_database_or_a_table_is_told_so(
    server: Server, empty: str, clerk: str
) -> None:
    for database, what in (("not_there", "may not make it"), (empty, "may not make tables")):
        with pytest.raises(Refusal, match=what):
            create(server.url(database, user=clerk))


def test_a_user_who_may_not_write_is_told_so_before_the_first_case(
    server: Server, store: Store, store_url: str, clerk: str
) -> None:
    database = store_url.split("@/")[1].split("?", maxsplit=1)[0]
    server.run(database, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {clerk}")

    with pytest.raises(Refusal, match="may not read or write its table ") as refusal:
        Store.open(server.url(database, user=clerk), "stoke")

    server.run(database, f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {clerk}")
    assert "granted" in refusal.value.problems[0].mend


def test_a_database_in_another_encoding_is_refused(server: Server) -> None:
    with server.connect() as connection:
        connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")

    with pytest.raises(Refusal, match="encoding is LATIN1"):
        create(server.local_url("latin"))

    server.drop("latin")


@pytest.mark.parametrize("revision", ["0001", "0002", "0003"])
def test_upgrade_brings_every_release_to_the_present_one(
    server: Server, empty: str, revision: str
) -> None:
    at_revision(server, empty, revision)

    upgrade(server.local_url(empty))

    assert check(server.local_url(empty)) == []


def test_answers_of_an_older_release_stay_in_their_order(server: Server, empty: str) -> None:
    at_revision(server, empty, "0010")
    values = "('stoke', '{}', 'SC-1', NULL, NULL, NULL, NULL, 'triaged', NULL, NULL, 0, {}, 'chris', 'link', '', '')"
    rows = ", ".join(values.format(*each) for each in [("b", 2), ("B", 2), ("c", 1)])
    server.run(empty, f"INSERT INTO answers VALUES {rows}")

    upgrade(server.local_url(empty))

    store = Store.open(server.local_url(empty), "stoke")
    with store.read() as tx:
        found = tx.answers.of(["SC-1"])["SC-1"]
    store.close()
    assert [one.id for one in found] == ["c", "B", "b"]


def test_the_migrations_make_the_tables_of_the_code(store: Store) -> None:
    with store.read() as tx:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(tx.cases.connection, opts=options)

        assert compare_metadata(context, metadata) == []


def test_without_its_driver_it_says_what_to_install(tmp_path: Path) -> None:
    """Run where psycopg cannot be imported: a folder that stands before it holds one that refuses."""
    (tmp_path / "psycopg.py").write_text("raise ModuleNotFoundError('psycopg')")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from daemon.store import check\n"
        "try: check('postgresql://ann@host/db')\n"
        "except Exception as error: print(error)"
    )

    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == (
        "database: PostgreSQL needs its driver; pip install 'daykeeper[postgres]'"
    )
