"""Why an entry stands, by the record that wants it, and which cases what is sent about it may name."""

from collections.abc import Mapping
from datetime import datetime

from daemon.decide.inviting.addressed import family_mark
from daemon.decide.inviting.invitations import Item
from daemon.domain.invitation import ABOUT, APART, LETTER, Invitation, Seat
from daemon.domain.notice import Kind, NoticeState
from daemon.domain.record import Record
from daemon.domain.rules import Pack
from daemon.engine.house import House
from daemon.store import Tx


def seat_of(uid: str, record: Record, item: Item, now: datetime) -> Seat:
    """Return why an entry stands: what this record says of when and where."""
    return Seat(
        uid=uid,
        ref=record.ref,
        meeting=item.meeting,
        kind=item.kind,
        invitee=item.entry.invitee,
        restricted=record.restricted,
        starts_at=item.scheduled_at,
        ends_at=item.ends_at or item.scheduled_at,
        place=item.place,
        link=item.link,
        mode=item.mode,
        changed_at=now,
    )


def refs_of(tx: Tx, row: Invitation, record: Record) -> tuple[str, ...]:
    """Return the cases that a message about an entry names: a restricted one only where it stands alone.

    Source: READINGS section 2, 8.
    """
    seats = tx.invitations.seats([row.uid]).get(row.uid, [])
    others = sorted({one.ref for one in seats if not one.restricted})
    return tuple(others or sorted({one.ref for one in seats}) or [record.ref])


def is_line(tx: Tx, house: House, row: Invitation, seat: Seat | None, item: Item, who: str) -> bool:
    """Return whether a letter is for this line of a record's list, whatever role is written there now.

    It is not where another child's list has somebody else under that number: each has a letter of their own.
    """
    if item.via != LETTER or seat is None or seat.invitee != item.entry.invitee:
        return False
    theirs = {
        family_mark(one.invitee, role_of(house.record(tx, one.ref), one) or None, one.ref)
        for one in tx.invitations.seats([row.uid]).get(row.uid, ())
        if one.ref != seat.ref
    }
    plain = family_mark(seat.invitee, None, seat.ref)
    return who == plain or theirs <= {who, plain}


def is_apart_by_another(tx: Tx, house: House, row: Invitation, record: Record) -> bool:
    """Return whether the list of a brother or sister keeps somebody apart from whom an entry is for.

    It is looked up only where it is known to have been so: whichever list was read last, nobody is met whom they must
    not meet.
    """
    others = tx.invitations.seats([row.uid]).get(row.uid, ()) if row.is_apart else ()
    listed = (
        (seat, one)
        for seat in others
        if seat.ref != record.ref and (other := house.record(tx, seat.ref))
        for meeting in other.meetings  # the list may be that of an earlier attempt
        for one in meeting.invitees
    )
    return any(one.id == seat.invitee and bool(one.apart_from) for seat, one in listed)


def role_of(record: Record | None, seat: Seat) -> str:
    """Return the role in which somebody stands on the lists of a record; empty where they stand on none."""
    listed = (one for meeting in record.meetings for one in meeting.invitees) if record else ()
    return next((one.role for one in listed if one.id == seat.invitee and one.role), "")


def asked_again(
    tx: Tx, row: Invitation, fresh: Invitation, record: Record, before: Seat | None
) -> tuple[Kind, str] | None:
    """Return how a letter is asked for anew that is about this child as well now, or to whom somebody must not be near.

    None where it need not be: what still waits to be asked for says so by itself. Of a restricted child nothing is
    said to those who know only of the others: neither that it is there, nor that something has changed.
    """
    is_kept_apart = fresh.is_apart and not row.is_apart
    if row.via != LETTER or not (before is None or is_kept_apart):
        return None
    named = refs_of(tx, row, record)
    is_taken = any(
        one.key.occurrence == row.revision and one.state is not NoticeState.WAITING
        for one in tx.notices.of_obligation(row.topic)
    )
    if not is_taken or record.ref not in named:
        return None
    if before is None:
        return (Kind.MOVE, ABOUT) if len(named) > 1 else (Kind.INVITE, "")
    return (Kind.MOVE, APART) if is_kept_apart else None


def has_gone_out(tx: Tx, row: Invitation) -> bool:
    """Return whether the person has an entry, or may have one."""
    return row.told_revision is not None or bool(tx.notices.told(row.topic))


def meeting_of(own: Mapping[str, Seat], row: Invitation) -> str | None:
    """Return for which meeting of a record an entry stands there; None where it does not."""
    seat = own.get(row.uid)
    return seat.meeting if seat else None


def sender_of(pack: Pack, invitation: str) -> str:
    """Return in whose name an invitation goes: that role sees to what cannot go by itself."""
    return next(one.sends_for[0] for one in pack.invitations if one.name == invitation)
