"""What people answer to Daykeeper itself: the feed `daykeeper`, merged like any other (DOMAIN section 2)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

FEED = "daykeeper"  # its name, and the role that rules rely on
MEETING_FIELDS = frozenset({
    *("effective", "ends_at", "held_on", "rearranged_to", "scheduled_at", "status"),
})  # fmt: skip
INVITEE_FIELDS = frozenset({"attendance", "delivered", "invited_at", "response"})


class Way(StrEnum):
    """How an answer came."""

    SIGNED_IN = "signed-in"
    LINK = "link"
    REPLY = "reply"  # to an invitation, or a message that came back


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a case record an answer stands: on the case, a meeting of it, its invitee, or a plan.

    `kind` is the meeting's, so that it is known even where no feed shows the meeting any more.
    """

    ref: str
    meeting: str | None = None
    kind: str | None = None
    invitee: str | None = None
    plan: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: a fact by its name, or one of the fields above, as `value` of its words.

    `at` is when it became so, `said_at` when we were told. `by` is a person's id; `reason` a coded
    one, never free text (READINGS section 2, 9). `question` is what was asked, if anything was.
    """

    id: str
    place: Place
    name: str
    at: datetime
    said_at: datetime
    by: str
    way: Way
    value: str | None = None
    about: str | None = None
    reason: str = ""
    question: str = ""

    @property
    def is_field(self) -> bool:
        """It says how a meeting or an invitee is, and is no fact of its own."""
        fields = INVITEE_FIELDS if self.place.invitee else MEETING_FIELDS
        return self.name in fields
