"""Moments: London in decisions, UTC in storage, words for people."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.domain.facts import Fact, moment
from daemon.domain.times import LONDON, OfficeHours, day_of, iso, london, say, say_day, say_span


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "clock", "expected"),
    [
        pytest.param("2026-01-05", "17:00", "2026-01-05T17:00", id="in winter"),
        pytest.param("2026-07-06", "17:00", "2026-07-06T16:00", id="in summer"),
        pytest.param("2026-03-29", "01:30", "2026-03-29T01:00", id="in the hour that spring skips"),
        pytest.param("2026-03-29", "01:00", "2026-03-29T01:00", id="as the clocks go forward"),
        pytest.param("2026-03-29", "02:00", "2026-03-29T01:00", id="after the clocks went forward"),
        pytest.param("2026-10-25", "01:30", "2026-10-25T00:30", id="in the hour that comes twice"),
        pytest.param("2026-10-25", "02:00", "2026-10-25T02:00", id="after the clocks went back"),
    ],
)
def test_a_london_time_as_an_instant(day, clock, expected):
    assert london(date.fromisoformat(day), time.fromisoformat(clock)) == utc(expected)


@given(st.dates(date(2018, 1, 1), date(2027, 12, 31)))
def test_five_o_clock_is_five_o_clock_in_london_on_every_day(day):
    closing = OfficeHours().close_of_business(day)

    assert closing.astimezone(LONDON).time() == time(17)
    assert day_of(closing) == day
    assert closing.hour in (16, 17)


@given(st.datetimes(datetime.fromisoformat("2018-01-01"), datetime.fromisoformat("2027-12-31")))
def test_no_london_time_is_more_than_an_hour_from_its_instant(local):
    instant = london(local.date(), local.time())

    assert timedelta(0) <= local - instant.replace(tzinfo=None) <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        pytest.param("2026-03-06T17:00", "Friday 6 March 2026, 5pm", id="five"),
        pytest.param("2026-07-06T16:00", "Monday 6 July 2026, 5pm", id="five, in summer"),
        pytest.param("2026-03-06T09:05", "Friday 6 March 2026, 9:05am", id="with minutes"),
        pytest.param("2026-03-06T12:00", "Friday 6 March 2026, midday", id="midday"),
        pytest.param("2026-03-06T12:30", "Friday 6 March 2026, 12:30pm", id="after midday"),
        pytest.param("2026-03-06T00:00", "Friday 6 March 2026", id="midnight is the day"),
        pytest.param("2026-03-06T00:20", "Friday 6 March 2026, 12:20am", id="after midnight"),
        pytest.param("2026-07-05T23:30", "Monday 6 July 2026, 12:30am", id="a day later in London"),
    ],
)
def test_a_moment_in_words(instant, words):
    assert say(utc(instant)) == words


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        pytest.param("2026-03-06T10:00", "2026-03-06T12:00", "Friday 6 March 2026, 10am to midday", id="one day"),
        pytest.param("2026-07-06T09:00", "2026-07-06T10:30", "Monday 6 July 2026, 10am to 11:30am", id="in summer"),
        pytest.param(
            "2026-03-06T16:00", "2026-03-07T09:00",
            "Friday 6 March 2026, 4pm, until Saturday 7 March 2026, 9am", id="over night",
        ),
        pytest.param(
            "2026-03-06T00:00", "2026-03-06T09:00", "Friday 6 March 2026, until Friday 6 March 2026, 9am",
            id="from midnight on",
        ),
    ],
)  # fmt: skip
def test_from_when_to_when_in_words(starts, ends, words):
    assert say_span(utc(starts), utc(ends)) == words


def test_a_day_in_words_and_an_instant_as_the_contracts_print_it():
    assert say_day(date(2026, 3, 6)) == "Friday 6 March 2026"
    assert iso(utc("2026-03-06T17:00:00.999")) == "2026-03-06T17:00:00+00:00"


@pytest.mark.parametrize(
    ("at", "whole_day", "is_in_time"),
    [
        pytest.param("2026-03-06T00:00", True, True, id="the due day as a date"),
        pytest.param("2026-03-07T00:00", True, False, id="the day after as a date"),
        pytest.param("2026-03-06T17:00", False, True, id="at the very minute"),
        pytest.param("2026-03-06T17:01", False, False, id="a minute late"),
        pytest.param("2026-03-06T00:00", False, True, id="midnight as an instant"),
    ],
)
def test_whether_a_fact_is_in_time(at, whole_day, is_in_time):
    fact = Fact("invite_list_received", utc(at), whole_day)

    assert fact.is_in_time(utc("2026-03-06T17:00")) is is_in_time


def test_a_date_in_summer_begins_at_midnight_in_london():
    assert moment(date(2026, 7, 6)) == (utc("2026-07-05T23:00"), True)
    assert Fact("icpc_held", *moment(date(2026, 7, 6))).day == date(2026, 7, 6)


def test_a_local_time_is_londons_and_an_offset_is_obeyed():
    assert moment(datetime.fromisoformat("2026-07-06T09:00")) == (utc("2026-07-06T08:00"), False)
    assert moment(datetime.fromisoformat("2026-07-06T09:00+02:00"))[0] == utc("2026-07-06T07:00")
