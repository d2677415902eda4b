"""A bank holiday that is announced late: the same calendar with one more."""

from datetime import date

from daemon.domain.working_days import WorkingDays


def announced(days: WorkingDays, day: date) -> WorkingDays:
    """Return the calendar as it is once a coronation is announced for a day."""
    more = {**days.holidays, day: "A coronation"}
    return WorkingDays(more, days.known_from, days.known_until)
