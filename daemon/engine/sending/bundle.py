"""How it stands at this moment with what some notices speak of: whether each may go, waits, or has ended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from daemon.decide.duties.standing import ENDS_EVERYTHING
from daemon.decide.people.recipients import Access, People, may_know, resolve, seat
from daemon.domain.notice import Kind, Notice
from daemon.domain.obligation import State
from daemon.domain.record import Record
from daemon.domain.times import day_of
from daemon.domain.track import Track
from daemon.engine.conference.entries import Entries, entries_of, is_entry, is_event
from daemon.engine.house import House
from daemon.engine.telling.operator import OPERATOR
from daemon.engine.telling.quiet import resting_refs, unsilenced
from daemon.store import Tx, apart

FIXED = frozenset({Kind.CORRECT, Kind.DIGEST})  # to a person who was told, or about no one case
STANDING = frozenset({Kind.CORRECT, Kind.SEND})  # whatever has become of the duty since
NOT_FOR_THEM = "this person must not be told of the case"
UNREADABLE, RESTING = "record-unreadable", "family-held"  # why a message is held


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
    # cases that are, but for the obligations that never rest
    silenced: frozenset[str] = frozenset()
    never_rest: frozenset[str] = frozenset()
    entries: Entries = field(default_factory=Entries)

    def holds(self, notice: Notice) -> bool:
        """Return whether a notice waits: nobody can tell how its case stands, or its family is held."""
        quiet = self.spoilt | self.resting
        if notice.key.obligation not in self.never_rest:
            quiet |= self.silenced
        return not quiet.isdisjoint(notice.refs) or self.entries.holds(notice)

    def why(self, notices: Sequence[Notice]) -> str | None:
        """Return for which of the two reasons a message of these notices waits, None where it does not."""
        refs = {ref for one in notices for ref in one.refs}
        if self.spoilt & refs:
            return UNREADABLE
        is_resting = (self.resting | self.entries.closed) & refs or any(map(self.holds, notices))
        return RESTING if is_resting else None


def look_up(tx: Tx, house: House, notices: Sequence[Notice], *, to_write: bool = True) -> Bundle:
    """Return the present state of the cases and ladders of some notices; `to_write`: for their words, too."""
    refs = sorted({ref for notice in notices for ref in notice.refs})
    readings = house.read_cases(tx, refs)
    of_cases, spoilt = apart(tx.obligations.of, refs, "obligations")
    tracks = {track.id: track for found in of_cases.values() for track in found}
    numbers = tx.numbers.of(refs) if to_write else {}
    spoken_of = {one.key.obligation for one in notices if one.refs} if to_write else set()
    cases = apart(tx.cases.of, refs, "cases")[0]
    silenced = frozenset(tx.silenced.among(cases.keys()))
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
        resting_refs(tx, cases),
        silenced,
        unsilenced(house, tracks.values(), cases, silenced),
        entries_of(tx, notices, [ref for ref, one in cases.items() if one.is_closed]),
    )


def stands(notice: Notice, bundle: Bundle, now: datetime) -> bool:
    """Return whether a notice may go to its person at this moment: it holds, and the role is theirs."""
    if void(notice, bundle) is not None:
        return False
    if is_fixed(notice):
        return True
    access = bundle.access(bundle.records[notice.refs[0]])
    found = resolve(seat(notice.role, notice.key.obligation), access, bundle.people, day_of(now))
    return any(person.id == notice.key.person for person in found.people)


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


def is_fixed(notice: Notice) -> bool:
    """Return whether a notice is this person's own, whoever holds its role."""
    is_own = notice.kind in FIXED or is_event(notice)
    return is_own or notice.role == OPERATOR or not notice.refs
