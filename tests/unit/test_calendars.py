"""What stands in calendars for a meeting, when a digest goes out, and which rules can be watched."""

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from daemon.decide.duties.watched import Unwatched, left_out, watchable
from daemon.decide.inviting.invitations import changes, wanted
from daemon.decide.people.recipients import People
from daemon.decide.telling.digests import entries, next_digest, seen_by
from daemon.domain.parts import Digest, Invitation, Shows
from daemon.domain.person import Person, Post
from daemon.domain.rules import Pack, Rulebook
from daemon.rulebook.language.conditions import condition
from daemon.testing.world import at

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
    "invite_list_received": "2026-03-06",
}
BEGUN = ("strategy_discussion_held", "s47_decision_recorded")
POLICE = {"id": "I-1", "agency": "police", "role": "police_officer", "person": "cp@police.example"}
MOTHER = {"id": "I-2", "is_family": True, "role": "parents_carers"}
OUT = {"id": "I-3", "agency": "health", "person": "x@health.example", "excluded_by_chair": True}


def booked(*invitees, **more):
    body = {"id": "M-1", "kind": "icpc", "status": "booked", "scheduled_at": "2026-03-18T10:00"}
    return {**body, "venue": "Civic Centre", "invitees": list(invitees), **more}


@pytest.fixture
def pack(words):
    invitation = Invitation(
        "icpc-invitation", "small", "Invitation", ("X-1",), "icpc",
        condition("invite_list_received is recorded", words), ("conference_coordinator",),
        {"professionals": "to-all", "police": "to-police", "parents_carers": "to-parents"},
    )  # fmt: skip
    return Pack(
        "small", "Small", "d", (), letters="conference_coordinator", invitations=(invitation,)
    )


@pytest.fixture
def items(read, answer, rule_of, pack):
    """Return what stands in calendars for a record at a moment."""

    def of(now=NOW, **body):
        rule = rule_of("case", "1 working day after icpc_held", "always", ("minutes_available",))
        record = read(**{"facts": ENQUIRY, **body})
        return wanted(answer(rule, record, now).case, pack, People([]))

    return of


def test_everybody_on_the_list_has_an_entry_and_a_family_a_letter(items):
    found = items(meetings=[booked(POLICE, MOTHER, OUT)])

    assert [(one.role, one.to, one.via, one.message) for one in found.values()] == [
        ("police_officer", "cp@police.example", "calendar", "to-police"),
        ("conference_coordinator", None, "letter", "to-parents"),
    ]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"facts": {}}, id="the list is not in"),
        pytest.param({"now": at("2026-03-18T10:00")}, id="it has begun"),
        pytest.param(
            {"facts": {**ENQUIRY, "icpc_not_required": {"at": "2026-03-06", "value": "moved"}}},
            id="a person has found that it is not required",
        ),
        pytest.param({"facts": {**ENQUIRY, "child_died": "2026-03-06"}}, id="the child has died"),
        pytest.param({"meetings": [booked(POLICE, status="adjourned")]}, id="it failed"),
        pytest.param({"excluded": ["cp@police.example"]}, id="they are excluded"),
        pytest.param({"restricted": True, "holders": ["sw"]}, id="only others may know"),
    ],
)
def test_nobody_has_an_entry(items, body):
    assert items(**{"meetings": [booked(POLICE)], **body}) == {}


@pytest.mark.parametrize(
    ("after", "kinds"),
    [
        pytest.param([booked(POLICE)], [], id="nothing has changed"),
        pytest.param([booked(POLICE, scheduled_at="2026-03-19T10:00")], ["move"], id="another day"),
        pytest.param([booked(POLICE, venue="Town Hall")], ["move"], id="another place"),
        pytest.param([booked(POLICE, mode="hybrid")], ["move"], id="online, too"),
        pytest.param(
            [booked(POLICE, status="cancelled")], [], id="the diary alone cancels nothing"
        ),
        pytest.param(
            [booked(POLICE, MOTHER, status="cancelled")], [], id="nor is anybody new invited then"
        ),
        pytest.param([booked()], ["cancel"], id="off the list"),
        pytest.param([booked(POLICE, MOTHER)], ["invite"], id="one more"),
    ],
)
def test_calendars_follow_the_record(items, after, kinds):
    before = items(meetings=[booked(POLICE)])

    found = changes(before, items(meetings=after), NOW)

    assert [one.kind for one in found] == kinds


def test_a_meeting_that_is_over_is_cancelled_nowhere(items):
    before = items(meetings=[booked(POLICE)])

    assert list(changes(before, {}, at("2026-03-18T12:00"))) == []


def digest(**more):
    fields = {
        "name": "diary", "pack": "small", "title": "Diary", "clauses": (), "weekday": 0,
        "clock": time(9), "to": ("team_manager",), "via": ("email",), "shows": Shows.CONFERENCES,
        "within_working_days": 5, "own": "team", "message": "diary",
    }  # fmt: skip
    return Digest(**{**fields, **more})


@pytest.mark.parametrize(
    ("weekday", "after", "expected"),
    [
        pytest.param(0, "2026-03-09T08:59", "2026-03-09T09:00", id="this Monday"),
        pytest.param(0, "2026-03-09T09:00", "2026-03-16T09:00", id="the next one"),
        pytest.param(0, "2026-03-31T12:00", "2026-04-07T09:00", id="Easter Monday goes to Tuesday"),
        pytest.param(None, "2026-03-13T12:00", "2026-03-16T09:00", id="daily, over a weekend"),
    ],
)
def test_a_digest_goes_out_on_its_day_or_at_the_next_opening(calendar, weekday, after, expected):
    assert next_digest(digest(weekday=weekday), at(after), calendar) == at(expected)


@pytest.mark.parametrize(
    ("on", "restricted", "listed"),
    [
        pytest.param("2026-03-16T10:00", False, True, id="within five working days"),
        pytest.param("2026-03-17T10:00", False, False, id="later"),
        pytest.param("2026-03-16T10:00", True, False, id="restricted"),
    ],
)
def test_a_diary_lists_the_conferences_ahead(read, calendar, on, restricted, listed):
    record = read(meetings=[booked(scheduled_at=on)], restricted=restricted)
    pack = Pack("p", "P", "d", (), digests=(digest(),))

    found = entries(digest(), "team_manager", record, (), pack, NOW, calendar)

    assert bool(found) is listed


def test_an_agencys_lead_sees_the_meetings_of_their_own_agency_and_area_alone(read, calendar):
    record = read(meetings=[booked({**POLICE, "area": "Stoke"}, scheduled_at="2026-03-10T10:00")])
    coming = digest(shows=Shows.ATTENDEES, own="role", to=("safeguarding_lead_agency",))
    pack = Pack("p", "P", "d", (), digests=(coming,))
    found = entries(coming, "safeguarding_lead_agency", record, (), pack, NOW, calendar)

    def sees(agency, area=None, role="safeguarding_lead_agency"):
        reader = Person("pam", posts=(Post(role, agency=agency, area=area),))
        return bool(seen_by(found, coming, "safeguarding_lead_agency", reader, NOW.date()))

    assert sees("police")
    assert sees("police", "stoke")
    assert not sees("police", "leek")
    assert not sees("health")
    assert not sees("police", role="police_officer")
    assert not seen_by(found, coming, "safeguarding_lead_agency", None, NOW.date())


@pytest.mark.parametrize(
    ("needs_all", "carried", "is_watched"),
    [
        pytest.param(False, {"icpc_held"}, True, id="one of two is carried"),
        pytest.param(True, {"icpc_held"}, False, id="both are needed"),
        pytest.param(True, {"icpc_held", "plan_started"}, True, id="both are carried"),
        pytest.param(False, {"minutes_available"}, False, id="neither"),
        pytest.param(False, set(), False, id="nothing is carried"),
    ],
)
def test_a_rule_that_no_feed_can_meet_is_left_out_and_listed(
    rule_of, words, needs_all, carried, is_watched
):
    rule = rule_of("case", "1 working day after concern_raised", "always", ("icpc_held", "plan_started"))  # fmt: skip
    pack = Pack("small", "Small", "d", (replace(rule, needs_all=needs_all),))
    book = Rulebook({"small": pack}, words, {}, {}, "small")

    watched = watchable(book, frozenset(carried))

    lacking = tuple(name for name in rule.met_by if name not in carried)
    assert (watched.packs["small"].rule("duty") is not None) is is_watched
    assert left_out(watched, ["small"]) == (
        () if is_watched else (Unwatched("small", "duty", lacking),)
    )


def test_where_anything_may_come_every_rule_is_watched(deciding):
    watched = watchable(watchable(deciding.rulebook, frozenset()), None)

    assert left_out(watched, watched.packs) == ()


def test_only_what_the_pathways_of_the_cases_hold_is_listed(deciding):
    watched = watchable(deciding.rulebook, frozenset())

    listed = {one.pack for one in left_out(watched, [None])}

    assert listed == {"statutory-england"}
    assert {one.pack for one in left_out(watched, ["stoke-on-trent"])} > listed


def test_what_prepares_an_unbooked_conference_counts_from_a_limit_that_is_not_watched_itself(
    deciding, rule_of, words, read
):
    limit = rule_of("icpc", "day 15 of strategy_discussion_held", "always", ("icpc_held",))
    backward = ("2 working days before icpc_scheduled", "always", ("conference_report_shared",))
    rules = (replace(limit, name="limit"), rule_of("icpc", *backward))
    book = Rulebook({"small": Pack("small", "Small", "d", rules)}, words, {}, {}, "small")
    watched = watchable(book, frozenset({"conference_report_shared"}))
    record = read(facts={name: ENQUIRY[name] for name in BEGUN})

    found = replace(deciding, rulebook=watched).decide(record, NOW).obligations

    assert [(one.rule, one.due_at) for one in found] == [("duty", at("2026-03-18T17:00"))]
