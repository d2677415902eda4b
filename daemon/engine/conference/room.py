"""On the day: what a chair sees and says of the conference that they chair; it counts at once.

A feed would bring that a conference was not effective hours after the family has left the room
(READINGS section 3).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import uuid4

import structlog

from daemon.decide.inviting.seats import Seat, seats
from daemon.decide.people.recipients import Access, People, may_know
from daemon.domain.answer import Place, Said, Way
from daemon.domain.link import page_code
from daemon.domain.record import Invitee, Meeting, Record
from daemon.domain.times import DAY, day_of, iso, london
from daemon.domain.who import CHAIRS, Who
from daemon.engine.answering.answers import give
from daemon.engine.answering.held_family import Held, releases
from daemon.engine.answering.questions import holds
from daemon.engine.conference.rearranging import FAILED, Anew, may_be, rearranged
from daemon.engine.house import House
from daemon.engine.records.assess import Assessor
from daemon.engine.telling.quiet import resting_refs
from daemon.store import Store, Tx, apart

log = structlog.get_logger("daykeeper.respond")
STAYS_OPEN = timedelta(days=3)  # so long afterwards the list can be completed
ATTENDANCES = ("present", "represented", "apologies", "absent")
THERE = ("present", "represented")


@dataclass(frozen=True, slots=True)
class Conference:
    """One conference with all of its children, as its chair sees it.

    `meetings` is how the record of each case that they may know of shows it, `seats` who was invited for
    any of them; `names` are the ids by which the directory knows these, by invitee.
    """

    meetings: Mapping[str, Meeting]
    seats: tuple[Seat, ...]
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def meeting(self) -> Meeting:
        """How the first of its children's records shows it."""
        return next(iter(self.meetings.values()))

    @property
    def refs(self) -> tuple[str, ...]:
        """The cases that it is about."""
        return tuple(self.meetings)

    @property
    def id(self) -> str:
        """Its name in addresses: it says nothing of the case (RELIABILITY T1)."""
        return page_code(self.meeting.id)

    @property
    def invitees(self) -> tuple[Invitee, ...]:
        """Whoever was invited, but for the family, whose attendance nobody ticks off here."""
        return tuple(one.invitee for one in self.seats)

    @property
    def failed_without(self) -> set[str]:
        """The agencies without which it was found not to be effective."""
        found = (findings(one) for one in self.meetings.values())
        return {
            about for each in found for about, value in each.items() if value == "yes" and about
        }


@dataclass(frozen=True, slots=True)
class Told:
    """What a chair says. `attendance` is by invitee; `effective` None: not said yet.

    `without` are the agencies without which it was not effective; `ended_at` is when it ended,
    `anew_at` the new date, where one is agreed.
    """

    attendance: Mapping[str, str]
    effective: bool | None = None
    without: Sequence[str] = ()
    ended_at: datetime | None = None
    anew_at: datetime | None = None


class Room:
    """Shows a chair their conferences, and takes what they say of them."""

    def __init__(self, store: Store, house: House, assessor: Assessor) -> None:
        self.store, self.house, self.assessor = store, house, assessor

    def conferences(self, who: Who, now: datetime) -> list[Conference]:
        """Return the conferences of today and of the last days that this person chairs, in order of time."""
        with self.store.read() as tx:
            return list(self._chaired(tx, who, now))

    def find(self, who: Who, name: str, now: datetime) -> Conference | None:
        """Return one of them; None where it is not theirs, or not of these days."""
        return next((one for one in self.conferences(who, now) if one.id == name), None)

    def held(self, who: Who, now: datetime) -> list[Held]:
        """Return the conferences of today and of the last days that they chair, and of whose family nothing is shown.

        Whoever finds no page must see why, and who releases it; never the reference of a child who has died.

        Source: READINGS section 2, 3.
        """
        found = []
        with self.store.read() as tx:
            for one in self._chaired(tx, who, now, of_held=True):
                cases, _ = apart(tx.cases.of, set(one.refs), "cases")
                going_on = tuple(ref for ref in one.refs if ref in resting_refs(tx, cases))
                by, people = releases(tx, self.house, one.refs[0], now)
                found.append(Held(one.id, one.meeting, going_on, by, people))
        return found

    def may_be(self, anew_at: datetime, now: datetime) -> bool:
        """Return whether a conference can be put off to a moment."""
        return may_be(anew_at, now, self.house.deciding.calendar.days)

    def tell(self, who: Who, name: str, told: Told, now: datetime) -> bool:
        """Take what a chair says; False where the conference is not theirs (any more).

        What they said before and do not say otherwise stands.
        """
        with self.store.write() as tx:
            found = (one for one in self._chaired(tx, who, now) if one.id == name)
            conference = next(found, None)
            if conference is None:
                return False
            tx.obligations.of(conference.refs, to_change=True)
            said = [
                one
                for ref in conference.refs
                for one in self._said(who, conference, ref, told, now)
            ]
            give(tx, self.assessor.settle, said, now)
            for ref in conference.refs:
                tx.journal.write(
                    now, "conference.told", ref, "the chair says who was there, and how it went",
                    {"person": who.person, "meeting": conference.meeting.id, "effective": told.effective},
                )  # fmt: skip
        log.info("conference.told", conference=name, effective=told.effective)
        return True

    def _chaired(
        self, tx: Tx, who: Who, now: datetime, *, of_held: bool = False
    ) -> Iterator[Conference]:
        """Yield the conferences that somebody chairs; `of_held`: those of families that are held, and no others."""
        today = day_of(now)
        first, end = london(today) - STAYS_OPEN, london(today + DAY)
        rows = tx.conferences.between(first, end)
        people = self.house.people(tx)
        person = people.get(who.person)
        refs = {ref for row in rows for ref in row.refs}
        cases, _ = apart(tx.cases.of, refs, "cases")
        closed = {ref for ref, one in cases.items() if one.is_closed}
        held = closed | resting_refs(tx, cases)
        readings = self.house.read_cases(tx, held if of_held else cases.keys() - held)
        for row in rows if person else ():
            mine: list[tuple[Record, Meeting]] = []
            for ref in row.refs:
                reading = readings.get(ref)
                record = reading.record if reading else None
                meeting = _meeting(record, row.id) if record else None
                if record is None or meeting is None or person is None:
                    continue
                access = self.house.deciding.access(record)
                if may_know(person, access, people) and any(
                    holds(who, role, role, record, access, people, now) for role in CHAIRS
                ):
                    mine.append((record, meeting))
            if mine:
                found = seats({record.ref: meeting.invitees for record, meeting in mine}, people)
                known_to = [self.house.deciding.access(record) for record, _ in mine]
                names = dict(_names(found, known_to, people))
                yield Conference({record.ref: meeting for record, meeting in mine}, found, names)

    def _said(
        self, who: Who, conference: Conference, ref: str, told: Told, now: datetime
    ) -> Iterator[Said]:
        meeting = conference.meetings[ref]
        here = Place(ref, meeting.id, meeting.kind)

        def said(name: str, value: str | None, about: str | None = None, at: Place = here) -> Said:
            return Said(uuid4().hex, at, name, now, now, who.person, Way.SIGNED_IN, value, about)

        for one in conference.seats:
            attendance = told.attendance.get(one.invitee.id)
            if ref in one.places and attendance in ATTENDANCES:
                yield said("attendance", attendance, at=replace(here, invitee=one.places[ref]))
        if told.effective is not None:
            yield said("effective", "true" if told.effective else "false")
            how = _held if told.effective else _failed
            yield from (said(*each) for each in how(conference, ref, told, now))
        following = meeting.rearranged_to or ""
        # a slip: it was held after all
        if told.effective and following.startswith(f"{meeting.id}+"):
            yield said("status", "cancelled", at=replace(here, meeting=following))
        if told.effective is False and told.anew_at is not None:
            anew = Anew(replace(meeting, rearranged_to=conference.meeting.rearranged_to))
            for place, name, value in rearranged(anew, ref, told.anew_at):
                yield said(name, value, at=place)


def contradicted(conference: Conference, told: Told) -> list[str]:
    """Return the agencies that are named as missing although somebody of them is here or represented."""
    came = _came(conference.seats, told)
    return [agency for agency in told.without if came.get(agency)]


def findings(meeting: Meeting) -> dict[str | None, str | None]:
    """Return what was found of who was missing, the last by agency."""
    return {one.about: one.value for one in meeting.facts if one.name == FAILED}


def _held(
    conference: Conference, ref: str, told: Told, now: datetime
) -> Iterator[tuple[str, str, str | None]]:
    """Yield what stands of a conference that was held: also that it did without the agencies that were not there.

    It was held on the day that it was booked for, whenever the chair says so. What was found otherwise before is
    taken back.
    """
    booked = conference.meetings[ref].scheduled
    yield "status", "held", None
    yield "held_on", day_of(told.ended_at or (booked[0] if booked else now)).isoformat(), None
    if told.ended_at is not None:
        yield "ends_at", iso(told.ended_at), None
    if conference.meetings[ref].is_initial:
        found = findings(conference.meetings[ref])
        taken_back = (agency for agency, value in found.items() if value == "yes")
        came = _came([one for one in conference.seats if ref in one.places], told)
        missing = (agency for agency, is_there in came.items() if not is_there)
        for agency in dict.fromkeys((*taken_back, *missing)):
            if found.get(agency) != "no":
                yield FAILED, "no", agency


def _failed(
    conference: Conference, ref: str, told: Told, _: datetime
) -> Iterator[tuple[str, str, str | None]]:
    """Yield what stands of one that was not effective, by the agencies without which it was not.

    What was found before stands: who only adds a date asks nobody a second time.
    """
    if conference.meetings[ref].is_initial:
        found = findings(conference.meetings[ref])
        anew = (agency for agency in told.without or (None,) if found.get(agency) != "yes")
        yield from ((FAILED, "yes", agency) for agency in anew)


def _names(
    found: Sequence[Seat], known_to: Sequence[Access], people: People
) -> Iterator[tuple[str, str]]:
    """Yield who was invited, so that two of one agency are told apart; nobody who must not know of a case."""
    for one in (seat.invitee for seat in found):
        person = people.get(one.person) if one.person else None
        if person is not None and all(may_know(person, each, people) for each in known_to):
            yield one.id, person.id


def _meeting(record: Record, name: str) -> Meeting | None:
    return next((one for one in record.meetings if one.id == name), None)


def _came(found: Sequence[Seat], told: Told) -> dict[str, bool]:
    """Return of each agency whether somebody was there or stood in, as far as it is said."""
    came: dict[str, bool] = {}
    for one in (seat.invitee for seat in found):
        attendance = told.attendance.get(one.id) or one.attendance
        if one.agency is not None and attendance in ATTENDANCES:
            came[one.agency] = came.get(one.agency, False) or attendance in THERE
    return came
