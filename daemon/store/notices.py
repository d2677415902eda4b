"""Notices: what makes firing twice impossible, and the queue that the deliverer takes from."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    func,
    or_,
    text,
)

from daemon.domain.delivery import DeliveryState
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice, NoticeState
from daemon.store.columns import Choice, Instant, Strings, partial, table
from daemon.store.gateway import Gateway, batches, values
from daemon.store.messages import messages

WAITING = text("state = 'waiting'")  # spelt out, so that the planner sees that the indexes apply
CLAIMED = text("message_id IS NOT NULL")

notices = table(
    "notices",
    Column("obligation", Text, primary_key=True),
    Column("rung", Text, primary_key=True),
    Column("occurrence", Integer, primary_key=True, autoincrement=False),
    Column("person", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("kind", Choice(Kind), nullable=False),
    Column("message", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("lane", Choice(Lane), nullable=False),
    Column("role", Text, nullable=False),
    Column("refs", Strings, nullable=False),
    Column("family", Text),
    Column("because", Text, nullable=False),
    Column("agency", Text),
    Column("after_due", Boolean, nullable=False),
    Column("detail", Text, nullable=False),
    Column("state", Choice(NoticeState), nullable=False),
    Column("message_id", Text),
    Column("ended_because", Text),
    ForeignKeyConstraint(  # a claimed notice without its message would be a lost one
        ["authority", "message_id"],
        ["messages.authority", "messages.id"],
        deferrable=True,
        initially="DEFERRED",
    ),
    partial("ix_notices_lane", "authority", "lane", "at", where=WAITING),
    partial("ix_notices_person", "authority", "person", "channel", where=WAITING),
    partial("ix_notices_message", "authority", "message_id", where=CLAIMED),
    Index("ix_notices_made", "authority", "made_at"),
)
KEY = [notices.c[name] for name in Key.__slots__]
COLUMNS = [*KEY, *(notices.c[name] for name in Notice.__slots__ if name != "key")]
LIVE = frozenset({NoticeState.WAITING, NoticeState.CLAIMED})


class Notices(Gateway):
    """Notices by key; their states move here and nowhere else."""

    def insert(self, new: Sequence[Notice]) -> list[Notice]:
        """Insert what has not fired yet; return what really went in."""
        rows = [values(notice, notices) | values(notice.key, notices) for notice in new]
        went_in = self._insert(notices, rows)
        really = []
        for notice in new:
            key = (*(getattr(notice.key, name) for name in Key.__slots__),)
            if key in went_in:
                went_in.remove(key)  # the same key twice in one list fires once
                really.append(notice)
        return really

    def get(self, keys: Collection[Key]) -> list[Notice]:
        """Return the notices of these keys."""
        wanted = set(keys)
        found = []
        for batch in batches({key.obligation for key in keys}):
            found += self._notices(notices.c.obligation.in_(batch))
        return [notice for notice in found if notice.key in wanted]

    def waiting(self, lane: Lane | None, now: datetime, limit: int) -> list[Notice]:
        """Return what waits in a lane, or in all of them with urgent first, the oldest first."""
        found: list[Notice] = []
        for each in [lane] if lane else Lane:
            query = self._query(WAITING, notices.c.lane == each, notices.c.at <= now)
            found += self._read(query.order_by(notices.c.at).limit(limit - len(found)))
        return found

    def waiting_for(
        self, person: str, channel: str, family: str | None, now: datetime
    ) -> list[Notice]:
        """Return what waits for one person, channel and family: one message (DOMAIN 5.6).

        Nothing, where somebody else is just taking it: the first of them stands for all, or two
        who share them out would send two messages.
        """
        c = notices.c
        query = self._query(
            WAITING, c.person == person, c.channel == channel, c.family.is_not_distinct_from(family)
        )
        found = self._read(query.where(c.at <= now).order_by(c.at, *KEY))
        return found if found and self._is_ours(found[0].key) else []

    def claim(self, keys: Collection[Key], message_id: str) -> list[Key]:
        """Freeze these waiting notices into a message; return those that were still to be had."""
        return self._move(keys, NoticeState.CLAIMED, {NoticeState.WAITING}, message_id=message_id)

    def supersede(self, key: Key, because: str) -> list[Key]:
        """End a live notice because its person no longer holds the role."""
        return self._move([key], NoticeState.SUPERSEDED, LIVE, ended_because=because)

    def cancel(self, of: str | Collection[Key], because: str) -> list[Key]:
        """End notices before the wire; return them. An obligation's id: all that wait for it."""
        if isinstance(of, str):
            of = [notice.key for notice in self._notices(WAITING, notices.c.obligation == of)]
        return self._move(of, NoticeState.CANCELLED, LIVE, ended_because=because)

    def fail(self, keys: Collection[Key], because: str) -> list[Key]:
        """Put notices on the failure surface; return those that were live until now."""
        return self._move(keys, NoticeState.FAILED, LIVE, ended_because=because)

    def of_obligation(self, obligation: str) -> list[Notice]:
        """Return every notice of an obligation, in the order of their moments."""
        return self._notices(notices.c.obligation == obligation)

    def of_message(self, message_id: str) -> list[Notice]:
        """Return what a message carries."""
        return self._notices(CLAIMED, notices.c.message_id == message_id)

    def told(self, obligation: str, *, after_due: bool | None = None) -> list[Notice]:
        """Return what has arrived, or may have; `after_due` True: what said that it was overdue."""
        m = messages.c
        arrived = or_(
            m.state.in_((DeliveryState.ACCEPTED, DeliveryState.UNKNOWN)),
            m.ambiguous > 0,
            and_(m.state == DeliveryState.SENDING, m.attempts > 0),
        )
        query = self._query(notices.c.obligation == obligation, arrived).join(messages)
        if after_due is not None:
            query = query.where(notices.c.after_due.is_(after_due))
        return self._read(query.order_by(notices.c.at))

    def oldest_waiting(self, now: datetime) -> datetime | None:
        """Return since when the oldest due notice has waited."""
        query = self._select(notices, func.min(notices.c.at)).where(WAITING, notices.c.at <= now)
        return self._found(query)[0][0]  # type: ignore[no-any-return]

    def many_waiting(self, lane: Lane, now: datetime, most: int) -> int:
        """Return how many are due in a lane, counted up to `most`."""
        query = self._select(notices, notices.c.at)
        return self._counted(
            query.where(WAITING, notices.c.lane == lane, notices.c.at <= now), most
        )

    def failed(self, limit: int) -> list[tuple[Notice, str]]:
        """Return the failure surface, the newest first, each with its reason."""
        query = self._select(notices, *COLUMNS, notices.c.ended_because)
        query = query.where(notices.c.state == NoticeState.FAILED)
        rows = self._found(query.order_by(notices.c.made_at.desc()).limit(limit))
        return [(_notice(row[:-1]), row[-1] or "") for row in rows]

    def counts(self) -> dict[str, int]:
        """Return how many there are in each state."""
        query = self._select(notices, notices.c.state, func.count()).group_by(notices.c.state)
        return dict.fromkeys(map(str, NoticeState), 0) | {
            str(state): many for state, many in self._found(query)
        }

    def since(self, moment_at: datetime) -> list[Notice]:
        """Return what has fired since a moment, in order."""
        query = self._query(notices.c.made_at >= moment_at)
        return self._read(query.order_by(notices.c.made_at, notices.c.at, *KEY))

    def _move(
        self, keys: Iterable[Key], to: NoticeState, out_of: Collection[NoticeState], **more: str
    ) -> list[Key]:
        change = (
            self._update(notices)
            .where(*(column == bindparam(f"of_{column.name}") for column in KEY))
            .where(notices.c.state.in_(sorted(out_of)))
            .values(state=to, **more)
        )
        return [
            key
            for key in dict.fromkeys(keys)
            if self.connection.execute(
                change, {f"of_{name}": getattr(key, name) for name in Key.__slots__}
            ).rowcount
        ]

    def _is_ours(self, key: Key) -> bool:
        """Return whether a waiting notice is ours to take until the transaction ends."""
        if self.connection.dialect.name == "sqlite":  # one writer
            return True
        first = self._select(notices, notices.c.at).where(WAITING)
        first = first.where(*(column == getattr(key, column.name) for column in KEY))
        return bool(self._found(self._held(first, or_skipped=True)))

    def _query(self, *when: Any) -> Select[Any]:
        return self._select(notices, *COLUMNS).where(*when)

    def _notices(self, *when: Any) -> list[Notice]:
        return self._read(self._query(*when).order_by(notices.c.at, *KEY))

    def _read(self, query: Select[Any]) -> list[Notice]:
        return [_notice(row) for row in self._found(query)]


def _notice(row: Sequence[Any]) -> Notice:
    return Notice(Key(*row[:5]), *row[5:])
