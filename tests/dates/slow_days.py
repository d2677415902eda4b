"""Days counted one by one, from the documents alone: no code of the service is used here.

Source: DOMAIN section 3. A working day is Monday to Friday that is no bank holiday of England and Wales.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

LONDON = ZoneInfo("Europe/London")
LIST = Path(__file__).parents[2] / "policies" / "holidays" / "england-and-wales.yaml"
ONE = timedelta(days=1)


@cache
def bank_holidays() -> frozenset[date]:
    return frozenset(row["date"] for row in yaml.safe_load(LIST.read_text())["days"])


def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays()


def wd(day: date, count: int) -> date:
    """Return WD(day, count): the day itself is day 0, whether or not it is a working day."""
    step = ONE if count > 0 else -ONE
    left = abs(count)
    while left:
        day += step
        if is_working(day):
            left -= 1
    return day


def months(day: date, count: int) -> date:
    """Return the same day of the month `count` months on; where there is none, the month's last."""
    year, month = day.year, day.month
    for _ in range(count):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    last = day.day
    while True:
        try:
            return date(year, month, last)
        except ValueError:
            last -= 1


def rolled_back(day: date) -> date:
    while not is_working(day):
        day -= ONE
    return day


def close(day: date) -> datetime:
    """Return close of business: 17:00 on London's clock."""
    return datetime.combine(day, time(17), LONDON).astimezone(UTC)


def clock(day: date, at: time) -> datetime:
    return datetime.combine(day, at, LONDON).astimezone(UTC)


def london_day(instant: datetime) -> date:
    return instant.astimezone(LONDON).date()
