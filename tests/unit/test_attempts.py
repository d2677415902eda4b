"""A row without a date, beside the booked meeting of another feed, is no further attempt at the conference."""

from datetime import UTC, datetime

import pytest

from daemon.decide.case.subjects import look_at
from daemon.decide.conference.conferences import conferences
from daemon.decide.record.merge import merge
from daemon.decide.record.timeline import timeline

NOW = datetime(2026, 12, 1, tzinfo=UTC)
ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
}
POLICE = {"id": "I-1", "agency": "police", "role": "police_officer", "key": True}
BOOKED = {"id": "M-1", "kind": "icpc", "status": "booked", "scheduled_at": "2026-03-20T10:00"}
HELD = {**BOOKED, "status": "held", "held_on": "2026-03-20"}
FAILED = {**BOOKED, "status": "adjourned"}
ROW = {"id": "C-1", "kind": "icpc", "status": "requested"}
IN_BOTH_ORDERS = pytest.mark.parametrize(
    "order", [pytest.param(["cases", "diary"], id="cases first"), pytest.param(["diary", "cases"], id="diary first")]
)  # fmt: skip


@pytest.fixture
def seen(read, words):
    """Return the subject of each initial conference of what two feeds show: number, attempt and meeting."""

    def see(order, row, *booked, kind="icpc", facts=ENQUIRY):
        fragments = [
            ("cases", {"ref": "SC-1", "facts": facts, "meetings": [row]}),
            ("diary", {"ref": "SC-1", "facts": {}, "meetings": list(booked)}),
        ]
        record = read(**merge(fragments, {"*": order}))
        case = look_at(record, NOW, words)
        return [(one.subject.number, one.subject.attempt, one.subject.id) for one in case.of(kind)]

    return see


@IN_BOTH_ORDERS
@pytest.mark.parametrize(
    "row",
    [
        pytest.param(ROW, id="requested"),
        pytest.param({**ROW, "status": "booked", "invitees": [POLICE]}, id="with a list of its own"),
        pytest.param({**ROW, "facts": {"police_report_requested": "2026-03-04"}}, id="with a fact"),
    ],
)  # fmt: skip
def test_it_is_the_booked_conference_itself(seen, order, row):
    assert seen(order, row, BOOKED) == [(1, 1, "M-1")]


@IN_BOTH_ORDERS
@pytest.mark.parametrize(
    "row",
    [
        pytest.param(ROW, id="that nobody wrote on"),
        pytest.param({**ROW, "facts": {"plan_distributed": "2026-04-09"}}, id="with a later fact"),
    ],
)  # fmt: skip
def test_it_is_so_when_the_conference_was_held(seen, order, row):
    assert seen(order, row, HELD) == [(1, 1, "M-1")]


@IN_BOTH_ORDERS
def test_after_a_conference_that_failed_it_is_the_next_attempt(seen, order):
    assert seen(order, ROW, FAILED) == [(1, 2, "C-1")]


@IN_BOTH_ORDERS
def test_a_conference_that_took_the_place_of_one_is_its_second_attempt(seen, order):
    next_one = {**BOOKED, "id": "M-2", "scheduled_at": "2026-03-24T10:00"}
    first = {**BOOKED, "status": "rearranged", "rearranged_to": "M-2"}

    assert seen(order, ROW, first, next_one) == [(1, 2, "M-2")]


@IN_BOTH_ORDERS
def test_a_row_that_names_the_meeting_in_its_place_is_the_attempt_before_it(seen, order):
    row = {**ROW, "status": "rearranged", "rearranged_to": "M-1"}

    assert seen(order, row, BOOKED) == [(1, 2, "M-1")]


@IN_BOTH_ORDERS
def test_a_review_is_counted_so_too(seen, order):
    facts = {**ENQUIRY, "icpc_held": "2026-03-20", "plan_started": "2026-03-20"}
    booked = {**BOOKED, "kind": "rcpc", "scheduled_at": "2026-06-10T10:00"}

    found = seen(order, {**ROW, "kind": "rcpc"}, booked, kind="rcpc", facts=facts)

    assert found == [(1, 1, "M-1")]


@IN_BOTH_ORDERS
def test_its_list_and_its_facts_count_where_the_diary_has_none(read, words, order):
    row = {**ROW, "invitees": [POLICE], "facts": {"police_report_requested": "2026-03-04"}}
    fragments = [
        ("cases", {"ref": "SC-1", "facts": ENQUIRY, "meetings": [row]}),
        ("diary", {"ref": "SC-1", "facts": {}, "meetings": [BOOKED]}),
    ]
    case = look_at(read(**merge(fragments, {"*": order})), NOW, words)

    (conference,) = case.of("icpc")

    assert [one.subject.agency for one in case.of("agency of icpc")] == ["police"]
    assert [fact.day.isoformat() for fact in conference.of("police_report_requested")] == ["2026-03-04"]  # fmt: skip


def test_the_agency_that_was_absent_missed_the_first_attempt(read, words):
    nobody = [{**POLICE, "attendance": "absent"}]
    absent = {**HELD, "effective": False, "status": "adjourned", "invitees": nobody}
    again = {**BOOKED, "id": "M-2", "scheduled_at": "2026-03-24T10:00"}
    case = look_at(read(facts=ENQUIRY, meetings=[ROW, absent, again]), NOW, words)

    found = [(one.subject.attempt, one.subject.id) for one in case.of("absent agency of icpc")]

    assert found == [(1, "M-1")]


def test_a_row_that_came_long_after_is_a_conference_of_its_own(read, words):
    late = {**ROW, "facts": {"police_report_requested": "2026-09-04"}}
    record = read(facts=ENQUIRY, meetings=[HELD, late])

    found = conferences(record, timeline(record, NOW, words), {})

    assert [[one.id for one in each.attempts] for each in found] == [["M-1"], ["C-1"]]
