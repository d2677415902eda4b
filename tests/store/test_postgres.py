"""A database on a PostgreSQL server: how it is made, refused and reached, and what waits for what."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import event, make_url

from daemon.domain.errors import Refusal
from daemon.domain.person import Person
from daemon.store import Store, StoreLost, StoreUnavailable, check, create, upgrade
from daemon.store.address import backend_of
from daemon.store.clock import ASK_EVERY_S, DatabaseClock
from daemon.store.errors import translated
from daemon.store.lifecycle import VERSION_TABLE, _config
from daemon.store.postgres import PostgresServer
from daemon.store.tables import metadata
from tests.postgres import PASSWORD, Server
from tests.store.plans import PLANS


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


def run(server: Server, database: str, *statements: str) -> None:
    with server.connect(database) as connection:
        for statement in statements:
            connection.execute(statement)


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


def test_a_server_that_stands_still_is_given_up_and_serves_again_once_it_goes_on(
    server: Server, store_url: str
) -> None:
    store = Store.open(f"{store_url}&tcp_user_timeout=1000", "stoke")

    with pytest.raises(StoreUnavailable) as unavailable, store.write() as tx:
        tx.marks.put("before", 1)
        with server.frozen():
            tx.marks.put("meanwhile", 2)

    assert unavailable.value.reason == "no-connection"
    with store.write() as tx:
        assert tx.marks.starting("") == {}
    store.close()


def test_a_statement_that_takes_too_long_is_ended_by_the_server(store_url: str) -> None:
    place = backend_of(f"{store_url}&tcp_user_timeout=1000")
    engine = place.engine()

    with (
        pytest.raises(StoreUnavailable) as unavailable,
        translated(place.reading),
        engine.begin() as connection,
    ):
        connection.exec_driver_sql("SELECT pg_sleep(10)")
    engine.dispose()

    assert unavailable.value.reason == "too-slow"


def test_what_changes_the_tables_may_take_its_time(store_url: str) -> None:
    place = backend_of(f"{store_url}&tcp_user_timeout=1000")
    engine = place.engine(is_patient=True)

    with engine.begin() as connection:
        taken = connection.exec_driver_sql("SELECT 7 FROM pg_sleep(1.5)").scalar()
    engine.dispose()

    assert taken == 7


def test_a_password_with_a_sign_of_addresses_in_it_is_not_shown_as_the_host() -> None:
    with pytest.raises(Refusal) as refusal:
        backend_of("postgresql://ann:inv/ented@4711@127.0.0.1/stoke")

    assert "%40" in str(refusal.value.problems[0])
    assert "4711" not in str(refusal.value.problems[0])


FOUND: list[object] = [
    pytest.param(lambda _server, _name: None, "nothing in this database", "create", id="empty"),
    pytest.param(
        lambda server, name: run(server, name, "CREATE TABLE wp_posts (id integer)"),
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
            run(server, name, f"UPDATE {VERSION_TABLE} SET version_num = '9999'"),
        ),
        "newer release",
        "install that release",
        id="written by a newer release",
    ),
    pytest.param(
        lambda server, name: (
            create(server.local_url(name)),
            run(server, name, "DROP TABLE links"),
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
    run(server, empty, "CREATE TABLE wp_posts (id integer)")

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
    run(server, database, f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {clerk}")

    with pytest.raises(Refusal, match="may not read or write its table cases") as refusal:
        Store.open(server.url(database, user=clerk), "stoke")

    run(server, database, f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {clerk}")
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


def test_the_migrations_make_the_tables_of_the_code(store: Store) -> None:
    with store.read() as tx:
        options = {"version_table": VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(tx.cases.connection, opts=options)

        assert compare_metadata(context, metadata) == []


def test_words_are_in_the_order_of_their_bytes_whatever_the_server_s_language(
    store: Store, store_url: str, now: datetime
) -> None:
    refs = ["SC-10", "SC-9", "sc-1", "SC-é", "SC_1", "SC-1", "S C"]
    with store.write() as tx:
        tx.cases.touch(refs, now)

    with store.read() as tx:
        paged = list(tx.cases.refs(limit=2))
    with psycopg.connect(store_url) as connection:
        otherwise = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE data_type = 'text' "
            "AND table_schema = 'public' AND collation_name IS DISTINCT FROM 'C'"
        ).fetchall()

    assert paged == sorted(refs)
    assert otherwise == []


def test_the_journal_cannot_be_emptied(store: Store, store_url: str) -> None:
    connection = psycopg.connect(store_url, autocommit=True)

    with connection, pytest.raises(psycopg.IntegrityError, match="append-only"):
        connection.execute("TRUNCATE journal")


def test_any_number_may_run(store: Store, store_url: str) -> None:
    second = Store.open(store_url, "devon")

    with store.lock_run(), second.lock_run():
        assert store.is_shared

    second.close()


def test_who_holds_a_lock_for_long_is_waited_for_and_then_told_apart_from_a_loss(
    store: Store, store_url: str, now: datetime
) -> None:
    patient = Store.open(store_url, "stoke", busy_s=0.3)
    with psycopg.connect(store_url) as other:
        other.execute("LOCK TABLE cases")

        with pytest.raises(StoreUnavailable) as refused, patient.write() as tx:
            tx.cases.touch(["SC-1"], now)

    assert refused.value.reason == "locked"
    with patient.write() as tx:
        tx.cases.touch(["SC-1"], now)
        assert tx.cases.count() == 1
    patient.close()


def test_sessions_that_were_ended_cost_one_transaction_at_most(
    store: Store, server: Server, now: datetime
) -> None:
    end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'daykeeper'"

    with pytest.raises(StoreUnavailable) as broken, store.write() as tx:
        tx.cases.touch(["SC-1"], now)
        run(server, "postgres", end_all)
        tx.cases.touch(["SC-2"], now)
    with store.write() as tx:
        tx.cases.touch(["SC-3"], now)
    run(server, "postgres", end_all)  # and while nobody is at work
    with store.read() as tx:
        kept = list(tx.cases.refs())

    assert broken.value.reason in ("server-stopped", "no-connection")
    assert kept == ["SC-3"]


def test_two_who_hold_what_the_other_wants_are_told_to_try_again(
    store: Store, now: datetime
) -> None:
    with store.write() as tx:
        tx.cases.touch(["SC-1", "SC-2"], now)

    with pytest.raises(StoreUnavailable) as refused, store.write() as one, store.write() as two:
        one.cases.touch(["SC-1"], now)
        two.cases.touch(["SC-2"], now)
        one.cases.touch(["SC-2"], now)

    assert refused.value.reason in ("locked", "deadlock")


def test_a_database_that_is_taken_away_is_lost_and_not_merely_unavailable(
    store: Store, server: Server, store_url: str
) -> None:
    run(server, store_url.split("@/")[1].split("?", maxsplit=1)[0], "DROP TABLE cases CASCADE")

    with pytest.raises(StoreLost, match="deleted while in use"), store.read() as tx:
        tx.cases.count()


def test_nothing_of_ours_outlives_its_transaction(store: Store, now: datetime) -> None:
    asked: list[str] = []
    with store.write() as tx:
        connection = tx.cases.connection
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append(said[2]))
        tx.cases.touch(["SC-1"], now)
        tx.journal.write(now, "case.missing", "SC-1", "gone")
        tx.journal.seal(now, 10)
        tx.people.replace([], now)
        prepared = connection.exec_driver_sql(
            "SELECT count(*) FROM pg_prepared_statements"
        ).scalar()

    with store._engine.connect() as pooled, closing(pooled.connection.cursor()) as cursor:
        cursor.execute("SELECT current_setting('lock_timeout')")  # past what begins a transaction
        timeout = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        locks = cursor.fetchone()

    assert prepared == 0
    assert (timeout, locks) == (("0",), (0,))
    assert not [one for one in asked if one.startswith(("SET SESSION", "LISTEN", "PREPARE"))]


def test_the_clock_is_the_database_s_and_is_asked_now_and_then(store: Store) -> None:
    ticked, walled = [0.0], [1000.0]
    asked: list[str] = []
    engine = store._engine
    event.listen(engine, "before_cursor_execute", lambda *said: asked.append(said[2]))
    clock = DatabaseClock(store._backend, engine, tick=lambda: ticked[0], wall=lambda: walled[0])

    def questions(after_s: float, wall_s: float | None = None) -> int:
        ticked[0] += after_s
        walled[0] += after_s if wall_s is None else wall_s
        asked.clear()
        clock()
        return sum("clock_timestamp" in one for one in asked)

    first, start = questions(0), clock()
    later = (questions(ASK_EVERY_S - 1), clock())

    assert (first, later[0]) == (1, 0)
    assert later[1] - start == timedelta(seconds=ASK_EVERY_S - 1)
    assert questions(2) == 1  # 30 seconds are over
    assert questions(2) == 0
    assert questions(2, wall_s=3600) == 1  # this machine slept, or its clock was set
    assert questions(0.5, wall_s=3600) == 0  # once a second is enough
    assert questions(2) == 1
    assert questions(2) == 0


def test_the_clock_goes_on_while_the_database_is_away(server: Server, template: str) -> None:
    name = server.make(template)
    store = Store.open(server.local_url(name), "stoke")
    ticked = [0.0]
    clock = DatabaseClock(
        store._backend, store._engine, tick=lambda: ticked[0], wall=lambda: ticked[0]
    )
    before = clock()
    server.drop(name)
    ticked[0] = 40.0

    with pytest.raises((StoreLost, StoreUnavailable)), store.read():
        pass
    after = clock()

    store.close()
    assert after - before == timedelta(seconds=40)


@pytest.mark.parametrize("ask", PLANS)
def test_what_is_asked_often_can_walk_an_index(
    store: Store, now: datetime, ask: Callable[..., object]
) -> None:
    asked: list[tuple[str, object]] = []
    with store.read() as tx:
        connection = tx.cases.connection
        event.listen(connection, "before_cursor_execute", lambda *said: asked.append(said[2:4]))
        ask(tx, now)
        found = list(asked)
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plans = [
            "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", values))
            for statement, values in found
            if not statement.startswith("SELECT pg_advisory")
        ]

    assert plans
    assert [plan for plan in plans if "Seq Scan" in plan or "Index" not in plan] == []


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


def test_a_character_that_the_server_cannot_hold_stops_nobody(store: Store, now: datetime) -> None:
    with store.write() as tx:
        tx.people.replace([Person("a\0nn", {"email": "ann@council.example"})], now)

    with store.read() as tx:
        assert [one.id for one in tx.people.all()] == ["a\ufffdnn"]
