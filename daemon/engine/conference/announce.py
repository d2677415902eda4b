"""What is told of an entry: to its person by their calendar, or to a role that sees to it by hand."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from daemon.decide.case.subjects import Case
from daemon.decide.inviting.invitations import CANCELLED, INVITED, MOVED, OFF
from daemon.decide.people.recipients import Access, may_know, resolve
from daemon.decide.trying.walk import group_of
from daemon.domain.invitation import CALENDAR, LETTER, Invitation
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.record import Record
from daemon.domain.rules import Pack
from daemon.domain.times import day_of
from daemon.engine.conference.seated import has_gone_out, refs_of
from daemon.engine.house import House
from daemon.engine.telling.unheld import tell_unheld
from daemon.store import Tx

BY_HAND, CALLED_OFF, EMAIL = "by-hand", "called-off", "email"
WHY = {Kind.ASK: OFF, Kind.INVITE: INVITED, Kind.MOVE: MOVED, Kind.CANCEL: CANCELLED}


@dataclass(frozen=True, slots=True)
class Looked:
    """One case as it was just decided, with whoever may know of it.

    `again` gathers the cases of which the record has changed by what was done about calendars.
    """

    record: Record
    case: Case
    pack: Pack
    access: Access
    again: set[str] = field(default_factory=set)


class Announcer:
    """Queues the notices of an entry, each once for each of its revisions."""

    def __init__(self, house: House) -> None:
        self.house = house

    def fire(
        self, tx: Tx, looked: Looked, row: Invitation, kind: Kind, now: datetime, changed: str = ""
    ) -> None:
        """Queue the notices of one revision of an entry, to its person or to whoever sees to it.

        `changed`: what of when and where is new in it.
        """
        said = kind
        if kind is Kind.MOVE and not has_gone_out(tx, row):
            tx.notices.cancel(row.topic, "a newer form of it goes instead")
            said = Kind.INVITE
        refs = refs_of(tx, row, looked.record)
        people = self.house.people(tx)
        person = people.get(row.person)
        may_be_told = person is not None and may_know(person, looked.access, people)
        if row.via == LETTER:
            way = LETTER if LETTER in self.house.channels else EMAIL
            notices = self._to_role(tx, looked, row, said, row.role, way, row.message, refs, now)
            notices = [replace(one, detail=changed) for one in notices]
        elif CALENDAR in self.house.channels and may_be_told:
            key = Key(row.topic, str(said), row.revision, row.person, CALENDAR)
            notices = [
                Notice(
                    key, said, row.message, now, now, self._lane(row, now), row.role, refs, row.topic,
                    because=WHY[said], agency=row.agency, detail=changed,
                )
            ]  # fmt: skip
        else:
            why = "they must not be told" if not may_be_told else "no calendar is configured"
            tx.journal.write(now, "channel.missing", row.topic, why, {"channel": CALENDAR})
            notices = self._to_role(tx, looked, row, said, row.sender, EMAIL, BY_HAND, refs, now)
        for notice in tx.notices.insert(notices):
            tx.journal.write(
                now, "notice.fired", str(notice.key), notice.because,
                {"kind": str(said), "role": notice.role, "revision": row.revision},
            )  # fmt: skip

    def ask_whether_it_is_off(self, tx: Tx, looked: Looked, row: Invitation, now: datetime) -> None:
        """Have the sender confirm what the diary shows, once for each form of an entry (STK-024)."""
        refs = refs_of(tx, row, looked.record)
        asked = self._to_role(tx, looked, row, Kind.ASK, row.sender, EMAIL, CALLED_OFF, refs, now)
        for notice in tx.notices.insert(asked):
            tx.journal.write(now, "notice.fired", str(notice.key), notice.because, {"kind": "ask"})

    def _to_role(
        self, tx: Tx, looked: Looked, row: Invitation, kind: Kind, role: str, channel: str,
        message: str, refs: tuple[str, ...], now: datetime,
    ) -> list[Notice]:  # fmt: skip
        """Return what somebody of ours must do by hand; what is to be done for one conference travels together."""
        found = resolve(role, looked.access, self.house.people(tx), day_of(now))
        tell_unheld(tx, self.house, now, row.topic, looked.record, role, found)
        is_list = message in (BY_HAND, CALLED_OFF)
        together = f"{group_of(looked.record)}/{row.conference}/{message}" if is_list else row.topic
        return [
            Notice(
                Key(row.topic, str(kind), row.revision, person.id, channel), kind, message, now, now,
                self._lane(row, now), role, refs, together, because=WHY[kind], agency=row.agency,
            )
            for person in found.people
        ]  # fmt: skip

    def _lane(self, row: Invitation, now: datetime) -> Lane:
        """Return how an entry travels: what is about a meeting of the next working day waits for no opening.

        At the opening it may have begun (DOMAIN 5.5).
        """
        next_day = self.house.deciding.calendar.days.shift(day_of(now), 1)
        return Lane.URGENT if day_of(row.starts_at) <= next_day else Lane.ROUTINE
