"""On the day: the chair ticks off who is here and says how it went; it counts within the second."""

import re
from hashlib import sha256

import pytest

from daemon.testing.world import at
from tests.doors.entrance import nonce_in
from tests.doors.signed_in.stage import CHRIS, meeting, state

NAME = sha256(b"conference\0M-1").hexdigest()[:20]
EXPECTED = f"/conferences/{NAME}"


@pytest.fixture
def told(place, world, provider):
    """The chair has signed in, before anything was said of the day's conference."""
    provider.claims = CHRIS
    for ref in ("SC-1", "SC-2"):
        with world.case(ref) as body:
            body["meetings"] = [meeting()]
            body["meetings"][0]["invitees"] = [
                {**body["meetings"][0]["invitees"][0], "attendance": None},
                {"id": "I-2", "agency": "health", "person": "hv@health.example", "key": True},
                {"id": "P-1", "role": "parents_carers", "is_family": True},
            ]
    world.turn()
    with place.browser() as browser:
        browser.get("/")
        yield browser


def save(browser, **fields):
    page = browser.get(EXPECTED)
    return browser.post(EXPECTED, data={"nonce": nonce_in(page), **fields})


def record(world, ref="SC-1"):
    with world.store.read() as tx:
        return world.house.read_cases(tx, [ref])[ref].record


def test_the_conference_stands_on_the_first_page_and_shows_no_family(told):
    home, page = told.get("/"), told.get(EXPECTED)

    assert EXPECTED in home.text
    assert len(re.findall(r'<fieldset class="row">', page.text)) == 2
    assert "parents" not in page.text


def test_the_page_says_whose_invitation_came_back_and_who_has_no_address(told, world):
    for ref in ("SC-1", "SC-2"):
        with world.case(ref) as body:
            body["meetings"][0]["invitees"] = [
                {**body["meetings"][0]["invitees"][0], "delivered": False},
                {"id": "I-2", "agency": "health", "key": True},
            ]
    world.turn()

    page = " ".join(told.get(EXPECTED).text.split())

    assert "the invitation came back" in page
    assert "could not be invited: no address" in page


@pytest.fixture
def two(told, world):
    """Two officers and a nurse are invited; the nurse is excluded from both cases."""
    officers = [
        {"id": f"I-{name}", "agency": "police", "role": "police_officer", "person": f"{name}@police.example"}
        for name in ("petra", "paul")
    ]  # fmt: skip
    nurse = {"id": "I-3", "agency": "health", "person": "hv@health.example", "key": True}
    for ref in ("SC-1", "SC-2"):
        with world.case(ref, excluded=["hv@health.example"]) as body:
            body["meetings"] = [{**meeting(), "invitees": [*officers, nurse]}]
    world.turn()
    return told


def test_two_people_of_one_agency_are_two_lines_and_the_agency_is_judged_once(two, world):
    page = two.get(EXPECTED)
    save(two, **{"here-0": "absent", "here-1": "present", "here-2": "absent", "effective": "yes"})

    lines = re.findall(r"<legend>(Police.*?)</legend>", page.text)
    assert [re.findall(r">(\w+@police.example)<", one) for one in lines] == [
        ["petra@police.example"], ["paul@police.example"],
    ]  # fmt: skip
    stood = record(world).meetings[0]
    assert [one.attendance for one in stood.invitees] == ["absent", "present", "absent"]
    assert [fact.about for fact in stood.facts if fact.name == "presence_failed"] == ["health"]


@pytest.fixture
def differing(told, world):
    """Each child's list has somebody whom the other's has not; the ids are each list's own, and one is unborn."""
    petra, head, nurse = (
        {"agency": agency, "person": person}
        for agency, person in [
            ("police", "petra@police.example"), ("education", "head@school.example"), ("health", "hv@health.example"),
        ]
    )  # fmt: skip
    lists = {
        "SC-1": (
            "icpc",
            [{**petra, "id": "I-1"}, {**nurse, "id": "I-2", "attendance": "apologies"}],
        ),
        "SC-2": ("pre_birth", [{**head, "id": "I-1"}, {**petra, "id": "I-2", "key": True}]),
    }
    for ref, (kind, invitees) in lists.items():
        with world.case(ref) as body:
            body["meetings"] = [{**meeting(), "kind": kind, "invitees": invitees}]
    world.turn()
    return told


def test_everybody_invited_for_any_child_stands_on_it_once(differing):
    page = differing.get(EXPECTED).text

    lines = [" ".join(one.split()) for one in re.findall(r"<legend>([^<]*<span.*?)</legend>", page)]
    assert [re.findall(r">([\w@.]+)<", one) for one in lines] == [
        ["petra@police.example", "needed"], ["hv@health.example"], ["head@school.example"],
    ]  # fmt: skip
    assert len(re.findall(r'name="without-', page)) == 3


def test_an_answer_stands_in_the_record_of_each_child_that_it_concerns(differing, world):
    save(
        differing,
        **{"here-0": "absent", "here-1": "present", "here-2": "apologies", "effective": "yes"},
    )

    shown = {ref: record(world, ref).meetings[0] for ref in ("SC-1", "SC-2")}
    assert {
        ref: [(one.id, one.agency, one.attendance) for one in each.invitees]
        for ref, each in shown.items()
    } == {
        "SC-1": [("I-1", "police", "absent"), ("I-2", "health", "present")],
        "SC-2": [("I-1", "education", "apologies"), ("I-2", "police", "absent")],
    }  # fmt: skip
    assert {
        ref: {fact.about for fact in each.facts if fact.name == "presence_failed"}
        for ref, each in shown.items()
    } == {"SC-1": {"police"}, "SC-2": {"police", "education"}}
    assert [one.kind for one in shown.values()] == ["icpc", "pre_birth"]


@pytest.mark.parametrize("here", ["present", "represented"])
def test_an_agency_that_is_here_cannot_be_named_as_missing(differing, world, here):
    named = {"effective": "no", "without-0": "on", "without-2": "on"}

    answered = save(differing, **{"here-0": here, "here-2": "absent", **named})

    assert answered.status_code == 400
    assert "Police cannot be missing: somebody is ticked as here or represented" in answered.text
    assert '<a href="#without-0">' in answered.text
    assert [record(world, ref).meetings[0].effective for ref in ("SC-1", "SC-2")] == [None, None]


def test_whoever_is_excluded_from_the_case_is_not_named_on_it(two):
    assert "hv@health.example" not in two.get(EXPECTED).text


def test_what_the_chair_says_stands_in_both_records_at_once(told, world):
    world.clock.now = at("2026-03-20 12:45")
    answered = save(
        told, **{"here-0": "absent", "here-1": "present", "effective": "yes", "ended": "12:30"}
    )

    assert (answered.status_code, "Saved, " in answered.text) == (200, True)
    for ref in ("SC-1", "SC-2"):
        shown = record(world, ref).meetings[0]
        assert [one.attendance for one in shown.invitees[:2]] == ["absent", "present"]
        assert (shown.effective, shown.held is not None, shown.ends_at.isoformat()) == (
            True, True, "2026-03-20T12:30:00+00:00",
        )  # fmt: skip
    assert state(world, "presence-judged") == {"met"}


def test_without_an_agency_it_fails_and_the_manager_is_asked_in_the_same_minute(told, world):
    answered = save(
        told, **{"here-0": "absent", "here-1": "present", "effective": "no", "without-0": "on"}
    )
    world.turn()

    assert answered.status_code == 200
    assert state(world, "rearrangement-approval") == {"open"}
    assert "sue" in {to for _, to, rung in world.fired() if rung == "rearrangement-asked"}


def test_a_new_date_is_a_new_attempt_at_once(told, world):
    save(told, **{"effective": "no", "without-0": "on", "anew": "2026-03-27", "anew-at": "10:00"})

    first, anew = record(world).meetings
    assert (first.failed, first.rearranged_to) == (True, anew.id)
    assert anew.scheduled[0].isoformat() == "2026-03-27T10:00:00+00:00"
    assert state(world, "rearranged-date-told") == {"open"}


def test_a_slip_is_taken_back_and_nobody_is_asked_about_it_any_more(told, world):
    slip = {"effective": "no", "without-0": "on", "anew": "2026-03-27", "anew-at": "10:00"}
    save(told, **slip)
    world.clock.now = at("2026-03-20 12:45")
    world.turn()

    save(told, **{"here-0": "present", "here-1": "present", "effective": "yes", "ended": "12:30"})
    world.turn()

    first, anew = record(world).meetings
    assert (first.failed, first.held is not None, str(anew.status)) == (False, True, "cancelled")
    for rule in ("rearrangement-approval", "rearranged-date-told", "interim-safety-plan"):
        assert "open" not in state(world, rule), rule
    assert state(world, "icpc-limit") == {"met"}


@pytest.mark.parametrize(
    ("fields", "mistake"),
    [
        pytest.param({"effective": "no"}, "Choose the agencies", id="not without whom"),
        pytest.param(
            {"effective": "yes", "ended": "noon"}, "Write the time as 12:30", id="no time"
        ),
        pytest.param({"effective": "yes", "ended": "23:59"}, "still to come", id="a time to come"),
        pytest.param(
            {"effective": "no", "without-0": "on", "anew": "2026-03-19", "anew-at": "10:00"},
            "working day",
            id="a day that is past",
        ),
        pytest.param(
            {"effective": "no", "without-0": "on", "anew": "2026-03-28", "anew-at": "10:00"},
            "working day",
            id="a Saturday",
        ),
        pytest.param(
            {"effective": "no", "without-0": "on", "anew": "9999-12-31", "anew-at": "10:00"},
            "next twelve months",
            id="a day beyond all calendars",
        ),
        pytest.param(
            {"effective": "no", "without-0": "on", "anew": "soon", "anew-at": "10:00"},
            "working day",
            id="no day",
        ),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_taken(told, world, fields, mistake):
    answered = save(told, **{"here-1": "present", **fields})

    assert answered.status_code == 400
    assert mistake in answered.text
    assert 'id="here-1-present" name="here-1" value="present" checked' in answered.text
    assert record(world).meetings[0].effective is None


def test_nobody_but_the_chair_sees_it(told, place, provider):
    provider.claims = {"preferred_username": "sam@council.example", "roles": ["DK-Staff"]}

    with place.browser() as other:
        other.get("/")
        assert other.get(EXPECTED).status_code == 404


def test_said_twice_it_is_the_same(told, world):
    fields = {"here-0": "represented", "here-1": "present", "effective": "yes"}
    save(told, **fields)
    before = record(world)

    save(told, **fields)

    assert record(world).meetings == before.meetings


def test_of_two_with_one_address_the_page_says_whose_answer_came(told, world):
    shared = {"person": "desk@clinic.example", "invited_at": "2026-03-06T10:00", "key": True}
    for ref in ("SC-1", "SC-2"):
        with world.case(ref) as body:
            body["meetings"][0]["invitees"] = [
                {
                    "id": "I-1",
                    "agency": "health",
                    "role": "health_visitor",
                    **shared,
                    "response": "accepted",
                },
                {"id": "I-2", "agency": "education", "role": "teacher", **shared},
                {"id": "I-3", "agency": "police", "person": "cp@police.example"},
            ]
    world.turn()

    first, second, other, *_ = re.findall(r"<legend>.*?</legend>", told.get(EXPECTED).text)

    assert (
        "shares an address with the teacher: the answer is to the invitation of the one on this line"
        in first
    )
    assert (
        "shares an address with the health visitor: the answer from there is to the invitation of the "
        in second
    )
    assert "ask whether it is for both" in second
    assert "shares" not in other
