"""The journal: it only grows, in one chain, and whatever is done to it behind our back shows."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Event

import psycopg
import pytest

from daemon.store import Store, Verdict
from tests.faults.forgery import FORGERIES, Forger, attempt, verify, write_chain

TRIALS = 200  # of each of five kinds: a thousand


@pytest.fixture
def sealed(store: Store, now: datetime) -> Store:
    """Return a store whose journal is sealed."""
    write_chain(store, now)
    return store


@pytest.fixture
def intruder(sealed: Store, store_url: str) -> Iterator[Forger]:
    """Return somebody to whom the database says no."""
    one = Forger(store_url)
    yield one
    one.close()


@pytest.fixture
def forger(intruder: Forger) -> Forger:
    """Return somebody who has made the database say nothing."""
    intruder.silence()
    return intruder


def test_what_is_written_comes_back_in_order(store: Store, now: datetime) -> None:
    with store.write() as tx:
        tx.journal.write(
            now, "obligation.opened", "SC-1/r/case", "it is recorded", {"b": 1, "a": [2]}
        )
        tx.journal.write(now, "rung.skipped", "SC-1/r/case", "its moment is past")
        tx.journal.write(now, "feed.read", "diary", "time")
        seen = tx.journal.of("SC-1/")

    with store.read() as tx:
        kept = tx.journal.of("SC-1/")
    assert [(entry.kind, entry.because, entry.data) for entry in seen] == [
        ("obligation.opened", "it is recorded", {"a": [2], "b": 1}),
        ("rung.skipped", "its moment is past", {}),
    ]
    assert kept == seen
    assert {entry.number for entry in kept} == {None}


def test_seals_are_gapless_and_in_the_order_of_writing(store: Store, now: datetime) -> None:
    for number in range(7):
        with store.write() as tx:
            tx.journal.write(
                now - timedelta(hours=number), "notice.fired", f"n-{number}", "it was due"
            )

    with store.write() as tx:
        counts = [tx.journal.seal(now, 3) for _ in range(4)]
        chain = tx.journal.of("n-")
        head = tx.journal.head()

    assert counts == [3, 3, 1, 0]
    assert [(entry.number, entry.about) for entry in chain] == [(n + 1, f"n-{n}") for n in range(7)]
    assert head == (7, chain[-1].hash)
    assert verify(store) == Verdict(ok=True, entries=7)


def test_the_chain_can_be_recomputed_from_its_description_alone(
    store: Store, now: datetime
) -> None:
    with store.write() as tx:
        tx.journal.write(
            now, "notice.fired", "SC-1/r/case|due|0|ann|email", 'she said "é"', {"b": 1, "a": None}
        )
        tx.journal.seal(now + timedelta(seconds=1), 10)
        _, head = tx.journal.head()

    entry = (
        '{"about":"SC-1/r/case|due|0|ann|email","at":"2026-03-02T09:00:00.000000+00:00","authority":"stoke",'
        '"because":"she said \\"é\\"","data":{"a":null,"b":1},"id":1,"kind":"notice.fired","number":1,'
        '"sealed_at":"2026-03-02T09:00:01.000000+00:00"}'
    )
    assert head == sha256(("0" * 64 + entry).encode()).hexdigest()


def test_two_that_seal_at_once_make_one_chain(store: Store, store_url: str, now: datetime) -> None:
    first, second = (Store.open(store_url, "stoke") for _ in range(2))
    with store.write() as tx:
        for number in range(200):
            tx.journal.write(now, "notice.fired", f"n-{number}", "due")

    def seal(by: Store) -> int:
        done = 0
        for _ in range(40):
            with by.write() as tx:
                done += tx.journal.seal(now, 5)
        return done

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(seal, [first, second]))
    first.close()
    second.close()

    assert sum(counts) == 200
    assert verify(store) == Verdict(ok=True, entries=200)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE journal SET because = 'never' WHERE number = 3",
        "UPDATE journal SET number = NULL WHERE number = 3",
        "UPDATE journal SET hash = 'x' WHERE number = 3",
        "DELETE FROM journal WHERE number = 3",
        "UPDATE journal SET about = 'other' WHERE number IS NULL",
        "DELETE FROM journal WHERE number IS NULL",
    ],
)
def test_the_database_itself_refuses_to_change_what_is_written(
    sealed: Store, intruder: Forger, now: datetime, change: str
) -> None:
    with sealed.write() as tx:
        tx.journal.write(now, "notice.fired", "not sealed yet", "due")

    with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="append-only"):
        intruder.execute(change)

    assert verify(sealed).ok


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORGERIES)
def test_whatever_is_done_to_the_chain_is_found(sealed: Store, forger: Forger, kind: str) -> None:
    result = attempt(sealed, forger, kind, 2026, TRIALS)

    print(f"{kind}: {result.found} of {result.made} found in {result.seconds:.1f} s")
    assert (result.made, result.found, result.clean) == (TRIALS, TRIALS, TRIALS)


def test_the_verdict_says_where_the_chain_breaks_and_why(sealed: Store, forger: Forger) -> None:
    forger.execute("DELETE FROM journal WHERE number = 3")

    assert verify(sealed) == Verdict(
        ok=False, entries=2, broken_at=3, why="number 4 stands in its place"
    )


def test_a_tail_that_was_cut_off_shows_only_against_a_head_kept_outside(
    sealed: Store, forger: Forger
) -> None:
    with sealed.read() as tx:
        head = tx.journal.head()
    forger.execute("DELETE FROM journal WHERE number > 20")

    verdict = verify(sealed, head)

    assert verify(sealed).ok
    assert (verdict.ok, verdict.broken_at) == (False, 21)


def test_a_chain_that_was_rebuilt_shows_against_a_head_kept_outside(
    sealed: Store, forger: Forger, now: datetime
) -> None:
    with sealed.read() as tx:
        head = tx.journal.head()
    forger.execute("UPDATE journal SET because = 'another story' WHERE number = 3")
    forger.execute("UPDATE journal SET number = NULL, hash = NULL, sealed_at = NULL")

    with sealed.write() as tx:
        tx.journal.seal(now, 1000)

    assert verify(sealed).ok
    assert not verify(sealed, head).ok


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)  # a server takes no such bytes
def test_bytes_that_are_no_text_are_a_broken_entry_and_not_a_crash(
    sealed: Store, forger: Forger
) -> None:
    forger.execute("UPDATE journal SET because = CAST(x'ff00fe' AS TEXT) WHERE number = 4")

    assert verify(sealed) == Verdict(ok=False, entries=3, broken_at=4, why="it is not text")


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)  # SQLite has one writer
def test_what_commits_late_is_sealed_later_and_nobody_waits(
    store: Store, store_url: str, now: datetime
) -> None:
    other = Store.open(store_url, "stoke", busy_s=1.0)
    with store.write() as slow:
        slow.journal.write(now, "notice.fired", "n-slow", "due")
        slow.journal.flush()  # it has the lowest id, and is not committed
        with other.write() as tx:
            tx.journal.write(now, "notice.fired", "n-quick", "due")
        with other.write() as sealing:
            first = sealing.journal.seal(now, 10)
            slow.journal.write(now, "notice.fired", "n-slower", "due")
            slow.journal.flush()  # while somebody seals
    with other.write() as tx:
        second = tx.journal.seal(now, 10)
        chain = sorted((one.number, one.about) for one in tx.journal.of("n-"))
    other.close()

    assert (first, second) == (1, 2)
    assert chain == [(1, "n-quick"), (2, "n-slow"), (3, "n-slower")]
    assert verify(store) == Verdict(ok=True, entries=3)


def test_writers_go_on_while_a_backlog_is_sealed_and_no_entry_is_left_or_sealed_twice(
    store_url: str, now: datetime
) -> None:
    store, sealer = (Store.open(store_url, "stoke") for _ in range(2))
    is_over = Event()

    def seal() -> int:
        done = 0
        while True:
            was_over = is_over.is_set()
            with sealer.write() as tx:
                some = tx.journal.seal(now, 50)
            done += some
            if was_over and not some:
                return done

    def write(name: str) -> None:
        for number in range(60):
            with store.write() as tx:
                for _ in range(3):
                    tx.journal.write(now, "notice.fired", f"{name}-{number}", "due")

    with ThreadPoolExecutor(4) as pool:
        sealing = pool.submit(seal)
        try:
            list(pool.map(write, "abc"))
        finally:
            is_over.set()
        sealed = sealing.result()
    verdict = verify(store)
    for one in (store, sealer):
        one.close()

    assert sealed == 540
    assert verdict == Verdict(ok=True, entries=540)
