"""When something is due, with the count day by day (DOMAIN section 3)."""

from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from daemon.decide.office import Calendar
from daemon.domain.deadline import Deadline, Finish, Origin, RungTime, Unit
from daemon.domain.facts import Fact
from daemon.domain.obligation import Step
from daemon.domain.times import DAY, LONDON, day_of, london

CALENDAR = {Unit.CALENDAR_DAYS: 1, Unit.WEEKS: 7}


class Due(NamedTuple):
    """A due instant, and the days that led to it."""

    at: datetime
    working: tuple[Step, ...]


def add_months(day: date, months: int) -> date:
    """Return the same day of the month that many calendar months on, clipped to the month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due(deadline: Deadline, anchor: Fact, label: str, calendar: Calendar) -> Due:
    """Return when a deadline that counts from `anchor` falls due; `label` is the anchor in words.

    Raises OverflowError where the count leaves the calendar that is known.

    Source: DOMAIN section 3.
    """
    unit = deadline.spans[0][1]
    if unit in (Unit.WORKING_HOURS, Unit.ELAPSED_HOURS, Unit.ELAPSED_MINUTES):
        at = after(anchor.at, deadline.spans[0][0], unit, calendar)
        return Due(
            at,
            (
                Step(anchor.day, counted=False, why=f"from {label}"),
                Step(day_of(at), counted=True, why="due"),
            ),
        )
    if unit is Unit.WORKING_DAYS:
        return _working_days(deadline, anchor, label, calendar)
    raw = anchor.day
    for count, step in deadline.spans:
        raw = (
            add_months(raw, count)
            if step is Unit.MONTHS
            else raw + timedelta(days=count * CALENDAR[step])
        )
    day = calendar.days.roll_back(raw)
    steps = [
        Step(anchor.day, counted=False, why=f"from {label}"),
        Step(raw, counted=True, why=deadline.text.split(" after ")[0].split(" of ")[0] + " on"),
    ]
    if day != raw:
        why = f"rolled back: {say_uncounted(raw, calendar)}; due {_finish(deadline)}"
        steps.append(Step(day, counted=True, why=why))
    else:
        steps.append(Step(day, counted=True, why=f"a working day: due {_finish(deadline)}"))
    return Due(_at(deadline, anchor, day, calendar), tuple(_with_horizon(steps, calendar)))


def _working_days(deadline: Deadline, anchor: Fact, label: str, calendar: Calendar) -> Due:
    count = deadline.spans[0][0]
    first = 1 if deadline.is_day_number else 0
    day = calendar.days.shift(anchor.day, count - first)
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
    return Due(_at(deadline, anchor, day, calendar), tuple(_with_horizon(steps, calendar)))


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


def _finish(deadline: Deadline) -> str:
    if isinstance(deadline.finish, Finish):
        return f"by {deadline.finish}"
    return f"by {deadline.finish:%H:%M}"


def _at(deadline: Deadline, anchor: Fact, day: date, calendar: Calendar) -> datetime:
    if deadline.finish is Finish.CLOSE_OF_BUSINESS or (
        deadline.finish is Finish.SAME_TIME and anchor.whole_day
    ):
        return calendar.hours.close_of_business(day)
    if deadline.finish is Finish.SAME_TIME:
        return london(day, anchor.at.astimezone(LONDON).time())
    return london(day, deadline.finish)


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
    if unit is Unit.MONTHS:
        return london(add_months(local.date(), count), local.time())
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
        day = calendar.days.shift(day_of(origin), time.count)
        at = london(day, time.clock)
    else:
        at = after(origin, time.count, time.unit, calendar) if time.count else origin
    return at if urgent else calendar.opening(at)
