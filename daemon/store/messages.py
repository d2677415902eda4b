"""Messages on their way out, and every attempt at them. An epoch fences whoever was too slow."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Select,
    Text,
    case,
    func,
    or_,
    text,
)

from daemon.domain.delivery import Delivery, DeliveryState, Outgoing
from daemon.domain.message import Lane, Level
from daemon.store.columns import Choice, Instant, partial, table
from daemon.store.gateway import Gateway, values

ON_ITS_WAY = text("state IN ('sending', 'will-retry', 'unknown')")  # spelt out for the planner
CRASHED = "crashed-in-flight"

messages = table(
    "messages",
    Column("id", Text, primary_key=True),
    Column("person", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("family", Text),
    Column("lane", Choice(Lane), nullable=False),
    Column("state", Choice(DeliveryState), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("ambiguous", Integer, nullable=False),
    Column("not_before", Instant),
    Column("lease_until", Instant),
    Column("reason", Text),
    Column("accepted_at", Instant),
    Column("level", Choice(Level)),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    partial("ix_messages_lane", "authority", "lane", where=ON_ITS_WAY),
    Index("ix_messages_created", "authority", "created_at"),
    Index("ix_messages_person", "authority", "person"),
)
deliveries = table(
    "deliveries",
    Column("message", Text, primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("started_at", Instant, nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("ended_at", Instant),
    Column("outcome", Choice(DeliveryState)),
    Column("reason", Text),
    Column("provider_id", Text),
    Column("worker", Text, nullable=False),
    ForeignKeyConstraint(["authority", "message"], ["messages.authority", "messages.id"]),
)
OUTGOING = [messages.c[name] for name in Outgoing.__slots__]
DELIVERY = [deliveries.c[name] for name in Delivery.__slots__]
m = messages.c
LOOK_AT = case((m.state == DeliveryState.SENDING, m.lease_until), else_=m.not_before)

UNSENT = (DeliveryState.SENDING, DeliveryState.WILL_RETRY, DeliveryState.UNKNOWN)


class Messages(Gateway):
    """Messages by id, and their attempts."""

    def open(self, outgoing: Outgoing) -> None:
        """Insert a message. One that is opened and never started comes up as due."""
        self._upsert(messages, [values(outgoing, messages)])

    def due(
        self, lane: Lane | None, now: datetime, limit: int, *, besides: Collection[str] = ()
    ) -> list[Outgoing]:
        """Return what to try again by now, urgent first: put off, unsure, or crashed in flight."""
        found: list[Outgoing] = []
        is_due = now >= LOOK_AT
        for each in [lane] if lane else Lane:
            query = self._query(ON_ITS_WAY, m.lane == each, or_(LOOK_AT.is_(None), is_due))
            query = query.where(m.id.not_in(besides)) if besides else query
            query = query.order_by(m.created_at).limit(limit - len(found))
            found += self._read(self._held(query, or_skipped=True))
        return found

    def many_due(self, lane: Lane, now: datetime, most: int) -> int:
        """Return how many are to be tried again in a lane by now, counted up to `most`."""
        is_due = or_(LOOK_AT.is_(None), now >= LOOK_AT)
        return self._counted(
            self._select(messages, m.id).where(ON_ITS_WAY, m.lane == lane, is_due), most
        )

    def start(
        self,
        id: str,
        epoch_expected: int,
        lease_until: datetime,
        worker: str,
        now: datetime,
        reason: str = CRASHED,
    ) -> int | None:
        """Begin an attempt before the wire; return the new epoch, None where someone was sooner.

        An attempt that never ended is closed as unknown, for `reason`.
        """
        d = deliveries.c
        begun = self._change(
            self._update(messages)
            .where(m.id == id, m.epoch == epoch_expected, ON_ITS_WAY)
            .values(
                state=DeliveryState.SENDING,
                epoch=m.epoch + 1,
                attempts=m.attempts + 1,
                lease_until=lease_until,
                not_before=None,
            )
        )
        if not begun:
            return None
        crashed = self._change(
            self._update(deliveries)
            .where(d.message == id, d.ended_at.is_(None))
            .values(ended_at=now, outcome=DeliveryState.UNKNOWN, reason=reason)
        )
        if crashed:
            self._change(
                self._update(messages).where(m.id == id).values(ambiguous=m.ambiguous + crashed)
            )
        now_is = self._select(messages, m.epoch, m.attempts).where(m.id == id)
        epoch, attempts = self._found(now_is)[0]
        attempt = Delivery(id, attempts, now, epoch)
        self._insert(deliveries, [{**values(attempt, deliveries), "worker": worker}])
        return int(epoch)

    def content(self, id: str, subject: str, text: str, html: str, level: Level) -> None:
        """Keep what was composed, so that every retry sends the same."""
        change = self._update(messages).where(m.id == id)
        self._change(change.values(subject=subject, text=text, html=html, level=level))

    def finish(
        self,
        id: str,
        epoch: int,
        outcome: DeliveryState,
        now: datetime,
        reason: str | None = None,
        provider_id: str | None = None,
        not_before: datetime | None = None,
    ) -> bool:
        """Record how an attempt ended; return False, writing nothing, if the epoch moved on."""
        d = deliveries.c
        is_ours = self._change(
            self._update(messages)
            .where(m.id == id, m.epoch == epoch, m.state == DeliveryState.SENDING)
            .values(
                state=outcome,
                lease_until=None,
                not_before=not_before,
                reason=reason,
                accepted_at=now if outcome is DeliveryState.ACCEPTED else None,
                ambiguous=m.ambiguous + int(outcome is DeliveryState.UNKNOWN),
            )
        )
        if is_ours:
            self._change(
                self._update(deliveries)
                .where(d.message == id, d.epoch == epoch, d.ended_at.is_(None))
                .values(ended_at=now, outcome=outcome, reason=reason, provider_id=provider_id)
            )
        return bool(is_ours)

    def still_ours(self, id: str, epoch: int) -> bool:
        """Return whether the attempt under that epoch may still go to the wire."""
        query = self._select(messages, m.id).where(m.id == id, m.epoch == epoch)
        return bool(self._found(self._held(query.where(m.state == DeliveryState.SENDING))))

    def get(self, id: str) -> Outgoing | None:
        """Return one message."""
        return next(iter(self._read(self._query(m.id == id))), None)

    def attempts(self, id: str) -> list[Delivery]:
        """Return every attempt at a message, in order."""
        query = self._select(deliveries, *DELIVERY).where(deliveries.c.message == id)
        return [Delivery(*row) for row in self._found(query.order_by(deliveries.c.attempt))]

    def recent(self, limit: int) -> list[Outgoing]:
        """Return the newest messages, the newest first."""
        return self._newest(limit)

    def refused(self, limit: int) -> list[Outgoing]:
        """Return the failure surface, the newest first."""
        return self._newest(limit, m.state == DeliveryState.REFUSED)

    def of_person(self, person: str, limit: int = 100) -> list[Outgoing]:
        """Return one person's messages, the newest first."""
        return self._newest(limit, m.person == person)

    def oldest_unsent(self) -> datetime | None:
        """Return when the oldest message was made that is neither accepted nor ended."""
        query = self._select(messages, func.min(m.created_at)).where(m.state.in_(UNSENT))
        return self._found(query)[0][0]  # type: ignore[no-any-return]

    def counts(self) -> dict[str, dict[str, int]]:
        """Return by channel how many stand in each state, and how many may have arrived twice."""
        columns = (m.channel, m.state)
        twice = func.sum(case((m.ambiguous > 0, 1), else_=0))
        query = self._select(messages, *columns, func.count(), twice).group_by(*columns)
        counts: dict[str, dict[str, int]] = {}
        for channel, state, many, ambiguous in self._found(query):
            states = dict.fromkeys((*map(str, DeliveryState), "ambiguous"), 0)
            of_channel = counts.setdefault(channel, states)
            of_channel[state] = many
            of_channel["ambiguous"] += ambiguous
        return counts

    def _query(self, *when: Any) -> Select[Any]:
        return self._select(messages, *OUTGOING).where(*when)

    def _newest(self, limit: int, *when: Any) -> list[Outgoing]:
        return self._read(self._query(*when).order_by(m.created_at.desc(), m.id).limit(limit))

    def _read(self, query: Select[Any]) -> list[Outgoing]:
        return [Outgoing(*row) for row in self._found(query)]
