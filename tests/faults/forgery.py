"""Somebody with the database and without scruples: what is done to a journal's chain, and whether it is found.

Each trial writes to the stored rows themselves, with the triggers taken away, and undoes it again.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from time import monotonic
from typing import Any

import psycopg

from daemon.store import Store, Verdict

ENTRIES = 200
CONTENT = ("at", "kind", "about", "because", "data")
COLUMNS = ("id", "authority", "number", *CONTENT, "sealed_at", "hash")
TRIGGERS = ("journal_keeps_all", "journal_keeps_words", "journal_keeps_seals")


@dataclass(frozen=True, slots=True)
class Trials:
    """How many were made, how many of these were found, and how many left a clean chain once undone."""

    made: int
    found: int
    clean: int
    seconds: float


class Forger:
    """A connection past the store, whatever database it is."""

    def __init__(self, url: str) -> None:
        """Come in."""
        is_file = url.startswith("sqlite:")
        self.mark, self.where = ("?", "") if is_file else ("%s", " ON journal")
        self.connection: Any = (
            sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
            if is_file
            else psycopg.connect(url, autocommit=True)
        )
        if is_file:
            self.execute("PRAGMA synchronous = OFF")  # it is no friend of ours, and in a hurry

    def execute(self, statement: str, parameters: Sequence[object] = ()) -> Any:
        """Return the cursor of one statement, written for SQLite."""
        return self.connection.execute(statement.replace("?", self.mark), parameters or ())

    def silence(self) -> None:
        """Make the database say nothing to all that follows."""
        for trigger in TRIGGERS:
            self.execute(f"DROP TRIGGER {trigger}{self.where}")

    def rows(self) -> list[tuple[Any, ...]]:
        """Return the whole table."""
        return list(self.execute(f"SELECT {', '.join(COLUMNS)} FROM journal"))

    def put_back(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Make the table what it was: what was changed goes, what is missing comes back."""
        changed = set(self.rows()) ^ set(rows)
        names, marks = ", ".join(COLUMNS), ", ".join([self.mark] * len(COLUMNS))
        with self.at_once():
            cursor = self.connection.cursor()
            ids = [(id_,) for id_ in sorted({row[0] for row in changed})]
            cursor.executemany(f"DELETE FROM journal WHERE id = {self.mark}", ids)
            missing = [row for row in rows if row in changed]
            cursor.executemany(f"INSERT INTO journal ({names}) VALUES ({marks})", missing)

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Do several things in one transaction."""
        self.execute("BEGIN")
        yield
        self.execute("COMMIT")

    def close(self) -> None:
        """Go."""
        self.connection.close()


def write_chain(store: Store, now: datetime, entries: int = ENTRIES) -> None:
    """Write and seal a chain."""
    with store.write() as tx:
        for number in range(entries):
            tx.journal.write(
                now + timedelta(minutes=number),
                "obligation.opened",
                f"SC-{number}/invite-list/icpc-1",
                f"the strategy discussion of day {number} is recorded",
                {"due_in": number, "über": [None, True, "é"]},
            )
        tx.journal.seal(now + timedelta(days=1), entries)


def verify(store: Store, outside: tuple[int, str] | None = None) -> Verdict:
    """Return what the journal says of itself."""
    with store.read() as tx:
        return tx.journal.verify(outside)


def flip(forger: Forger, chance: Random) -> None:
    """Change one letter, or one bit of a number, in one place."""
    number, column = chance.randrange(1, ENTRIES + 1), chance.choice(COLUMNS)
    where = "WHERE number = ?"
    (value,) = forger.execute(f"SELECT {column} FROM journal {where}", (number,)).fetchone()
    if isinstance(value, int):
        changed: object = value ^ 1 << chance.randrange(40)
        if column in ("id", "number"):
            taken = {found for (found,) in forger.execute(f"SELECT {column} FROM journal")}
            if changed in taken:
                changed = value + 100_000
    else:
        at = chance.randrange(len(value))
        letter = chance.choice([each for each in 'abc019{"\\ é' if each != value[at]])
        changed = value[:at] + letter + value[at + 1 :]
    forger.execute(f"UPDATE journal SET {column} = ? {where}", (changed, number))


def delete(forger: Forger, chance: Random) -> None:
    """Take out some entries that follow each other; at the end, only a head kept outside tells."""
    first = chance.randrange(1, ENTRIES + 1)
    forger.execute(
        "DELETE FROM journal WHERE number BETWEEN ? AND ?", (first, first + chance.randrange(4))
    )


def truncate(forger: Forger, chance: Random) -> None:
    """Take away the last entries: the chain that is left is whole, but for the head kept outside."""
    forger.execute("DELETE FROM journal WHERE number > ?", (ENTRIES - chance.randrange(1, 40),))


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
    names = ", ".join(column for column in COLUMNS if column not in ("id", "number"))
    copy = forger.execute(f"SELECT {names} FROM journal WHERE number = ?", (copied,)).fetchone()
    forger.execute("UPDATE journal SET number = -number WHERE number >= ?", (before,))
    forger.execute("UPDATE journal SET number = 1 - number WHERE number < 0")
    marks = ", ".join("?" * (len(COLUMNS)))
    forger.execute(
        f"INSERT INTO journal (id, number, {names}) VALUES ({marks})", (999_999, before, *copy)
    )


FORGERIES: dict[str, Callable[[Forger, Random], None]] = {
    "flip": flip,
    "delete": delete,
    "truncate": truncate,
    "reorder": reorder,
    "insert": insert,
}


def attempt(store: Store, forger: Forger, name: str, seed: int, trials: int) -> Trials:
    """Forge so often, and return how often it was found against a head kept outside, and undone."""
    begun, chance = monotonic(), Random(f"{name}/{seed}")
    with store.read() as tx:
        head = tx.journal.head()
    whole = forger.rows()
    found = clean = 0
    for _ in range(trials):
        with forger.at_once():
            FORGERIES[name](forger, chance)
        found += not verify(store, head).ok
        forger.put_back(whole)
        clean += verify(store, head) == Verdict(ok=True, entries=ENTRIES)
    return Trials(trials, found, clean, monotonic() - begun)


def forge(url: str, now: datetime, seed: int, trials: int = 1000) -> dict[str, Trials]:
    """Return what came of every kind of forgery on a chain made in an empty database: the long form."""
    store = Store.open(url, "stoke")
    with closing(store), closing(Forger(url)) as forger:
        write_chain(store, now)
        forger.silence()
        return {name: attempt(store, forger, name, seed, trials) for name in FORGERIES}
