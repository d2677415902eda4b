"""What was decided and why: append-only, then sealed into a hash chain by the one leader.

An entry's hash is the SHA-256, in hex, of the hash before it (64 noughts before the first) and the
entry as UTF-8 JSON with sorted keys, no spaces and nothing escaped that need not be: about, at,
authority, because, data, id, kind, number, sealed_at; moments as ISO 8601 with microseconds, +00:00.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Result,
    Select,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    text,
    type_coerce,
)
from sqlalchemy.exc import DBAPIError

from daemon.domain.sent import Head
from daemon.store.columns import Instant, Json, canonical, metadata, micros, moment, partial
from daemon.store.gateway import Gateway

GENESIS = "0" * 64
UNSEALED = text("number IS NULL")
ASKED_FOR = (
    *("approval.answered", "draft.sent", "draft.withheld"),
    *("obligation.moved", "role.unheld"),
)  # of these kinds all entries since a moment are asked for
ASKED = text(f"kind IN ({', '.join(map(repr, ASKED_FOR))})")
ROWS_AT_ONCE = 1000
NO_TEXT = "it is not text"

journal = Table(
    "journal",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("authority", Text, nullable=False),
    Column("number", BigInteger().with_variant(Integer, "sqlite")),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("because", Text, nullable=False),
    Column("data", Json, nullable=False),
    Column("sealed_at", Instant),
    Column("hash", Text),
    UniqueConstraint("authority", "number"),
    partial("ix_journal_unsealed", "authority", "id", where=UNSEALED),
    partial("ix_journal_asked", "authority", "kind", "at", where=ASKED),
    Index("ix_journal_about", "authority", "about"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal. `number` None: it is not sealed yet."""

    number: int | None
    at: datetime
    kind: str
    about: str
    because: str
    data: Mapping[str, Any]
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the chain holds: `entries` of it do, `broken_at` is the first that does not."""

    ok: bool
    entries: int
    broken_at: int | None = None
    why: str | None = None


ENTRY = [journal.c[name] for name in Entry.__slots__]
WRITTEN = ("at", "kind", "about", "because", "data")
HASHED = ("about", "at", "because", "data", "id", "kind", "number", "sealed_at")
PLAIN = {"at": BigInteger, "sealed_at": BigInteger, "data": Text}  # as they stand in the file
RAW = [type_coerce(journal.c[name], PLAIN.get(name, journal.c[name].type)) for name in HASHED]


class Journal(Gateway):
    """The journal. What is written goes in when it is read again, or when the transaction ends."""

    def __init__(self, connection: Connection, authority: str) -> None:
        super().__init__(connection, authority)
        self._unwritten: list[tuple[Any, ...]] = []

    def write(
        self,
        now: datetime,
        kind: str,
        about: str,
        because: str,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Append an entry: `kind` as `notice.fired`, `about` an obligation, key or feed."""
        self._unwritten.append((now, kind, about, because, data or {}))

    def write_many(
        self, now: datetime, entries: Iterable[tuple[str, str, str, Mapping[str, Any]]]
    ) -> None:
        """Append entries of kind, about, because and data."""
        for entry in entries:
            self.write(now, *entry)

    def flush(self) -> None:
        """Insert what has been written so far."""
        if self._unwritten:
            self._append_rows(journal, WRITTEN, self._unwritten)
            self._unwritten = []

    def seal(self, now: datetime, limit: int) -> int:
        """Chain up to `limit` entries in the order in which they came; return how many.

        For the leader only.
        """
        self.flush()
        self._one_at_a_time("seal")
        number, head = self.head()
        query = self._select(journal, *RAW).where(UNSEALED)
        sealed = []
        for columns in self._found(query.order_by(journal.c.id).limit(limit)):
            number += 1
            entry = dict(zip(HASHED, columns, strict=True)) | {
                "number": number,
                "sealed_at": micros(now),
            }
            head = self._hash(head, entry)
            sealed.append({"of": entry["id"], "n": number, "h": head})
        if sealed:
            self.connection.execute(
                self._update(journal)
                .where(journal.c.id == bindparam("of"))
                .values(number=bindparam("n"), hash=bindparam("h"), sealed_at=now),
                sealed,
            )
        return len(sealed)

    def head(self) -> tuple[int, str]:
        """Return the last sealed number and its hash: kept outside, it shows a tail cut off."""
        query = self._select(journal, journal.c.number, journal.c.hash)
        query = query.where(journal.c.number.is_not(None)).order_by(journal.c.number.desc())
        for number, head in self._found(query.limit(1)):
            return number, head
        return 0, GENESIS

    def hash_of(self, number: int) -> str | None:
        """Return the hash of a sealed entry, None where the chain does not reach so far."""
        found = self._found(self._select(journal, journal.c.hash).where(journal.c.number == number))
        return found[0][0] if found else None

    def kept_head(self) -> Head | None:
        """Return the head as it is kept outside, None while nothing is sealed."""
        return self.head_at(self.head()[0])

    def head_at(self, number: int) -> Head | None:
        """Return the head as it was when the chain ended with this number."""
        query = self._select(journal, journal.c.hash, journal.c.sealed_at)
        found = self._found(query.where(journal.c.number == number))
        first = self.hash_of(1)
        return Head(number, found[0][0], found[0][1], first) if found and first else None

    def about(self, kinds: Collection[str], after: int, upto: int) -> list[str]:
        """Return what the sealed entries of these kinds are about, each once, from after one number up to another."""
        c = journal.c
        query = self._select(journal, c.about).where(c.number > after, c.number <= upto)
        query = query.where(c.kind.in_(sorted(kinds))).order_by(c.number)
        return list(dict.fromkeys(row[0] for row in self._found(query)))

    def verify(self, outside: tuple[int, str] | None = None) -> Verdict:
        """Walk the whole chain; `outside` is a head that was kept elsewhere and must be in it."""
        verdict = self._walk(outside, ROWS_AT_ONCE)
        return (
            self._walk(outside, 1) if verdict.why == NO_TEXT else verdict
        )  # to name the very entry

    def of(self, about: str) -> list[Entry]:
        """Return what is written about everything whose name begins so, the oldest first."""
        self.flush()
        c = journal.c
        after = f"{about}\U0010ffff"
        query = self._select(journal, *ENTRY).where(c.about >= about, c.about < after)
        return [Entry(*row) for row in self._found(query.order_by(c.id))]

    def since(self, kind: str, moment_at: datetime) -> list[Entry]:
        """Return what is written of one kind since a moment, the oldest first."""
        self.flush()
        c = journal.c
        query = self._select(journal, *ENTRY).where(c.kind == kind, c.at >= moment_at)
        query = query.where(ASKED) if kind in ASKED_FOR else query
        return [Entry(*row) for row in self._found(query.order_by(c.id))]

    def unsealed(self) -> int:
        """Return how many entries wait for their seal."""
        self.flush()
        return len(self._found(self._select(journal, journal.c.id).where(UNSEALED)))

    def _walk(self, outside: tuple[int, str] | None, rows_at_once: int) -> Verdict:
        number, head, why = 0, GENESIS, None
        try:
            with self._chain(rows_at_once) as rows:
                for row in rows:
                    entry: dict[str, Any] = dict(zip(HASHED, row[:-1], strict=True))
                    kept = row[-1]
                    head = self._hash(head, entry)
                    if why := _fault(number + 1, head, entry["number"], kept, outside):
                        break
                    number += 1
        except (TypeError, ValueError, OverflowError):
            why = "it cannot be read as an entry"
        except DBAPIError as error:
            if hasattr(error.orig, "sqlite_errorcode") or hasattr(error.orig, "sqlstate"):
                raise  # the database, not the text in it
            why = NO_TEXT
        if why is None and outside and number < outside[0]:
            why = "the journal was longer when its head was kept outside"
        return Verdict(
            ok=why is None, entries=number, broken_at=number + 1 if why else None, why=why
        )

    def _chain(self, rows_at_once: int) -> Result[Any]:
        self.flush()
        query: Select[Any] = self._select(journal, *RAW, journal.c.hash)
        query = query.where(journal.c.number.is_not(None)).order_by(journal.c.number)
        return self.connection.execute(query.execution_options(yield_per=rows_at_once))

    def _hash(self, head: str, entry: Mapping[str, Any]) -> str:
        words = {name: entry[name] for name in ("about", "because", "id", "kind", "number")}
        moments = {
            name: moment(entry[name]).isoformat(timespec="microseconds")
            for name in ("at", "sealed_at")
        }
        data = json.loads(entry["data"])
        if canonical(data) != entry["data"]:
            raise ValueError("data")
        whole = {**words, **moments, "authority": self.authority, "data": data}
        return sha256((head + canonical(whole)).encode()).hexdigest()


class Silent(Journal):
    """The journal of a shadow: what was only tried is no record of what was decided."""

    def write(
        self,
        now: datetime,
        kind: str,
        about: str,
        because: str,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        """Write nothing."""


def _fault(
    number: int, head: str, stored: int, kept: str, outside: tuple[int, str] | None
) -> str | None:
    """Return what is wrong with one entry, given the number and hash that it should have."""
    if stored != number:
        return f"number {stored} stands in its place"
    if kept != head:
        return "its hash does not follow from it and the one before"
    if outside and outside[0] == number and outside[1] != head:
        return "its hash is not the one that was kept outside"
    return None
