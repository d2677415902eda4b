"""Transactions: whole or not at all, one writer at a time, one run, one authority."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from daemon.domain.notice import Notice
from daemon.domain.track import Track
from daemon.store import CaseRow, Store, StoreConflict, StoreUnavailable, check
from tests.store.plans import HELD, PLANS

IN_A_CHILD = {"env": os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}}


def test_a_transaction_that_fails_leaves_nothing_behind(
    store: Store, track: Callable[..., Track], now: datetime
) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as tx:
        tx.obligations.save([track()])
        tx.journal.write(now, "obligation.opened", track().id, "it is recorded")
        raise ZeroDivisionError

    with store.read() as tx:
        assert tx.obligations.get(track().id) is None
        assert tx.journal.of(track().id) == []


def test_words_of_a_transaction_that_fails_are_not_remembered(
    store: Store, store_url: str, track: Callable[..., Track]
) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as tx:
        tx.obligations.save([track(rule="never-kept")])
        raise ZeroDivisionError

    with store.write() as tx:
        tx.obligations.save([track(rule="kept"), track(rule="never-kept")])

    another = Store.open(store_url, "stoke")
    for each in (store, another):
        with each.read() as tx:
            assert {one.rule for one in tx.obligations.of(["SC-1"])["SC-1"]} == {
                "kept",
                "never-kept",
            }
    another.close()


def test_a_reader_sees_one_moment(store: Store, now: datetime) -> None:
    with store.read() as reading:
        before = reading.cases.count()
        with store.write() as writing:
            writing.cases.touch(["SC-1"], now)

        assert reading.cases.count() == before == 0
    with store.read() as reading:
        assert reading.cases.count() == 1


def test_one_authority_never_sees_another_s(
    store: Store,
    store_url: str,
    track: Callable[..., Track],
    notice: Callable[..., Notice],
    now: datetime,
) -> None:
    devon = Store.open(store_url, "devon")
    with store.write() as tx:
        tx.obligations.save([track(next_at=now)])
        tx.notices.insert([notice()])
        tx.cases.assessed([CaseRow("SC-1")])
        tx.journal.write(now, "obligation.opened", track().id, "it is recorded")
        tx.journal.seal(now, 10)

    with devon.write() as tx:
        assert tx.obligations.of(["SC-1"]) == {}
        assert tx.obligations.due(now, 10) == []
        assert tx.notices.waiting(None, now, 10) == []
        assert tx.cases.count() == 0
        assert tx.journal.head()[0] == 0
        assert tx.notices.insert([notice()]) == [notice()]
        tx.cases.touch_all(now)
        tx.people.replace([], now)
    devon.close()

    with store.read() as tx:
        assert tx.cases.due(now, 10) == []


def test_a_mistake_of_ours_names_no_value(store: Store, now: datetime) -> None:
    with pytest.raises(StoreConflict) as error, store.write() as tx:
        tx.numbers.save("SC-CANARY", "icpc", now.date(), 1)
        tx.numbers.save("SC-CANARY", "icpc", now.date() + timedelta(days=1), 1)

    assert "numbers" in str(error.value)
    assert "CANARY" not in str(error.value)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_another_process_that_writes_for_too_long_is_told_apart_from_a_loss(
    store: Store, path: Path
) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailable) as refused, store.write():
        pytest.fail("two writers at once")
    other.execute("ROLLBACK")
    other.close()

    assert refused.value.reason == "locked"
    with store.write() as tx:
        assert tx.cases.count() == 0


def test_two_threads_that_claim_share_the_work_and_nothing_is_taken_twice(
    store: Store, notice: Callable[..., Notice], outgoing: Callable[..., object], now: datetime
) -> None:
    waiting = [notice(person=f"p{number:03}") for number in range(120)]
    with store.write() as tx:
        tx.notices.insert(waiting)

    def work(name: str) -> list[str]:
        taken: list[str] = []
        while True:
            with store.write() as tx:
                first = tx.notices.waiting(None, now, 1)
                if not first:
                    return taken
                message = outgoing(f"{name}-{len(taken)}")
                if claimed := tx.notices.claim({first[0].key: message.id}):  # type: ignore[attr-defined]
                    tx.messages.open(message)  # type: ignore[arg-type]
                taken += map(str, claimed)

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(work, ["one", "two"])

    assert sorted(one + two) == sorted(str(each.key) for each in waiting)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_second_run_on_the_same_file_is_refused_with_the_process_that_holds_it(
    store: Store, store_url: str
) -> None:
    second = (
        "import sys; from daemon.store import Store\n"
        "Store.open(sys.argv[1], 'stoke').lock_run().__enter__()"
    )

    with store.lock_run():
        refused = subprocess.run(
            [sys.executable, "-c", second, store_url],
            **IN_A_CHILD,
            capture_output=True,
            text=True,
            check=False,
        )
    after = subprocess.run([sys.executable, "-c", second, store_url], **IN_A_CHILD, check=False)

    assert f"another run (process {os.getpid()}) keeps this database" in refused.stderr
    assert after.returncode == 0


KILLED = """
import sys
from datetime import datetime, UTC
from itertools import count
from daemon.domain.obligation import State
from daemon.domain.track import Track
from daemon.store import Store

now = datetime.now(UTC)
store = Store.open(sys.argv[1], "stoke")
with store.read() as tx:
    first = tx.cases.count()
for number in count(first):
    ref = f"SC-{number:05}"
    track = Track(f"{ref}/r/case", ref, None, "r", "p", "d", "case", State.OPEN, now)
    with store.write() as tx:
        tx.cases.touch([ref], now)
        tx.obligations.save([track])
        tx.journal.write(now, "obligation.opened", track.id, "it is recorded")
        tx.journal.seal(now, 10)
    print(ref, flush=True)
"""


def test_what_was_acknowledged_before_a_kill_is_there_whole(store: Store, store_url: str) -> None:
    acknowledged: list[str] = []

    for kills in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", KILLED, store_url],
            **IN_A_CHILD,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        acknowledged += [child.stdout.readline().strip() for _ in range(3 + 7 * kills)]
        child.send_signal(signal.SIGKILL)
        acknowledged += child.stdout.read().split()
        child.stdout.close()
        child.wait()

    with store.read() as tx:
        kept = set(tx.cases.refs())
        tracks = {ref for ref, found in tx.obligations.of(kept).items() if len(found) == 1}
        entries = {entry.about.split("/")[0] for entry in tx.journal.of("SC-")}
        verdict = tx.journal.verify()
    assert check(store_url) == []
    assert set(acknowledged) <= kept
    assert len(kept) <= len(acknowledged) + 6  # committed, but killed before it could say so
    assert kept == tracks == entries
    assert verdict.ok
    assert verdict.entries == len(kept)


def plans_of(
    store: Store, path: Path, now: datetime, ask: Callable[..., object]
) -> list[list[str]]:
    """Return the steps of each statement that is asked."""
    asked: list[tuple[str, object]] = []
    with store.read() as tx:
        event.listen(
            tx.cases.connection, "before_cursor_execute", lambda *said: asked.append(said[2:4])
        )
        ask(tx, now)
    with sqlite3.connect(path) as connection:
        plans = [
            [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            for statement, parameters in asked
        ]
    connection.close()
    return plans


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("ask", "index"), HELD)
def test_what_is_held_is_found_without_reading_all_else(
    store: Store, path: Path, now: datetime, ask: Callable[..., object], index: str
) -> None:
    ((first, *_),) = plans_of(store, path, now, ask)

    assert index in first


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("ask", PLANS)
def test_what_is_asked_often_walks_an_index_and_never_a_table(
    store: Store, path: Path, now: datetime, ask: Callable[..., object]
) -> None:
    plans = plans_of(store, path, now, ask)

    assert plans
    steps = [step for plan in plans for step in plan]
    assert [step for step in steps if step.startswith("SCAN") and "CONSTANT" not in step] == []
    assert all(any("INDEX" in step for step in plan) for plan in plans)
