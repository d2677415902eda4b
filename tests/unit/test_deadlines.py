"""Due moments and rungs' moments: every phrase of the documents, and what holds for all of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.decide.due.deadlines import add_months, after, due, rung_at
from daemon.decide.due.office import Calendar
from daemon.domain.deadline import Unit
from daemon.domain.facts import Fact, moment
from daemon.domain.times import LONDON, OfficeHours, day_of, london
from daemon.rulebook import load_days, shipped
from daemon.rulebook.language.moments import deadline, rung_time
from tests.late_holiday import announced

CALENDAR = Calendar(load_days(shipped(), "england-and-wales"), OfficeHours())
dates = st.dates(date(2018, 1, 2), date(2027, 6, 30))


def at(text):
    value = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    return moment(value)


def count(phrase, anchor, calendar=CALENDAR):
    return due(deadline(phrase), Fact("icpc_held", *at(anchor)), "the conference", calendar)


@pytest.mark.parametrize(
    ("phrase", "anchor", "expected"),
    [
        pytest.param("day 5 of icpc_held", "2026-03-02", "2026-03-06T17:00", id="Day 5"),
        pytest.param(
            "day 1 of icpc_held", "2026-03-07", "2026-03-07T17:00", id="Day 1 at a weekend"
        ),
        pytest.param(
            "day 5 of icpc_held", "2026-03-28", "2026-04-02T17:00", id="Day 5 from a Saturday"
        ),
        pytest.param(
            "10 working days after icpc_held", "2026-03-20", "2026-04-07T17:00", id="over Easter"
        ),
        pytest.param(
            "5 working days before icpc_held", "2026-04-20", "2026-04-13T17:00", id="backwards"
        ),
        pytest.param(
            "2 working days before icpc_held",
            "2026-04-08",
            "2026-04-02T17:00",
            id="back over Easter",
        ),
        pytest.param(
            "28 calendar days after icpc_held", "2025-12-05", "2026-01-02T17:00", id="four weeks"
        ),
        pytest.param(
            "42 calendar days after icpc_held",
            "2026-02-20",
            "2026-04-02T17:00",
            id="six weeks, rolled back from Good Friday",
        ),
        pytest.param(
            "week 6 of icpc_held",
            "2025-11-21",
            "2025-12-31T17:00",
            id="week 6, rolled back from New Year",
        ),
        pytest.param(
            "3 months after icpc_held",
            "2025-11-21",
            "2026-02-20T17:00",
            id="three months, rolled back from a Saturday",
        ),
        pytest.param(
            "3 months after icpc_held",
            "2025-11-30",
            "2026-02-27T17:00",
            id="three months, clipped and rolled back",
        ),
        pytest.param("6 months after icpc_held", "2026-02-20", "2026-08-20T17:00", id="six months"),
        pytest.param(
            "14 months after icpc_held", "2025-11-21", "2027-01-21T17:00", id="fourteen months"
        ),
        pytest.param(
            "2 months and 15 calendar days after icpc_held",
            "2026-02-20",
            "2026-05-05T17:00",
            id="two and a half months, rolled back",
        ),
        pytest.param(
            "10 working days after icpc_held, by 12:00",
            "2026-03-02",
            "2026-03-16T12:00",
            id="by noon",
        ),
        pytest.param(
            "1 working day after icpc_held, by the same time of day",
            "2026-03-20T12:30",
            "2026-03-23T12:30",
            id="24 hours after a conference",
        ),
        pytest.param(
            "1 working day after icpc_held, by the same time of day",
            "2026-03-20",
            "2026-03-23T17:00",
            id="24 hours, no end known",
        ),
    ],
)
def test_a_phrase_of_the_documents(phrase, anchor, expected):
    assert count(phrase, anchor).at == at(expected)[0]


@given(dates, st.integers(1, 60))
def test_a_working_day_clock_falls_due_on_a_working_day_at_five_in_london(day, days):
    found = count(f"{days} working days after icpc_held", day.isoformat())

    local = found.at.astimezone(LONDON)
    assert CALENDAR.days.is_working(local.date())
    assert local.time() == time(17)
    assert sum(step.counted for step in found.working) == days


@given(dates, st.integers(1, 60))
def test_the_working_names_every_day_once_and_says_why(day, days):
    working = count(f"day {days + 1} of icpc_held", day.isoformat()).working

    assert [step.date for step in working] == [day + timedelta(days=n) for n in range(len(working))]
    assert all(step.why for step in working)
    assert "due by close of business" in working[-1].why
    assert [step.counted for step in working[1:]] == [
        CALENDAR.days.is_working(step.date) for step in working[1:]
    ]


@given(dates, st.integers(1, 24))
def test_months_end_on_a_working_day_at_most_five_days_before_their_own(day, months):
    found = count(f"{months} months after icpc_held", day.isoformat())

    raw = add_months(day, months)
    assert CALENDAR.days.is_working(day_of(found.at))
    assert timedelta(0) <= raw - day_of(found.at) <= timedelta(days=5)
    assert len(found.working) == 3


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        pytest.param("2024-02-29", 12, "2025-02-28", id="29 February"),
        pytest.param("2026-01-31", 1, "2026-02-28", id="the end of January"),
        pytest.param("2023-12-31", 2, "2024-02-29", id="into a leap year"),
        pytest.param("2026-03-31", -1, "2026-02-28", id="back to February"),
        pytest.param("2026-11-30", 3, "2027-02-28", id="over the year"),
    ],
)
def test_months_are_clipped_to_their_ends(day, months, expected):
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(expected)


def test_a_date_beyond_the_published_bank_holidays_says_so_in_its_working():
    beyond = count("10 working days after icpc_held", "2027-12-24").working[-1].why
    within = count("10 working days after icpc_held", "2027-12-01").working[-1].why

    assert "beyond the published bank holidays" in beyond
    assert "beyond" not in within


@given(dates, st.integers(1, 20))
@settings(max_examples=60)
def test_the_authoritys_own_closed_days_never_move_a_deadline(day, days):
    shut = Calendar(
        CALENDAR.days,
        OfficeHours(closures=frozenset(day + timedelta(days=n) for n in range(40))),
    )
    phrase = f"{days} working days after icpc_held"

    assert count(phrase, day.isoformat(), shut).at == count(phrase, day.isoformat()).at


def test_close_of_business_is_the_authoritys_own_on_each_weekday():
    early = Calendar(
        CALENDAR.days, OfficeHours(closes={**dict.fromkeys(range(5), time(17)), 4: time(16, 30)})
    )

    assert count("day 5 of icpc_held", "2026-03-02", early).at == at("2026-03-06T16:30")[0]
    assert count("day 4 of icpc_held", "2026-03-02", early).at == at("2026-03-05T17:00")[0]


def test_what_lies_outside_every_calendar_is_refused():
    for anchor in ("1995-03-02", "2050-03-02"):
        for phrase in ("day 5 of icpc_held", "28 calendar days after icpc_held"):
            with pytest.raises(OverflowError):
                count(phrase, anchor)


DUE = london(date(2026, 3, 6), time(17))
OPENED = london(date(2026, 3, 2), time(15, 10))


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        pytest.param("due", "2026-03-06T17:00", id="due"),
        pytest.param("1 working day before due, 09:00", "2026-03-05T09:00", id="the day before"),
        pytest.param("day of due, 09:00", "2026-03-06T09:00", id="that morning"),
        pytest.param(
            "4 working hours after due", "2026-03-09T13:00", id="four working hours after"
        ),
        pytest.param("2 working days after due, 09:00", "2026-03-10T09:00", id="two days after"),
        pytest.param("at once", "2026-03-02T15:10", id="at once"),
        pytest.param("30 minutes after due", "2026-03-09T09:00", id="half an hour after closing"),
    ],
)
def test_when_a_rung_fires(phrase, expected):
    assert rung_at(rung_time(phrase), DUE, OPENED, CALENDAR, urgent=False) == at(expected)[0]


def test_an_urgent_rung_keeps_its_own_moment():
    found = rung_at(rung_time("30 minutes after due"), DUE, OPENED, CALENDAR, urgent=True)

    assert found == DUE + timedelta(minutes=30)


@given(
    st.datetimes(datetime.fromisoformat("2018-01-02"), datetime.fromisoformat("2027-06-30")),
    st.integers(-40, 40),
)
def test_working_hours_are_hours_in_which_the_office_is_open(local, hours):
    start = local.replace(tzinfo=UTC)

    end = after(start, hours, Unit.WORKING_HOURS, CALENDAR)

    assert CALENDAR.opening(end) == end or hours == 0
    first, last = sorted((start, end))
    assert open_minutes(first, last) == pytest.approx(abs(hours) * 60, abs=1)


def open_minutes(first, last):
    total, day = 0.0, day_of(first)
    while day <= day_of(last):
        if CALENDAR.is_office_day(day):
            opens, closes = CALENDAR.opens(day), CALENDAR.hours.close_of_business(day)
            total += max(0.0, (min(last, closes) - max(first, opens)).total_seconds() / 60)
        day += timedelta(days=1)
    return total


@given(dates, st.sampled_from([2, 3, 5, 10]))
@settings(max_examples=80)
def test_a_bank_holiday_announced_late_moves_a_due_day_by_one_or_not_at_all(day, days):
    added = CALENDAR.days.shift(day, 1)
    more = replace(CALENDAR, days=announced(CALENDAR.days, added))
    phrase = f"{days} working days after icpc_held"

    before, moved = count(phrase, day.isoformat()), count(phrase, day.isoformat(), more)

    assert day_of(moved.at) == CALENDAR.days.shift(day_of(before.at), 1)
    assert any(step.why == "bank holiday: A coronation" for step in moved.working)
