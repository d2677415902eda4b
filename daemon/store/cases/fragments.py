"""What each feed knows of each case: what a full reading lacks is marked, never deleted."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Index, Text, bindparam, func, select

from daemon.store.ground.columns import EPOCH, Instant, Json, table
from daemon.store.ground.gateway import Gateway, batches, values
from daemon.store.ground.prepared import OURS, Prepared
from daemon.store.ground.spoilt import apart

fragments = table(
    "fragments",
    Column("ref", Text, primary_key=True),
    Column("feed", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("as_known_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("missing_since", Instant),
    Column("place", Text, nullable=False),
    Column("body", Json, nullable=False),
    Index("ix_fragments_feed", "authority", "feed", "ref", "fingerprint"),
)


@dataclass(frozen=True, slots=True)
class FragmentRow:
    """One case as one feed has just shown it; `body` is the JSON form of DOMAIN section 2."""

    ref: str
    body: Mapping[str, Any]
    fingerprint: str
    place: str
    as_known_at: datetime


@dataclass(frozen=True, slots=True)
class StoredFragment:
    """One case as one feed last showed it. `missing_since`: its full readings lack it now."""

    feed: str
    body: Mapping[str, Any]
    as_known_at: datetime
    place: str
    missing_since: datetime | None = None


c = fragments.c
MARKS = Prepared(
    lambda places: (
        select(c.ref, c.feed, c.fingerprint)
        .where(c.authority == OURS, c.ref.in_(places.many))
        .order_by(c.ref, c.feed)
    )
)
OF_CASES = Prepared(
    lambda places: (
        select(c.ref, *(c[name] for name in StoredFragment.__slots__))
        .where(c.authority == OURS, c.ref.in_(places.many))
        .order_by(c.ref, c.feed)
    )
)


class Fragments(Gateway):
    """Fragments by feed and case."""

    def save(self, feed: str, rows: Sequence[FragmentRow], now: datetime) -> set[str]:
        """Keep the newest of what a feed shows; return the cases that changed or came back.

        An older row changes nothing. One with the same fingerprint moves only the moments, so
        that a replay of what lay between cannot win later.
        """
        newest = {row.ref: row for row in sorted(rows, key=lambda row: row.as_known_at)}
        changed: list[FragmentRow] = []
        same: list[FragmentRow] = []
        stored, spoilt = apart(lambda refs: self._stored(feed, refs), newest, "fragments")
        self.ask_again(spoilt)
        for row in newest.values():
            fingerprint, as_known_at, missing_since = stored.get(row.ref, (None, None, None))
            if as_known_at is not None and row.as_known_at < as_known_at:
                continue
            is_same = fingerprint == row.fingerprint and missing_since is None
            (same if is_same else changed).append(row)
        self._upsert(
            fragments,
            [
                {**values(row, fragments), "feed": feed, "seen_at": now, "missing_since": None}
                for row in changed
            ],
            newer_by="as_known_at",
        )
        if same:
            self.connection.execute(
                self._update(fragments)
                .where(
                    fragments.c.feed == feed,
                    fragments.c.ref == bindparam("of"),
                    fragments.c.as_known_at <= bindparam("known"),
                )
                .values(seen_at=now, as_known_at=bindparam("known")),
                [{"of": row.ref, "known": row.as_known_at} for row in same],
            )
        return {row.ref for row in changed}

    def fingerprints(self, feed: str) -> dict[str, str]:
        """Return the fingerprint of every case that the feed still shows."""
        query = self._select(fragments, fragments.c.ref, fragments.c.fingerprint)
        query = query.where(fragments.c.feed == feed, fragments.c.missing_since.is_(None))
        return {row[0]: row[1] for row in self._found(query)}

    def count(self, feed: str) -> int:
        """Return how many cases the feed still shows."""
        query = self._select(fragments, func.count())
        return int(self._found(query.where(c.feed == feed, c.missing_since.is_(None)))[0][0])

    def shown(self) -> list[tuple[str, str]]:
        """Return each case with each feed that still shows it."""
        query = self._select(fragments, c.ref, c.feed).where(c.missing_since.is_(None))
        return [(row[0], row[1]) for row in self._found(query.order_by(c.ref, c.feed))]

    def marks(self, refs: Collection[str]) -> dict[str, tuple[tuple[str, str], ...]]:
        """Return each feed's fingerprint of these cases: what changes as soon as any of it does."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for batch in batches(refs):
            for ref, feed, fingerprint in self._ask(MARKS, batch):
                found[ref].append((feed, fingerprint))
        return {ref: tuple(each) for ref, each in found.items()}

    def of(self, refs: Collection[str]) -> dict[str, list[StoredFragment]]:
        """Return what every feed knows of these cases."""
        found: dict[str, list[StoredFragment]] = defaultdict(list)
        for batch in batches(refs):
            for ref, *rest in self._ask(OF_CASES, batch):
                found[ref].append(StoredFragment(*rest))
        return dict(found)

    def ask_again(self, refs: Collection[str]) -> None:
        """Have whatever the feeds show of these cases next taken for new: what is stored cannot be read."""
        for batch in batches(refs):
            change = self._update(fragments).where(c.ref.in_(batch))
            self._change(change.values(fingerprint="", as_known_at=EPOCH, missing_since=None))

    def missing(self, feed: str, present: Collection[str], now: datetime) -> set[str]:
        """Mark what a full reading lacks; return the cases that were there until now."""
        gone = self.fingerprints(feed).keys() - set(present)
        if gone:
            self.connection.execute(
                self._update(fragments)
                .where(fragments.c.feed == feed, fragments.c.ref == bindparam("of"))
                .values(missing_since=now),
                [{"of": ref} for ref in gone],
            )
        return set(gone)

    def _stored(self, feed: str, refs: Collection[str]) -> dict[str, tuple[str, datetime, Any]]:
        columns = (fragments.c.fingerprint, fragments.c.as_known_at, fragments.c.missing_since)
        return {
            ref: (fingerprint, as_known_at, missing_since)
            for batch in batches(refs)
            for ref, fingerprint, as_known_at, missing_since in self._found(
                self._select(fragments, fragments.c.ref, *columns).where(
                    fragments.c.feed == feed, fragments.c.ref.in_(batch)
                )
            )
        }
