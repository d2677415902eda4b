"""Notices: what makes firing twice impossible, and the queue that the deliverer takes from."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, Text, and_, bindparam, func, or_, tuple_, type_coerce

from daemon.domain.delivery import DeliveryState
from daemon.domain.message import Lane
from daemon.domain.notice import UNSENT, Group, Key, Kind, Notice, NoticeState
from daemon.domain.times import EVER
from daemon.store.ground.gateway import batches
from daemon.store.telling.aside import Legible
from daemon.store.telling.outbox import messages
from daemon.store.telling.queue import (
    CLAIM,
    CLAIMED,
    COLUMNS,
    HELD,
    IN_LANE,
    KEY,
    LEGIBLE,
    OF_GROUP,
    OF_LONER,
    OF_MESSAGES,
    OF_OBLIGATIONS,
    QUEUE,
    UNCLAIMED,
    WAITING,
    notices,
)

NAMES = tuple(column.name for column in COLUMNS)
of_key, of_notice = attrgetter(*Key.__slots__), attrgetter(*NAMES[len(KEY) :])
LIVE = UNSENT | {NoticeState.CLAIMED}


class Notices(Legible):
    """Notices by key; their states move here and nowhere else."""

    def insert(self, new: Sequence[Notice]) -> list[Notice]:
        """Insert what has not fired yet; return what really went in."""
        if not new:
            return []
        rows = [(*of_key(notice.key), *of_notice(notice)) for notice in new]
        went_in = self._insert_rows(notices, NAMES, rows)
        if len(went_in) == len(new):
            return list(new)
        really = []
        for notice in new:
            if (key := of_key(notice.key)) in went_in:
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

    def waiting(
        self, lane: Lane | None, now: datetime, limit: int, *, but_by: Collection[str] = ()
    ) -> list[Notice]:
        """Return what waits in a lane, or in all of them with urgent first, the oldest first.

        Nothing by the channels `but_by`.
        """
        found: list[Notice] = []
        for each in [lane] if lane else Lane:
            most = limit - len(found)
            rows = self._ask(IN_LANE, list(but_by), lane=each, now=now, since=EVER, most=most)
            found += map(_notice, rows)
        return found

    def queue(
        self, lane: Lane, now: datetime, limit: int,
        *, since: datetime = EVER, but_by: Collection[str] = (),
    ) -> list[Group | Key]:  # fmt: skip
        """Return what waits in a lane by the message that it goes into, the oldest first.

        What fired before `since` sets no message off, and travels in one that goes. That is a person,
        channel and family, or the notice itself where it speaks of no case and belongs to none. `limit` is
        how many notices are looked at.
        """
        rows = self._ask(QUEUE, list(but_by), lane=lane, now=now, since=since, most=limit)
        marks: list[Group | Key] = [
            (person, channel, family) if refs or family else Key(*key)
            for person, channel, family, refs, *key in rows
        ]
        return list(dict.fromkeys(marks))

    def waiting_for(self, groups: Collection[Group], now: datetime) -> dict[Group, list[Notice]]:
        """Return what waits for a person, channel and family: each group is one message (DOMAIN 5.6).

        Nothing of a group that somebody else is just taking: the first of its notices stands for
        all, or two who share them out would send two messages.
        """
        found: dict[Group, list[Notice]] = {}
        for group in groups:
            person, channel, family = group
            ask = OF_GROUP if family is not None else OF_LONER
            rows = self._ask(ask, person=person, channel=channel, family=family, now=now)
            if rows:
                found[group] = list(map(_notice, rows))
        free = self._free([each[0].key for each in found.values()])
        return {group: each for group, each in found.items() if each[0].key in free}

    def claim(self, members: Mapping[Key, str]) -> set[Key]:
        """Freeze waiting notices into messages, by id; return those that were still to be had."""
        if not members:
            return set()
        self._each(
            CLAIM,
            [
                {f"its_{name}": getattr(key, name) for name in Key.__slots__} | {"into": message_id}
                for key, message_id in members.items()
            ],
        )
        of_messages = self.of_messages(set(members.values()))
        claimed = {one.key: id_ for id_, each in of_messages.items() for one in each}
        return {key for key, id_ in members.items() if claimed.get(key) == id_}

    def give_back(self, message_ids: Collection[str]) -> None:
        """Have what was frozen into messages wait again; what has ended meanwhile stays ended."""
        if message_ids:
            of_them = self._update(notices).where(CLAIMED, notices.c.message_id.in_(message_ids))
            is_claimed = notices.c.state == NoticeState.CLAIMED
            self._change(of_them.where(is_claimed).values(state=NoticeState.WAITING))
            self._change(of_them.values(message_id=None))

    def supersede(self, key: Key, because: str) -> list[Key]:
        """End a live notice because its person no longer holds the role."""
        return self._move([key], NoticeState.SUPERSEDED, LIVE, ended_because=because)

    def cancel(self, of: str | Collection[Key], because: str) -> list[Key]:
        """End notices before the wire; return them. An obligation's id: all that wait for it.

        What a person has sent goes out, whatever has become of the duty since.
        """
        if isinstance(of, str):
            by_itself = notices.c.kind != Kind.SEND
            found = self._notices(UNCLAIMED, by_itself, notices.c.obligation == of)
            of = [notice.key for notice in found]
        return self._move(of, NoticeState.CANCELLED, LIVE, ended_because=because)

    def hold(self, keys: Collection[Key]) -> list[Key]:
        """Keep what waits from going out until it is freed; return what did wait."""
        return self._move(keys, NoticeState.HELD, {NoticeState.WAITING})

    def free(self, keys: Collection[Key]) -> list[Key]:
        """Have what is held wait for its turn again."""
        return self._move(keys, NoticeState.WAITING, {NoticeState.HELD})

    def held(self) -> list[Notice]:
        """Return what the brake holds, the oldest first."""
        return self._notices(HELD)

    def speak_of(self, obligation: str, refs: Sequence[str]) -> None:
        """Have what still waits for an obligation speak of these cases."""
        waiting = self._update(notices).where(WAITING, notices.c.obligation == obligation)
        self._change(waiting.values(refs=tuple(refs)))

    def fail(self, keys: Collection[Key], because: str) -> list[Key]:
        """Put notices on the failure surface; return those that were live until now."""
        return self._move(keys, NoticeState.FAILED, LIVE, ended_because=because)

    def reopen(self, message_ids: Collection[str]) -> None:
        """Take what failed with these messages off the failure surface: they are tried again."""
        for batch in batches(message_ids):
            change = self._update(notices).where(CLAIMED, notices.c.message_id.in_(batch))
            change = change.where(notices.c.state == NoticeState.FAILED)
            self._change(change.values(state=NoticeState.CLAIMED, ended_because=None))

    def of_obligation(self, obligation: str) -> list[Notice]:
        """Return every notice of an obligation, in the order of their moments."""
        return self.of_obligations([obligation]).get(obligation, [])

    def of_obligations(self, obligations: Collection[str]) -> dict[str, list[Notice]]:
        """Return every notice of some obligations, each one's in the order of their moments."""
        found: dict[str, list[Notice]] = defaultdict(list)
        for batch in batches(obligations):
            for row in self._ask(OF_OBLIGATIONS, batch):
                found[row[0]].append(_notice(row))
        return found

    def of_message(self, message_id: str) -> list[Notice]:
        """Return what a message carries."""
        return self.of_messages([message_id]).get(message_id, [])

    def of_messages(self, ids: Collection[str]) -> dict[str, list[Notice]]:
        """Return what messages carry."""
        found: dict[str, list[Notice]] = defaultdict(list)
        for batch in batches(ids):
            for notice in map(_notice, self._ask(OF_MESSAGES, batch)):
                found[str(notice.message_id)].append(notice)
        return found

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

    def to_person(self, person: str, about: str) -> list[Notice]:
        """Return every notice to a person about what has a name that begins so."""
        c = notices.c
        return self._notices(
            c.person == person, c.obligation >= about, c.obligation < f"{about}\U0010ffff"
        )

    def oldest_waiting(self, now: datetime, lane: Lane, since: datetime = EVER) -> datetime | None:
        """Return the oldest moment of a lane's notices that wait, of those that fired `since` then."""
        query = self._select(notices, func.min(notices.c.at)).where(*_due(lane, now, since))
        return self._found(query)[0][0]  # type: ignore[no-any-return]

    def many_waiting(self, lane: Lane, now: datetime, most: int, *, since: datetime = EVER) -> int:
        """Return how many of a lane are due, of those that fired `since` then, counted up to `most`."""
        query = self._select(notices, notices.c.at)
        return self._counted(query.where(*_due(lane, now, since)), most)

    def failed(self, limit: int) -> list[tuple[Notice, str]]:
        """Return the failure surface, the newest first, each with its reason."""
        query = self._select(notices, *COLUMNS, notices.c.ended_because)
        query = query.where(notices.c.state == NoticeState.FAILED)
        rows = self._found(query.order_by(notices.c.made_at.desc()).limit(limit))
        return [(_notice(row[:-1]), row[-1] or "") for row in rows]

    def counts(self) -> dict[str, int]:
        """Return how many there are in each state, as it stands there."""
        state = type_coerce(notices.c.state, Text)
        query = self._select(notices, state, func.count()).group_by(notices.c.state)
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

    def _free(self, firsts: Collection[Key]) -> set[Key]:
        """Return those of some waiting notices that are ours to take until the transaction ends."""
        if not firsts or self.connection.dialect.name == "sqlite":  # one writer
            return set(firsts)
        wanted = [tuple(getattr(key, column.name) for column in KEY) for key in firsts]
        query = self._select(notices, *KEY).where(WAITING, tuple_(*KEY).in_(wanted))
        return {Key(*row) for row in self._found(self._held(query, or_skipped=True))}

    def _query(self, *when: Any) -> Select[Any]:
        return self._select(notices, *COLUMNS).where(LEGIBLE, *when)

    def _notices(self, *when: Any) -> list[Notice]:
        return self._read(self._query(*when).order_by(notices.c.at, *KEY))

    def _read(self, query: Select[Any]) -> list[Notice]:
        return [_notice(row) for row in self._found(query)]


def _due(lane: Lane, now: datetime, since: datetime) -> list[Any]:
    c = notices.c
    return [WAITING, c.lane == lane, c.at <= now, c.made_at >= since]


def _notice(row: Sequence[Any]) -> Notice:
    return Notice(Key(*row[:5]), *row[5:])
