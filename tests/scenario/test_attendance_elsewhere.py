"""Whoever cannot come or does not answer, under the other partnerships' rules: asked, and told on, in time."""

import pytest

from daemon.domain.person import Person, Post
from daemon.engine.house import Feed
from daemon.rulebook import shipped
from daemon.testing.fakes import FakeSource
from daemon.testing.world import person

LEAD = "safeguarding_lead_agency"
AT = "2026-03-20T10:00"  # a Friday, fourteen working days after the strategy discussion
DEVON, WORCESTERSHIRE = "devon", "worcestershire"
OFFICER = {"id": "I-1", "agency": "police", "area": "north", "role": "police_officer",
           "person": "cp@police.example", "invited_at": "2026-03-04", "delivered": True}  # fmt: skip
DECLINED = {"response": "declined"}


@pytest.fixture
def booked(story):
    """Return what begins a case with a booked conference to which one police officer is asked."""
    world = story(policies=shipped(), accepted=frozenset({"police.example"}))
    cases = Feed(
        "cases",
        "case_system",
        FakeSource(world.clock),
        *(world.house.feeds["diary"].fresh_within,) * 2,
    )
    world.house.feeds = {**world.house.feeds, "cases": cases}
    world.directory.everybody += [
        person("ada", "conference_administrator"),
        person("ida", "independent_chair"),
        person("cleo", "conference_chair"),
        *(
            Person(
                name,
                {"email": f"{name}@police.example"},
                posts=(Post(LEAD, agency="police", area=area),),
            )
            for name, area in (("lena", "north"), ("luke", "south"))
        ),
    ]

    def begin(pathway, **more):
        world.opens("SC-1", pathway=pathway, meetings=[booking()])
        world.until("2026-03-09 09:00")
        change(world, **more)
        return world

    return begin


def booking(mode="hybrid", facts=(), **more):
    return {"id": "M-1", "kind": "icpc", "status": "booked", "scheduled_at": AT, "mode": mode,
            "facts": dict(facts), "invitees": [{**OFFICER, **more}]}  # fmt: skip


def change(world, **more):
    with world.case("SC-1") as body:
        body["meetings"] = [booking(**more)]
    world.turn()


def told(world, *rungs, since="2026-03-09"):
    return sorted(
        (at, to.partition("@")[0], rung) for at, to, rung in world.only(*rungs) if at >= since
    )


def test_in_devon_an_apology_is_passed_on_at_once_and_a_deputy_is_asked_for(booked):
    """DEV-034 and DEV-036: the administrator is told, and the agency's lead of that area before it is too late."""
    world = booked(DEVON, **DECLINED)

    world.until("2026-03-20 10:00")

    assert told(
        world, "absence-told", "deputy-asked", "deputy-asked-of-lead", "deputy-missing"
    ) == [
        ("2026-03-09 09:00", "ada", "absence-told"),
        ("2026-03-09 09:00", "cp", "deputy-asked"),
        ("2026-03-19 09:00", "lena", "deputy-asked-of-lead"),
        ("2026-03-20 10:00", "ada", "deputy-missing"),
        ("2026-03-20 10:00", "ida", "deputy-missing"),
    ]
    texts = [text for to, text in world.texts() if to == "ada"]
    assert any("somebody from police who is invited has said" in text for text in texts)


def test_in_devon_whoever_cannot_come_owes_the_report_all_the_same_and_shares_it(booked):
    """DEV-035 and DEV-037: for each agency, there or not."""
    world = booked(DEVON, **DECLINED)

    world.until("2026-03-19 17:00")

    assert told(world, "agency-coming", "agency-overdue", "report-has-not-come") == [
        ("2026-03-16 09:00", "cp", "agency-coming"),
        ("2026-03-18 09:00", "cp", "agency-coming"),
        ("2026-03-18 17:00", "ada", "report-has-not-come"),
        ("2026-03-18 17:00", "cp", "agency-overdue"),
        ("2026-03-18 17:00", "ida", "report-has-not-come"),
        ("2026-03-19 17:00", "cp", "agency-overdue"),
    ]


def test_in_devon_a_deputy_and_a_report_end_it(booked):
    about = {"at": "2026-03-10", "about": "police"}
    done = {
        "deputy_nominated": about,
        "report_in_lieu_received": about,
        "agency_report_shared_with_family": about,
    }
    world = booked(DEVON, **DECLINED)
    world.until("2026-03-10 12:00")

    change(world, facts=done, **DECLINED)
    world.until("2026-03-20 12:00")

    after = told(world, "deputy-asked-of-lead", "deputy-missing", "agency-coming", "agency-overdue",
                 "report-has-not-come", since="2026-03-10 12:00")  # fmt: skip
    assert after == []


@pytest.mark.parametrize(
    ("pathway", "expected"),
    [
        pytest.param(DEVON, [
            ("2026-03-13 17:00", "cp", "answer-asked"),
            ("2026-03-18 09:00", "ada", "answer-missing"),
            ("2026-03-18 09:00", "ida", "answer-missing"),
        ], id="Devon (DEV-033)"),
        pytest.param(WORCESTERSHIRE, [
            ("2026-03-13 17:00", "cp", "invitation-unanswered"),
            ("2026-03-17 09:00", "sam", "invitation-unanswered-told"),
        ], id="Worcestershire (WOR-033)"),
    ],
)  # fmt: skip
def test_whoever_does_not_answer_is_asked_five_working_days_before(booked, pathway, expected):
    world = booked(pathway)

    world.until("2026-03-18 12:00")

    assert told(world, *{rung for _, _, rung in expected}) == expected
    asked = next(text for to, text in world.texts() if "no answer from you" in text)
    assert "no answer from you. The meeting is on Friday 20 March 2026, 10am." in asked


def test_in_worcestershire_the_social_worker_hears_at_once_that_nobody_can_come(booked):
    """WOR-033 to WOR-035: and a written update is asked for, with its judgement and reasons."""
    world = booked(WORCESTERSHIRE, **DECLINED)

    world.until("2026-03-19 12:00")

    rungs = ("absence-told-to-worker", "absence-what-we-ask", "written-update-asked", "written-update-missing",
             "written-update-asked-of-lead")  # fmt: skip
    assert told(world, *rungs) == [
        ("2026-03-09 09:00", "cp", "absence-what-we-ask"),
        ("2026-03-09 09:00", "sam", "absence-told-to-worker"),
        ("2026-03-16 09:00", "cp", "written-update-asked"),
        ("2026-03-18 17:00", "cleo", "written-update-missing"),
        ("2026-03-18 17:00", "sam", "written-update-missing"),
        ("2026-03-19 09:00", "lena", "written-update-asked-of-lead"),
    ]
    asked = "".join(text for to, text in world.texts() if to.startswith("cp@"))
    assert "threshold of significant harm" in asked


def test_in_worcestershire_a_deputy_is_to_be_briefed(booked):
    """WOR-032."""
    nominated = {"deputy_nominated": {"at": "2026-03-09T08:00", "about": "I-1"}}
    world = booked(WORCESTERSHIRE, facts=nominated, **DECLINED)

    world.until("2026-03-20 10:00")

    assert told(world, "deputy-to-brief", "deputy-still-to-brief", "deputy-not-briefed") == [
        ("2026-03-09 09:00", "cp", "deputy-to-brief"),
        ("2026-03-19 09:00", "cp", "deputy-still-to-brief"),
        ("2026-03-19 16:00", "sam", "deputy-not-briefed"),
    ]


@pytest.mark.parametrize("mode", ["virtual", "in_person"])
def test_in_worcestershire_access_is_tested_where_the_conference_is_online(booked, mode):
    """WOR-031."""
    world = booked(WORCESTERSHIRE, mode=mode, response="accepted")

    world.until("2026-03-20 09:00")

    asked = [("2026-03-18 09:00", "cp", "online-access-to-test")] if mode == "virtual" else []
    assert told(world, "online-access-to-test") == asked


def test_in_worcestershire_people_are_reminded_to_come_on_time(booked):
    """WOR-030."""
    world = booked(WORCESTERSHIRE, response="accepted")

    world.until("2026-03-20 10:00")

    assert told(world, "conference-preparation", "conference-near", "conference-soon") == [
        ("2026-03-18 09:00", "cp", "conference-preparation"),
        ("2026-03-19 09:00", "cp", "conference-near"),
        ("2026-03-20 09:30", "cp", "conference-soon"),
    ]
