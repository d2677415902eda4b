"""Why an entry stands, by the record that wants it, and which cases what is sent about it may name."""

from collections.abc import Mapping
from datetime import datetime

from daemon.decide.invitations import Item
from daemon.domain.invitation import LETTER, Invitation, Seat
from daemon.domain.record import Record
from daemon.domain.rules import Pack
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


def is_line(seat: Seat | None, item: Item) -> bool:
    """Return whether a letter is for this line of a record's list, whatever role is written there now."""
    return item.via == LETTER and seat is not None and seat.invitee == item.entry.invitee


def meeting_of(own: Mapping[str, Seat], row: Invitation) -> str | None:
    """Return for which meeting of a record an entry stands there; None where it does not."""
    seat = own.get(row.uid)
    return seat.meeting if seat else None


def sender_of(pack: Pack, invitation: str) -> str:
    """Return in whose name an invitation goes: that role sees to what cannot go by itself."""
    return next(one.sends_for[0] for one in pack.invitations if one.name == invitation)
