"""What the report is counted from: duties, seats at conferences, conferences to come. No case and nobody is in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from daemon.decide.conference.presence import Presence
from daemon.domain.obligation import State

NO_TEAM = "No team recorded"
WEEKS = 6  # ahead, for which chairs are counted


class Outlook(StrEnum):
    """How an open duty stands to the meeting that would meet it."""

    IN_TIME = "a meeting is booked within the limit"
    LATE = "the meeting is booked for after the limit"
    PUT_OFF = "a meeting was rearranged or adjourned, and no new one is booked"
    NO_CHAIR = "no chair is allocated and no meeting is booked"
    NOT_BOOKED = "no meeting is booked"
    PASSED = "the booked time has passed, and nothing says that it was held"


class Step(NamedTuple):
    """One rung that told somebody: of which rule and at what moment."""

    rule: str
    rung: str
    at: datetime


class Duty(NamedTuple):
    """One obligation as it is counted. Instants are UTC; `late` None: it is not met."""

    measure: str
    team: str
    agency: str | None
    state: State
    starts_at: datetime | None
    due_at: datetime
    met_at: datetime | None
    late: bool | None
    outlook: Outlook | None


class Seat(NamedTuple):
    """How one agency was at one conference, counted once however many children it was about."""

    kind: str
    on: date
    agency: str
    presence: Presence


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everything that one report is counted from. `chairs`: how many there are, by the Monday of a week.

    `cases` is how many were read, `unread` how many could not be.
    """

    duties: Sequence[Duty] = ()
    steps: Sequence[Step] = ()
    seats: Sequence[Seat] = ()
    booked: Sequence[date] = ()
    chairs: Mapping[date, int] = field(default_factory=dict)
    agencies: Mapping[str, str] = field(default_factory=dict)
    cases: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """What a report is about: days from `first` to `last`, both inside, as known at `at` (UTC)."""

    first: date
    last: date
    at: datetime

    def has(self, day: date) -> bool:
        """Return whether a day lies in it."""
        return self.first <= day <= self.last
