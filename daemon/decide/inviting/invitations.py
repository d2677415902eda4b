"""What stands in whose calendar for a meeting, and what must change there when the record does."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from daemon.decide.case.invited import list_of, own_meetings
from daemon.decide.case.scene import Scene
from daemon.decide.case.subjects import Case
from daemon.decide.duties.standing import ENDS_EVERYTHING
from daemon.decide.people.recipients import People, access_of, may_know
from daemon.domain.invitation import BY_ROLE, CALENDAR, LETTER
from daemon.domain.parts import Invitation
from daemon.domain.record import Invitee, Meeting, Record, Status
from daemon.domain.rules import Pack
from daemon.domain.who import RUNNING

PROFESSIONALS, PARENTS = "professionals", "parents_carers"
USUAL_LENGTH = timedelta(hours=2)  # of a meeting whose end the record does not show
NOT_REQUIRED = "icpc_not_required"  # a person's decision: it alone cancels an initial conference
CALLED_OFF = "rcpc_cancelled"  # and this a review that the diary shows as cancelled
INITIAL = "icpc"
CONFERENCES = (INITIAL, "rcpc")  # the meetings that a chair and a minute taker are named for
# a meeting to which its source gives no id is counted within its record
NO_ID = re.compile(r"M\d+")


class Entry(NamedTuple):
    """Whom an entry is for: an invitee of one invitation towards one subject."""

    invitation: str
    subject: str
    invitee: str


@dataclass(frozen=True, slots=True)
class Item:
    """One entry as it should stand: `to` is the person, for a family the role that writes to them.

    What a change of makes it move: `scheduled_at`, `ends_at`, `place`, `link` and `mode`. `meeting` is
    the attempt that it is for, of that `kind`, `own` are all attempts of the same conference. `is_apart`: somebody
    else must not meet this person there. `is_firm` False: the diary calls the meeting off and nobody
    has confirmed that; what stands is left as it is, and nobody new is invited. `is_placed`: the record
    says where it is, or how it is joined, whether this person reads of it or not.
    """

    entry: Entry
    role: str
    agency: str | None
    to: str | None
    via: str
    message: str
    scheduled_at: datetime
    place: str | None
    mode: str | None
    meeting: str = ""
    kind: str = ""
    own: tuple[str, ...] = ()
    ends_at: datetime | None = None
    link: str | None = None
    is_apart: bool = False
    is_firm: bool = True
    is_placed: bool = True
    listed_as: str | None = None

    @property
    def is_only_agreed(self) -> bool:
        """Return whether it has a day that we were told, and no place yet: a letter waits for that."""
        return not self.is_placed and any(self.meeting.startswith(f"{one}+") for one in self.own)

    @property
    def when_and_where(self) -> tuple[object, ...]:
        """What a change of makes the entry move."""
        return self.scheduled_at, self.ends_at, self.place, self.link, self.mode


class Change(NamedTuple):
    """What to do with an entry: `invite`, `move` or `cancel`."""

    kind: str
    item: Item
    because: str


INVITED = "the meeting is booked and they are on its list"
MOVED = "its time, its place or its form has changed"
OFF = "the diary calls it off, and nobody has confirmed that"
CANCELLED = "it does not take place then, or they are off its list"


def wanted(case: Case, pack: Pack, people: People) -> dict[Entry, Item]:
    """Return the entries that should stand in calendars now, for meetings that are still ahead.

    Nobody who must not know is among them; a family's is a letter task (READINGS section 2, 1 and 4).
    A child who has died has none, and none but initial conferences are ours while another authority
    holds the plan (3 and 7).
    """
    found: dict[Entry, Item] = {}
    if not any(_is_ahead(one, case.at) for one in case.record.meetings):
        return found
    if any(case.facts.of(name) for name in ENDS_EVERYTHING):
        return found
    for invitation in pack.invitations:
        if case.record.plan_held_by and invitation.subject != INITIAL:
            continue
        for scene in case.of(invitation.subject):
            meeting = booked(case, scene)
            if meeting and invitation.when.test(scene):
                items = list(_items(case, pack, invitation, scene, meeting, people))
                if invitation.subject in CONFERENCES:
                    items += _run_by(case, invitation, scene, meeting, people, items)
                found |= {item.entry: item for item in items}
    return found


def standing(before: Mapping[Entry, Item], now: Mapping[Entry, Item]) -> dict[Entry, Item]:
    """Return what stands once the changes are made: what is not firm stands as it stood before."""
    return {
        entry: item if item.is_firm else before[entry]
        for entry, item in now.items()
        if item.is_firm or entry in before
    }


def changes(
    before: Mapping[Entry, Item], now: Mapping[Entry, Item], at: datetime
) -> Iterator[Change]:
    """Yield what must be done about calendars; an entry for a meeting that is over is left as it stands."""
    stands = standing(before, now)
    for entry, item in stands.items():
        old = before.get(entry)
        if old is None:
            yield Change("invite", item, INVITED)
        elif old.when_and_where != item.when_and_where:
            yield Change("move", item, MOVED)
    for entry, item in before.items():
        if entry not in stands and item.scheduled_at > at:
            yield Change("cancel", item, CANCELLED)


def booked(case: Case, scene: Scene) -> Meeting | None:
    """Return the attempt that is booked and ahead; one that is called off only where there is no other.

    An initial conference that a person has found not to be required is none, nor a review that one has
    called off.
    """
    if scene.own_kind == INITIAL and any(fact.known for fact in scene.of(NOT_REQUIRED)):
        return None
    own = own_meetings(case.record.meetings, scene)
    ahead = [one for one in own if _is_ahead(one, case.at) and not _is_off(one)]
    firm = [one for one in ahead if one.status is not Status.CANCELLED]
    return next(reversed(firm or ahead), None)


def _is_ahead(meeting: Meeting, at: datetime) -> bool:
    """Return whether a meeting has a time after `at`, and no record shows that it was held or failed."""
    is_later = meeting.scheduled is not None and meeting.scheduled[0] > at
    return is_later and not (meeting.failed or meeting.held)


def _is_off(meeting: Meeting) -> bool:
    is_said = any(fact.name == CALLED_OFF and fact.known for fact in meeting.facts)
    return is_said and meeting.status is Status.CANCELLED


def _items(
    case: Case, pack: Pack, invitation: Invitation, scene: Scene, meeting: Meeting, people: People
) -> Iterator[Item]:
    access = access_of(case.record)
    for one in list_of(case.record.meetings, scene):
        to, via = _reached(one)
        person = people.get(to) if to and via == CALENDAR else None
        if one.excluded_by_chair or (person and not may_know(person, access, people)):
            continue
        named = people.get(one.person) if one.person else None
        if named and people.is_one_of(named, access.excluded):
            continue
        if one.is_family and not is_for_family(invitation, pack):
            continue
        if to or via == LETTER:
            role = pack.letters or "" if one.is_family else one.role or PROFESSIONALS
            item = _item(invitation, scene, meeting, one.id, role, to)
            is_joined = invitation.family_joins_online or not one.is_family
            yield replace(
                item, agency=one.agency, via=via, message=_message(invitation, one),
                is_apart=bool(one.apart_from), link=item.link if is_joined else None,
                listed_as=one.role if one.is_family else None,
            )  # fmt: skip


def _run_by(
    case: Case, invitation: Invitation, scene: Scene, meeting: Meeting, people: People,
    listed: Sequence[Item],
) -> Iterator[Item]:  # fmt: skip
    """Yield an entry for whoever chairs a conference or takes its minutes by the record, and is not on its list."""
    access = access_of(case.record)
    there = {person.id for one in listed if one.to and (person := people.get(one.to))}
    left_out = {
        person.id
        for one in list_of(case.record.meetings, scene)
        if one.excluded_by_chair and one.person and (person := people.get(one.person))
    }
    for role in RUNNING:
        for name in case.record.roles.get(role, ()):
            person = people.get(name)
            if person is None or person.id in there | left_out:
                continue
            if may_know(person, access, people):
                there.add(person.id)
                yield _item(invitation, scene, meeting, f"{BY_ROLE}{role}/{person.id}", role, name)


def _item(
    invitation: Invitation, scene: Scene, meeting: Meeting, invitee: str, role: str, to: str | None
) -> Item:
    """Return an entry of a calendar in somebody's role; raises ValueError where the meeting has no time."""
    if meeting.scheduled is None:
        raise ValueError(meeting.id)
    starts_at, ends_at = meeting.scheduled[0], meeting.ends_at
    return Item(
        entry=Entry(invitation.name, str(scene.subject), invitee),
        role=role,
        agency=None,
        to=to,
        via=CALENDAR,
        message=invitation.words.get(role) or invitation.words[PROFESSIONALS],
        scheduled_at=starts_at,
        place=meeting.venue,
        mode=meeting.mode,
        meeting=meeting.id,
        kind=meeting.kind,
        own=scene.own,
        ends_at=ends_at if ends_at and ends_at > starts_at else starts_at + USUAL_LENGTH,
        link=meeting.link,
        is_firm=meeting.status is not Status.CANCELLED,
        is_placed=meeting.venue is not None or meeting.link is not None,
    )


def conference_of(record: Record, meeting: str) -> str:
    """Return what a meeting is called across the records of its children (DOMAIN section 1)."""
    return f"{record.family or record.ref}/{meeting}" if NO_ID.fullmatch(meeting) else meeting


def _reached(one: Invitee) -> tuple[str | None, str]:
    return (None, LETTER) if one.is_family else (one.person, CALENDAR)


def is_for_family(invitation: Invitation, pack: Pack) -> bool:
    """Return whether somebody writes to families, and has words for it: those for professionals never go to them.

    Source: READINGS section 2, 4.
    """
    return pack.letters is not None and PARENTS in invitation.words


def _message(invitation: Invitation, one: Invitee) -> str:
    words = invitation.words
    if one.is_family:
        return words[PARENTS]
    return words.get(one.role or "") or words.get(one.agency or "") or words[PROFESSIONALS]
