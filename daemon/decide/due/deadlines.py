"""When something is due, with the count day by day (DOMAIN section 3)."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache, partial
from typing import NamedTuple

from daemon.decide.due.office import Calendar
from daemon.domain.deadline import Deadline, Finish, Origin, Roll, RungTime, Unit
from daemon.domain.facts import Fact
from daemon.domain.obligation import Step
from daemon.domain.times import DAY, LONDON, day_of, london

CALENDAR = {Unit.CALENDAR_DAYS: 1, Unit.WEEKS: 7}
MONTHS = {Unit.MONTHS: 1, Unit.YEARS: 12}
ELAPSED = (Unit.WORKING_HOURS, Unit.ELAPSED_HOURS, Unit.ELAPSED_MINUTES)


class Due(NamedTuple):
    """A due instant, and what tells the days that led to it, made when somebody asks."""

    at: datetime
    steps: Callable[[], tuple[Step, ...]]

    @property
    def working(self) -> tuple[Step, ...]:
        """The days that led to it."""
        return self.steps()


def add_months(day: date, months: int) -> date:
    """Return the same day of the month that many calendar months on, clipped to the month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due(deadline: Deadline, anchor: Fact, label: str, calendar: Calendar) -> Due:
    """Return when a deadline that counts from `anchor` falls due; `label` is the anchor in words.

    Raises OverflowError where the count leaves the calendar that is known.

    Source: DOMAIN section 3.
    """
    count, unit = deadline.spans[0]
    if unit in ELAPSED:
        at = after(anchor.at, count, unit, calendar)
        if deadline.finish is Finish.START and anchor.whole_day:
            at = calendar.opens(anchor.day)
        is_at_once = not count and deadline.finish is not Finish.START
        why = "due at once" if is_at_once else "due"
        return Due(at, partial(_say_hours, anchor, at, label, why))
    if unit is Unit.WORKING_DAYS:
        first = 1 if deadline.is_day_number else 0
        day = calendar.days.shift(anchor.day, count - first)
        steps = partial(_say_working_days, deadline, anchor, day, label, calendar)
        return Due(_at(deadline, anchor, day, calendar), steps)
    raw = anchor.day
    for count, step in deadline.spans:
        raw = (
            add_months(raw, count * MONTHS[step])
            if step in MONTHS
            else raw + timedelta(days=count * CALENDAR[step])
        )
    day = _rolled(deadline.roll, raw, calendar)
    is_evening = not anchor.whole_day and anchor.at > calendar.hours.close_of_business(day)
    if deadline.roll is Roll.FORWARD and is_evening:
        day = calendar.days.shift(day, 1)
    steps = partial(_say_calendar, deadline, anchor, (raw, day), label, calendar)
    return Due(_at(deadline, anchor, day, calendar), steps)


def _say_hours(anchor: Fact, at: datetime, label: str, why: str) -> tuple[Step, ...]:
    begin = Step(anchor.day, counted=False, why=f"from {label}")
    return (begin, Step(day_of(at), counted=True, why=why))


def _say_calendar(
    deadline: Deadline, anchor: Fact, days: tuple[date, date], label: str, calendar: Calendar
) -> tuple[Step, ...]:
    raw, day = days
    steps = [Step(anchor.day, counted=False, why=f"from {label}")]
    if raw != anchor.day:
        steps.append(Step(raw, counted=True, why=_say_span(deadline) + " on"))
    if day != raw:
        why = f"rolled {deadline.roll}: {say_uncounted(raw, calendar)}; due {_finish(deadline)}"
        steps.append(Step(day, counted=True, why=why))
    else:
        is_working = calendar.days.is_working(day)
        what = "a working day" if is_working else "the day itself"
        steps.append(Step(day, counted=True, why=f"{what}: due {_finish(deadline)}"))
    return tuple(_with_horizon(steps, calendar))


def _rolled(roll: Roll, day: date, calendar: Calendar) -> date:
    if roll is Roll.NOT:
        return day
    if roll is Roll.FORWARD and not calendar.days.is_working(day):
        return calendar.days.shift(day, 1)
    return calendar.days.roll_back(day)


def _say_working_days(
    deadline: Deadline, anchor: Fact, day: date, label: str, calendar: Calendar
) -> tuple[Step, ...]:
    count = deadline.spans[0][0]
    first = 1 if deadline.is_day_number else 0
    noun = "day" if deadline.is_day_number else "working day"
    zero = f"day {first}: {label}"
    if not calendar.days.is_working(anchor.day):
        zero += f" ({say_uncounted(anchor.day, calendar)})"
    steps = [Step(anchor.day, counted=False, why=zero)]
    towards = DAY if day >= anchor.day else -DAY
    at, number = anchor.day, first
    while at != day:
        at += towards
        if calendar.days.is_working(at):
            number += 1
            steps.append(
                Step(at, counted=True, why=f"{noun} {number}" + (" before" if count < 0 else ""))
            )
        else:
            steps.append(Step(at, counted=False, why=say_uncounted(at, calendar)))
    last = steps[-1]
    steps[-1] = Step(last.date, counted=last.counted, why=f"{last.why}: due {_finish(deadline)}")
    return tuple(_with_horizon(steps, calendar))


def say_uncounted(day: date, calendar: Calendar) -> str:
    """Return why a day does not count."""
    return calendar.days.why_not(day)


def _with_horizon(steps: list[Step], calendar: Calendar) -> list[Step]:
    last = steps[-1]
    if last.date > calendar.days.known_until:
        steps[-1] = Step(
            last.date,
            last.counted,
            f"{last.why} (beyond the published bank holidays: it may still move)",
        )
    return steps


def _say_span(deadline: Deadline) -> str:
    spans = (
        f"{abs(count)} {unit.rstrip('s') if abs(count) == 1 else unit}".replace("_", " ")
        for count, unit in deadline.spans
        if count
    )
    return " and ".join(spans)


def _finish(deadline: Deadline) -> str:
    if isinstance(deadline.finish, Finish):
        return f"by {deadline.finish}"
    return f"by {deadline.finish:%H:%M}"


def _at(deadline: Deadline, anchor: Fact, day: date, calendar: Calendar) -> datetime:
    if isinstance(deadline.finish, time):
        return london(day, deadline.finish)
    if deadline.finish is Finish.SAME_TIME and not anchor.whole_day:
        return london(day, anchor.at.astimezone(LONDON).time())
    return calendar.hours.close_of_business(day)


def after(start: datetime, count: int, unit: Unit, calendar: Calendar) -> datetime:
    """Return the instant `count` units after `start`; days keep the time of day on London's clock."""
    if unit is Unit.WORKING_HOURS:
        return calendar.after_working_hours(start, count)
    if unit is Unit.ELAPSED_HOURS:
        return start + timedelta(hours=count)
    if unit is Unit.ELAPSED_MINUTES:
        return start + timedelta(minutes=count)
    local = start.astimezone(LONDON)
    if unit is Unit.WORKING_DAYS:
        return london(calendar.days.shift(local.date(), count), local.time())
    if unit in MONTHS:
        return london(add_months(local.date(), count * MONTHS[unit]), local.time())
    return london(local.date() + timedelta(days=count * CALENDAR[unit]), local.time())


def rung_at(
    time: RungTime, due_at: datetime, opened_at: datetime, calendar: Calendar, *, urgent: bool
) -> datetime:
    """Return when a rung fires: after the office-hours shift, unless it is urgent (DOMAIN 5.5)."""
    origin = due_at if time.origin is Origin.DUE else opened_at
    return _rung_at(time, origin, calendar, urgent=urgent)


@lru_cache(maxsize=20_000)  # deadlines come in herds, at the close of a few hundred days
def _rung_at(time: RungTime, origin: datetime, calendar: Calendar, *, urgent: bool) -> datetime:
    if time.clock is not None:
        day = (
            day_of(after(origin, time.count, time.unit, calendar)) if time.count else day_of(origin)
        )
        at = london(day, time.clock)
    else:
        at = after(origin, time.count, time.unit, calendar) if time.count else origin
    return at if urgent else calendar.opening(at)
