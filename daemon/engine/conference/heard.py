"""What became of an invitation, written beside it and into the record of each child whom it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from daemon.decide.people.recipients import resolve
from daemon.domain.answer import Place, Said, Way
from daemon.domain.invitation import Invitation, uid_of
from daemon.domain.notice import Key, Notice, NoticeState
from daemon.domain.times import day_of, iso
from daemon.engine.answering.answers import keep
from daemon.engine.conference.entries import is_event
from daemon.engine.house import House
from daemon.engine.sending.refused import UNDELIVERABLE
from daemon.engine.telling.unheld import tell_unheld
from daemon.store import Tx

EMAIL = "email"


def note_told(tx: Tx, notices: Sequence[Notice], message: str, now: datetime) -> None:
    """Write down that a revision of an entry was handed over; that somebody did so by hand says nothing.

    They are invited when they are first told of the present date: what came back has told them nothing.
    """
    events = {one.key.obligation: one for one in notices if is_event(one)}
    rows = tx.invitations.get([uid_of(topic) for topic in events])
    for row in rows.values():
        revision, before = events[row.topic].key.occurrence, row.told_revision
        if before is None or before < revision:
            told = replace(row, told_revision=revision, told_in=message)
            fields = {}
            knew = (
                before is not None and before >= row.dated_revision and row.delivered is not False
            )
            if revision >= row.dated_revision and not knew:
                told = replace(told, invited_at=now)
                fields["invited_at"] = iso(now)
            if revision >= row.dated_revision:
                told = replace(told, delivered=True)
                fields["delivered"] = "true"
            write(tx, told, fields, Way.REPLY, f"{revision}/told", now)


def note_bounced(tx: Tx, house: House, notice: Notice, reason: str, now: datetime) -> list[Notice]:
    """Write down that an invitation did not arrive; return what its sender is told, to be inserted.

    It never counts as given in time.
    """
    uid = uid_of(notice.key.obligation)
    row = tx.invitations.get([uid]).get(uid)
    if row is None or not notice.refs or notice.key.occurrence < row.dated_revision:
        return []
    mark = f"{notice.key.occurrence}/bounced"
    write(tx, replace(row, delivered=False), {"delivered": "false"}, Way.REPLY, mark, now)
    record = house.record(tx, notice.refs[0])
    if record is None:
        return []
    found = resolve(row.sender, house.deciding.access(record), house.people(tx), day_of(now))
    tell_unheld(tx, house, now, row.topic, record, row.sender, found)
    why = f"the invitation of the {row.role.replace('_', ' ')} did not arrive ({reason})"
    return [
        replace(
            notice, key=Key(row.topic, notice.key.rung, notice.key.occurrence, person.id, EMAIL),
            message=UNDELIVERABLE, made_at=now, role=row.sender, because=why, detail=why,
            state=NoticeState.WAITING, message_id=None,
        )
        for person in found.people
    ]  # fmt: skip


def write(
    tx: Tx, row: Invitation, fields: Mapping[str, str], way: Way, mark: str, now: datetime
) -> list[str]:
    """Keep an entry, and have the record of each of its children show what became of it; return which changed.

    `mark` makes one occasion: what is heard of it twice counts once.
    """
    tx.invitations.save([row])
    said = [
        Said(
            f"{row.uid}/{mark}/{name}/{seat.ref}", Place(seat.ref, seat.meeting, seat.kind, seat.invitee),
            name, now, now, row.person, way, value,
        )
        for seat in tx.invitations.seats([row.uid]).get(row.uid, [])
        if seat.is_listed
        for name, value in fields.items()
    ]  # fmt: skip
    return keep(tx, said, now) if said else []
