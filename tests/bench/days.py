"""Goal 13: working days, counted beside the `holidays` package, and compared with it date by date."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from random import Random

from holidays import HolidayBase, country_holidays

from daemon.domain.working_days import WorkingDays
from daemon.rulebook import load_days, shipped
from tests.bench.row import Row, Sizes, medians, seconds

FIRST = date(2018, 1, 1)
MOST = 30
COUNTS = [count for count in range(-MOST, MOST + 1) if count]


def measure(sizes: Sizes) -> Iterator[Row]:
    """Yield the time for one date, and how many answers differ."""
    ours = load_days(shipped(), "england-and-wales")
    theirs = country_holidays(
        "GB", subdiv="ENG", years=range(FIRST.year - 1, ours.known_until.year + 2)
    )
    pairs = chosen(sizes.pairs, ours.known_until)
    works = [
        partial(seconds, partial(each, pairs))
        for each in (partial(shift, ours), partial(nth, theirs))
    ]
    one, other = (figure / len(pairs) * 1e6 for figure in medians(sizes.runs, *works))
    yield Row(
        13, f"working days from one date, {-MOST} to {MOST} of them", one, "µs",
        other, "holidays.get_nth_working_day", at_least_times=30,
    )  # fmt: skip
    last = FIRST.replace(year=FIRST.year + sizes.years) if sizes.years else ours.known_until
    compared, differ = compare(ours, theirs, min(last, ours.known_until))
    yield Row(13, f"answers that differ, of {compared:,} up to {last}", differ, "", at_most=0)


def chosen(many: int, until: date) -> list[tuple[date, int]]:
    """Return dates and counts by chance, the same in every run."""
    chance = Random(2018)
    span = (until - FIRST).days
    return [
        (FIRST + timedelta(days=chance.randrange(span)), chance.choice(COUNTS)) for _ in range(many)
    ]


def shift(days: WorkingDays, pairs: Sequence[tuple[date, int]]) -> None:
    """Count as the product does."""
    for start, count in pairs:
        days.shift(start, count)


def nth(days: HolidayBase, pairs: Sequence[tuple[date, int]]) -> None:
    """Count as others do."""
    for start, count in pairs:
        days.get_nth_working_day(start, count)


def compare(ours: WorkingDays, theirs: HolidayBase, last: date) -> tuple[int, int]:
    """Return how many answers that lie within the list were compared, and how many differ.

    A count of 0 asks the package for the day itself or the next working day: our `roll_on`
    (in ours a start is day 0 whatever day it is).
    """
    compared = differ = 0
    for number in range((last - FIRST).days + 1):
        start = FIRST + timedelta(days=number)
        for count in (*COUNTS, 0):
            expected = theirs.get_nth_working_day(start, count)
            if ours.known_from <= expected <= ours.known_until:
                compared += 1
                answer = ours.shift(start, count) if count else ours.roll_on(start)
                differ += answer != expected
    return compared, differ
