"""What holds for the due dates of every rule of every pack, over ten years of starting days.

Source: DOMAIN section 3. The examples are the same in every run.
"""

from dataclasses import replace
from datetime import date, time, timedelta
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from daemon.decide.due.deadlines import add_months
from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.decide.record.reading import read_record
from daemon.domain.times import OfficeHours
from tests.dates.comparing import deciding
from tests.dates.slow import PREFIX
from tests.dates.slow_days import LONDON, clock, is_working, london_day, months
from tests.dates.worked import INVITEES
from tests.late_holiday import announced

FIRST, LAST = date(2018, 1, 8), date(2027, 12, 24)
HORIZON = date(2027, 12, 31)
days = st.dates(FIRST, LAST)
pathways = st.sampled_from([pathway for pathway in PREFIX if pathway in deciding().rulebook.packs])
ten_years = settings(derandomize=True, max_examples=120, deadline=None)
# Their own words say that they end on whatever day and at whatever time comes.
FREE = ("elapsed", "at once", "not rolled back", "by the start of", "working hours", "minutes")


def life(day: date, pathway: str) -> dict:
    """Return a case from its concern to its second review, every part a step after the day before it."""
    conference, group, review = day + timedelta(19), day + timedelta(31), day + timedelta(110)
    meetings = [
        {"id": name, "kind": kind, "status": "held", "scheduled_at": f"{on}T10:00", "held_on": f"{on}T10:00",
         "ends_at": f"{on}T12:30", "invitees": INVITEES}
        for name, kind, on in (("M-1", "icpc", conference), ("M-2", "rcpc", review))
    ]  # fmt: skip
    meetings.append(
        {"id": "M-3", "kind": "rcpc", "status": "booked", "scheduled_at": f"{review + timedelta(150)}T13:30",
         "invitees": INVITEES}
    )  # fmt: skip
    return {
        "ref": "SC-1", "pathway": pathway, "born_on": "2011-02-28", "meetings": meetings,
        "facts": {
            "concern_identified": f"{day}", "strategy_discussion_held": f"{day}",
            "s47_decision_recorded": {"at": f"{day}", "value": "section_47"},
            "s47_concluded": {"at": f"{day + timedelta(3)}", "value": "at_risk"},
            "conference_decision_recorded": {"at": f"{conference}", "value": "plan"},
            "plan_started": f"{conference}", "core_group_held": f"{group}",
            "review_decision_recorded": {"at": f"{review}", "value": "continue"},
        },
        "actions": [{"id": "A-1", "due_on": f"{day + timedelta(60)}"}],
    }  # fmt: skip


def decide(day, pathway, by=None):
    by = by or deciding()
    record = read_record(life(day, pathway), by.words).record
    pack = by.rulebook.pack(pathway)
    found = by.decide(record, clock(day + timedelta(130), time(9))).obligations
    return [(one, pack.rule(one.rule)) for one in found if one.due_at]


def is_bound(rule) -> bool:
    return not any(word in rule.due.text for word in FREE)


@given(days, pathways)
@example(date(2020, 2, 29), "stoke-on-trent")
@example(date(2024, 2, 29), "stoke-on-trent")
@example(date(2025, 12, 24), "stoke-on-trent")
@example(date(2026, 3, 28), "stoke-on-trent")
@ten_years
def test_every_due_day_is_a_working_day(day, pathway):
    wrong = {
        one.id: one.due_at
        for one, rule in decide(day, pathway)
        if is_bound(rule)
        and not is_working(london_day(one.due_at))
        and "action-" not in one.id  # an action has its own date
        and not rule.due.text.startswith("day 1 ")  # Day 1 is the day itself, also at a weekend
    }

    assert wrong == {}


@given(days, pathways)
@ten_years
def test_close_of_business_is_five_in_london_in_summer_and_winter(day, pathway):
    wrong = {
        one.id: one.due_at
        for one, rule in decide(day, pathway)
        if is_bound(rule)
        and str(rule.due.finish) == "close of business"
        and one.due_at.astimezone(LONDON).time() not in (time(17), *_noon(rule))
    }

    assert wrong == {}


def _noon(rule):
    return (rule.late_start.due,) if rule.late_start else ()


def clock_changes():
    for year in range(2018, 2028):
        for month in (3, 10):
            day = date(year, month, 31)
            while day.weekday() != 6:
                day -= timedelta(days=1)
            yield pytest.param(day, month == 3, id=f"{day}")


@pytest.mark.parametrize(("sunday", "is_spring"), list(clock_changes()))
def test_a_count_over_a_clock_change_ends_at_five_in_london(sunday, is_spring):
    before, after = sunday - timedelta(days=4), sunday + timedelta(days=1)

    hours = {
        start: {
            one.due_at.hour
            for one, _ in decide(start, "stoke-on-trent")
            if "STK-025" in one.clauses
        }
        for start in (before - timedelta(days=7), before, after)
    }

    old, new = (17, 16) if is_spring else (16, 17)
    assert hours == {before - timedelta(days=7): {old}, before: {new}, after: {new}}


@given(days, pathways, st.integers(0, 200))
@ten_years
def test_a_bank_holiday_announced_late_moves_what_counts_over_it_and_nothing_else(
    day, pathway, offset
):
    holiday = day + timedelta(days=offset)
    while not is_working(holiday):
        holiday += timedelta(days=1)

    before = {one.id: (one, rule) for one, rule in decide(day, pathway)}
    after = {one.id: one for one, _ in decide(day, pathway, with_holiday(holiday))}

    assert before.keys() == after.keys()
    for name, (one, rule) in before.items():
        touched = {step.date for step in (*one.working, *after[name].working)}
        if one.due_at != after[name].due_at:
            assert holiday in touched, name
            said = " ".join(step.why for step in after[name].working)
            is_shown = is_counted_out(rule) and not rule.late_start
            assert "bank holiday: A coronation" in said or not is_shown, name
        elif is_plain(rule):
            assert holiday not in {step.date for step in one.working[1:] if step.counted}, name


def is_counted_out(rule) -> bool:
    """Return whether the working names every day: months and weeks show three."""
    return rule.due.text.startswith("day ") or (
        rule.due.text[0].isdigit() and "working day" in rule.due.text
    )


def is_plain(rule) -> bool:
    return is_bound(rule) and not rule.due.or_earlier


@cache
def with_holiday(day: date) -> Deciding:
    calendar = Calendar(announced(deciding().calendar.days, day), OfficeHours())
    return replace(deciding(), calendar=calendar)


@given(days, st.sampled_from([1, 2, 3, 6, 14, 216]))
@example(date(2023, 12, 31), 2)
@example(date(2024, 2, 29), 14)
@example(date(2020, 2, 29), 6)
@example(date(2025, 11, 30), 3)
@example(date(2008, 2, 29), 216)  # somebody born on 29 February is eighteen on the 28th
@ten_years
def test_months_are_clipped_to_the_end_of_a_month_as_a_slow_count_clips_them(day, count):
    assert add_months(day, count) == months(day, count)


@given(days, pathways)
@ten_years
def test_a_due_day_beyond_the_published_list_says_so_in_its_working_and_no_other_does(day, pathway):
    for one, rule in decide(day, pathway):
        said = any("beyond the published bank holidays" in step.why for step in one.working)
        assert said == (london_day(one.due_at) > HORIZON) or not is_bound(rule), one.id


@given(days.filter(lambda day: day.weekday() > 4))
@ten_years
def test_a_start_at_a_weekend_counts_like_the_friday_before_it(day):
    friday = day - timedelta(days=day.weekday() - 4)

    due = {
        start: [
            one.due_at
            for one, _ in decide(start, "stoke-on-trent")
            if {"STK-025", "STK-055"} & set(one.clauses)
        ]
        for start in (day, friday)
    }

    assert due[day] == due[friday]
