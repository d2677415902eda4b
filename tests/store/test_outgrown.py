"""A database whose shape changes while processes are at work on it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from daemon.domain.errors import Refusal
from daemon.store import Store, StoreOutgrown, create, upgrade
from daemon.store.lifecycle import VERSION_TABLE


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def store_url(tmp_path) -> str:
    url = f"sqlite:///{tmp_path}/state/daykeeper.db"
    create(url)
    return url


@pytest.fixture
def store(store_url):
    opened = Store.open(store_url, "stoke")
    yield opened
    opened.close()


def put_revision(store, revision):
    with store.write() as tx:
        tx.words.connection.execute(
            text(f"UPDATE {VERSION_TABLE} SET version_num = :r"),
            {"r": revision},
        )


def test_a_process_says_that_the_database_has_outgrown_it(store):
    with store.read() as tx:
        store.must_fit(tx)
    put_revision(store, "9999")

    with (
        pytest.raises(StoreOutgrown, match="a newer release has brought this database up to date"),
        store.read() as tx,
    ):
        store.must_fit(tx)


@pytest.mark.parametrize("lease", ["run/run-1", "worker/worker-1"])
def test_a_database_is_not_brought_up_to_date_under_a_process_that_is_at_work(
    store, store_url, lease
):
    put_revision(store, "0010")
    now = datetime.now(UTC)
    with store.write() as tx:
        tx.leases.take(lease, lease.partition("/")[2], now, 15)

    with pytest.raises(Refusal, match=r"in use: (run|worker)-1; stop every run and worker first"):
        upgrade(store_url)


def test_processes_that_are_gone_hold_up_no_upgrade_and_nothing_does_where_nothing_changes(
    store, store_url
):
    now = datetime.now(UTC)
    with store.write() as tx:
        tx.leases.take("run/run-1", "run-1", now, 15)
    upgrade(store_url)
    with store.write() as tx:
        tx.leases.release("run/run-1", "run-1", now + timedelta(seconds=1))
        tx.leases.take("leader", "run-1", now, 15)

    upgrade(store_url)
