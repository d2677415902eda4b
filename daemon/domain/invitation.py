"""What we keep in one person's calendar for one conference, and why it stands there."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

TOPIC = "invitation/"  # the notices about an entry name it in the place of an obligation
CALENDAR, LETTER = "calendar", "letter"
# what a change of makes an entry move
WHEN_AND_WHERE = ("starts_at", "ends_at", "place", "link", "mode")
ABOUT = "about"  # what is new in a letter that is about another child as well
# and in one to somebody from whom another person is kept apart since it was asked for
APART = "apart"
BY_ROLE = "role:"  # in the place of an invitee: they run the conference, and stand on no list


class InvitationState(StrEnum):
    """How an entry stands. What has been cancelled may be asked for again, under the same uid."""

    INVITED = "invited"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    # it took place and failed: it stays as it is, the next one is another
    SUPERSEDED = "superseded"

    @property
    def stands(self) -> bool:
        """It is in somebody's calendar, or on its way there."""
        return self in (InvitationState.INVITED, InvitationState.CHANGED)


@dataclass(frozen=True, slots=True)
class Invitation:
    """One person's entry for one conference, whatever number of children it is about.

    `name` is the rulebook's invitation, `conference` the attempt that it is for now. `person` is an id
    of the directory or an address; for a member of the family it names the invitee, for whom
    somebody writes a letter (`via`). `message` are the words. `revision` rises with each change,
    `dated_revision` is the last at which its time changed: no earlier answer counts.
    `told_revision` is the last that was handed over, in the message `told_in`; `delivered` False: that
    came back. `response` is what the person answered to the present time.
    """

    uid: str
    name: str
    conference: str
    person: str
    via: str
    role: str
    agency: str | None
    message: str
    sender: str
    starts_at: datetime
    ends_at: datetime
    place: str | None = None
    link: str | None = None
    mode: str | None = None
    is_apart: bool = False
    revision: int = 0
    dated_revision: int = 0
    state: InvitationState = InvitationState.INVITED
    told_revision: int | None = None
    told_in: str | None = None
    invited_at: datetime | None = None
    delivered: bool | None = None
    response: str = "none"
    response_at: datetime | None = None
    response_revision: int | None = None

    @property
    def topic(self) -> str:
        """What its notices are about."""
        return f"{TOPIC}{self.name}/{self.uid}"

    @property
    def when_and_where(self) -> tuple[object, ...]:
        """What a change of makes it move."""
        return self.starts_at, self.ends_at, self.place, self.link, self.mode

    def new_since(self, before: "Invitation") -> str:
        """Return the names of what of when and where is not as it was, with commas."""
        names = (one for one in WHEN_AND_WHERE if getattr(self, one) != getattr(before, one))
        return ",".join(names)


@dataclass(frozen=True, slots=True)
class Seat:
    """Why an entry stands: one child's record lists the person among those invited to a meeting, or has them run it.

    `starts_at` to `mode` are as that record shows them, since `changed_at`: where records of one
    family differ, the newest word counts.
    """

    uid: str
    ref: str
    meeting: str
    kind: str
    invitee: str
    restricted: bool
    starts_at: datetime
    ends_at: datetime
    place: str | None
    link: str | None
    mode: str | None
    changed_at: datetime

    @property
    def is_listed(self) -> bool:
        """The person is on the meeting's list, so that the record shows what became of their invitation."""
        return not self.invitee.startswith(BY_ROLE)

    @property
    def when_and_where(self) -> tuple[object, ...]:
        """When and where the record shows it."""
        return self.starts_at, self.ends_at, self.place, self.link, self.mode


def uid_of(topic: str) -> str:
    """Return the uid of the entry that a notice is about."""
    return topic.rpartition("/")[2]
