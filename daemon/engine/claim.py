"""What goes into one message: what waits for one person, channel and family, held against the roles of this moment."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import chain
from random import Random
from uuid import uuid4

from daemon.decide.recipients import Access, People, may_know, resolve, seat
from daemon.decide.standing import ENDS_EVERYTHING
from daemon.domain.delivery import DeliveryState, Outgoing
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice, NoticeState
from daemon.domain.obligation import State
from daemon.domain.record import Record
from daemon.domain.times import day_of
from daemon.domain.track import Track
from daemon.engine.entries import Entries, entries_of, is_entry, is_event
from daemon.engine.house import House
from daemon.engine.operator import OPERATOR, tell_unheld
from daemon.engine.pause import paused
from daemon.engine.quiet import quiet_refs
from daemon.engine.ways import ways
from daemon.store import Tx, apart

FIXED = frozenset({Kind.CORRECT, Kind.DIGEST})  # to a person who was told, or about no one case
STANDING = frozenset({Kind.CORRECT, Kind.SEND})  # whatever has become of the duty since
NOT_FOR_THEM = "this person must not be told of the case"
ALONE, AMONG_RIVALS = 2, 8  # so many notices are looked at for a message: siblings travel together
UNREADABLE, RESTING = "record-unreadable", "family-held"  # why a message is held
HELD_FOR = timedelta(minutes=1)  # then it is looked at again
SPREAD = Random()  # noqa: S311 - keeps workers apart, guards nothing


@dataclass(frozen=True, slots=True)
class Bundle:
    """The people, cases and ladders that some notices speak of, and what is said of them beside."""

    people: People
    access: Callable[[Record], Access]
    records: Mapping[str, Record]
    tracks: Mapping[str, Track]
    numbers: Mapping[str, Mapping[date, int]]  # of each case's initial conferences, by their anchor
    others: Mapping[str, Sequence[Notice]]  # every notice of each obligation
    spoilt: frozenset[str] = frozenset()  # cases of which something that is stored cannot be read
    resting: frozenset[str] = frozenset()  # cases whose family is held until a person releases it
    entries: Entries = field(default_factory=Entries)

    def holds(self, notice: Notice) -> bool:
        """Return whether a notice waits: nobody can tell how its case stands, or its family is held."""
        is_held = not (self.spoilt | self.resting).isdisjoint(notice.refs)
        return is_held or self.entries.holds(notice)

    def why(self, notices: Iterable[Notice]) -> str | None:
        """Return for which of the two reasons a message of these notices waits, None where it does not."""
        refs = {ref for one in notices for ref in one.refs}
        if self.spoilt & refs:
            return UNREADABLE
        return RESTING if (self.resting | self.entries.closed) & refs else None


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that is ours to prepare, with what it is to carry.

    `is_whole`: nothing of it has ended since its membership was frozen.
    """

    outgoing: Outgoing
    notices: tuple[Notice, ...]
    bundle: Bundle
    is_whole: bool = True


def take(
    tx: Tx, house: House, lane: Lane, now: datetime, limit: int, until: datetime,
    *, besides: Collection[str] = (), but_by: Collection[str] = (),
) -> tuple[list[Taken], int]:  # fmt: skip
    """Take up to `limit` messages of a lane to prepare, retries first; others leave them alone `until` then.

    None of `besides`, by none of the channels `but_by`. Returns them, and how many things were looked at:
    a notice whose person no longer holds the role is superseded, and one for the new holder is
    inserted, in the same transaction (DOMAIN 5.6). What speaks of a case that cannot be read is
    held, and shown as held.
    """
    if paused(tx):
        return [], 0
    again = tx.messages.due(lane, now, limit, besides=besides, but_by=but_by)
    tx.messages.put_off([one.id for one in again], until)
    carried = tx.notices.of_messages([one.id for one in again])
    groups = _groups(tx, lane, now, limit - len(again), but_by)
    bundle = look_up(tx, house, [*chain(*carried.values()), *chain(*groups)])
    _hold(tx, groups, again, carried, bundle, now)
    taken = []
    for outgoing in again:
        if any(map(bundle.holds, carried.get(outgoing.id, []))):
            continue
        frozen = carried.get(outgoing.id, [])
        live = [one for one in frozen if one.state is NoticeState.CLAIMED]
        kept = hold_against_roles(tx, house, live, bundle, now)
        known = replace(outgoing, ambiguous=outgoing.ambiguous + outgoing.is_in_flight)
        taken.append(Taken(known, tuple(kept), bundle, len(kept) == len(frozen)))
    fresh = [
        Taken(_message(kept, now, until), tuple(kept), bundle)
        for group in groups
        if (kept := hold_against_roles(tx, house, _readable(group, bundle), bundle, now))
    ]
    return [*taken, *_claimed(tx, fresh)], len(again) + len(groups)


def _groups(
    tx: Tx, lane: Lane, now: datetime, limit: int, but_by: Collection[str]
) -> list[list[Notice]]:
    """Return what waits, by the message that it goes into; a list, or a word to the operator, goes alone."""
    if limit <= 0:
        return []
    each = AMONG_RIVALS if tx.has_rivals else ALONE
    marks = tx.notices.queue(lane, now, limit * each, but_by=but_by)
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
    if not (bundle.spoilt or bundle.resting or bundle.entries.closed):
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
        is_fixed = _is_fixed(notice)
        if why is not None and (is_fixed or why != NOT_FOR_THEM):
            tx.notices.cancel([notice.key], why)
            tx.journal.write(now, "notice.cancelled", str(notice.key), why, {})
            continue
        if is_fixed:
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


def _is_fixed(notice: Notice) -> bool:
    """Return whether a notice is this person's own, whoever holds its role."""
    is_own = notice.kind in FIXED or is_event(notice)
    return is_own or notice.role == OPERATOR or not notice.refs


def stands(notice: Notice, bundle: Bundle, now: datetime) -> bool:
    """Return whether a notice may go to its person at this moment: it holds, and the role is theirs."""
    if void(notice, bundle) is not None:
        return False
    if _is_fixed(notice):
        return True
    access = bundle.access(bundle.records[notice.refs[0]])
    found = resolve(seat(notice.role, notice.key.obligation), access, bundle.people, day_of(now))
    return any(person.id == notice.key.person for person in found.people)


def look_up(tx: Tx, house: House, notices: Sequence[Notice], *, to_write: bool = True) -> Bundle:
    """Return the present state of the cases and ladders of some notices; `to_write`: for their words, too."""
    refs = sorted({ref for notice in notices for ref in notice.refs})
    readings = house.read_cases(tx, refs)
    of_cases, spoilt = apart(tx.obligations.of, refs, "obligations")
    tracks = {track.id: track for found in of_cases.values() for track in found}
    numbers = tx.numbers.of(refs) if to_write else {}
    spoken_of = {one.key.obligation for one in notices if one.refs} if to_write else set()
    cases = apart(tx.cases.of, refs, "cases")[0]
    return Bundle(
        house.people(tx),
        house.deciding.access,
        {ref: one.record for ref, one in readings.items() if one.record is not None},
        tracks,
        {
            ref: {one.anchor_on: one.number for one in each if one.kind == "icpc"}
            for ref, each in numbers.items()
        },
        tx.notices.of_obligations(spoken_of),
        frozenset(spoilt) | {ref for ref, one in readings.items() if one.record is None},
        quiet_refs(tx, cases),
        entries_of(tx, notices, [ref for ref, one in cases.items() if one.is_closed]),
    )


def void(notice: Notice, bundle: Bundle) -> str | None:
    """Return why a notice must not be sent any more, or None: asked at claim and again before the wire.

    Met, waived or withdrawn before its rung: it never fires, whatever is queued (DOMAIN 5.4).
    """
    if not notice.refs:
        return None
    if bundle.holds(notice):
        return "its case is held"  # for now: it waits at the claim, and is not ended
    record = bundle.records.get(notice.refs[0])
    if record is None:
        return "its case record is gone"
    person = bundle.people.get(notice.key.person)
    if person is None or not may_know(person, bundle.access(record), bundle.people):
        return NOT_FOR_THEM
    if is_entry(notice):
        return bundle.entries.why_not(notice)
    track = bundle.tracks.get(notice.key.obligation)
    if notice.kind is Kind.SEND and any(one.name in ENDS_EVERYTHING for one in record.facts):
        return "the child has died, or the pregnancy has ended"  # READINGS section 2, 3
    if track is None or notice.kind in STANDING:
        return None
    if track.state is not State.OPEN:
        return f"the obligation is {track.state}"
    if notice.after_due and track.due_at is not None and notice.at < track.due_at:
        return "its due moment has moved"
    return None
