"""Which enquiries a case has, which conference each leads to, and what its number is."""

from datetime import UTC, date, datetime

import pytest

from daemon.decide.conference.conferences import conferences
from daemon.decide.conference.numbered import assign
from daemon.decide.record.timeline import timeline

SECTION_47 = {"value": "section_47"}
NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def found(read, words):
    """Return number, anchor day and meetings of every initial conference of a record."""

    def find(kept=None, at=NOW, **body):
        record = read(**body)
        return [
            (one.number, one.anchor_on.isoformat(), tuple(m.id for m in one.attempts))
            for one in conferences(record, timeline(record, at, words), kept or {})
        ]

    return find


def decided(*days):
    return [{"at": day, **SECTION_47} for day in days]


def test_an_enquiry_needs_a_conference_from_before_it_is_booked(found):
    facts = {
        "strategy_discussion_held": "2026-03-02",
        "s47_decision_recorded": decided("2026-03-02"),
    }

    assert found(facts=facts) == [(1, "2026-03-02", ())]


@pytest.mark.parametrize(
    "decision",
    [
        pytest.param({"at": "2026-03-02", "value": "section_17"}, id="section 17"),
        pytest.param({"at": "2026-03-02", "value": "none"}, id="nothing"),
        pytest.param({"at": "2026-03-01", "value": "section_47"}, id="before any discussion"),
    ],
)
def test_a_discussion_that_initiated_no_enquiry_starts_nothing(found, decision):
    assert (
        found(facts={"strategy_discussion_held": "2026-03-02", "s47_decision_recorded": decision})
        == []
    )


def test_the_discussion_that_initiated_the_open_enquiry_counts_not_a_later_one(found):
    facts = {
        "strategy_discussion_held": ["2026-02-20", "2026-03-02", "2026-03-10"],
        "s47_decision_recorded": [
            {"at": "2026-02-20", "value": "section_17"},
            *decided("2026-03-03", "2026-03-10"),
        ],
    }

    assert found(facts=facts) == [(1, "2026-03-02", ())]


@pytest.mark.parametrize(
    "end",
    [
        pytest.param({"icpc_held": "2026-03-20"}, id="its conference was held"),
        pytest.param(
            {"icpc_not_required": {"at": "2026-03-10", "value": "moved"}}, id="none was needed"
        ),
        pytest.param(
            {"s47_concluded": {"at": "2026-03-10", "value": "not_at_risk"}}, id="not at risk"
        ),
        pytest.param(
            {"icpc_threshold_decision_recorded": {"at": "2026-03-10", "value": "not_met"}},
            id="threshold",
        ),
    ],
)
def test_a_second_enquiry_after_the_first_ended_is_a_second_conference(found, end):
    facts = {
        "strategy_discussion_held": ["2026-03-02", "2026-06-01"],
        "s47_decision_recorded": decided("2026-03-02", "2026-06-01"),
        **end,
    }

    assert found(facts=facts) == [(1, "2026-03-02", ()), (2, "2026-06-01", ())]


def test_a_rearranged_conference_is_the_next_attempt_of_the_same_one(found):
    facts = {
        "strategy_discussion_held": "2026-03-02",
        "s47_decision_recorded": decided("2026-03-02"),
    }
    meetings = [
        {"id": "M-2", "kind": "icpc", "scheduled_at": "2026-03-27"},
        {"id": "M-1", "kind": "icpc", "status": "rearranged", "scheduled_at": "2026-03-20"},
    ]

    assert found(facts=facts, meetings=meetings) == [(1, "2026-03-02", ("M-1", "M-2"))]


def test_a_conference_is_its_enquirys_and_not_the_next_ones(found):
    facts = {
        "strategy_discussion_held": ["2026-03-02", "2026-06-01"],
        "s47_decision_recorded": decided("2026-03-02", "2026-06-01"),
    }
    meetings = [
        {"id": "M-1", "kind": "icpc", "held_on": "2026-03-20"},
        {"id": "M-2", "kind": "pre_birth", "scheduled_at": "2026-06-19"},
    ]

    assert found(facts=facts, meetings=meetings) == [
        (1, "2026-03-02", ("M-1",)),
        (2, "2026-06-01", ("M-2",)),
    ]


ON_A_PLAN = {
    "strategy_discussion_held": ["2026-03-02", "2026-06-01"],
    "s47_decision_recorded": [
        {"at": day, "value": "section_47"} for day in ("2026-03-02", "2026-06-01")
    ],
    "icpc_held": "2026-03-20",
    "plan_started": "2026-03-20",
}


def test_a_second_enquiry_on_a_plan_starts_no_clock_by_itself(found):
    assert found(facts=ON_A_PLAN) == [(1, "2026-03-02", ())]


@pytest.mark.parametrize(
    "more",
    [
        pytest.param(
            {"facts": {**ON_A_PLAN, "conference_requested": "2026-06-03"}}, id="requested"
        ),
        pytest.param(
            {"meetings": [{"id": "M-2", "kind": "icpc", "scheduled_at": "2026-06-19"}]}, id="booked"
        ),
        pytest.param(
            {"facts": {**ON_A_PLAN, "plan_ended": {"at": "2026-05-20", "value": "moved"}}},
            id="the plan had ended",
        ),
        pytest.param(
            {"plans": [{"id": "P-1", "started_on": "2026-03-20", "ended_on": "2026-05-20"}]},
            id="the plan had ended, and two feeds tell of its start",
        ),
    ],
)
def test_a_second_enquiry_starts_its_clocks_where_a_conference_is_wanted(found, more):
    assert [one[0] for one in found(**{"facts": ON_A_PLAN, **more})] == [1, 2]


def test_a_transfer_to_us_is_a_conference_of_its_own_and_one_from_us_is_none(found):
    meetings = [
        {"id": "T-1", "kind": "transfer_in", "direction": "in", "scheduled_at": "2026-05-11"},
        {"id": "T-2", "kind": "transfer_in", "direction": "out", "scheduled_at": "2026-05-12"},
    ]

    assert found(meetings=meetings) == [(1, "2026-05-11", ("T-1",))]


UNBOOKED = {
    "id": "T-1",
    "kind": "transfer_in",
    "direction": "in",
    "status": "requested",
}
TOLD = {"receiving_authority_notified": "2026-04-01"}
TOLD_AND_HELD = {**TOLD, "icpc_held": "2026-04-20"}


@pytest.mark.parametrize(
    ("body", "attempts"),
    [
        pytest.param({"meetings": [UNBOOKED]}, ("T-1",), id="not booked"),
        pytest.param(
            {"meetings": [UNBOOKED], "plan_held_by": "Othershire"}, ("T-1",),
            id="not booked, of a plan held elsewhere",
        ),
        pytest.param({"plan_held_by": "Othershire"}, (), id="a plan held elsewhere alone"),
        pytest.param(
            {"facts": {}, "meetings": [{**UNBOOKED, "facts": TOLD}]}, ("T-1",),
            id="not booked, told on the meeting",
        ),
        pytest.param(
            {"meetings": [{**UNBOOKED, "status": "booked", "scheduled_at": "2026-04-20T10:00"}]},
            ("T-1",), id="booked",
        ),
        pytest.param(
            {"meetings": [{**UNBOOKED, "scheduled_at": "2026-04-20T10:00", "status": "cancelled"}]},
            ("T-1",), id="booked and cancelled",
        ),
        pytest.param(
            {"meetings": [UNBOOKED], "facts": TOLD_AND_HELD}, ("T-1",),
            id="not booked, and held as only the case says",
        ),
        pytest.param(
            {"meetings": [UNBOOKED, {**UNBOOKED, "id": "T-2", "scheduled_at": "2026-04-20"}]},
            ("T-2",), id="booked in one of two rows",
        ),
    ],
)  # fmt: skip
def test_a_transfer_to_us_is_put_together_from_the_day_on_which_we_were_told(found, body, attempts):
    assert found(**{"facts": TOLD, **body}) == [(1, "2026-04-01", attempts)]


def test_an_unbooked_transfer_is_none_of_the_enquiry_before_it(found):
    facts = {
        "strategy_discussion_held": "2025-03-03",
        "s47_decision_recorded": decided("2025-03-03"),
        "icpc_held": "2025-03-20",
        **TOLD,
    }

    assert found(facts=facts, meetings=[UNBOOKED]) == [
        (1, "2025-03-03", ()),
        (2, "2026-04-01", ("T-1",)),
    ]


def test_a_row_filled_in_later_never_renames_what_has_a_number(found):
    facts = {
        "strategy_discussion_held": ["2025-09-01", "2026-03-02"],
        "s47_decision_recorded": decided("2025-09-01", "2026-03-02"),
        "icpc_held": "2025-09-19",
    }

    assert found(facts=facts) == [(1, "2025-09-01", ()), (2, "2026-03-02", ())]
    assert found({date(2026, 3, 2): 1}, facts=facts) == [
        (2, "2025-09-01", ()),
        (1, "2026-03-02", ()),
    ]


@pytest.mark.parametrize(
    ("anchors", "kept", "numbers"),
    [
        pytest.param(["2026-03-02"], {}, [1], id="the first"),
        pytest.param(["2026-03-04"], {"2026-03-02": 1}, [1], id="a date that was corrected"),
        pytest.param(["2026-06-01"], {"2026-03-02": 1}, [2], id="another one"),
        pytest.param(
            ["2026-02-25", "2026-03-02"], {"2026-03-02": 1}, [2, 1], id="the exact day first"
        ),
        pytest.param(
            ["2026-01-05", "2026-03-02", "2026-06-01"],
            {"2026-03-02": 1},
            [2, 1, 3],
            id="back-filled",
        ),
    ],
)
def test_numbers_are_given_once(anchors, kept, numbers):
    days = [date.fromisoformat(day) for day in anchors]
    given = {date.fromisoformat(day): number for day, number in kept.items()}

    assert assign(days, given) == numbers
