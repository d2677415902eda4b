"""When an office is open."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.decide.due.office import Calendar
from daemon.domain.facts import moment
from daemon.domain.times import LONDON, OfficeHours
from daemon.rulebook import load_days, shipped

DAYS = load_days(shipped(), "england-and-wales")
SHUT = date(2026, 3, 10)
FRIDAY = 4
OFFICE = Calendar(
    DAYS,
    OfficeHours(
        opens={day: time(8, 30) for day in range(5)},
        closes={**{day: time(17) for day in range(5)}, FRIDAY: time(16)},
        closures=frozenset({SHUT}),
    ),
)


def at(text):
    return moment(datetime.fromisoformat(text))[0]


@pytest.mark.parametrize(
    ("asked", "opening"),
    [
        pytest.param("2026-03-09T12:00", "2026-03-09T12:00", id="while it is open"),
        pytest.param("2026-03-09T08:30", "2026-03-09T08:30", id="the opening minute"),
        pytest.param("2026-03-06T16:00", "2026-03-06T16:00", id="the closing minute of a Friday"),
        pytest.param("2026-03-06T16:01", "2026-03-09T08:30", id="a minute after closing"),
        pytest.param("2026-03-09T06:00", "2026-03-09T08:30", id="before it opens"),
        pytest.param("2026-03-09T18:00", "2026-03-11T08:30", id="the evening before a closed day"),
        pytest.param("2026-03-10T12:00", "2026-03-11T08:30", id="on a closed day"),
        pytest.param("2026-04-02T18:00", "2026-04-07T08:30", id="over Easter"),
        pytest.param("2026-07-06T07:00", "2026-07-06T08:30", id="in summer"),
    ],
)
def test_the_next_opening(asked, opening):
    assert OFFICE.opening(at(asked)) == at(opening)


@given(st.datetimes(datetime.fromisoformat("2018-01-02"), datetime.fromisoformat("2027-06-30")))
def test_an_opening_is_never_before_it_was_asked_for_and_is_its_own_opening(local):
    asked = moment(local)[0]

    found = OFFICE.opening(asked)

    assert found >= asked
    assert OFFICE.opening(found) == found
    assert OFFICE.is_office_day(found.astimezone(LONDON).date())
    assert found - asked < timedelta(days=6)


def test_an_office_that_opens_on_three_days_a_week():
    part = Calendar(DAYS, OfficeHours(opens={0: time(9), 2: time(9), 4: time(9)}))

    assert part.opening(at("2026-03-03T10:00")) == at("2026-03-04T09:00")
