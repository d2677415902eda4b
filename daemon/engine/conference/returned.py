"""What came back of a message that had been accepted: its deputy is told, and the machine's answer answers nothing."""

from collections.abc import Sequence
from datetime import datetime

from daemon.decide.people.recipients import resolve, seat
from daemon.domain.event import AutomaticReply
from daemon.domain.notice import Kind, Notice, NoticeState
from daemon.domain.person import Person
from daemon.domain.times import day_of
from daemon.engine.conference.entries import is_entry, is_event
from daemon.engine.conference.heard import note_bounced
from daemon.engine.house import House
from daemon.engine.records.absence import note_away
from daemon.engine.sending.failover import by_next_way, heir_of, insert, to_fallback
from daemon.engine.telling.operator import is_machines, tell_operator
from daemon.engine.telling.ways import ways
from daemon.store import Tx

CAME_BACK = "it came back undelivered"
AUTOMATIC = "an automatic reply came from whom it was sent to"
TO_A_ROLE = frozenset({Kind.TELL, Kind.ASK})


def came_back(tx: Tx, house: House, message: str, now: datetime) -> bool:
    """Tell whom it concerns that a message which was accepted did not arrive; False where it is none of ours.

    Whoever stands in for its reader is told, else the reader by the next way, else the duty mailbox.
    Heard twice, it changes nothing.
    """
    carried = tx.notices.of_message(message)
    if not carried:
        return False
    entries = [
        heir
        for one in carried
        if is_event(one)
        for heir in note_bounced(tx, house, one, "it came back", now)
    ]
    lost = [one for one in carried if one.state is NoticeState.CLAIMED and not is_event(one)]
    tx.notices.fail([one.key for one in lost], CAME_BACK)
    deputies = to_deputies(tx, house, lost, CAME_BACK, now)
    left = [one for one, heirs in zip(lost, deputies, strict=True) if not heirs]
    moved = by_next_way(tx, house, left, CAME_BACK, now)
    none = [one for one, heir in zip(left, moved, strict=True) if heir is None and one.refs]
    heirs = [*entries, *(heir for each in deputies for heir in each), *filter(None, moved)]
    insert(tx, [*heirs, *to_fallback(tx, house, none, "it came back", now)], now)
    tx.journal.write(now, "message.bounced", message, CAME_BACK, {})
    if not all(map(is_entry, carried)):
        detail = (
            "a message came back undelivered after it was accepted; see who holds that address now"
        )
        topic = f"bounced/{message}"
        tell_operator(tx, house, now, topic, "operator-undelivered", detail, group="undelivered")
    return True


def is_elsewhere(tx: Tx, house: House, reply: AutomaticReply, now: datetime) -> int:
    """Count whoever a machine answers for as away, where somebody stands in; return how many deputies are told.

    One for somebody else, or for a mailbox that answers everything and has no deputy, changes nothing.
    """
    people = house.people(tx)
    person = people.get(reply.address)
    if person is None or not _is_stood_in_for(tx, house, person, now):
        return 0
    carried = tx.notices.of_message(reply.message) if reply.message else []
    theirs = [one for one in carried if one.key.person == person.id]
    heirs = to_deputies(tx, house, theirs, AUTOMATIC, now)
    return len(insert(tx, [heir for each in heirs for heir in each], now))


def to_deputies(
    tx: Tx, house: House, notices: Sequence[Notice], why: str, now: datetime
) -> list[list[Notice]]:
    """Return for each notice what tells whoever stands in for its person: nothing, where nobody does."""
    today = day_of(now)
    found: list[list[Notice]] = []
    for notice in notices:
        people, found_here = house.people(tx), []
        person = people.get(notice.key.person)
        record = house.record(tx, notice.refs[0]) if notice.refs else None
        is_to_role = notice.kind in TO_A_ROLE and not is_machines(notice) and not is_event(notice)
        if person and record and is_to_role and _is_stood_in_for(tx, house, person, now):
            role = seat(notice.role, notice.key.obligation)
            access = house.deciding.access(record)
            holders = resolve(role, access, house.people(tx), today).people
            found_here = [
                heir_of(notice, one.id, way, why, now)
                for one in holders
                if one.id != person.id and one != people.fallback()
                for way in ways(house, one, [notice.key.channel])
            ]
        found.append(found_here)
    return found


def _is_stood_in_for(tx: Tx, house: House, person: Person, now: datetime) -> bool:
    """Return whether somebody has a deputy; they are away then until the end of the next working day."""
    today = day_of(now)
    if not person.delegate:
        return False
    if not person.is_away(today):
        until = house.deciding.calendar.days.shift(today, 1)
        note_away(tx, person, today, until, now)
        because = "what came back says so; their deputy is told until then"
        tx.journal.write(now, "absence.heard", person.id, because, {"until": until.isoformat()})
    return True
