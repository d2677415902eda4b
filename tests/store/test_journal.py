"""The journal: it only grows, in one chain, and whatever is done to it behind our back shows."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

import psycopg
import pytest

from daemon.store import Store, Verdict

ENTRIES = 25
TRIALS = 100
COLUMNS = ("authority", "number", "at", "kind", "about", "because", "data", "sealed_at", "hash")
CONTENT = ("at", "kind", "about", "because", "data")


class Forger:
    """Somebody with the database and without scruples, whatever database it is; each word is kept at once."""

    def __init__(self, url: str) -> None:
        is_file = url.startswith("sqlite:")
        self.mark = "?" if is_file else "%s"
        self.connection: Any = (
            sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
            if is_file
            else psycopg.connect(url, autocommit=True)
        )

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> Any:
        """Return the cursor of one statement, written for SQLite."""
        return self.connection.execute(statement.replace("?", self.mark), parameters or ())

    def executemany(self, statement: str, rows: Sequence[Sequence[object]]) -> None:
        """Do the same for many rows."""
        self.connection.cursor().executemany(statement.replace("?", self.mark), rows)

    def close(self) -> None:
        """Go."""
        self.connection.close()


@pytest.fixture
def sealed(store: Store, now: datetime) -> Store:
    """Return a store whose journal is sealed."""
    for number in range(ENTRIES):
        with store.write() as tx:
            tx.journal.write(
                now + timedelta(minutes=number),
                "obligation.opened",
                f"SC-{number}/invite-list/icpc-1",
                f"the strategy discussion of day {number} is recorded",
                {"due_in": number, "über": [None, True, "é"]},
            )
    with store.write() as tx:
        tx.journal.seal(now + timedelta(days=1), 1000)
    return store


@pytest.fixture
def intruder(sealed: Store, store_url: str) -> Iterator[Forger]:
    """Return somebody to whom the database says no."""
    one = Forger(store_url)
    yield one
    one.close()


@pytest.fixture
def forger(intruder: Forger, backend: str) -> Forger:
    """Return somebody who has made the database say nothing."""
    for trigger in ("journal_keeps_all", "journal_keeps_words", "journal_keeps_seals"):
        where = "" if backend == "sqlite" else " ON journal"
        intruder.execute(f"DROP TRIGGER {trigger}{where}")
    return intruder


def verify(store: Store, outside: tuple[int, str] | None = None) -> Verdict:
    with store.read() as tx:
        return tx.journal.verify(outside)


def test_what_is_written_comes_back_in_order(store: Store, now: datetime) -> None:
    with store.write() as tx:
        tx.journal.write(
            now, "obligation.opened", "SC-1/r/case", "it is recorded", {"b": 1, "a": [2]}
        )
        tx.journal.write_many(
            now,
            [
                ("rung.skipped", "SC-1/r/case", "its moment is past", {}),
                ("feed.read", "diary", "time", {}),
            ],
        )
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
        '"because":"she said \\"é\\"","data":{"a":null,"b":1},"kind":"notice.fired","number":1,'
        '"sealed_at":"2026-03-02T09:00:01.000000+00:00"}'
    )
    assert head == sha256(("0" * 64 + entry).encode()).hexdigest()


def test_two_that_seal_at_once_make_one_chain(store: Store, store_url: str, now: datetime) -> None:
    first, second = (Store.open(store_url, "stoke") for _ in range(2))
    with store.write() as tx:
        tx.journal.write_many(
            now, [("notice.fired", f"n-{number}", "due", {}) for number in range(200)]
        )

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


def flip(forger: Forger, chance: Random) -> None:
    """Change one letter, or one bit of a number, in one place."""
    number, column = chance.randrange(1, ENTRIES + 1), chance.choice(COLUMNS)
    where = "WHERE number = ?"
    (value,) = forger.execute(f"SELECT {column} FROM journal {where}", (number,)).fetchone()
    if isinstance(value, int):
        changed: object = value ^ 1 << chance.randrange(40)
        taken = {found for (found,) in forger.execute("SELECT number FROM journal")}
        if column == "number" and changed in taken:
            changed = value + 1000
    else:
        at = chance.randrange(len(value))
        letter = chance.choice([each for each in 'abc019{"\\ é' if each != value[at]])
        changed = value[:at] + letter + value[at + 1 :]
    forger.execute(f"UPDATE journal SET {column} = ? {where}", (changed, number))


def delete(forger: Forger, chance: Random) -> None:
    """Take out some entries that follow each other; at the end, only a head kept outside tells."""
    first = chance.randrange(1, ENTRIES + 1)
    last = first + chance.randrange(4)
    forger.execute("DELETE FROM journal WHERE number BETWEEN ? AND ?", (first, last))


def reorder(forger: Forger, chance: Random) -> None:
    """Let two entries change places, with their seals or without."""
    one, two = chance.sample(range(1, ENTRIES + 1), 2)
    if chance.random() < 0.5:
        forger.execute("UPDATE journal SET number = -1 WHERE number = ?", (one,))
        forger.execute("UPDATE journal SET number = ? WHERE number = ?", (one, two))
        forger.execute("UPDATE journal SET number = ? WHERE number = -1", (two,))
        return
    names = ", ".join(CONTENT)
    query = f"SELECT {names} FROM journal WHERE number = ?"
    rows = {number: forger.execute(query, (number,)).fetchone() for number in (one, two)}
    for number, other in ((one, two), (two, one)):
        forger.execute(
            f"UPDATE journal SET ({names}) = (?, ?, ?, ?, ?) WHERE number = ?",
            (*rows[other], number),
        )


def insert(forger: Forger, chance: Random) -> None:
    """Slip in an entry that is a copy of another, and let the later ones move up."""
    before, copied = chance.randrange(1, ENTRIES + 1), chance.randrange(1, ENTRIES + 1)
    names = ", ".join(column for column in COLUMNS if column != "number")
    copy = forger.execute(f"SELECT {names} FROM journal WHERE number = ?", (copied,)).fetchone()
    for number in range(ENTRIES, before - 1, -1):
        forger.execute("UPDATE journal SET number = ? WHERE number = ?", (number + 1, number))
    marks = ", ".join("?" * len(COLUMNS))
    forger.execute(f"INSERT INTO journal (number, {names}) VALUES ({marks})", (before, *copy))


@pytest.mark.parametrize("forge", [flip, delete, reorder, insert])
def test_whatever_is_done_to_the_chain_is_found(
    sealed: Store, forger: Forger, forge: Callable[[Forger, Random], None]
) -> None:
    chance = Random(2026)
    with sealed.read() as tx:
        head = tx.journal.head()
    whole = forger.execute("SELECT * FROM journal").fetchall()
    marks = ", ".join("?" * len(whole[0]))

    found = []
    for _ in range(TRIALS):
        forge(forger, chance)
        found.append(not verify(sealed, head).ok)
        forger.execute("DELETE FROM journal")
        forger.executemany(f"INSERT INTO journal VALUES ({marks})", whole)

    assert found == [True] * TRIALS
    assert verify(sealed, head) == Verdict(ok=True, entries=ENTRIES)


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
