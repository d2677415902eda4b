"""When an office is open: what moves the telling of people, never a deadline (DOMAIN 5.5)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from daemon.domain.times import DAY, EVER, LONDON, NINE, OfficeHours, day_of, london
from daemon.domain.working_days import WorkingDays

# what the closing hour sets off is on its way so long: a feed is read, many are told
LATE = timedelta(hours=1)


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The working days of a division with the opening hours of one authority; one is equal to itself only."""

    days: WorkingDays
    hours: OfficeHours

    def is_office_day(self, day: date) -> bool:
        """Return whether the office opens at all that day."""
        return (
            day.weekday() in self.hours.opens
            and day not in self.hours.closures
            and self.days.is_working(day)
        )

    def opening(self, instant: datetime) -> datetime:
        """Return the instant itself while the office is open, else the next opening.

        The closing minute is inside: what falls due at 17:00 goes out at 17:00.
        """
        day = instant.astimezone(LONDON).date()
        if self.is_office_day(day):
            if instant < (opens := self.opens(day)):
                return opens
            if instant <= self.hours.close_of_business(day):
                return instant
        day += DAY
        while not self.is_office_day(day):
            day += DAY
        return self.opens(day)

    def may_tell(self, at: datetime, now: datetime) -> bool:
        """Return whether people may be told now of what was due at a moment: late, only while the office is open.

        A service that comes back at night has waited for hours already.
        """
        return at >= self.told_since(now)

    def told_since(self, now: datetime) -> datetime:
        """Return since when something may have been due, or set off, for people to be told of it now.

        While the office is open that is ever. While it is shut, what is older than the closing hour's own
        telling waits for the next opening.
        """
        return EVER if self.opening(now) == now else now - LATE

    def opened(self, now: datetime) -> datetime | None:
        """Return when the office opened that is open now, None while it is shut."""
        return self.opens(day_of(now)) if self.opening(now) == now else None

    def opens(self, day: date) -> datetime:
        """Return the instant at which the office opens on a day."""
        return london(day, self.hours.opens.get(day.weekday(), NINE))

    def after_working_hours(self, start: datetime, hours: int) -> datetime:
        """Return the instant `hours` of open office after `start`; negative counts walk back."""
        left = timedelta(hours=abs(hours))
        day = start.astimezone(LONDON).date()
        while True:
            if self.is_office_day(day):
                opens, closes = self.opens(day), self.hours.close_of_business(day)
                if hours >= 0:
                    begin = max(opens, start)
                    if begin < closes and closes - begin >= left:
                        return begin + left
                    left -= max(closes - begin, timedelta(0))
                else:
                    end = min(closes, start)
                    if end > opens and end - opens >= left:
                        return end - left
                    left -= max(end - opens, timedelta(0))
            day += DAY if hours >= 0 else -DAY
