"""What stands in whose calendar for a meeting, and what must change there when the record does."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from daemon.decide.invited import own_meetings
from daemon.decide.recipients import People, access_of, may_know
from daemon.decide.scene import Scene
from daemon.decide.subjects import Case
from daemon.domain.parts import Invitation
from daemon.domain.record import Invitee, Meeting, Status
from daemon.domain.rules import Pack

PROFESSIONALS, LETTER, CALENDAR = "professionals", "letter", "calendar"


class Entry(NamedTuple):
    """Whom an entry is for: an invitee of one invitation towards one subject."""

    invitation: str
    subject: str
    invitee: str


@dataclass(frozen=True, slots=True)
class Item:
    """One entry as it should stand: `to` is the person, for a family the role that writes to them.

    `scheduled_at`, `place` and `mode` are what a change of makes it move.
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


class Change(NamedTuple):
    """What to do with an entry: `invite`, `move` or `cancel`."""

    kind: str
    item: Item
    because: str


def wanted(case: Case, pack: Pack, people: People) -> dict[Entry, Item]:
    """Return the entries that should stand in calendars now, for meetings that are still ahead.

    Nobody who must not know is among them; a family's is a letter task (READINGS section 2, 1 and 4).
    """
    found: dict[Entry, Item] = {}
    for invitation in pack.invitations:
        for scene in case.of(invitation.subject):
            meeting = _booked(case, scene)
            if meeting and invitation.when.test(scene):
                for item in _items(case, pack, invitation, scene, meeting, people):
                    found[item.entry] = item
    return found


def changes(
    before: Mapping[Entry, Item], now: Mapping[Entry, Item], at: datetime
) -> Iterator[Change]:
    """Yield what must be done about calendars; an entry for a meeting that is over is left as it stands."""
    for entry, item in now.items():
        old = before.get(entry)
        if old is None:
            yield Change("invite", item, "the meeting is booked and they are on its list")
        elif (old.scheduled_at, old.place, old.mode) != (item.scheduled_at, item.place, item.mode):
            yield Change("move", item, "its time, its place or its form has changed")
    for entry, item in before.items():
        if entry not in now and item.scheduled_at > at:
            yield Change("cancel", item, "it does not take place then, or they are off its list")


def _booked(case: Case, scene: Scene) -> Meeting | None:
    """Return the subject's meeting if it is booked and ahead."""
    meeting = next(reversed(own_meetings(case.record.meetings, scene)), None)
    if meeting is None or meeting.scheduled is None or meeting.failed or meeting.held:
        return None
    is_on = meeting.status is not Status.CANCELLED and meeting.scheduled[0] > case.at
    return meeting if is_on else None


def _items(
    case: Case, pack: Pack, invitation: Invitation, scene: Scene, meeting: Meeting, people: People
) -> Iterator[Item]:
    access = access_of(case.record)
    for one in meeting.invitees:
        to, via = _reached(one, pack)
        person = people.get(to) if to and via == CALENDAR else None
        if one.excluded_by_chair or (person and not may_know(person, access, people)):
            continue
        if meeting.scheduled and (to or via == LETTER):
            yield Item(
                entry=Entry(invitation.name, str(scene.subject), one.id),
                role=pack.letters or "" if one.is_family else one.role or PROFESSIONALS,
                agency=one.agency,
                to=to,
                via=via,
                message=_message(invitation, one),
                scheduled_at=meeting.scheduled[0],
                place=meeting.venue,
                mode=meeting.mode,
            )


def _reached(one: Invitee, pack: Pack) -> tuple[str | None, str]:
    return (None, LETTER) if one.is_family and pack.letters else (one.person, CALENDAR)


def _message(invitation: Invitation, one: Invitee) -> str:
    words = invitation.words
    if one.is_family:
        return words.get("parents_carers") or words[PROFESSIONALS]
    return words.get(one.role or "") or words.get(one.agency or "") or words[PROFESSIONALS]
