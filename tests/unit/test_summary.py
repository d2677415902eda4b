"""When the weekly list goes out."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.decide.due.office import Calendar
from daemon.decide.telling.summary import next_summary, summary_pack
from daemon.domain.facts import moment
from daemon.domain.parts import WeeklySummary
from daemon.domain.times import OfficeHours
from daemon.rulebook import load_days, shipped

DAYS = load_days(shipped(), "england-and-wales")
OFFICE = Calendar(DAYS, OfficeHours())
MONDAY = WeeklySummary(0, time(9), ("safeguarding_service_manager",), ("email",))


def at(text):
    return moment(datetime.fromisoformat(text))[0]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param("2026-03-06T17:00", "2026-03-09T09:00", id="the next Monday"),
        pytest.param("2026-03-09T08:59", "2026-03-09T09:00", id="this morning"),
        pytest.param("2026-03-09T09:00", "2026-03-16T09:00", id="once it has gone, a week later"),
        pytest.param(
            "2026-04-03T12:00", "2026-04-07T09:00", id="Easter Monday moves it to Tuesday"
        ),
        pytest.param("2026-04-06T12:00", "2026-04-07T09:00", id="asked on Easter Monday"),
        pytest.param(
            "2026-04-07T09:00", "2026-04-13T09:00", id="and the week after it is Monday again"
        ),
    ],
)
def test_the_next_weekly_list(after, expected):
    assert next_summary(MONDAY, at(after), OFFICE) == at(expected)


@given(
    st.datetimes(datetime.fromisoformat("2018-01-08"), datetime.fromisoformat("2027-06-30")),
    st.integers(0, 4),
)
def test_there_is_one_a_week_while_the_office_is_open(local, weekday):
    summary = WeeklySummary(weekday, time(9), ("team_manager",), ("email",))
    first = next_summary(summary, moment(local)[0], OFFICE)
    second = next_summary(summary, first, OFFICE)

    assert moment(local)[0] < first < second
    assert OFFICE.opening(first) == first
    assert 1 <= (second - first).days <= 13


def test_a_closed_monday_of_the_authoritys_own_moves_it_too():
    shut = Calendar(DAYS, OfficeHours(closures=frozenset({date(2026, 3, 9)})))

    assert next_summary(MONDAY, at("2026-03-06T17:00"), shut) == at("2026-03-10T09:00")


def test_an_authority_gets_its_own_packs_list(deciding):
    assert summary_pack(deciding.rulebook, "stoke-on-trent").name == "stoke-on-trent"
    assert summary_pack(deciding.rulebook, None).name == deciding.rulebook.base
