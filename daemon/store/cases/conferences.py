"""Numbers that conferences keep for ever, and conferences across the children of a family."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    select,
)

from daemon.store.ground.columns import Instant, table
from daemon.store.ground.errors import StoreConflict
from daemon.store.ground.gateway import Gateway, batches, values
from daemon.store.ground.prepared import OURS, Places, Prepared

numbers = table(
    "numbers",
    Column("ref", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("anchor_on", Date, primary_key=True),
    Column("number", Integer, nullable=False),
    UniqueConstraint("authority", "ref", "kind", "number"),
)

conferences = table(
    "conferences",
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("family", Text),
    Column("scheduled_at", Instant),
    Column("held_at", Instant),
)

conference_cases = table(
    "conference_cases",
    Column("conference", Text, primary_key=True),
    Column("ref", Text, primary_key=True),
    ForeignKeyConstraint(
        ["authority", "conference"], ["conferences.authority", "conferences.id"], ondelete="CASCADE"
    ),
    Index("ix_conference_cases_ref", "authority", "ref"),
)


@dataclass(frozen=True, slots=True)
class Number:
    """The number that a meeting kind got in one case, and the day that it is anchored to."""

    kind: str
    anchor_on: date
    number: int


@dataclass(frozen=True, slots=True)
class ConferenceRow:
    """One conference with the cases that it is about."""

    id: str
    kind: str
    family: str | None = None
    scheduled_at: datetime | None = None
    held_at: datetime | None = None
    refs: tuple[str, ...] = ()


OF_CASES = Prepared(
    lambda places: (
        select(numbers.c.ref, *(numbers.c[name] for name in Number.__slots__))
        .where(numbers.c.authority == OURS, numbers.c.ref.in_(places.many))
        .order_by(numbers.c.kind, numbers.c.number)
    )
)


class Numbers(Gateway):
    """`icpc-1` for ever: a back-filled row never renames an obligation (DOMAIN 2)."""

    def of(self, refs: Collection[str]) -> dict[str, list[Number]]:
        """Return the numbers of these cases, in order."""
        found: dict[str, list[Number]] = defaultdict(list)
        for batch in batches(refs):
            for ref, *rest in self._ask(OF_CASES, batch):
                found[ref].append(Number(*rest))
        return dict(found)

    def save(self, ref: str, kind: str, anchor_on: date, number: int) -> None:
        """Give a number once; what already has one keeps it.

        A number that stands on another day is a mistake of ours: StoreConflict. There are two keys here,
        and an ON CONFLICT that named one of them would break the other where two do the same at once.
        """
        row = {"ref": ref, "kind": kind, "anchor_on": anchor_on, "number": number}
        insert = Places(self.connection.dialect, 1).insert(numbers).values(self._ours([row]))
        if not self._found(insert.on_conflict_do_nothing().returning(numbers.c.number)):
            kept = self.of([ref]).get(ref, [])
            if not any((one.kind, one.anchor_on) == (kind, anchor_on) for one in kept):
                raise StoreConflict("numbers")


class Conferences(Gateway):
    """Conferences, joined across siblings."""

    def save(self, rows: Sequence[ConferenceRow]) -> None:
        """Insert or overwrite conferences; the cases that they are about are added.

        Siblings are assessed apart, perhaps at once: neither may take the other away.
        """
        self._upsert(conferences, [values(row, conferences) for row in rows])
        self._insert(
            conference_cases,
            [{"conference": row.id, "ref": ref} for row in rows for ref in row.refs],
        )

    def get(self, id: str) -> ConferenceRow | None:
        """Return one conference."""
        return next(iter(self._rows(conferences.c.id == id)), None)

    def between(self, first: datetime, end: datetime) -> list[ConferenceRow]:
        """Return the conferences that are booked from a moment on and before another."""
        c = conferences.c
        return self._rows((c.scheduled_at >= first) & (c.scheduled_at < end))

    def of(self, ref: str) -> list[ConferenceRow]:
        """Return the conferences about one case, each with all of its cases."""
        own = select(conference_cases.c.conference).where(
            conference_cases.c.authority == self.authority, conference_cases.c.ref == ref
        )
        return self._rows(conferences.c.id.in_(own))

    def _rows(self, which: ColumnElement[bool]) -> list[ConferenceRow]:
        query = (
            self._select(conferences, *conferences.c[1:], conference_cases.c.ref)
            .outerjoin(conference_cases)
            .where(which)
            .order_by(conferences.c.scheduled_at, conferences.c.id, conference_cases.c.ref)
        )
        refs: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        for *columns, case in self._found(query):
            refs[tuple(columns)] += [case] if case else []
        return [ConferenceRow(*[*columns, tuple(all_)]) for columns, all_ in refs.items()]
