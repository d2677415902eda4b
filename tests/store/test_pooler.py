"""Through a transaction pooler that has three connections: what holds without it holds, for any number of us."""

from collections.abc import Callable
from datetime import datetime

import pytest

from daemon.domain.notice import Notice
from daemon.store import Store
from tests.pooler import Pooler
from tests.postgres import Server
from tests.store.test_all_at_once import (  # noqa: F401 - these are its tests, and what they stand on
    doings,
    stores,
    test_everything_done_by_all_at_once_breaks_no_rule,
    test_the_same_thing_done_by_all_at_once_breaks_no_rule,
)
from tests.store.test_races import (  # noqa: F401 - as above
    test_of_many_who_take_a_lease_each_time_it_ends_one_gets_each_epoch,
    test_the_same_notices_and_words_written_by_many_at_once_are_written_once,
)

MANY = 12  # stores, each with connections of its own


@pytest.fixture
def backend() -> str:
    return "postgres"


@pytest.fixture
def store_url(pooled_url: str) -> str:
    """Return where a database of ours is, through the pooler."""
    return pooled_url


def test_more_of_us_than_it_has_connections_work_at_the_same_time(
    store_url: str, pooler: Pooler, server: Server, notice: Callable[..., Notice], now: datetime
) -> None:
    opened = [Store.open(store_url, "stoke") for _ in range(MANY)]

    for turn in range(3):
        for at, each in enumerate(opened):
            with each.write() as tx:
                tx.notices.insert([notice(occurrence=turn, person=f"p{at}")])
    with opened[0].read() as tx:
        waiting = tx.notices.waiting(None, now, 1000)
    name = store_url.rpartition("/")[2]
    with server.connect() as connection:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        (many,) = connection.execute(query, (name,)).fetchone() or (0,)
    for each in opened:
        each.close()

    assert len(waiting) == 3 * MANY
    assert 1 <= int(str(many)) <= 3
