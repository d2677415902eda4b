"""What stands in whose calendar, and the records for which it stands there."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    and_,
    delete,
    func,
)

from daemon.domain.invitation import Invitation, InvitationState, Seat
from daemon.store.ground.columns import Choice, Instant, table
from daemon.store.ground.gateway import Gateway, all_values, batches, values

STANDS = tuple(one for one in InvitationState if one.stands)

invitations = table(
    "invitations",
    Column("uid", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("conference", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("via", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("agency", Text),
    Column("message", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("place", Text),
    Column("link", Text),
    Column("mode", Text),
    Column("is_apart", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("dated_revision", Integer, nullable=False),
    Column("state", Choice(InvitationState), nullable=False),
    Column("told_revision", Integer),
    Column("told_in", Text),
    Column("invited_at", Instant),
    Column("delivered", Boolean),
    Column("response", Text, nullable=False),
    Column("response_at", Instant),
    Column("response_revision", Integer),
    Index("ix_invitations_conference", "authority", "conference"),
    Index("ix_invitations_starts", "authority", "starts_at"),
)
seats = table(
    "seats",
    Column("uid", Text, primary_key=True),
    Column("ref", Text, primary_key=True),
    Column("meeting", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("invitee", Text, nullable=False),
    Column("restricted", Boolean, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("place", Text),
    Column("link", Text),
    Column("mode", Text),
    Column("changed_at", Instant, nullable=False),
    ForeignKeyConstraint(
        ["authority", "uid"], ["invitations.authority", "invitations.uid"], ondelete="CASCADE"
    ),
    Index("ix_seats_ref", "authority", "ref"),
)
ROW = [invitations.c[name] for name in Invitation.__slots__]
SEAT = [seats.c[name] for name in Seat.__slots__]


class Invitations(Gateway):
    """Entries by uid, and the seats by which they stand."""

    def save(self, rows: Sequence[Invitation]) -> None:
        """Insert or overwrite entries."""
        if rows:
            self._upsert(invitations, all_values(rows, invitations))

    def seat(self, rows: Sequence[Seat]) -> None:
        """Note for which records entries stand."""
        if rows:
            self._upsert(seats, [values(row, seats) for row in rows])

    def unseat(self, uid: str, ref: str) -> None:
        """Forget that an entry stands for a record."""
        change = delete(seats).where(seats.c.authority == self.authority)
        self._change(change.where(seats.c.uid == uid, seats.c.ref == ref))

    def rename(self, old: str, ref: str) -> None:
        """Have the entries that stand for a case stand for it under its new reference."""
        found = self.of_cases([old, ref])
        taken = {seat.uid for seat in found.get(ref, [])}
        for seat in found.get(old, []):
            self.unseat(seat.uid, old)
            if seat.uid not in taken:
                self.seat([replace(seat, ref=ref)])

    def get(self, uids: Collection[str]) -> dict[str, Invitation]:
        """Return entries by uid."""
        found: dict[str, Invitation] = {}
        for batch in batches(set(uids)):
            found |= {one.uid: one for one in self._rows(invitations.c.uid.in_(batch))}
        return found

    def of_conferences(self, ids: Collection[str]) -> list[Invitation]:
        """Return the entries of some conferences, whatever their state."""
        found: list[Invitation] = []
        for batch in batches(set(ids)):
            found += self._rows(invitations.c.conference.in_(batch))
        return found

    def ahead(self, now: datetime) -> list[Invitation]:
        """Return what stands in calendars for what is still to come."""
        c = invitations.c
        return self._rows(c.state.in_(STANDS), c.starts_at > now)

    def of_cases(self, refs: Collection[str]) -> dict[str, list[Seat]]:
        """Return the seats of some cases."""
        found: dict[str, list[Seat]] = defaultdict(list)
        for batch in batches(set(refs)):
            for seat in self._seats(seats.c.ref.in_(batch)):
                found[seat.ref].append(seat)
        return found

    def seats(self, uids: Collection[str]) -> dict[str, list[Seat]]:
        """Return the seats of some entries, each one's by reference."""
        found: dict[str, list[Seat]] = defaultdict(list)
        for batch in batches(set(uids)):
            for seat in self._seats(seats.c.uid.in_(batch)):
                found[seat.uid].append(seat)
        return found

    def counts(self, now: datetime) -> Mapping[str, int]:
        """Return how many entries there are in each state; of those ahead, how many came back or are unanswered."""
        query = self._select(invitations, invitations.c.state, func.count())
        found = dict.fromkeys(map(str, InvitationState), 0)
        found |= {
            str(state): many for state, many in self._found(query.group_by(invitations.c.state))
        }
        c = invitations.c
        ahead = and_(c.state.in_(STANDS), c.starts_at > now)
        unanswered = and_(c.told_revision.is_not(None), c.response == "none", c.via == "calendar")
        for word, which in (("bounced", c.delivered.is_(False)), ("unanswered", unanswered)):
            count = self._select(invitations, func.count()).where(ahead, which)
            found[word] = int(self._found(count)[0][0])
        return found

    def _rows(self, *when: ColumnElement[bool]) -> list[Invitation]:
        query = self._select(invitations, *ROW).where(*when)
        ordered = query.order_by(invitations.c.starts_at, invitations.c.uid)
        return [Invitation(*row) for row in self._found(ordered)]

    def _seats(self, *when: ColumnElement[bool]) -> list[Seat]:
        query = self._select(seats, *SEAT).where(*when).order_by(seats.c.uid, seats.c.ref)
        return [Seat(*row) for row in self._found(query)]
