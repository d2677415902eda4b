"""Counting working days, against a slow count of our own."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.domain.working_days import WorkingDays
from daemon.rulebook import load_days, shipped
from tests.late_holiday import announced

DAYS = load_days(shipped(), "england-and-wales")
FIRST, LAST = date(2018, 1, 1), date(2027, 12, 31)
dates = st.dates(FIRST, LAST)


def is_working(day):
    return day.weekday() < 5 and day not in DAYS.holidays


def slow_shift(day, count):
    step = timedelta(days=1 if count > 0 else -1)
    while count:
        day += step
        if is_working(day):
            count -= 1 if step.days > 0 else -1
    return day


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        pytest.param("2025-03-03", 15, "2025-03-24", id="three plain weeks"),
        pytest.param("2025-04-17", 1, "2025-04-22", id="Easter weekend is not counted"),
        pytest.param("2025-03-08", 1, "2025-03-10", id="a Saturday start is day 0"),
        pytest.param("2025-03-08", -1, "2025-03-07", id="a Saturday start, back"),
        pytest.param("2025-12-24", 1, "2025-12-29", id="Christmas and the weekend after it"),
        pytest.param("2024-02-28", 1, "2024-02-29", id="29 February"),
        pytest.param("2026-03-07", 0, "2026-03-07", id="nothing is counted from a Saturday"),
        pytest.param("2026-01-02", -1, "2025-12-31", id="back over New Year's Day"),
    ],
)
def test_a_count_of_working_days(start, days, expected):
    assert DAYS.shift(date.fromisoformat(start), days) == date.fromisoformat(expected)


@given(dates, st.integers(-260, 260))
def test_every_count_agrees_with_a_slow_one(day, count):
    assert DAYS.shift(day, count) == slow_shift(day, count)


@given(dates, st.integers(1, 200))
def test_a_count_ends_on_a_working_day_and_counts_back_to_where_it_began(day, count):
    end = DAYS.shift(day, count)

    assert DAYS.is_working(end)
    assert DAYS.between(day, end) == count
    assert DAYS.shift(end, -count) <= day


@given(dates)
def test_rolling_moves_only_what_is_no_working_day(day):
    back, on = DAYS.roll_back(day), DAYS.roll_on(day)

    assert back <= day <= on
    assert DAYS.is_working(back)
    assert DAYS.is_working(on)
    assert (back == day == on) == is_working(day)


@pytest.mark.parametrize("seed", range(3))
def test_a_bank_holiday_announced_late_moves_only_what_counts_over_it(seed):
    random = Random(seed)
    added = DAYS.shift(FIRST + timedelta(days=random.randrange(3000)), 1)
    more = announced(DAYS, added)

    for _ in range(3000):
        start = added + timedelta(days=random.randrange(-60, 60))
        count = random.randrange(1, 40)
        before, after = DAYS.shift(start, count), more.shift(start, count)
        touches = start < added <= before
        assert after == (DAYS.shift(before, 1) if touches else before)


def test_beyond_the_list_days_are_computed_and_far_beyond_refused():
    assert DAYS.known_until == LAST
    assert DAYS.shift(date(2028, 1, 3), 1) == date(2028, 1, 4)
    for question in (
        lambda: DAYS.shift(date(1995, 1, 3), 1),
        lambda: DAYS.shift(date(2050, 1, 3), 1),
        lambda: DAYS.shift(date(2018, 1, 3), -9000),
        lambda: DAYS.is_working(date(1995, 1, 3)),
        lambda: DAYS.is_working(date(2050, 1, 3)),
        lambda: DAYS.roll_back(date(2011, 6, 4)),
    ):
        with pytest.raises(OverflowError):
            question()


def test_why_a_day_does_not_count_is_said_in_words():
    assert DAYS.why_not(date(2026, 4, 3)) == "bank holiday: Good Friday"
    assert DAYS.why_not(date(2026, 3, 7)) == "Saturday"


def test_a_calendar_without_holidays_knows_weekends_only():
    plain = WorkingDays({}, FIRST, LAST)

    assert plain.shift(date(2026, 4, 2), 1) == date(2026, 4, 3)
