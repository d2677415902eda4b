"""Messages on their way out, and every attempt at them. An epoch fences whoever was too slow."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, case, delete, func, or_, type_coerce

from daemon.domain.delivery import Answer, Delivery, DeliveryState, Outgoing
from daemon.domain.message import Lane, Message
from daemon.domain.times import EVER
from daemon.store.ground.gateway import all_values, batches
from daemon.store.telling.aside import Legible
from daemon.store.telling.outbox import (
    ANSWERED,
    BEGIN,
    CLOSE,
    DELIVERY,
    DUE,
    ENDED,
    IN_FLIGHT,
    KEEP,
    LEGIBLE,
    ON_ITS_WAY,
    OUTGOING,
    PUT_OFF,
    REFUSED,
    STANDING_STILL,
    d,
    deliveries,
    m,
    messages,
)

CRASHED = "crashed-in-flight"


class Messages(Legible):
    """Messages by id, and their attempts."""

    def open(self, *new: Outgoing) -> None:
        """Insert messages. One that is opened and never started comes up as due at its `look_at`."""
        if new:
            self._append(messages, all_values(new, messages))

    def add(self, one: Outgoing) -> bool:
        """Insert a message; return False, writing nothing, where another process was sooner."""
        return bool(self._insert(messages, all_values([one], messages)))

    def due(
        self,
        lane: Lane | None,
        now: datetime,
        limit: int,
        *,
        since: datetime = EVER,
        besides: Collection[str] = (),
        but_by: Collection[str] = (),
    ) -> list[Outgoing]:
        """Return what to try again by now, urgent first: put off, unsure, crashed, or never started.

        Of those that were made `since` then, `besides` these messages, and none of the channels `but_by`.
        """
        found: list[Outgoing] = []
        for each in [lane] if lane else Lane:
            most = limit - len(found) + len(besides)
            rows = self._ask(DUE, list(but_by), lane=each, now=now, since=since, most=most)
            found += [Outgoing(*row) for row in rows if row[0] not in besides]
        return found[:limit]

    def in_flight(self) -> set[str]:
        """Return what an attempt is under way for, by whomever, its lease over or not."""
        query = self._select(messages, m.id).where(ON_ITS_WAY, m.state == DeliveryState.SENDING)
        return {id_ for (id_,) in self._found(query)}

    def put_off(self, taken: Collection[Outgoing], until: datetime) -> None:
        """Keep messages from being taken up by others until a moment.

        One at which somebody has begun an attempt since it was read is theirs, for as long as their
        lease: it stays as it is.
        """
        self._each(PUT_OFF, [{"it": one.id, "n": one.epoch, "until": until} for one in taken])

    def hold(self, ids: Collection[str], until: datetime, reason: str) -> None:
        """Keep messages from being taken up by anybody until a moment, for a reason that is shown."""
        for batch in batches(ids):
            change = self._update(messages).where(m.id.in_(batch), ON_ITS_WAY)
            self._change(change.values(look_at=until, reason=reason))

    def hasten(self, until: datetime, but: str) -> int:
        """Have messages on their way that wait for longer be looked at by then, `but` for those held for that reason.

        Return how many there are.
        """
        waits = (ON_ITS_WAY, m.look_at > until, or_(m.reason.is_(None), m.reason != but))
        return self._change(self._update(messages).where(*waits).values(look_at=until))

    def many_held(self, reason: str) -> int:
        """Return how many messages on their way are held for that reason."""
        query = self._select(messages, func.count()).where(ON_ITS_WAY, m.reason == reason)
        return int(self._found(query)[0][0])

    def unbegun(self, ids: Collection[str]) -> list[str]:
        """Return those of these messages at which nobody has made an attempt, held until the transaction ends."""
        return [
            id_
            for batch in batches(ids)
            for id_, _, attempts, *_ in self._ask(STANDING_STILL, batch)
            if not attempts
        ]

    def drop(self, ids: Collection[str]) -> None:
        """Delete messages without attempts whose notices have been given back."""
        if ids:
            mine = (m.authority == self.authority, m.id.in_(ids), m.attempts == 0)
            self._change(delete(messages).where(*mine))

    def many_due(self, lane: Lane, now: datetime, most: int, *, since: datetime = EVER) -> int:
        """Return how many of a lane that were made `since` then are to be tried again by now, up to `most`."""
        query = self._select(messages, m.id).where(ON_ITS_WAY, m.lane == lane)
        return self._counted(query.where(m.look_at <= now, m.created_at >= since), most)

    def start(
        self,
        due: Sequence[Outgoing],
        lease_until: datetime,
        worker: str,
        now: datetime,
        reason: str = CRASHED,
    ) -> list[Outgoing]:
        """Begin attempts before the wire; return those that are ours, each with its new epoch.

        Where somebody was sooner, the epoch has moved on. An attempt that never ended is closed as
        unknown, for `reason`.
        """
        expected = {one.id: one for one in due}
        begun: list[Outgoing] = []
        crashed = []
        for ids in batches(expected):
            for id_, epoch, attempts, ambiguous, state in self._ask(STANDING_STILL, ids):
                if epoch != expected[id_].epoch:
                    continue
                is_in_flight = state is DeliveryState.SENDING and attempts > 0
                crashed += [{"it": id_, "now": now, "why": reason}] if is_in_flight else []
                begun.append(
                    replace(
                        expected[id_], state=DeliveryState.SENDING, epoch=epoch + 1, attempts=attempts + 1,
                        ambiguous=ambiguous + is_in_flight, look_at=lease_until,
                    )
                )  # fmt: skip
        self._each(CLOSE, crashed)
        self._each(
            BEGIN,
            [
                {
                    "it": one.id, "until": lease_until, "n": one.epoch, "times": one.attempts,
                    "unsure": one.ambiguous,
                }
                for one in begun
            ],
        )  # fmt: skip
        if begun:
            attempts_begun = [Delivery(one.id, one.attempts, now, one.epoch) for one in begun]
            rows = all_values(attempts_begun, deliveries)
            self._append(deliveries, [row | {"worker": worker} for row in rows])
        return begun

    def keep(self, composed: Sequence[Message]) -> None:
        """Keep what was composed, so that every retry sends the same."""
        self._each(
            KEEP,
            [
                {"it": one.id, "its_subject": one.subject, "its_text": one.text, "its_html": one.html,
                 "its_level": one.level}
                for one in composed
            ],
        )  # fmt: skip

    def finish(self, answers: Sequence[Answer], now: datetime) -> set[str]:
        """Record how attempts ended; return those whose epoch had not moved on: only they are written."""
        stands = {
            id_: (epoch, ambiguous)
            for ids in batches([one.message for one in answers])
            for id_, epoch, ambiguous in self._ask(IN_FLIGHT, ids)
        }
        ours = [one for one in answers if stands.get(one.message, (None,))[0] == one.epoch]
        rows = [
            {
                "it": one.message, "n": one.epoch, "came": one.outcome, "again_at": one.look_at,
                "why": one.reason, "theirs": one.provider_id, "now": now,
                "taken_at": now if one.outcome is DeliveryState.ACCEPTED else None,
                "unsure": stands[one.message][1] + (one.outcome is DeliveryState.UNKNOWN),
            }
            for one in ours
        ]  # fmt: skip
        self._each(ANSWERED, rows)
        self._each(ENDED, rows)
        return {one.message for one in ours}

    def reopen(self, ids: Collection[str], now: datetime) -> set[str]:
        """Have refused messages tried again; return which. Whoever may still answer for one is fenced."""
        change = self._update(messages).where(m.state == DeliveryState.REFUSED)
        change = change.values(state=DeliveryState.WILL_RETRY, look_at=now, epoch=m.epoch + 1)
        return {id_ for id_ in ids if self._change(change.where(m.id == id_))}

    def get(self, id: str) -> Outgoing | None:
        """Return one message."""
        return next(iter(self._read(self._query(m.id == id))), None)

    def of(self, ids: Collection[str]) -> dict[str, Outgoing]:
        """Return those of these messages that there are, by id."""
        rows = [one for batch in batches(ids) for one in self._read(self._query(m.id.in_(batch)))]
        return {one.id: one for one in rows}

    def known(self, ids: Collection[str]) -> set[str]:
        """Return those of these messages that there are, readable or not."""
        found = (
            self._found(self._select(messages, m.id).where(m.id.in_(one))) for one in batches(ids)
        )
        return {id_ for rows in found for (id_,) in rows}

    def settle(self, id: str, accepted_at: datetime, reason: str) -> bool:
        """Record that a message on its way was accepted after all; whoever is still trying it is fenced."""
        is_done = self._change(
            self._update(messages)
            .where(m.id == id, ON_ITS_WAY)
            .values(
                state=DeliveryState.ACCEPTED,
                epoch=m.epoch + 1,
                look_at=None,
                reason=reason,
                accepted_at=accepted_at,
            )
        )
        if is_done:
            ended = {"ended_at": accepted_at, "outcome": DeliveryState.ACCEPTED, "reason": reason}
            last = self._update(deliveries).where(d.message == id, d.ended_at.is_(None))
            self._change(last.values(**ended))
        return bool(is_done)

    def attempts(self, id: str) -> list[Delivery]:
        """Return every attempt at a message, in order."""
        query = self._select(deliveries, *DELIVERY).where(deliveries.c.message == id)
        return [Delivery(*row) for row in self._found(query.order_by(deliveries.c.attempt))]

    def unsure(self, ids: Collection[str]) -> dict[str, datetime]:
        """Return when the last attempt began after which each of these may have arrived, where there is one."""
        may = (d.outcome == DeliveryState.UNKNOWN) | d.ended_at.is_(None)
        query = self._select(deliveries, d.message, func.max(d.started_at)).where(may)
        return {
            id_: at
            for batch in batches(ids)
            for id_, at in self._found(query.where(d.message.in_(batch)).group_by(d.message))
        }

    def refused(self, limit: int) -> list[Outgoing]:
        """Return the failure surface, the newest first."""
        newest = self._query(REFUSED).order_by(m.created_at.desc(), m.id)
        return self._read(newest.limit(limit))

    def oldest_unsent(self, lane: Lane, since: datetime = EVER) -> datetime | None:
        """Return when the oldest message of a lane was made, `since` then, that is neither accepted nor ended."""
        query = self._select(messages, func.min(m.created_at)).where(ON_ITS_WAY, m.lane == lane)
        query = query.where(m.created_at >= since)
        return self._found(query)[0][0]  # type: ignore[no-any-return]

    def put_off_for(self) -> list[tuple[str, str, int]]:
        """Return by channel and by the reason of the last attempt how many are on their way, the most first."""
        query = self._select(messages, m.channel, m.reason, func.count())
        query = query.where(ON_ITS_WAY, m.reason.is_not(None)).group_by(m.channel, m.reason)
        query = query.order_by(func.count().desc(), m.channel, m.reason)
        return [(channel, reason, many) for channel, reason, many in self._found(query)]

    def counts(self) -> dict[str, dict[str, int]]:
        """Return by channel how many stand in each state, and how many may have arrived twice."""
        columns = (m.channel, type_coerce(m.state, Text))  # a state as it stands there
        twice = func.sum(case((m.ambiguous > 0, 1), else_=0))
        query = self._select(messages, *columns, func.count(), twice).group_by(m.channel, m.state)
        counts: dict[str, dict[str, int]] = {}
        for channel, state, many, ambiguous in self._found(query):
            states = dict.fromkeys((*map(str, DeliveryState), "ambiguous"), 0)
            of_channel = counts.setdefault(channel, states)
            of_channel[state] = many
            of_channel["ambiguous"] += ambiguous
        return counts

    def _query(self, *when: Any) -> Select[Any]:
        return self._select(messages, *OUTGOING).where(LEGIBLE, *when)

    def _read(self, query: Select[Any]) -> list[Outgoing]:
        return [Outgoing(*row) for row in self._found(query)]
