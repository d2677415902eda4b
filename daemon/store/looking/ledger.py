"""The books: what went out against what was to go out. The auditor's own queries, which only read."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    func,
    or_,
    select,
    text,
    type_coerce,
)

from daemon.domain.delivery import DeliveryState
from daemon.domain.message import Lane
from daemon.domain.notice import NoticeState
from daemon.domain.obligation import State
from daemon.store.ground.gateway import Gateway, batches
from daemon.store.ground.words import Words
from daemon.store.telling.obligations import obligations
from daemon.store.telling.outbox import ON_ITS_WAY, REFUSED, d, m, messages
from daemon.store.telling.queue import KEY, WAITING, notices

MOST = 200  # of each kind are named: where there are more, the first of them say enough
MOST_TOLD = 50_000  # obligations of a few days: far more than a county's
ON_THE_WIRE = timedelta(days=14)  # a message is accepted at most so long after it was made
n = notices.c
CARRIED = text("notices.message_id IS NOT NULL")  # spelt out for the planner
ENDED = (NoticeState.CANCELLED, NoticeState.SUPERSEDED, NoticeState.FAILED)


class Line(NamedTuple):
    """One line of the books that does not balance: what it is about, and since when."""

    about: str
    since: datetime


class Day(NamedTuple):
    """What happened in a span: obligations that fell due and were met, messages that were handed over."""

    due: int
    met: int
    told: int


class Queue(NamedTuple):
    """What waits in one lane: notices that are due and messages on their way, and since when the oldest does."""

    many: int
    since: datetime | None


class Ledger(Gateway):
    """Notices, messages, attempts and obligations side by side: each must be explained by another."""

    def __init__(self, connection: Connection, authority: str, words: Words) -> None:
        super().__init__(connection, authority)
        self.words = words

    def unaccepted(self, before: datetime, since: Mapping[Lane, datetime]) -> list[Line]:
        """Return what was due by a moment and waits to be sent, the oldest first: whatever holds it.

        Of each lane, what was set off `since` then.
        """
        ours = or_(*(and_(n.lane == lane, n.made_at >= at) for lane, at in since.items()))
        query = self._select(notices, *KEY, n.at).where(WAITING, n.at <= before, ours)
        return self._of_notices(query.order_by(n.at))

    def on_their_way(
        self, before: datetime, since: Mapping[Lane, datetime], *, but_for: Collection[str]
    ) -> list[Line]:
        """Return the messages made by a moment that nobody has accepted, but those held for such reasons.

        Of each lane, what was made `since` then.
        """
        ours = or_(*(and_(m.lane == lane, m.created_at >= at) for lane, at in since.items()))
        query = self._select(messages, m.id, m.created_at).where(ON_ITS_WAY, m.created_at <= before)
        query = query.where(or_(m.reason.is_(None), m.reason.not_in(but_for)), ours)
        return [Line(*row) for row in self._found(query.order_by(m.created_at).limit(MOST))]

    def unsaid(self, since: datetime) -> list[Line]:
        """Return the notices made since a moment that ended, or went into a message that ended, without a word."""
        state, into = type_coerce(n.state, Text), type_coerce(m.state, Text)
        beside = and_(m.authority == n.authority, m.id == n.message_id)
        has_no_reason = and_(state.in_(ENDED), func.coalesce(n.ended_because, "") == "")
        goes_nowhere = and_(
            state == NoticeState.CLAIMED, or_(m.id.is_(None), into == DeliveryState.CANCELLED)
        )
        query = self._select(notices, *KEY, n.at).outerjoin(messages, beside)
        query = query.where(n.made_at >= since, or_(has_no_reason, goes_nowhere))
        return self._of_notices(query.order_by(n.made_at))

    def without_a_notice(self, since: datetime) -> list[Line]:
        """Return the messages made since a moment that were accepted and say what nobody was to be told."""
        carries = select(n.rung).where(CARRIED, n.authority == m.authority, n.message_id == m.id)
        return self._accepted(since, ~carries.exists())

    def without_an_attempt(self, since: datetime, *, but_for: str) -> list[Line]:
        """Return those that count as accepted though no attempt at them was; `but_for`: a reason that explains it."""
        taken = select(d.attempt).where(
            d.authority == m.authority, d.message == m.id, d.outcome == DeliveryState.ACCEPTED
        )
        is_learnt = func.coalesce(m.reason, "") == but_for
        return self._accepted(since, ~taken.exists(), ~is_learnt)

    def told(self, since: datetime) -> set[str]:
        """Return what the messages made since a moment and accepted were about: obligations, and topics."""
        query = (
            self._select(notices, n.obligation).distinct().where(CARRIED)
            .join(messages, and_(m.authority == n.authority, m.id == n.message_id))
            .where(m.created_at >= since, m.state == DeliveryState.ACCEPTED)
        )  # fmt: skip
        return {about for (about,) in self._found(query.limit(MOST_TOLD))}

    def known(self, ids: Collection[str]) -> set[str]:
        """Return those of these obligations that there are, whatever has become of them."""
        o, found = obligations.c, set()
        for some in batches({ref for id_ in ids for ref in _refs(id_)}):
            rows = self._found(
                self._select(obligations, o.ref, o.rule, o.subject).where(o.ref.in_(some))
            )
            word = self.words.words({rule for _, rule, _ in rows})
            found |= {f"{ref}/{word[rule]}/{subject}" for ref, rule, subject in rows}
        return found & set(ids)

    def between(self, first: datetime, last: datetime) -> Day:
        """Return what happened from one moment to before another."""
        o = obligations.c
        due = self._select(obligations, func.count()).where(
            o.due_at >= first, o.due_at < last, o.state.in_((State.OPEN, State.MET))
        )
        met = self._select(obligations, func.count()).where(o.met_at >= first, o.met_at < last)
        told = self._select(messages, func.count()).where(
            m.created_at >= first - ON_THE_WIRE, m.accepted_at >= first, m.accepted_at < last
        )
        return Day(*(int(self._found(query)[0][0]) for query in (due, met, told)))

    def queues(self, now: datetime) -> dict[Lane, Queue]:
        """Return what waits in each lane by now."""
        waiting = self._select(notices, n.lane, func.count(), func.min(n.at))
        waiting = waiting.where(WAITING, n.at <= now).group_by(n.lane)
        on_way = self._select(messages, m.lane, func.count(), func.min(m.created_at))
        rows = [
            *self._found(waiting),
            *self._found(on_way.where(ON_ITS_WAY).group_by(m.lane)),
        ]
        return {
            lane: Queue(
                sum(many for one, many, _ in rows if one is lane),
                min((at for one, _, at in rows if one is lane), default=None),
            )
            for lane in Lane
        }

    def refused(self) -> int:
        """Return how many messages were refused and wait for somebody."""
        query = self._select(messages, func.count()).where(REFUSED)
        return int(self._found(query)[0][0])

    def _accepted(self, since: datetime, *when: ColumnElement[bool]) -> list[Line]:
        query = self._select(messages, m.id, func.coalesce(m.accepted_at, m.created_at))
        query = query.where(m.created_at >= since, m.state == DeliveryState.ACCEPTED, *when)
        return [Line(*row) for row in self._found(query.order_by(m.created_at).limit(MOST))]

    def _of_notices(self, query: Select[tuple[object, ...]]) -> list[Line]:
        rows = self._found(query.limit(MOST))
        return [Line(f"{obligation}|{rung}", at) for obligation, rung, *_, at in rows]


def _refs(id_: str) -> list[str]:
    """Return what may be the reference of an obligation's case: it may hold slashes itself."""
    return [id_[:at] for at, letter in enumerate(id_) if letter == "/"]
