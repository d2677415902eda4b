"""Working days of England and Wales, by a table made once."""

from collections.abc import Mapping
from datetime import date, timedelta

from daemon.domain.times import WEEKDAYS

MARGIN_DAYS = 366 * 6  # computed past the list's end, and marked as such by whoever shows it

EDGE_DAYS = 366


class WorkingDays:
    """Monday to Friday without the bank holidays of one division, at a tenth of a microsecond a date."""

    def __init__(self, holidays: Mapping[date, str], known_from: date, known_until: date) -> None:
        """Take the bank holidays with their names, and the first and last day that the list covers."""
        self.holidays = dict(holidays)
        self.known_from, self.known_until = known_from, known_until
        self.first = known_from - timedelta(days=MARGIN_DAYS)
        self._first = self.first.toordinal()
        span = (known_until - self.first).days + MARGIN_DAYS
        free = {day.toordinal() for day in holidays}
        self.last = date.fromordinal(self._first + span - 2)
        self._days: list[date] = []
        self._before: list[int] = []  # working days before each ordinal
        for ordinal in range(self._first, self._first + span):
            self._before.append(len(self._days))
            if ordinal % 7 not in (6, 0) and ordinal not in free:  # ordinal 1 was a Monday
                self._days.append(date.fromordinal(ordinal))

    def is_working(self, day: date) -> bool:
        """Return whether `day` is a working day. Raises OverflowError outside the table."""
        at = day.toordinal() - self._first
        if not 0 <= at < len(self._before) - 1:
            raise OverflowError(day)
        return self._before[at] != self._before[at + 1]

    def shift(self, start: date, days: int) -> date:
        """Return the working day that lies `days` working days from `start`.

        `start` is day 0, whether or not it is itself a working day.  A negative
        count walks back; a count of 0 returns `start`.

        Args:
            start: a local date.
            days: whole working days.

        An answer after `known_until` is computed all the same; whoever shows it says
        that a bank holiday may still move it.  Raises OverflowError outside the table.

        Source: DOMAIN section 3, `WD(d, n)`.
        """
        at = start.toordinal() - self._first
        if at < 0:
            raise OverflowError(start)
        try:
            if days > 0:
                return self._days[self._before[at + 1] + days - 1]
            if days < 0 <= (index := self._before[at] + days):
                return self._days[index]
        except IndexError:
            raise OverflowError(start) from None
        if days < 0:
            raise OverflowError(start)
        return start

    def roll_back(self, day: date) -> date:
        """Return `day`, or the working day before it where it is none."""
        return day if self.is_working(day) else self.shift(day, -1)

    def roll_on(self, day: date) -> date:
        """Return `day`, or the next working day where it is none."""
        return day if self.is_working(day) else self.shift(day, 1)

    def between(self, start: date, end: date) -> int:
        """Return how many working days lie after `start`, up to and with `end`."""
        return (
            self._before[end.toordinal() + 1 - self._first]
            - self._before[start.toordinal() + 1 - self._first]
        )

    def is_near_an_end(self, day: date) -> bool:
        """Return whether `day` lies within a year of an end of the table, or outside it."""
        at = day.toordinal() - self._first
        return not EDGE_DAYS <= at < len(self._before) - EDGE_DAYS

    def why_not(self, day: date) -> str:
        """Return why `day` does not count, in words: "Saturday", "bank holiday: Good Friday"."""
        name = self.holidays.get(day)
        return f"bank holiday: {name}" if name else WEEKDAYS[day.weekday()]
