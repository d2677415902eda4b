"""What goes into one message: what waits for one person, channel and family, held against the roles of this moment."""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from daemon.decide.recipients import People, may_know, resolve
from daemon.decide.simulate import access_of
from daemon.domain.delivery import DeliveryState, Outgoing
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice, NoticeState
from daemon.domain.obligation import State
from daemon.domain.record import Record
from daemon.domain.times import day_of
from daemon.domain.track import Track
from daemon.engine.house import House
from daemon.engine.operator import OPERATOR, tell_unheld
from daemon.store import Tx

FIXED = frozenset({Kind.CORRECT, Kind.DIGEST})  # to a person who was told, or about no one case
NOT_FOR_THEM = "this person must not be told of the case"


@dataclass(frozen=True, slots=True)
class Bundle:
    """Notices that travel together, with the cases and ladders that they speak of."""

    notices: tuple[Notice, ...]
    records: Mapping[str, Record]
    tracks: Mapping[str, Track]


def claim(
    tx: Tx, house: House, lane: Lane, now: datetime, limit: int, lease_until: datetime
) -> Iterator[Outgoing]:
    """Open up to `limit` messages from what waits in a lane, and yield them under their first attempt.

    At this moment a notice whose person no longer holds the role is superseded, and one for the
    new holder is inserted, in the same transaction (DOMAIN 5.6).
    """
    opened = 0
    seen: set[Key | tuple[str, str, str | None]] = set()
    people = house.people(tx)
    queue = deque(tx.notices.waiting(lane, now, limit * 8))
    while queue:
        notice = queue.popleft()
        group = (notice.key.person, notice.key.channel, notice.family)
        mark = group if notice.refs else notice.key  # a list, or a word to the operator, goes alone
        if mark in seen:
            continue
        seen.add(mark)
        waiting = tx.notices.waiting_for(*group, now) if notice.refs else [notice]
        kept, heirs = hold_against_roles(tx, house, people, waiting, now)
        queue += heirs
        if not kept:
            continue
        message = Outgoing(
            uuid4().hex, notice.key.person, notice.key.channel, notice.family,
            min((one.lane for one in kept), key=list(Lane).index), DeliveryState.SENDING, now,
        )  # fmt: skip
        if not tx.notices.claim([one.key for one in kept], message.id):
            continue  # somebody else was sooner, and sends them
        tx.messages.open(message)
        epoch = tx.messages.start(message.id, message.epoch, lease_until, house.worker, now)
        if epoch is not None:
            yield replace(message, epoch=epoch, attempts=1, lease_until=lease_until)
            opened += 1
        if opened >= limit:
            return


def hold_against_roles(
    tx: Tx, house: House, people: People, waiting: Sequence[Notice], now: datetime
) -> tuple[list[Notice], list[Notice]]:
    """Return the notices that may go to this person now, and those for whoever is told instead.

    All others end here, with their reason.
    """
    bundle = look_up(tx, house, waiting)
    kept: list[Notice] = []
    passed_on: list[Notice] = []
    for notice in waiting:
        why = void(notice, bundle, people)
        is_fixed = notice.kind in FIXED or notice.role == OPERATOR or not notice.refs
        if why is not None and (is_fixed or why != NOT_FOR_THEM):
            tx.notices.cancel([notice.key], why)
            tx.journal.write(now, "notice.cancelled", str(notice.key), why, {})
            continue
        if is_fixed:
            kept.append(notice)
            continue
        record = bundle.records[notice.refs[0]]
        found = resolve(notice.role, access_of(record), people, day_of(now))
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
                key=replace(notice.key, person=person.id),
                state=NoticeState.WAITING,
                message_id=None,
            )
            for person in found.people
        ]
        for heir in tx.notices.insert(heirs):
            tx.journal.write(
                now, "notice.fired", str(heir.key), f"the role passed on: {heir.because}", {}
            )
            passed_on.append(heir)
    return kept, passed_on


def stands(notice: Notice, bundle: Bundle, people: People, now: datetime) -> bool:
    """Return whether a notice may go to its person at this moment: it holds, and the role is theirs."""
    if void(notice, bundle, people) is not None:
        return False
    if notice.kind in FIXED or notice.role == OPERATOR or not notice.refs:
        return True
    access = access_of(bundle.records[notice.refs[0]])
    found = resolve(notice.role, access, people, day_of(now))
    return any(person.id == notice.key.person for person in found.people)


def look_up(tx: Tx, house: House, notices: Sequence[Notice]) -> Bundle:
    """Return the notices with the present state of their cases and ladders."""
    refs = sorted({ref for notice in notices for ref in notice.refs})
    readings = house.read_cases(tx, refs)
    tracks = {track.id: track for found in tx.obligations.of(refs).values() for track in found}
    return Bundle(
        tuple(notices),
        {ref: one.record for ref, one in readings.items() if one.record is not None},
        tracks,
    )


def void(notice: Notice, bundle: Bundle, people: People) -> str | None:
    """Return why a notice must not be sent any more, or None: asked at claim and again before the wire.

    Met, waived or withdrawn before its rung: it never fires, whatever is queued (DOMAIN 5.4).
    """
    if not notice.refs:
        return None
    record = bundle.records.get(notice.refs[0])
    if record is None:
        return "its case record is gone"
    person = people.get(notice.key.person)
    if person is None or not may_know(person, access_of(record), people):
        return NOT_FOR_THEM
    track = bundle.tracks.get(notice.key.obligation)
    if track is None or notice.kind is Kind.CORRECT:
        return None
    if track.state is not State.OPEN:
        return f"the obligation is {track.state}"
    if notice.after_due and track.due_at is not None and notice.at < track.due_at:
        return "its due moment has moved"
    return None
