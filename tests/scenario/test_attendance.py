"""Who was missing at a conference: judged agency by agency, from whole and fresh records, and never silently."""

import pytest

from daemon.testing.world import at, person
from tests.scenario.deciding.conftest import CHRIS, ROOM, SUE, meeting, question, state

POLICE = {"id": "I-1", "agency": "police", "role": "police_officer", "person": "petra", "key": True,
          "invited_at": "2026-03-06", "delivered": True}  # fmt: skip
NURSE = {"id": "I-2", "agency": "health", "person": "hv@health.example", "key": True,
         "invited_at": "2026-03-06", "delivered": True}  # fmt: skip
DOCTOR = {"id": "I-3", "agency": "health", "person": "gp@health.example", "key": True}
GUEST = {"id": "I-4", "agency": "housing", "person": "h@housing.example", "key": False}


def came(*pairs):
    return [{**one, "attendance": attendance} for one, attendance in pairs]


def enter(stoke, invitees, **facts):
    """Show one child's conference of this morning, with this list, at 10:20."""
    stoke.opens("SC-1", roles={"cp_chair": ["chris"]}, meetings=[meeting(invitees=invitees)])
    stoke.turn()
    stoke.clock.now = at(ROOM)
    with stoke.case("SC-1") as body:
        body["meetings"] = [meeting(invitees=invitees, facts=facts)]
    stoke.turn()
    return stoke


def judged(world):
    """Return the agencies on which the chair's finding is asked for."""
    with world.store.read() as tx:
        tracks = tx.obligations.of(["SC-1"])["SC-1"]
        return {one.id.rpartition("/")[2] for one in tracks if one.rule == "presence-judged"}


def said(world, who, word):
    return [text for to, text in world.texts() if to == who and word in text]


@pytest.mark.parametrize(
    ("invitees", "expected"),
    [
        pytest.param(came((POLICE, "absent"), (NURSE, "present")), {"police"}, id="nobody came"),
        pytest.param(came((POLICE, "apologies"), (NURSE, "present")), {"police"}, id="apologies are no presence"),
        pytest.param(came((POLICE, "absent"), (NURSE, "absent")), {"police", "health"}, id="each for itself"),
        pytest.param(came((POLICE, "represented"), (NURSE, "present")), set(), id="somebody stood in"),
        pytest.param(came((POLICE, "present"), (NURSE, "absent"), (DOCTOR, "present")), set(),
                     id="a colleague was there"),
        pytest.param(came((POLICE, "present"), (NURSE, "absent"), (DOCTOR, None)), set(),
                     id="of a colleague it is not recorded yet"),
        pytest.param(came((POLICE, None), (NURSE, "present")), set(), id="nothing is recorded of it"),
        pytest.param(came((POLICE, "present"), (NURSE, "present"), (GUEST, "absent")), set(),
                     id="an agency that is not needed"),
    ],
)  # fmt: skip
def test_an_agency_is_judged_once_its_record_is_whole(stoke, invitees, expected):
    assert judged(enter(stoke, invitees)) == expected


def test_nothing_is_asked_about_an_absence_while_the_diary_is_old(stoke):
    stoke.opens("SC-1", roles={"cp_chair": ["chris"]}, meetings=[meeting(invitees=[])])
    stoke.turn()
    stoke.feed.known_at = at("2026-03-20 09:50")
    stoke.clock.now = at(ROOM)
    with stoke.case("SC-1") as body:
        body["meetings"] = [meeting(invitees=came((POLICE, "absent"), (NURSE, "present")))]
    stoke.turn()
    before = said(stoke, "chris", "recorded as absent")
    stoke.feed.known_at = at("2026-03-20 10:30")
    stoke.clock.now = at("2026-03-20 10:31")
    stoke.turn()

    assert before == []
    assert len(said(stoke, "chris", "recorded as absent")) == 1


def test_apologies_in_advance_are_no_absence_before_the_conference_begins(stoke):
    sorry = came((POLICE, "apologies"), (NURSE, None))
    stoke.opens("SC-1", roles={"cp_chair": ["chris"]}, meetings=[meeting(invitees=sorry)])
    stoke.turn()
    before = judged(stoke)

    stoke.until("2026-03-20 10:00")

    assert (before, judged(stoke)) == (set(), {"police"})
    assert len(said(stoke, "chris", "recorded as absent")) == 1


def test_nobody_was_missing_at_a_conference_that_was_put_off_beforehand(stoke):
    sorry = came((POLICE, "apologies"), (NURSE, None))
    put_off = meeting(invitees=sorry, status="rearranged", rearranged_to="M-2")
    anew = {**meeting(invitees=[]), "id": "M-2", "scheduled_at": "2026-03-23T10:00"}
    stoke.opens("SC-1", roles={"cp_chair": ["chris"]}, meetings=[put_off, anew])

    stoke.until("2026-03-20 12:00")

    assert judged(stoke) == set()


def test_a_report_excuses_no_agency_from_an_initial_conference(stoke):
    invitees = came((POLICE, "absent"), (NURSE, "present"))
    in_lieu = {"at": "2026-03-18", "about": "police"}

    world = enter(stoke, invitees, report_in_lieu_received=in_lieu)

    assert judged(world) == {"police"}


def test_the_chair_is_asked_about_each_agency_by_its_name(stoke):
    world = enter(stoke, came((POLICE, "absent"), (NURSE, "absent")))

    text = said(world, "chris", "recorded as absent")[-1]
    assert "SC-1: police is recorded as absent" in text
    assert "SC-1: health is recorded as absent" in text
    assert {"Agency: police", "Agency: health"} <= set(text.splitlines())


def failed(*about):
    return [{"at": "2026-03-20T10:15", "value": "yes", "about": one} for one in about]


def test_the_manager_reads_by_which_days_a_conference_must_be_held(stoke):
    invitees = came((POLICE, "absent"), (NURSE, "present"))

    world = enter(stoke, invitees, presence_failed=failed("police"))

    (text,) = said(world, "sue", "It waits in the room for your answer")
    assert "Initial conference, statutory limit: by Monday 23 March 2026, 5pm" in text
    assert "Initial conference by Day 15: by Friday 20 March 2026, 5pm" in text


def test_all_that_a_failed_conference_begins_begins_in_the_same_minute(stoke):
    invitees = came((POLICE, "absent"), (NURSE, "absent"))
    before = len(stoke.fired())

    world = enter(stoke, invitees, presence_failed=failed("police", "health"))

    begun = {(to, rung) for moment, to, rung in world.fired()[before:] if moment == ROOM}
    assert begun >= {
        ("chris", "presence-failed-ring-now"),
        ("sue", "rearrangement-asked"),
        ("sam", "interim-plan-now"),
        ("chris", "interim-plan-now"),
        ("chris", "issue-resolution-draft"),
    }
    drafts = said(world, "chris", "is drafted")
    assert "police was invited" in drafts[0]
    assert "health was invited" in drafts[0]


def test_the_safety_plan_climbs_that_day_and_no_promise_rests_it(stoke):
    world = enter(
        stoke, came((POLICE, "absent"), (NURSE, "present")), presence_failed=failed("police")
    )
    world.until("2026-03-20 17:05")

    told = world.only("interim-plan-missing", "interim-plan-still-missing")
    assert {("2026-03-20 15:00", "tom"), ("2026-03-20 17:00", "sue")} <= {one[:2] for one in told}
    with pytest.raises(LookupError):
        world.link("sam", "promise")


def test_going_ahead_after_all_needs_the_manager_and_ends_the_safety_plan(stoke):
    world = enter(
        stoke, came((POLICE, "absent"), (NURSE, "present")), presence_failed=failed("police")
    )
    one = question(world, SUE, "rearrangement-approval")

    world.line.decisions.decide(
        SUE, one.id, "no", world.clock(), reason="risk_cannot_wait", refs=one.refs, draft=None
    )

    assert state(world, "interim-safety-plan") == {"withdrawn"}
    assert state(world, "rearrangement-alert") == {"met"}
    assert question(world, CHRIS, "issue-resolution-informal").agency == "police"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"delivered": False}, id="it came back"),
        pytest.param({"delivered": None}, id="nobody knows whether it arrived"),
        pytest.param({"invited_at": "2026-03-16"}, id="four working days before"),
        pytest.param({"invited_at": None}, id="never invited"),
    ],
)
def test_no_agency_is_charged_that_was_not_invited_in_time(stoke, change):
    invitees = came(({**POLICE, **change}, "absent"), (NURSE, "present"))

    world = enter(stoke, invitees, presence_failed=failed("police"))

    assert state(world, "issue-resolution-informal") == set()
    assert state(world, "rearrangement-approval") == {"open"}


def test_a_held_conference_without_a_finding_reaches_the_manager(stoke):
    """STK-070: it went on without a required agency, and nobody has said that it may."""
    world = enter(stoke, came((POLICE, "absent"), (NURSE, "present")))
    with world.case("SC-1") as body:
        body["meetings"][0] |= {"status": "held", "held_on": "2026-03-20"}

    world.until("2026-03-23 09:05")

    assert ("2026-03-23 09:00", "sue", "presence-unanswered") in world.fired()


BOOKING = ("conference-to-book", "new-date-to-book", "duty-overdue", "duty-overdue-manager")


def told_of_the_booking(world):
    with world.store.read() as tx:
        return [
            (one.key.obligation.partition("/")[2], one.key.rung, one.key.person)
            for ref in world.feed.bodies
            for track in tx.obligations.of([ref])[ref]
            for one in tx.notices.of_obligation(track.id)
            if track.rule.startswith("conference-in-diary") and one.key.rung in BOOKING
        ]


def test_after_a_failed_conference_its_booking_is_asked_for_anew_and_nobody_who_booked_in_time_is_accused(
    stoke,
):
    stoke.directory.everybody.append(person("tess", "cp_team_support"))
    stoke.opens("SC-1", roles={"cp_chair": ["chris"]}, meetings=[meeting()])
    stoke.turn()
    found = {"presence_failed": {"at": "2026-03-20T10:15", "value": "yes"}}
    stoke.clock.now = at(ROOM)
    with stoke.case("SC-1") as body:
        body["meetings"] = [meeting(status="adjourned", effective=False, facts=found)]

    stoke.until("2026-03-20 16:00")
    again = "conference-in-diary-again/icpc-1"
    assert told_of_the_booking(stoke) == [(again, "new-date-to-book", "tess")]
    (text,) = said(stoke, "tess", "needs another")
    assert "by Friday 20 March 2026, 5pm" in " ".join(text.split())

    stoke.until("2026-03-20 18:00")
    assert told_of_the_booking(stoke)[1:] == [(again, "duty-overdue", "tess")]


def test_a_new_date_in_the_diary_meets_the_booking_anew(stoke):
    stoke.directory.everybody.append(person("tess", "cp_team_support"))
    found = {"presence_failed": {"at": "2026-03-20T10:15", "value": "yes"}}
    failed = meeting(status="adjourned", effective=False, facts=found)
    stoke.opens("SC-1", roles={"cp_chair": ["chris"]}, meetings=[failed])
    stoke.until(ROOM)
    anew = {**meeting(), "id": "M-2", "scheduled_at": "2026-03-23T10:00"}
    with stoke.case("SC-1") as body:
        body["meetings"] = [{**failed, "status": "rearranged", "rearranged_to": "M-2"}, anew]

    stoke.until("2026-03-20 18:00")

    assert [rung for _, rung, _ in told_of_the_booking(stoke)] == ["new-date-to-book"]
    assert state(stoke, "conference-in-diary-again") == {"met"}
