"""When a clock starts, opens and ends: this and the last meeting, windows, bookings that come late or never."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from daemon.decide.due.plan import planned
from daemon.decide.duties.explain import track_of
from daemon.domain.deadline import LateStart, RungTime, Unit
from daemon.domain.rules import Rung
from daemon.rulebook.language.moments import deadline
from daemon.testing.world import at

NOW = datetime(2026, 12, 1, tzinfo=UTC)
ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
}
PLAN = {**ENQUIRY, "icpc_held": "2026-03-20"}
HELD = {"core_group_held": ["2026-04-01", "2026-04-29"]}


def due(found):
    return {name: one.due_at for name, one in found.items()}


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        pytest.param(
            "4 weeks after the last core_group_held",
            {"core_group-2": at("2026-04-29T17:00"), "core_group-3": at("2026-05-27T17:00")},
            id="from the one before it",
        ),
        pytest.param(
            "5 working days after this core_group_held",
            {"core_group-1": at("2026-04-10T17:00"), "core_group-2": at("2026-05-07T17:00")},
            id="from its own",
        ),
    ],
)
def test_a_meeting_of_a_row_counts_from_the_one_before_or_from_its_own(
    read, rule_of, under, phrase, expected
):
    rule = rule_of("core_group", phrase, "always", ("minutes_available",))

    assert due(under(rule, read(facts={**PLAN, **HELD}), NOW)) == expected


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        pytest.param("on the day of icpc_held", "2026-03-20T17:00", id="the day itself"),
        pytest.param("at once after icpc_held", "2026-03-20T00:00", id="at once"),
        pytest.param(
            "5 working days after the second core_group_held", "2026-05-07T17:00", id="the n-th"
        ),
        pytest.param(
            "5 working days after the latest core_group_held", "2026-05-07T17:00", id="the latest"
        ),
        pytest.param(
            "the earlier of 10 working days after icpc_held and 1 week after core_group_held",
            "2026-04-07T17:00",
            id="the earlier of two",
        ),
        pytest.param(
            "the earlier of 1 working day after icpc_scheduled and 3 months after icpc_held",
            "2026-06-19T17:00",
            id="the only one of two that has begun",
        ),
    ],
)
def test_what_a_case_counts_from(read, rule_of, under, phrase, expected):
    rule = rule_of("case", phrase, "always", ("minutes_available",))

    assert due(under(rule, read(facts={**PLAN, **HELD}), NOW)) == {"case": at(expected)}


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        pytest.param("2026-03-02", "2026-03-02T17:00", id="a day alone"),
        pytest.param("2026-03-02T14:00", "2026-03-02T17:00", id="in the early afternoon"),
        pytest.param("2026-03-02T15:00", "2026-03-02T17:00", id="at three"),
        pytest.param("2026-03-02T15:01", "2026-03-03T12:00", id="after three"),
        pytest.param("2026-02-28", "2026-03-02T12:00", id="on a Saturday"),
    ],
)
def test_what_begins_late_in_its_day_is_due_at_noon_of_the_next(
    read, rule_of, under, held, expected
):
    rule = rule_of(
        "case",
        "day 1 of strategy_discussion_held",
        "always",
        ("s47_initiated",),
        late_start=LateStart(time(15), time(12)),
    )

    (one,) = under(rule, read(facts={"strategy_discussion_held": held}), NOW).values()

    assert one.due_at == at(expected)


def test_a_window_opens_with_its_day_and_is_never_rolled(read, rule_of, under):
    rule = rule_of(
        "plan",
        "week 6 of plan_started",
        "always",
        ("midpoint_review_recorded",),
        opens=deadline("35 calendar days after plan_started"),
    )

    (one,) = under(rule, read(facts={"plan_started": "2026-03-21"}), NOW).values()

    assert (one.opens_at, one.due_at) == (at("2026-04-25T00:00"), at("2026-05-01T17:00"))


BACKWARD = ("2 working days before icpc_scheduled", "always", ("conference_report_shared",))
BOOKED = {"id": "M-1", "kind": "icpc", "status": "booked", "scheduled_at": "2026-03-18T10:00"}

SOONER = {"brought_forward_at": "2026-03-17T09:00"}
FAILED = {"id": "M-0", "kind": "icpc", "status": "adjourned", "scheduled_at": "2026-03-12T10:00"}


@pytest.mark.parametrize(
    ("meetings", "more", "expected", "provisional"),
    [
        pytest.param([], {}, "2026-03-18T17:00", True, id="nothing booked"),
        pytest.param([BOOKED], {}, "2026-03-16T17:00", False, id="booked"),
        pytest.param(
            [BOOKED], {"icpc_booked": "2026-03-17"}, "2026-03-18T10:00", False,
            id="booked when it was already past: until it begins",
        ),
        pytest.param(
            [{**BOOKED, "scheduled_at": "2026-03-24T10:00"}], {"icpc_booked": "2026-03-21"},
            "2026-03-23T17:00", False, id="booked on a Saturday: until Monday's close",
        ),
        pytest.param(
            [{**BOOKED, **SOONER, "brought_forward_from": "2026-03-24T10:00"}], {},
            "2026-03-18T10:00", False, id="brought forward when it was already past: until it begins",
        ),
        pytest.param(
            [{**BOOKED, **SOONER, "brought_forward_from": "2026-03-19T09:00"}],
            {"icpc_booked": "2026-03-05"}, "2026-03-18T10:00", False,
            id="brought forward by a day when it was due today: until it begins",
        ),
        pytest.param(
            [{**BOOKED, "brought_forward_at": "2026-03-17T18:00", "brought_forward_from": "2026-03-19T09:00"}],
            {}, "2026-03-16T17:00", False, id="brought forward when it was overdue: it stays so",
        ),
        pytest.param(
            [BOOKED], {"icpc_booked": "2026-03-05"}, "2026-03-16T17:00", False, id="booked in time"
        ),
        pytest.param(
            [{**BOOKED, "dated_at": "2026-03-17T09:00"}], {}, "2026-03-18T10:00", False,
            id="first seen when it was already past: until it begins",
        ),
        pytest.param(
            [{**BOOKED, "dated_at": "2026-03-16T09:00"}], {}, "2026-03-16T17:00", False,
            id="first seen in time",
        ),
        pytest.param(
            [{**BOOKED, "dated_at": "2026-03-17T09:00"}], {"icpc_booked": "2026-03-05"},
            "2026-03-16T17:00", False, id="booked in time and seen late",
        ),
        pytest.param(
            [FAILED, {**BOOKED, **SOONER, "brought_forward_from": "2026-03-24T10:00"}], {},
            "2026-03-18T10:00", False, id="another attempt, brought forward: until it begins",
        ),
        pytest.param(
            [FAILED, {**BOOKED, "dated_at": "2026-03-17T09:00"}], {}, "2026-03-16T17:00", False,
            id="another attempt: what prepares it was due before",
        ),
    ],
)  # fmt: skip
def test_what_prepares_a_conference_moves_with_its_booking(
    read, rule_of, beside, meetings, more, expected, provisional
):
    limit = rule_of("icpc", "day 15 of strategy_discussion_held", "always", ("icpc_held",))
    rule = rule_of("icpc", *BACKWARD)

    one = beside(limit, rule, read(facts={**ENQUIRY, **more}, meetings=meetings), NOW)

    assert (one.due_at, one.is_provisional) == (at(expected), provisional)
    assert one.is_overdue(NOW) is not provisional


def test_a_preparation_whose_meeting_is_not_booked_reminds_and_never_accuses(
    read, rule_of, beside, deciding
):
    early = Rung("early", RungTime("", count=-1, unit=Unit.WORKING_DAYS), ("a",), ("email",), "m")
    late = Rung("late", RungTime("due"), ("b",), ("email",), "m", repeat_working_days=5)
    limit = rule_of("icpc", "day 15 of strategy_discussion_held", "always", ("icpc_held",))
    rule = rule_of("icpc", *BACKWARD, ladder=(early, late))

    unbooked = beside(limit, rule, read(facts=ENQUIRY), NOW)
    booked = beside(limit, rule, read(facts=ENQUIRY, meetings=[BOOKED]), NOW)

    names = [
        [rung.name for rung, _ in planned(track_of(one, None, NOW), rule, deciding.calendar).rungs]
        for one in (unbooked, booked)
    ]
    assert names == [["early"], ["early", "late"]]


def test_the_time_at_which_a_conference_ended_counts_and_never_that_at_which_it_began(
    read, rule_of, under
):
    rule = rule_of(
        "icpc", "1 working day after icpc_held, by the same time of day", "always", ("decisions_draft_sent",)
    )  # fmt: skip
    meeting = {"id": "M-1", "kind": "icpc", "held_on": "2026-03-20T10:00"}
    ended = {**meeting, "ends_at": "2026-03-20T12:30"}

    dues = [
        next(iter(under(rule, read(facts=ENQUIRY, meetings=[one]), NOW).values())).due_at
        for one in (meeting, ended)
    ]

    assert dues == [at("2026-03-23T17:00"), at("2026-03-23T12:30")]


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        pytest.param("2008-10-24", "2026-10-24T17:00", id="a Saturday is not rolled"),
        pytest.param("2008-02-29", "2026-02-28T17:00", id="born on a leap day"),
    ],
)
def test_a_birthday_is_a_fact(read, rule_of, under, born, expected):
    rule = rule_of(
        "plan",
        "18 years after child_date_of_birth, not rolled back",
        "age is at least 17 years",
        ("minutes_available",),
    )
    record = read(born_on=born, plans=[{"id": "P-1", "started_on": "2025-01-06"}])

    assert due(under(rule, record, at("2026-09-01T12:00"))) == {"plan-P-1": at(expected)}


def test_a_child_who_is_not_seventeen_yet_is_looked_at_again_on_that_birthday(
    read, rule_of, answer
):
    rule = rule_of(
        "case",
        "18 years after child_date_of_birth",
        "age is at least 17 years",
        ("icpc_held",),
    )

    found = answer(rule, read(born_on="2009-10-24"), at("2026-09-01T12:00"))

    assert found.obligations == ()
    assert found.looks_again_at == at("2026-10-24T00:00")


def test_a_booked_date_that_meets_a_duty_is_no_moment_at_which_it_was_done(read, rule_of, under):
    rule = rule_of("icpc", "day 1 of strategy_discussion_held", "always", ("icpc_scheduled",))

    (one,) = under(rule, read(facts=ENQUIRY, meetings=[BOOKED]), NOW).values()

    assert (one.state, one.met_at, one.late) == ("met", None, None)


def test_a_booking_beyond_the_limit_does_not_meet_it(read, rule_of, under):
    late = {"id": "R-1", "kind": "rcpc", "status": "booked", "scheduled_at": "2026-07-01T10:00"}
    rule = rule_of(
        "rcpc", "3 months after icpc_held", "always", ("rcpc_scheduled",), met_by_due=True
    )

    found = under(rule, read(facts=PLAN, meetings=[late]), NOW)

    assert [str(one.state) for one in found.values()] == ["open"]


def test_what_is_told_without_a_limit_has_no_due_date_and_is_never_overdue(read, rule_of, under):
    rule = rule_of("case", "at once after plan_ended", "always", ("discontinuation_notified",))
    rule = replace(rule, due=replace(rule.due, spans=()))

    record = read(facts={"plan_ended": {"at": "2026-05-01", "value": "other"}})
    (one,) = under(rule, record, NOW).values()

    assert (one.due_at, one.state, one.is_overdue(NOW)) == (None, "open", False)
    assert one.starts_at == at("2026-05-01T00:00")
