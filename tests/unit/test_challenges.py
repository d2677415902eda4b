"""The log of issue resolution: each conference once, no restricted reference, and what returns too often."""

from datetime import date

import pytest

from daemon.decide.conference import challenges as log_of
from daemon.decide.conference.challenges import themes
from daemon.decide.record.reading import read_record
from daemon.rulebook import load_days, shipped
from daemon.testing.world import loaded

WORDS = loaded(shipped()).vocabulary
DAYS = load_days(shipped(), "england-and-wales")
LATER = date(2026, 12, 31)


def challenges(records):
    return log_of.challenges(records, DAYS)


def case(ref, *meetings, **more):
    return read_record({"ref": ref, "facts": {}, "meetings": list(meetings), **more}, WORDS).record


def failed(name="M-1", day="2026-03-20", agency="police", value="yes", **facts):
    about = {fact: {"at": on, "about": agency} for fact, on in facts.items()}
    found = {"at": day, "value": value, "about": agency}
    return {
        "id": name, "kind": "icpc", "scheduled_at": f"{day}T10:00", "facts": {"presence_failed": found, **about},
    }  # fmt: skip


def invited(*attended):
    listed = [
        {"id": f"I-{number}", "agency": agency, "person": f"{number}@x.example", "attendance": attendance}
        for number, (agency, attendance) in enumerate(attended)
    ]  # fmt: skip
    return {**failed(), "invitees": listed}


def test_an_invited_agency_that_did_not_come_stands_in_it():
    log = challenges([case("SC-1", invited(("police", "absent"), ("health", "present")))])

    assert [one.agency for one in log] == ["police"]


def test_an_agency_that_stands_on_the_list_and_was_never_invited_is_charged_with_nothing():
    meeting = invited(("police", "absent"), ("health", "present"), ("housing", "absent"))
    meeting["facts"]["presence_failed"] = [
        {"at": "2026-03-20", "value": "yes", "about": agency} for agency in ("police", "housing")
    ]
    for one in meeting["invitees"][:2]:
        one["invited_at"] = "2026-03-06T09:00"

    log = challenges([case("SC-1", meeting)])

    assert [one.agency for one in log] == ["police"]


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
        pytest.param(case("SC-1", invited(("health", "absent"))), id="they were never invited"),
        pytest.param(case("SC-1", invited(("police", "present"))), id="they were there"),
        pytest.param(
            case("SC-1", invited(("police", "absent"), ("police", "represented"))),
            id="somebody stood in",
        ),
    ],
)
def test_what_stopped_nothing_is_not_in_it(record):
    assert challenges([record]) == []


def test_a_restricted_case_is_counted_without_its_reference():
    log = challenges([case("SC-9", failed(), restricted=True)])

    assert [(one.agency, one.refs) for one in log] == [("police", ())]


def test_the_third_of_a_quarter_is_a_theme_and_the_second_is_none():
    days = ("2026-01-12", "2026-02-16", "2026-03-30", "2026-04-13", "2026-05-11")
    cases = [
        case(f"SC-{n}", failed(f"M-{n}", day, issue_resolution_informal_sent=day)) for n, day in enumerate(days)
    ]  # fmt: skip

    found = themes(challenges(cases), LATER)

    assert [(one.agency, one.quarter, one.conferences) for one in found] == [
        ("police", "2026 Q1", 3)
    ]


def test_a_conference_of_no_known_day_stands_on_the_day_of_the_finding():
    meeting = {**failed(), "scheduled_at": None}

    assert challenges([case("SC-1", meeting)])[0].on == date(2026, 3, 20)


@pytest.mark.parametrize(
    ("facts", "counts_on"),
    [
        pytest.param({}, None, id="nobody has written to the agency"),
        pytest.param({"issue_resolution_informal_sent": "2026-03-20"}, date(2026, 3, 30), id="its five days are over"),
        pytest.param({"issue_resolution_informal_sent": "2026-03-20", "issue_resolution_answered": "2026-03-24"},
                     date(2026, 3, 24), id="it has replied"),
        pytest.param({"issue_resolution_stage_one_skipped": "2026-03-20"}, date(2026, 3, 20), id="it could not wait"),
    ],
)  # fmt: skip
def test_an_absence_counts_once_the_agency_could_reply(facts, counts_on):
    assert challenges([case("SC-1", failed(**facts))])[0].counts_on == counts_on


def test_nothing_is_a_theme_before_the_last_reply_is_due():
    days = ("2026-03-02", "2026-03-03", "2026-03-20")
    log = challenges(
        case(f"SC-{n}", failed(f"M-{n}", day, issue_resolution_informal_sent=day)) for n, day in enumerate(days)
    )  # fmt: skip

    assert themes(log, date(2026, 3, 27)) == []
    assert [one.conferences for one in themes(log, date(2026, 3, 30))] == [3]


def test_drift_that_was_raised_stands_in_the_log_each_time():
    plan = {
        "id": "P-1", "started_on": "2026-01-05",
        "facts": {
            "issues_resolution_raised": ["2026-03-02", "2026-06-01"],
            "drift_stage_one_sent": "2026-03-11",
            "drift_resolution_answered": "2026-03-16",
        },
    }  # fmt: skip

    log = challenges([case("SC-1", plans=[plan]), case("SC-2", restricted=True, plans=[plan])])

    shown = [(one.kind, one.on.isoformat(), len(one.steps), one.state, one.refs) for one in log]
    assert shown == [
        ("drift", "2026-03-02", 3, "answered", ()),
        ("drift", "2026-03-02", 3, "answered", ("SC-1",)),
        ("drift", "2026-06-01", 1, "open", ()),
        ("drift", "2026-06-01", 1, "open", ("SC-1",)),
    ]
    assert themes(log, LATER) == []
