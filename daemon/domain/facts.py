"""What has happened, and when: a fact's moment keeps whether it was a day or an instant."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from daemon.domain.times import day_of, london


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that has happened.

    `at` is a UTC instant; `whole_day` says that the record gave only a date, so that
    `at` is 00:00 London and the whole of that day counts as in time (DOMAIN section 2).
    `value` is one of the fact's closed list, or None; `known` is False where the record
    gave no value or an unknown one to a fact that needs one.
    """

    name: str
    at: datetime
    whole_day: bool
    value: str | None = None
    about: str | None = None
    known: bool = True

    @property
    def day(self) -> date:
        """The London date on which it happened."""
        return day_of(self.at)

    def is_in_time(self, due_at: datetime) -> bool:
        """Return whether it happened by then; a date alone covers the whole of its day."""
        return self.day <= day_of(due_at) if self.whole_day else self.at <= due_at


def moment(value: date | datetime) -> tuple[datetime, bool]:
    """Return the UTC instant of a date, local date-time or instant, and whether it was only a date."""
    if not isinstance(value, datetime):
        return london(value), True
    if value.tzinfo is None:
        return london(value.date(), value.time()), False
    return value.astimezone(UTC), False
