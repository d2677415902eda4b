"""Reading case records: whatever a feed sends, nothing raises, nothing private is kept, all of it is reported."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.decide.record.contract import INVITEE_KEYS, MEETING_KEYS, PLAN_KEYS, RECORD_KEYS
from daemon.decide.record.keeping import keep_known
from daemon.decide.record.reading import read_record
from daemon.domain.errors import Severity

GOOD = {"strategy_discussion_held": "2026-03-02"}
junk = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["2026-03-02", "2026-13-45", "9999-99-99", "icpc", "held", "\x00", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def table(keys):
    return st.dictionaries(st.sampled_from(sorted(keys)), junk, max_size=8)


records = st.builds(
    lambda body, facts, meetings, plans: {
        "ref": "SC-1",
        **body,
        "facts": facts,
        "meetings": meetings,
        "plans": plans,
    },
    table(RECORD_KEYS),
    junk
    | st.dictionaries(st.sampled_from(["icpc_held", "s47_concluded", "nonsense", "name"]), junk),
    junk
    | st.lists(
        junk
        | st.builds(
            lambda body, invitees: {**body, "kind": "icpc", "invitees": invitees},
            table(MEETING_KEYS),
            junk | st.lists(table(INVITEE_KEYS), max_size=3),
        ),
        max_size=3,
    ),
    junk | st.lists(table(PLAN_KEYS), max_size=2),
)
thorough = settings(
    max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def problems(words, **body):
    reading = read_record({"ref": "SC-1", "facts": {}, **body}, words)
    return [str(one) for one in reading.problems]


@thorough
@given(body=records)
def test_nothing_that_a_record_holds_can_stop_it_from_being_read_and_decided(body, deciding):
    reading = read_record(body, deciding.words)

    if reading.record is None:
        assert reading.problems
    else:
        deciding.decide(reading.record, datetime(2026, 6, 1, tzinfo=UTC))
    for one in reading.problems:
        str(one).encode()


@thorough
@given(body=junk)
def test_what_is_no_record_at_all_is_one_problem_with_its_place(body, words):
    reading = read_record(body, words, "file.json:3")

    assert reading.record is None or reading.record.ref
    if reading.record is None:
        (problem,) = reading.problems[-1:]
        assert problem.where.startswith("file.json:3")


@thorough
@given(body=records)
def test_what_is_kept_can_be_stored_and_reads_the_same(body, words):
    kept, _ = keep_known(body, words)

    again, _ = keep_known(kept, words)

    assert json.dumps(again, sort_keys=True) == json.dumps(kept, sort_keys=True)
    whole, stored = read_record(body, words).record, read_record(kept, words).record
    assert (whole is None) == (stored is None)
    if whole and stored:
        assert whole.facts == stored.facts
        assert len(whole.meetings) == len(stored.meetings)


def test_a_good_fact_survives_a_bad_one_beside_it(words):
    body = {"facts": {**GOOD, "s47_concluded": {"at": "2026-02-30", "value": "at_risk"}}}

    reading = read_record({"ref": "SC-1", **body}, words)

    assert [fact.name for fact in reading.record.facts] == ["strategy_discussion_held"]
    (problem,) = reading.problems
    assert str(problem) == (
        "SC-1: facts.s47_concluded.at: is not a date that exists; "
        "give a date as 2026-03-02 or a time as 2026-03-02T15:10"
    )


def test_a_misspelt_fact_is_reported_with_a_guess(words):
    assert problems(words, facts={"strategy_discusion_held": "2026-03-02"}) == [
        'SC-1: facts.strategy_discusion_held: no fact is called that; did you mean "strategy_discussion_held"?'
    ]


def test_an_unknown_key_is_reported_with_a_guess_and_the_record_is_still_read(words):
    reading = read_record({"ref": "SC-1", "facts": GOOD, "famly": "F-1"}, words)

    assert reading.record.facts
    assert [(one.where, one.mend, one.severity) for one in reading.problems] == [
        ("SC-1: famly", 'did you mean "family"?', Severity.WARNING)
    ]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        pytest.param(
            "perhaps", "has a value that is not in its list; it counts as unknown", id="unknown"
        ),
        pytest.param(None, "needs a value and has none; it counts as unknown", id="missing"),
    ],
)
def test_a_value_that_we_do_not_know_counts_as_unknown_and_is_reported(words, value, told):
    reading = read_record(
        {"ref": "SC-1", "facts": {"s47_concluded": {"at": "2026-03-02", "value": value}}}, words
    )

    (fact,) = reading.record.facts
    assert (fact.value, fact.known) == (None, False)
    assert [one.what for one in reading.problems] == [told]


def test_a_sharing_fact_without_a_value_was_shared(words):
    reading = read_record(
        {"ref": "SC-1", "facts": {"conference_report_shared": "2026-03-02"}}, words
    )

    assert reading.problems == ()
    assert reading.record.facts[0].value == "shared"


@pytest.mark.parametrize(
    ("given", "day", "whole_day"),
    [
        pytest.param("2026-03-02", "2026-03-02", True, id="a date"),
        pytest.param("20260302", "2026-03-02", True, id="a date without dashes"),
        pytest.param("2026-03-02T15:10", "2026-03-02", False, id="a local time"),
        pytest.param(
            "2026-07-02T23:30:00Z", "2026-07-03", False, id="an instant, the next day in London"
        ),
        pytest.param({"at": "2026-03-02", "value": None}, "2026-03-02", True, id="an object"),
    ],
)
def test_the_forms_of_a_facts_moment(read, given, day, whole_day):
    (fact,) = read(facts={"icpc_held": given}).facts

    assert (fact.day.isoformat(), fact.whole_day) == (day, whole_day)


def test_a_list_of_facts_is_read_each_by_itself(words):
    reading = read_record(
        {
            "ref": "SC-1",
            "facts": {
                "invite_list_received": [
                    "2026-03-05",
                    "soon",
                    {"at": "2026-03-03", "about": "police"},
                ]
            },
        },
        words,
    )

    assert [(one.day.day, one.about) for one in reading.record.facts] == [(3, "police"), (5, None)]
    assert [one.where for one in reading.problems] == ["SC-1: facts.invite_list_received[1].at"]


def test_a_fact_dated_after_the_record_was_known_is_a_problem_unless_it_may_lie_ahead(words):
    told = problems(
        words,
        as_known_at="2026-03-06T17:30:00Z",
        facts={"icpc_held": "2026-03-20", "icpc_scheduled": "2026-03-20"},
        meetings=[{"id": "M-1", "kind": "icpc", "held_on": "2026-03-21"}],
    )

    assert [one.partition(" is dated")[0] for one in told] == [
        "SC-1: icpc_held:",
        "SC-1: meeting M-1: held_on:",
    ]


def test_the_second_of_two_meetings_with_one_id_is_left_out_and_reported(words):
    meetings = [
        {"id": "M-1", "kind": "icpc", "scheduled_at": "2026-03-20"},
        {"id": "M-1", "kind": "icpc", "scheduled_at": "2026-03-21"},
    ]

    reading = read_record({"ref": "SC-1", "facts": {}, "meetings": meetings}, words)

    assert len(reading.record.meetings) == 1
    assert [one.what for one in reading.problems] == ["stands twice in this list"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(False, False, id="false"),
        pytest.param(None, False, id="nothing said"),
        pytest.param(True, True, id="true"),
        pytest.param("Y", True, id="in words of its own"),
        pytest.param({"from": "2026-01-01"}, True, id="an object"),
    ],
)
def test_when_in_doubt_a_case_is_restricted(words, raw, expected):
    reading = read_record({"ref": "SC-1", "facts": {}, "restricted": raw}, words)

    assert reading.record.restricted is expected
    assert bool(reading.problems) == (raw not in (True, False, None))


def test_a_reference_is_kept_in_one_spelling(words):
    kept, _ = keep_known({"ref": "  SC-1\x00 ", "facts": {}}, words)

    assert kept["ref"] == "SC-1"
    assert read_record(kept, words).record.ref == "SC-1"
