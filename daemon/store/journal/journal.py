"""What was decided and why: append-only, then sealed into a hash chain by the one leader.

What an entry's hash is made of is in `daemon.store.journal.chain`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
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
from daemon.store.ground.columns import Instant, Json, metadata, micros, partial, table
from daemon.store.ground.gateway import Gateway
from daemon.store.journal.chain import GENESIS, HASHED, PURGED, Walk, hash_after

UNSEALED = text("number IS NULL")
# of these kinds all entries since a moment are asked for
ASKED_FOR = (
    *("approval.answered", "draft.sent", "draft.withheld"),
    *("obligation.moved", "role.unheld"),
)
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

purged = table(
    "purged",
    Column(
        "number",
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("purge", Text, nullable=False),
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
            head = hash_after(head, self.authority, entry)
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
        # to name the very entry
        return self._walk(outside, 1) if verdict.why == NO_TEXT else verdict

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
        walk, found = Walk(self.authority, outside), None
        try:
            with self._chain(rows_at_once) as rows:
                for *entry, kept, purge in map(tuple, rows):
                    if why := walk.step(dict(zip(HASHED, entry, strict=True)), kept, purge):
                        found = walk.number + 1, why
                        break
            if found is None:
                unsealed = self._select(journal, *RAW).where(UNSEALED, journal.c.kind == PURGED)
                for words in self._found(unsealed):
                    walk.promise(dict(zip(HASHED, words, strict=True)))
                found = walk.end()
        except (TypeError, ValueError, OverflowError, KeyError):
            found = walk.number + 1, "it cannot be read as an entry"
        except DBAPIError as error:
            if hasattr(error.orig, "sqlite_errorcode") or hasattr(error.orig, "sqlstate"):
                raise  # the database, not the text in it
            found = walk.number + 1, NO_TEXT
        at, why = found or (None, None)
        return Verdict(ok=found is None, entries=walk.number, broken_at=at, why=why)

    def _chain(self, rows_at_once: int) -> Result[Any]:
        self.flush()
        query: Select[Any] = self._select(journal, *RAW, journal.c.hash, purged.c.purge)
        is_purged = (purged.c.authority == journal.c.authority) & (
            purged.c.number == journal.c.number
        )
        query = query.outerjoin_from(journal, purged, is_purged)
        query = query.where(journal.c.number.is_not(None)).order_by(journal.c.number)
        return self.connection.execute(query.execution_options(yield_per=rows_at_once))


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
