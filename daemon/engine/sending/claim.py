"""What goes into one message: what waits for one person, channel and family, held against the roles of this moment."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from random import Random
from uuid import uuid4

from daemon.decide.people.recipients import resolve, seat
from daemon.domain.delivery import DeliveryState, Outgoing
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Notice, NoticeState
from daemon.domain.times import day_of
from daemon.engine.house import House
from daemon.engine.sending.bundle import (
    NOT_FOR_THEM,
    RESTING,
    UNREADABLE,
    Bundle,
    is_fixed,
    look_up,
    void,
)
from daemon.engine.sending.pause import paused
from daemon.engine.sending.waiting import sendable_since
from daemon.engine.telling.unheld import tell_unheld
from daemon.engine.telling.ways import ways
from daemon.store import Tx

ALONE, AMONG_RIVALS = 2, 8  # so many notices are looked at for a message: siblings travel together
HELD_FOR = timedelta(minutes=1)  # then it is looked at again
SPREAD = Random()  # noqa: S311 - keeps workers apart, guards nothing


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that is ours to prepare, with what it is to carry.

    `is_whole`: nothing of it has ended since its membership was frozen. `unsure_at` is when the last
    attempt began after which it may have arrived.
    """

    outgoing: Outgoing
    notices: tuple[Notice, ...]
    bundle: Bundle
    is_whole: bool = True
    unsure_at: datetime | None = None


def take(
    tx: Tx, house: House, lane: Lane, now: datetime, limit: int, until: datetime,
    *, besides: Collection[str] = (), but_by: Collection[str] = (),
) -> tuple[list[Taken], int]:  # fmt: skip
    """Take up to `limit` messages of a lane to prepare, retries first; others leave them alone `until` then.

    While the office is shut, what is late and not urgent sets nothing off (DOMAIN 5.5). None of
    `besides`, by none of the channels `but_by`. Returns them, and how many things were looked at:
    a notice whose person no longer holds the role is superseded, and one for the new holder is
    inserted, in the same transaction (DOMAIN 5.6). What speaks of a case that cannot be read is
    held, and shown as held.
    """
    if paused(tx):
        return [], 0
    since = sendable_since(house.deciding.calendar, lane, now)
    again = tx.messages.due(lane, now, limit, since=since, besides=besides, but_by=but_by)
    tx.messages.put_off(again, until)
    carried = tx.notices.of_messages([one.id for one in again])
    groups = _groups(tx, lane, now, limit - len(again), since, but_by)
    bundle = look_up(tx, house, [*chain(*carried.values()), *chain(*groups)])
    _hold(tx, groups, again, carried, bundle, now)
    unsure = tx.messages.unsure([one.id for one in again if one.ambiguous or one.is_in_flight])
    taken = []
    for outgoing in again:
        if any(map(bundle.holds, carried.get(outgoing.id, []))):
            continue
        frozen = carried.get(outgoing.id, [])
        live = [one for one in frozen if one.state is NoticeState.CLAIMED]
        kept = hold_against_roles(tx, house, live, bundle, now)
        known = replace(outgoing, ambiguous=outgoing.ambiguous + outgoing.is_in_flight)
        is_whole = len(kept) == len(frozen)
        taken.append(Taken(known, tuple(kept), bundle, is_whole, unsure.get(outgoing.id)))
    fresh = [
        Taken(_message(kept, now, until), tuple(kept), bundle)
        for group in groups
        if (kept := hold_against_roles(tx, house, _readable(group, bundle), bundle, now))
    ]
    return [*taken, *_claimed(tx, fresh)], len(again) + len(groups)


def _groups(
    tx: Tx, lane: Lane, now: datetime, limit: int, since: datetime, but_by: Collection[str]
) -> list[list[Notice]]:
    """Return what waits, by the message that it goes into; a list, or a word to the operator, goes alone."""
    if limit <= 0:
        return []
    each = AMONG_RIVALS if tx.has_rivals else ALONE
    marks = tx.notices.queue(lane, now, limit * each, since=since, but_by=but_by)
    if tx.has_rivals:  # who all begin at the oldest would only stand in one another's way
        SPREAD.shuffle(marks)
    chosen = marks[:limit]
    alone = {
        one.key: one for one in tx.notices.get([one for one in chosen if isinstance(one, Key)])
    }
    of_groups = tx.notices.waiting_for([one for one in chosen if not isinstance(one, Key)], now)
    found = ([alone[one]] if isinstance(one, Key) else of_groups.get(one, []) for one in chosen)
    return [group for group in found if group]


def _message(notices: Sequence[Notice], now: datetime, until: datetime) -> Outgoing:
    first = notices[0]
    lane = min((one.lane for one in notices), key=list(Lane).index)
    return Outgoing(
        uuid4().hex, first.key.person, first.key.channel, first.family, lane, DeliveryState.WILL_RETRY, now,
        look_at=until,
    )  # fmt: skip


def _readable(group: Sequence[Notice], bundle: Bundle) -> list[Notice]:
    return [one for one in group if not bundle.holds(one)]


def _hold(
    tx: Tx, groups: Sequence[Sequence[Notice]], again: Sequence[Outgoing],
    carried: Mapping[str, Sequence[Notice]], bundle: Bundle, now: datetime,
) -> None:  # fmt: skip
    """Put what speaks of a case that is held out of everybody's way; one that cannot be read is looked at."""
    if not (bundle.spoilt or bundle.resting or bundle.silenced or bundle.entries.closed):
        return
    until = now + HELD_FOR
    waiting = [held for group in groups if (held := [n for n in group if bundle.holds(n)])]
    fresh = [Taken(_message(held, now, until), tuple(held), bundle) for held in waiting]
    of_message = {one.outgoing.id: one.notices for one in _claimed(tx, fresh)}
    of_message |= {one.id: tuple(carried.get(one.id, ())) for one in again}
    for reason in (UNREADABLE, RESTING):
        ids = [one for one, said in of_message.items() if bundle.why(said) == reason]
        tx.messages.hold(ids, until, reason)
    tx.cases.touch(sorted(bundle.spoilt), now)


def _claimed(tx: Tx, fresh: Iterable[Taken]) -> list[Taken]:
    """Return the new messages with what they really got: what somebody else was sooner to take is theirs."""
    members = {one.key: new.outgoing.id for new in fresh for one in new.notices}
    had = tx.notices.claim(members)
    got = (
        replace(new, notices=tuple(one for one in new.notices if one.key in had)) for new in fresh
    )
    ours = [new for new in got if new.notices]
    tx.messages.open(*(new.outgoing for new in ours))
    return ours


def hold_against_roles(
    tx: Tx, house: House, waiting: Sequence[Notice], bundle: Bundle, now: datetime
) -> list[Notice]:
    """Return the notices that may go to this person now. All others end here, with their reason.

    Whoever is told instead has a notice that waits.
    """
    kept: list[Notice] = []
    for notice in waiting:
        why = void(notice, bundle)
        is_theirs = is_fixed(notice)
        if why is not None and (is_theirs or why != NOT_FOR_THEM):
            tx.notices.cancel([notice.key], why)
            tx.journal.write(now, "notice.cancelled", str(notice.key), why, {})
            continue
        if is_theirs:
            kept.append(notice)
            continue
        record = bundle.records[notice.refs[0]]
        found = resolve(
            seat(notice.role, notice.key.obligation),
            bundle.access(record),
            bundle.people,
            day_of(now),
        )
        if any(person.id == notice.key.person for person in found.people):
            kept.append(notice)
            continue
        tx.notices.supersede(notice.key, f"no longer told as {notice.role}")
        tx.journal.write(
            now, "notice.superseded", str(notice.key), f"no longer holds the role {notice.role}", {}
        )
        tell_unheld(tx, house, now, notice.key.obligation, record, notice.role, found)
        heirs = [
            replace(
                notice,
                key=replace(notice.key, person=person.id, channel=way),
                state=NoticeState.WAITING,
                message_id=None,
            )
            for person in found.people
            for way in ways(house, person, [notice.key.channel])
        ]
        for heir in tx.notices.insert(heirs):
            tx.journal.write(
                now, "notice.fired", str(heir.key), f"the role passed on: {heir.because}", {}
            )
    return kept
