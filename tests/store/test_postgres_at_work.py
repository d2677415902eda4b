"""A database on a PostgreSQL server at work: what waits for what, what is lost, and what is only late."""

from contextlib import closing, suppress
from datetime import datetime

import psycopg
import pytest
from sqlalchemy import event

from daemon.domain.person import Person
from daemon.store import Store, StoreLost, StoreUnavailable
from daemon.store.ground.errors import translated
from daemon.store.place.address import backend_of
from tests.postgres import Server


@pytest.fixture
def backend() -> str:
    return "postgres"


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


def test_whoever_goes_on_after_a_broken_connection_is_told_that_it_is_broken(
    store: Store, store_url: str
) -> None:
    end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'daykeeper'"

    with pytest.raises(StoreUnavailable) as broken, store.write() as tx:
        tx.marks.put("before", 1)
        with psycopg.connect(store_url, autocommit=True) as other:
            other.execute(end_all)
        with suppress(Exception), tx.as_one():
            tx.marks.put("meanwhile", 2)
        tx.marks.put("after", 3)

    assert broken.value.reason == "no-connection"
    with store.read() as tx:
        assert tx.marks.starting("") == {}


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
        server.run("postgres", end_all)
        tx.cases.touch(["SC-2"], now)
    with store.write() as tx:
        tx.cases.touch(["SC-3"], now)
    server.run("postgres", end_all)  # and while nobody is at work
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
    server.run(store_url.split("@/")[1].split("?", maxsplit=1)[0], "DROP TABLE cases CASCADE")

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


def test_a_character_that_the_server_cannot_hold_stops_nobody(store: Store, now: datetime) -> None:
    with store.write() as tx:
        tx.people.replace([Person("a\0nn", {"email": "ann@council.example"})], now)

    with store.read() as tx:
        assert [one.id for one in tx.people.all()] == ["a\ufffdnn"]
