"""Moments: UTC in storage, Europe/London in decisions, and the office's opening hours."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
EVER = datetime.fromtimestamp(0, UTC)  # before anything that we keep
MIDNIGHT, NINE, MIDDAY, FIVE = time(0), time(9), time(12), time(17)
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@lru_cache(maxsize=20_000)
def london(day: date, clock: time = MIDNIGHT) -> datetime:
    """Return the UTC instant of a London wall-clock time.

    A time inside the spring gap is the first valid instant after it; one inside the
    autumn overlap is its first occurrence.

    Source: RELIABILITY section 3 point 9.
    """
    local = datetime.combine(day, clock, LONDON).replace(fold=0)
    instant = local.astimezone(UTC)
    if instant.astimezone(LONDON).time() == clock:
        return instant
    return datetime.combine(day, time(1), UTC)  # the gap of Europe/London opens at 01:00 UTC


@lru_cache(maxsize=20_000)  # these are asked for again and again, of each fact and each due moment
def day_of(instant: datetime) -> date:
    """Return the London date on which a UTC instant falls."""
    return instant.astimezone(LONDON).date()


@lru_cache(maxsize=20_000)
def iso(instant: datetime) -> str:
    """Return the instant as the contracts print it: UTC, seconds, explicit offset."""
    return instant.astimezone(UTC).replace(microsecond=0).isoformat()


@lru_cache(maxsize=20_000)
def say_day(day: date) -> str:
    """Return a date as people write it, with its weekday: "Friday 6 March 2026"."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


@lru_cache(maxsize=20_000)
def say(instant: datetime) -> str:
    """Return a moment as people write it: "Friday 6 March 2026, 5pm"."""
    local = instant.astimezone(LONDON)
    day, clock = say_day(local.date()), local.time()
    return day if clock == MIDNIGHT else f"{day}, {say_clock(clock)}"


def say_clock(clock: time) -> str:
    """Return a time of the day as people write it: "5pm", "10:30am", "midday"."""
    if clock == MIDDAY:
        return "midday"
    minutes = f":{clock.minute:02}" if clock.minute else ""
    return f"{clock.hour % 12 or 12}{minutes}{'am' if clock < MIDDAY else 'pm'}"


def say_span(starts_at: datetime, ends_at: datetime) -> str:
    """Return from when to when: "Friday 6 March 2026, 10am to midday", and both days where it ends on another."""
    starts, ends = (one.astimezone(LONDON) for one in (starts_at, ends_at))
    if starts.date() == ends.date() and starts.time() != MIDNIGHT:
        return f"{say(starts_at)} to {say_clock(ends.time())}"
    return f"{say(starts_at)}, until {say(ends_at)}"


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When an authority's office is open: Monday is 0; a weekday that is missing is closed.

    The closing minute is inside (DOMAIN 5.5). `closures` are the authority's own days:
    they move when people are told, never a deadline (DOMAIN section 3).
    """

    opens: Mapping[int, time] = field(default_factory=lambda: dict.fromkeys(range(5), NINE))
    closes: Mapping[int, time] = field(default_factory=lambda: dict.fromkeys(range(5), FIVE))
    closures: frozenset[date] = frozenset()

    def close_of_business(self, day: date) -> datetime:
        """Return the instant at which this day's business closes; 17:00 where no hour is set."""
        return london(day, self.closes.get(day.weekday(), FIVE))
