"""The log of issue resolution: each conference once, no restricted reference, and what returns too often."""

from datetime import date

import pytest

from daemon.decide.challenges import challenges, themes
from daemon.decide.reading import read_record
from daemon.rulebook import shipped
from daemon.testing.world import loaded

WORDS = loaded(shipped()).vocabulary


def case(ref, *meetings, **more):
    return read_record({"ref": ref, "facts": {}, "meetings": list(meetings), **more}, WORDS).record


def failed(name="M-1", day="2026-03-20", agency="police", value="yes", **facts):
    about = {fact: {"at": on, "about": agency} for fact, on in facts.items()}
    found = {"at": day, "value": value, "about": agency}
    return {
        "id": name, "kind": "icpc", "scheduled_at": f"{day}T10:00", "facts": {"presence_failed": found, **about},
    }  # fmt: skip


def test_brothers_and_sisters_are_one_conference():
    log = challenges([case("SC-1", failed()), case("SC-2", failed())])

    assert [(one.agency, one.meeting, one.refs, one.state) for one in log] == [
        ("police", "M-1", ("SC-1", "SC-2"), "open"),
    ]


def test_its_steps_stand_in_their_order():
    log = challenges([
        case(
            "SC-1",
            failed(
                issue_resolution_stage_one_sent="2026-03-31",
                issue_resolution_informal_sent="2026-03-20",
                issue_resolution_answered="2026-04-02",
            ),
        )
    ])  # fmt: skip

    assert [(step.what.removeprefix("issue_resolution_"), step.on.day) for step in log[0].steps] == [
        ("informal_sent", 20), ("stage_one_sent", 31), ("answered", 2),
    ]  # fmt: skip
    assert log[0].state == "answered"


@pytest.mark.parametrize(
    "record",
    [
        pytest.param(case("SC-1", failed(value="no")), id="it was effective without them"),
        pytest.param(case("SC-1"), id="nothing was missed"),
    ],
)
def test_what_stopped_nothing_is_not_in_it(record):
    assert challenges([record]) == []


def test_a_restricted_case_is_counted_without_its_reference():
    log = challenges([case("SC-9", failed(), restricted=True)])

    assert [(one.agency, one.refs) for one in log] == [("police", ())]


def test_the_third_of_a_quarter_is_a_theme_and_the_second_is_none():
    days = ("2026-01-12", "2026-02-16", "2026-03-30", "2026-04-13", "2026-05-11")
    cases = [case(f"SC-{n}", failed(f"M-{n}", day)) for n, day in enumerate(days)]

    found = themes(challenges(cases))

    assert [(one.agency, one.quarter, one.conferences) for one in found] == [
        ("police", "2026 Q1", 3)
    ]


def test_a_conference_of_no_known_day_stands_on_the_day_of_the_finding():
    meeting = {**failed(), "scheduled_at": None}

    assert challenges([case("SC-1", meeting)])[0].on == date(2026, 3, 20)
