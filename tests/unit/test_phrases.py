"""Deadlines, rungs' times and repeats, as a practitioner writes them."""

from datetime import date, time

import pytest

from daemon.domain.deadline import Finish, Origin, Unit
from daemon.rulebook.language import moments
from daemon.rulebook.language.phrases import Misread

COB = Finish.CLOSE_OF_BUSINESS
WD, CD, MONTHS = Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS


@pytest.mark.parametrize(
    ("text", "anchor", "spans", "finish"),
    [
        pytest.param(
            "10 working days after icpc_held, by close of business",
            "icpc_held",
            ((10, WD),),
            COB,
            id="working days after",
        ),
        pytest.param(
            "5 working days before icpc_scheduled, by close of business",
            "icpc_scheduled",
            ((-5, WD),),
            COB,
            id="working days before a booked date",
        ),
        pytest.param(
            "28 calendar days after core_group_held",
            "core_group_held",
            ((28, CD),),
            COB,
            id="close of business where no time is said",
        ),
        pytest.param("6 weeks after a", "a", ((6, Unit.WEEKS),), COB, id="weeks"),
        pytest.param("3 months after icpc_held", "icpc_held", ((3, MONTHS),), COB, id="months"),
        pytest.param("1 month after a", "a", ((1, MONTHS),), COB, id="one month"),
        pytest.param(
            "2 months and 15 calendar days after rcpc_held",
            "rcpc_held",
            ((2, MONTHS), (15, CD)),
            COB,
            id="two and a half months",
        ),
        pytest.param(
            "week 6 of plan_started", "plan_started", ((41, CD),), COB, id="the last day of a week"
        ),
        pytest.param(
            "1 working day after icpc_held, by the same time of day",
            "icpc_held",
            ((1, WD),),
            Finish.SAME_TIME,
            id="the same time of day",
        ),
        pytest.param(
            "1 working day after a, by 12:00", "a", ((1, WD),), time(12), id="a time of the clock"
        ),
        pytest.param(
            "1  working day\n after a", "a", ((1, WD),), COB, id="spaces and lines do not matter"
        ),
    ],
)
def test_a_deadline_says_what_it_counts_from_and_how_far(text, anchor, spans, finish):
    due = moments.deadline(text)

    assert (due.anchor, due.spans, due.finish) == (anchor, spans, finish)
    assert due.text == text
    assert not due.is_day_number


def test_day_5_keeps_its_number_because_the_anchors_day_is_day_1():
    due = moments.deadline("day 5 of strategy_discussion_held, by close of business")

    assert due.is_day_number
    assert due.spans == ((5, WD),)
    assert due.anchor == "strategy_discussion_held"


@pytest.mark.parametrize(
    ("text", "what", "mend"),
    [
        pytest.param(
            "5 days after a",
            '"5 days" does not say of which kind',
            "write working days or calendar days",
            id="days of no kind",
        ),
        pytest.param(
            "24 hours after a",
            '"24 hours" does not say of which kind',
            "write working hours or elapsed hours",
            id="hours of no kind",
        ),
        pytest.param(
            "10 workng days after a",
            'cannot read on at "workng"',
            'did you mean "working"?',
            id="a misspelt word",
        ),
        pytest.param(
            "10 working days",
            '"10 working days" stops too soon',
            'write it like "10 working days after icpc_held, by close of business"',
            id="half a phrase",
        ),
        pytest.param(
            "900 months after a",
            "this is longer than five years",
            "check the number and its unit",
            id="further than any calendar",
        ),
        pytest.param(
            "3 months and 2 working days after a",
            "working days are not added to other spans",
            "count in calendar days",
            id="working days after months",
        ),
        pytest.param(
            "not " * 200,
            "this is longer than 500 characters",
            "make two rules of it",
            id="no phrase at all",
        ),
    ],
)
def test_a_deadline_that_cannot_be_read_says_how_to_mend_it(text, what, mend):
    with pytest.raises(Misread) as caught:
        moments.deadline(text)

    assert (caught.value.what, caught.value.mend) == (what, mend)


@pytest.mark.parametrize(
    "text", ["0 working days after a", "-1 working days after a", "day 0 of a"]
)
def test_a_count_of_nothing_is_refused(text):
    with pytest.raises(Misread):
        moments.deadline(text)


@pytest.mark.parametrize(
    ("text", "origin", "count", "unit", "clock"),
    [
        pytest.param("due", Origin.DUE, 0, WD, None, id="the due moment"),
        pytest.param("day of due, 09:00", Origin.DUE, 0, WD, time(9), id="that morning"),
        pytest.param(
            "1 working day before due, 09:00", Origin.DUE, -1, WD, time(9), id="the day before"
        ),
        pytest.param(
            "4 working hours after due", Origin.DUE, 4, Unit.WORKING_HOURS, None, id="working hours"
        ),
        pytest.param(
            "2 elapsed hours after due", Origin.DUE, 2, Unit.ELAPSED_HOURS, None, id="elapsed hours"
        ),
        pytest.param(
            "30 minutes after due", Origin.DUE, 30, Unit.ELAPSED_MINUTES, None, id="minutes elapse"
        ),
        pytest.param(
            "2 working days after due, 09:00", Origin.DUE, 2, WD, time(9), id="two mornings on"
        ),
        pytest.param(
            "12 weeks before due, 09:00", Origin.DUE, -12, Unit.WEEKS, time(9), id="weeks before"
        ),
        pytest.param("at once", Origin.OPENING, 0, Unit.ELAPSED_MINUTES, None, id="at once"),
        pytest.param(
            "30 minutes after opening",
            Origin.OPENING,
            30,
            Unit.ELAPSED_MINUTES,
            None,
            id="again while people are in the room",
        ),
    ],
)
def test_a_rung_has_its_moment(text, origin, count, unit, clock):
    at = moments.rung_time(text)

    assert (at.origin, at.count, at.unit, at.clock) == (origin, count, unit, clock)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("4 hours after due", id="hours of no kind"),
        pytest.param("1 working day before due, 9:00", id="a clock without its nought"),
        pytest.param("1 working day before due, 25:00", id="a clock past midnight"),
        pytest.param("4 working hours after due, 09:00", id="hours and a clock"),
        pytest.param("30 minutes before opening", id="before there is anything to tell"),
        pytest.param("soon", id="no figure"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_rung_without_a_clear_moment_is_refused(text):
    with pytest.raises(Misread):
        moments.rung_time(text)


def test_a_repeat_and_a_length_count_working_days():
    assert moments.every("every 5 working days") == 5
    assert moments.every("every 1 working day") == 1
    assert moments.length("2 working days") == 2


@pytest.mark.parametrize("text", ["every 5 days", "5 working days", "every 5 calendar days"])
def test_a_repeat_of_another_kind_is_refused(text):
    with pytest.raises(Misread):
        moments.every(text)


def test_clocks_dates_and_weekdays_are_read_as_written():
    assert moments.clock("09:00") == time(9)
    assert moments.day("2026-03-09") == date(2026, 3, 9)
    assert moments.weekday("Monday") == 0


@pytest.mark.parametrize(
    ("reader", "text"),
    [
        pytest.param(moments.clock, "9:00", id="an hour of one figure"),
        pytest.param(moments.clock, "24:00", id="an hour that is none"),
        pytest.param(moments.day, "2026-02-30", id="a day that is none"),
        pytest.param(moments.day, "09/03/2026", id="a date the other way round"),
        pytest.param(moments.day, "20260309", id="a date without hyphens"),
        pytest.param(moments.weekday, "monday", id="a weekday in small letters"),
    ],
)
def test_other_forms_of_clocks_and_dates_are_refused(reader, text):
    with pytest.raises(Misread):
        reader(text)
