"""When something is due and when people are told, as the rulebook compiles it."""

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum


class Unit(StrEnum):
    """Never a bare number: each of these is a different word (DOMAIN section 3)."""

    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    WORKING_HOURS = "working_hours"
    ELAPSED_HOURS = "elapsed_hours"
    ELAPSED_MINUTES = "elapsed_minutes"


class Finish(StrEnum):
    """At what time of its day a deadline falls."""

    CLOSE_OF_BUSINESS = "close of business"
    SAME_TIME = "the same time of day"  # STK-076: close of business if no time is known
    START = "the start"  # of a meeting: the opening of its day if no time is known


class Which(StrEnum):
    """Which fact of a name a deadline counts from, where a subject has several."""

    USUAL = "the first, or the last booking"
    LATEST = "the latest"  # begins anew with each one
    BEFORE = "the last"  # of the meeting before this one
    OWN = "this"  # of this meeting
    NTH = "the n-th"  # of the subject's


class Roll(StrEnum):
    """Where a limit goes that falls on no working day (DOMAIN section 3)."""

    BACK = "back"
    FORWARD = "forward"  # what has happened at a weekend can be done on Monday at the earliest
    NOT = "not"  # a birthday


@dataclass(frozen=True, slots=True)
class LateStart:
    """A duty that begins after `start`, or on no working day, is due at `due` of the next working day."""

    start: time
    due: time


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due moment: `spans` counted from a fact of `anchor`, in order; negative counts walk back.

    `is_day_number` is Stoke's "Day N", where the anchor's day is Day 1. Calendar units are
    rolled to a working day as `roll` says (DOMAIN section 3). No `spans`: there is no limit
    (`is_limit`), the duty begins with the fact and is told. `or_earlier` is a second limit, whichever
    comes first; `legs` are both. `text` is the phrase as written. `is_backward`: it counts back from a
    booked date, and moves with it. `is_by_day`: it counts whole days, so that what was recorded
    earlier on the first of them counts, too.
    """

    text: str
    anchor: str
    spans: tuple[tuple[int, Unit], ...]
    is_day_number: bool = False
    finish: Finish | time = Finish.CLOSE_OF_BUSINESS
    which: Which = Which.USUAL
    roll: Roll = Roll.BACK
    nth: int = 1
    or_earlier: "Deadline | None" = None

    is_backward: bool = field(init=False, compare=False, repr=False)
    is_limit: bool = field(init=False, compare=False, repr=False)
    is_by_day: bool = field(init=False, compare=False, repr=False)
    legs: "tuple[Deadline, ...]" = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Note what every decision asks for."""
        short = (Unit.WORKING_HOURS, Unit.ELAPSED_HOURS, Unit.ELAPSED_MINUTES)
        noted = {
            "is_backward": any(count < 0 for count, _ in self.spans),
            "is_limit": bool(self.spans),
            "is_by_day": all(unit not in short for _, unit in self.spans),
            "legs": (self, self.or_earlier) if self.or_earlier else (self,),
        }
        for name, value in noted.items():
            object.__setattr__(self, name, value)


class Origin(StrEnum):
    """What a rung's time counts from."""

    DUE = "due"
    OPENING = "opening"


@dataclass(frozen=True, slots=True)
class RungTime:
    """When a rung fires: `count` units from its origin (negative: before), at `clock` London time if given."""

    text: str
    origin: Origin = Origin.DUE
    count: int = 0
    unit: Unit = Unit.WORKING_DAYS
    clock: time | None = None

    def __hash__(self) -> int:
        """Return a number by its text: caches ask for it all the time."""
        return hash(self.text)
