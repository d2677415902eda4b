"""Two working days before a conference: who comes, told once, and again only where it changes."""

from dataclasses import replace

import pytest

from daemon.testing.world import at, person
from tests.scenario.invited import HEAD, NURSE, POLICE, icpc
from tests.scenario.test_what_comes_back import NO, YES, Answered


@pytest.fixture
def world(folder, backend, make_url):
    made = Answered(folder, "2026-03-05 11:00", url=make_url() if backend == "postgres" else None)
    made.directory.everybody.append(person("chris", "conference_chair"))
    made.books(icpc(POLICE, {**NURSE, "report_expected": True}, HEAD))
    made.answers(YES)
    yield made
    made.close()


def lists(world):
    """Return each list that was sent: to whom, and its words."""
    with world.store.read() as tx:
        return [
            (one.to, one.message.text)
            for one in world.email.sent
            if any(n.message == "who-comes" for n in tx.notices.of_message(one.message.id))
        ]


def test_the_coordinator_and_the_chair_learn_who_comes(world):
    world.leaps("2026-03-18 09:00")

    assert sorted(to for to, _ in lists(world)) == ["chris", "conor"]
    text = lists(world)[0][1]
    assert "Police: somebody comes" in text
    assert "Health: no answer; a report is still owed" in text
    assert "cp@police.example" not in text
    assert "You hear of it again only if it changes" in " ".join(text.split())
    assert "it repeats every" not in dict(lists(world))["chris"]


def test_a_reader_outside_the_authority_is_told_of_no_list_that_is_not_there(world):
    chair = world.directory.everybody[-1]
    outside = {**chair.addresses, "email": "chris@chairs.example"}
    world.directory.everybody[-1] = replace(chair, addresses=outside)
    world.house.terms = replace(world.house.terms, accepted=frozenset({"chairs.example"}))

    world.leaps("2026-03-18 09:00")

    text = " ".join(dict(lists(world))["chris"].split())
    assert "Which agencies come to it, and whose report is still owed, stands in" in text
    assert "the authority's child protection team" in text
    assert "list" not in text.casefold()
    assert "Police" not in text


def test_they_hear_again_only_where_it_changes(world):
    world.leaps("2026-03-18 09:00")
    world.leaps("2026-03-18 10:00")
    assert len(lists(world)) == 2

    world.answers(NO)
    world.leaps("2026-03-18 11:00")

    assert len(lists(world)) == 4
    assert "Police: declined, and nobody is named in their place" in lists(world)[-1][1]


def test_the_list_is_of_the_booking_that_stands_not_of_one_that_is_called_off(world):
    called_off = icpc(POLICE, scheduled_at="2026-03-19T10:00", status="cancelled")
    world.books(called_off, icpc(POLICE, HEAD, id="M-2"))
    world.turn()

    world.leaps("2026-03-18 09:00")

    assert "Police: somebody comes\nEducation: no answer" in lists(world)[0][1]


def test_nothing_is_said_once_it_has_begun(world):
    world.leaps("2026-03-20 10:30")

    assert not any("somebody comes" in text for _, text in lists(world))


def test_whoever_has_no_address_stands_in_the_outlook_and_the_coordinator_hears_of_them_once(world):
    nobody = {"id": "I-9", "agency": "housing", "role": "professionals"}
    world.books(icpc(POLICE, nobody))
    world.until("2026-03-18 09:00")

    assert told(world, "invitee-without-address") == [("invitee-without-address", "conor")]
    assert "Housing: could not be invited: no address" in lists(world)[0][1]


def told(world, rule):
    with world.store.read() as tx:
        names = [
            track.id
            for ref in world.feed.bodies
            for track in tx.obligations.of([ref])[ref]
            if track.rule == rule
        ]
        return [
            (one.key.rung, one.key.person)
            for name in names
            for one in tx.notices.of_obligation(name)
        ]


def test_a_meeting_in_the_past_that_is_still_booked_has_no_outlook_and_its_end_is_asked_for(world):
    past = {"id": "M-7", "scheduled_at": "2026-03-04T10:00", "ends_at": "2026-03-04T12:00"}
    world.books(icpc(POLICE, **past), ref="SC-7", family="F-7")
    del world.feed.bodies["SC-1"]

    world.until("2026-03-10 12:00")

    assert told(world, "who-comes") == []
    assert told(world, "conference-outcome") == [("outcome-missing", "conor")]


def test_a_meeting_before_the_present_enquiry_has_no_outlook_either(world):
    """It is first read when its day is past, beside the one that is ahead."""
    old = icpc(NURSE, id="M-OLD", scheduled_at="2026-02-10T14:00", ends_at="2026-02-10T16:00")

    world.books(old, icpc(POLICE), ref="SC-9", family="F-9")
    world.leaps("2026-03-06 17:00")

    with world.store.read() as tx:
        duties = tx.obligations.of(["SC-9"])["SC-9"]
    assert {
        (one.rule, str(one.state))
        for one in duties
        if one.rule in ("who-comes", "conference-outcome") and one.due_at < at("2026-03-02 00:00")
    } == {("who-comes", "withdrawn"), ("conference-outcome", "open")}
    assert not any("10 February" in text for _, text in lists(world))


def test_a_meeting_of_which_nobody_says_how_it_went_is_asked_about_the_working_day_after(world):
    world.until("2026-03-23 17:01")
    assert told(world, "conference-outcome") == [("outcome-missing", "conor")]
    with world.store.read() as tx:
        late = {one.rule for one in tx.obligations.overdue(world.clock())}
    assert "who-comes" not in late

    held = {"status": "held", "held_on": "2026-03-20T09:50", "effective": True}
    world.books(icpc(POLICE, NURSE, HEAD, **held))
    world.until("2026-04-10 12:00")

    assert told(world, "conference-outcome") == [("outcome-missing", "conor")]


def test_after_the_conference_has_moved_the_list_waits_for_its_moment_again(world):
    world.leaps("2026-03-18 09:00")
    moved = {"scheduled_at": "2026-04-16T10:00", "ends_at": "2026-04-16T12:00"}

    world.books(icpc(POLICE, {**NURSE, "report_expected": True}, HEAD, **moved))
    world.leaps("2026-03-18 09:30")
    world.until("2026-04-14 08:59")
    assert len(lists(world)) == 2

    world.until("2026-04-14 09:01")
    assert sorted(to for to, _ in lists(world)[2:]) == ["chris", "conor"]
    assert "16 April 2026" in lists(world)[-1][1]


def test_the_list_of_the_attempt_before_stands_while_the_new_one_has_none(world):
    world.leaps("2026-03-20 10:30")
    failed = icpc(POLICE, NURSE, HEAD, status="rearranged", effective=False, rearranged_to="M-2")
    world.books(failed, icpc(id="M-2", scheduled_at="2026-03-26T10:00", ends_at="2026-03-26T12:00"))

    world.leaps("2026-03-24 09:00")

    text = lists(world)[-1][1]
    assert "Police: no answer" in text
    assert "Health: no answer" in text


def test_of_a_later_date_they_hear_two_days_before_it_and_not_at_each_answer(world):
    world.leaps("2026-03-18 09:00")
    world.books(
        icpc(POLICE, status="rearranged", rearranged_to="M-2"),
        icpc(POLICE, NURSE, id="M-2", scheduled_at="2026-03-26T10:00"),
    )
    world.leaps("2026-03-19 10:00")
    world.answers(NO, revision=1)
    before = len(lists(world))

    world.until("2026-03-24 10:00")

    assert before == 2
    assert sorted(to for to, _ in lists(world)[before:]) == ["chris", "conor"]
    assert "Police: declined, and nobody is named in their place" in lists(world)[-1][1]


@pytest.mark.parametrize(
    ("response", "day", "asked"),
    [
        pytest.param("none", "2026-03-25", [], id="just heard of it, and not late"),
        pytest.param("accepted", "2026-04-15", ["petra"], id="answered to the failed date only"),
    ],
)
def test_who_is_asked_again_about_the_date_after_one_that_failed(stoke, response, day, asked):
    invited = {"id": "I-1", "agency": "police", "person": "petra", "delivered": True}
    before = {**invited, "invited_at": "2026-03-05", "response": response}
    stoke.opens("SC-1", meetings=[icpc(before)])
    stoke.until("2026-03-20 10:30")
    sent = len(stoke.fired())

    failed = icpc(before, status="rearranged", effective=False, rearranged_to="M-2")
    anew = icpc({**invited, "invited_at": "2026-03-20"}, id="M-2", scheduled_at=f"{day}T10:00")
    stoke.opens("SC-1", meetings=[failed, anew])
    stoke.until(f"{day} 09:00")

    chased = {"answer-asked-again", "first-seen-late"}
    told = [(to, rung) for _, to, rung in stoke.fired()[sent:] if to == "petra"]
    assert [to for to, rung in told if rung in chased] == asked
