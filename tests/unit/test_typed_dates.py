"""Dates as people type them: one reading or none."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.domain.typed_dates import (
    FROM_1900,
    FROM_1904,
    iso_text,
    parse_day,
    reads_both_ways,
    stands_first,
    typed_day,
)

SECOND_OF_MARCH = date(2026, 3, 2)
local = datetime.fromisoformat  # a time on the wall
AT_TWO = local("2026-03-02T14:00")


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02", "2026-3-2", "2026/03/02", "2026-03-02 00:00:00", "2026-03-02T00:00",
        "02/03/2026", "2/3/2026", "02/03/26", "2.3.26", "02.03.2026", "02-03-2026", "2 / 3 / 2026",
        "2 March 2026", "2nd March 2026", "2 nd March 2026", "2nd of March 2026", "2 Mar 26",
        "2-Mar-26", "02-MAR-2026", "2Mar2026", "2 march, 2026", "2\N{NO-BREAK SPACE}March 2026",
        "Mon 2 Mar 2026", "Monday, 2nd March 2026", "Mon. 2.3.26", "March 2 2026", "March 2nd, 2026",
        "46083", "46083.0", "  2 March 2026  ", "2 March 2026 12am",
    ],
)  # fmt: skip
def test_the_second_of_march_is_read_however_it_is_typed(text: str) -> None:
    assert parse_day(text) == SECOND_OF_MARCH


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02 14:00", "2026-03-02T14:00:00", "02/03/2026 14:00", "2.3.26 14.00",
        "Mon 2 Mar 2026 2pm", "2 March 2026 at 2pm", "2nd March 2026, 2.00pm", "2/3/26 2:00 PM",
        "2 March 2026 - 14:00", "2 March 2026 @ 2 p.m.", "46083.5833333333",
    ],
)  # fmt: skip
def test_two_in_the_afternoon_is_read_however_it_is_typed(text: str) -> None:
    assert parse_day(text) == AT_TWO


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("2 March 2026 12pm", local("2026-03-02T12:00"), id="noon is 12pm"),
        pytest.param("2 March 2026 noon", local("2026-03-02T12:00"), id="noon in a word"),
        pytest.param("2 March 2026 9.30", local("2026-03-02T09:30"), id="half past nine"),
        pytest.param("2 March 2026 02:30", local("2026-03-02T02:30"), id="a machine's night"),
        pytest.param("2026-03-02T14:00Z", AT_TWO.replace(tzinfo=UTC), id="an instant"),
        pytest.param(
            "2026-03-02T14:00+0100",
            AT_TWO.replace(tzinfo=timezone(timedelta(hours=1))),
            id="an instant elsewhere",
        ),
        pytest.param("1 Sept 2026", date(2026, 9, 1), id="Sept"),
    ],
)
def test_times_of_day(text: str, expected: datetime) -> None:
    assert parse_day(text) == expected


@pytest.mark.parametrize("text", ["TBC", "tba", "n/a", "-", "To be confirmed"])
def test_words_for_not_yet_are_no_date(text: str) -> None:
    assert parse_day(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("03/13/2026", '"03/13/2026" is not a date that exists', id="month first"),
        pytest.param("31/02/2026", "is not a date that exists", id="31 February"),
        pytest.param("29 Feb 2025", "is not a date that exists", id="no leap year"),
        pytest.param("Tue 2 Mar 2026", "falls on another day of the week", id="another weekday"),
        pytest.param("2/3/70", "may be of either century", id="1970 or 2070"),
        pytest.param("2 March 2026 2.30", "the morning or the afternoon", id="half past two"),
        pytest.param("2 March 2026 at 2", "without am or pm", id="two"),
        pytest.param("2 March 2026 14pm", "is not a date that exists", id="14pm"),
        pytest.param("2 March 2026 25:00", "is not a date that exists", id="25 o'clock"),
        pytest.param("2 March", "this is not a date", id="no year"),
        pytest.param("March 2026", "this is not a date", id="no day"),
        pytest.param("2-3 March 2026", "this is not a date", id="two days"),
        pytest.param("w/c 2 March 2026", "this is not a date", id="a week"),
        pytest.param("2 Quillfeather 2026", "this is not a date", id="a name for a month"),
        pytest.param("14:30", 'what looks like "00:00" is not a date', id="a time alone"),
        pytest.param("2/3-2026", "is not a date", id="two separators"),
        pytest.param("9999-12-31", '"9999" lies outside 1990 to 2100', id="year 9999"),
        pytest.param("0001-01-01", "lies outside 1990 to 2100", id="year 1"),
        pytest.param("99999", "lies outside 1990 to 2100", id="a serial of 2173"),
        pytest.param("10000", "lies outside 1990 to 2100", id="a serial of 1927"),
        pytest.param("4608", 'what looks like "0000" is not a date', id="a year is no serial"),
        pytest.param("٠٢/٠٣/٢٠٢٦", "this is not a date", id="digits of another script"),
    ],
)
def test_what_has_no_reading_or_two_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_day(text)


def test_no_word_of_a_cell_is_repeated_but_a_months() -> None:
    with pytest.raises(ValueError, match="this is not a date") as caught:
        parse_day("Satnam 2 March 2026")

    assert "Satnam" not in str(caught.value)


@pytest.mark.parametrize(
    "number", ["943 476 5919", "07700 900123", "2010-03-02 943476591", "1.1.1.1"]
)
def test_of_a_number_that_is_no_date_its_shape_alone_is_repeated(number: str) -> None:
    with pytest.raises(ValueError, match="is not a date") as caught:
        parse_day(number)

    assert not {*"123456789"} & {*str(caught.value)}


def test_of_a_day_with_words_behind_it_the_day_alone_is_repeated() -> None:
    assert typed_day(" 02/03/2026 Satnam was there") == "02/03/2026"
    assert typed_day("2.3.26TSatnam") == "2.3.26"


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_day_comes_back_from_every_form(day: date) -> None:
    written = [day.isoformat(), f"{day:%d/%m/%Y}", f"{day:%A %d %B %Y}", f"{day:%d-%b-%Y}"]

    assert {parse_day(text) for text in written} == {day}
    assert parse_day(str((day - FROM_1900).days)) == day
    assert parse_day(str((day - FROM_1904).days).zfill(5), FROM_1904) == day


@given(st.datetimes(local("1990-01-01"), local("2100-12-31")))
def test_a_time_comes_back_from_its_serial_to_the_second(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    days = (moment - local("1899-12-30")) / timedelta(days=1)

    found = parse_day(f"{days:.10f}")

    assert found == (moment.date() if moment.time() == datetime.min.time() else moment)
    assert parse_day(iso_text(found)) == found


@given(st.text(max_size=40))
def test_any_text_is_a_date_or_is_refused_in_a_sentence(text: str) -> None:
    said, found = None, None
    try:
        found = parse_day(text)
    except ValueError as error:
        said = str(error)

    assert said is None or ("\n" not in said and len(said) < 120)
    assert found is None or 1990 <= found.year <= 2100


@pytest.mark.parametrize(
    ("text", "both", "first"),
    [
        pytest.param("02/03/2026", True, None, id="either"),
        pytest.param("02/02/2026", False, None, id="the same either way"),
        pytest.param("13/03/2026", False, "day", id="a day above twelve"),
        pytest.param("03/13/26 10:00", False, "month", id="a month above twelve"),
        pytest.param("13/14/2026", False, None, id="neither"),
        pytest.param("2026-03-02", False, None, id="the year first"),
        pytest.param("2 March 2026", False, None, id="in words"),
    ],
)
def test_what_must_stand_first(text: str, both: bool, first: str | None) -> None:
    assert reads_both_ways(text) is both
    assert stands_first(text) == first
