"""What stands in whose calendar: one entry a person and conference, and it follows the record."""

import re
from datetime import timedelta

import pytest

from daemon.domain.errors import Permanent
from daemon.engine.conference.invite import Inviter
from daemon.engine.conference.room import Conference
from daemon.testing.world import at, person
from tests.scenario.conftest import ENQUIRY
from tests.scenario.invited import MOTHER, NURSE, POLICE, icpc


def test_everybody_on_the_list_has_an_entry_of_their_own_that_says_nothing_of_the_case(world):
    world.books(icpc(POLICE, NURSE))

    assert sorted(world.entries()) == [("cp", "invite", 0), ("hv", "invite", 0)]
    sent = next(one.message for one in world.calendar.sent if one.to == POLICE["person"])
    assert sent.event.title.startswith("Conference: DK-")
    assert "SC-1" not in f"{sent.event}{sent.subject}"
    assert "hv@" not in sent.text


CHAIR = {"id": "I-9", "role": "cp_chair", "person": "chris"}


def test_the_chair_finds_the_page_of_the_day_in_the_entry_and_nobody_else_does(world):
    world.house.signs_in = True
    world.directory.everybody.append(person("chris", "cp_chair"))

    world.books(icpc(POLICE, CHAIR))

    sent = {one.to.partition("@")[0]: one.message for one in world.calendar.sent}
    with world.store.read() as tx:
        record = world.house.record(tx, "SC-1")
    page = f"http://127.0.0.1:8700/conferences/{Conference({'SC-1': record.meetings[0]}, ()).id}"
    assert (sent["chris"].event.page, page in sent["chris"].text) == (page, True)
    assert (sent["cp"].event.page, "/conferences/" in sent["cp"].text) == (None, False)


def test_where_nobody_signs_in_the_entry_names_no_page(world):
    world.directory.everybody.append(person("chris", "cp_chair"))

    world.books(icpc(CHAIR))

    assert world.calendar.sent[0].message.event.page is None


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param([], id="not on the list"),
        pytest.param([{**CHAIR, "person": "chris@council.example"}], id="the chair on the list as well"),
    ],
)  # fmt: skip
def test_whoever_chairs_it_and_takes_its_minutes_by_the_diary_has_one_entry(world, listed):
    world.house.signs_in = True
    world.directory.everybody += [person("chris", "cp_chair"), person("minnie", "minute_taker")]

    world.books(icpc(POLICE, *listed), roles={"cp_chair": ["chris"], "minute_taker": ["minnie"]})
    world.leaps("2026-03-06 12:00")

    assert sorted(world.entries()) == [(who, "invite", 0) for who in ("chris", "cp", "minnie")]
    pages = {one.to.partition("@")[0]: one.message.event.page for one in world.calendar.sent}
    assert [who for who, page in sorted(pages.items()) if page] == ["chris"]
    with world.store.read() as tx:
        (meeting,) = world.house.record(tx, "SC-1").meetings
    assert len(meeting.invitees) == 1 + len(listed)


def test_a_chair_who_is_another_one_now_has_the_entry_and_the_former_one_has_it_no_more(world):
    world.directory.everybody += [person("chris", "cp_chair"), person("cleo", "cp_chair")]
    world.books(icpc(POLICE), roles={"cp_chair": ["chris"]})

    world.books(icpc(POLICE), roles={"cp_chair": ["cleo"]})

    changed = [one for one in world.entries() if one[0] != "cp"]
    assert changed[0] == ("chris", "invite", 0)
    assert sorted(changed[1:]) == [("chris", "cancel", 1), ("cleo", "invite", 0)]


def test_a_chair_who_is_excluded_from_the_case_has_no_entry(world):
    world.directory.everybody.append(person("chris", "cp_chair"))

    world.books(icpc(POLICE), roles={"cp_chair": ["chris"]}, excluded=["chris"])

    assert world.entries() == [("cp", "invite", 0)]


def test_brothers_and_sisters_share_one_entry(world):
    for ref in ("SC-1", "SC-2", "SC-3"):
        world.books(icpc(POLICE), ref=ref)

    assert world.entries() == [("cp", "invite", 0)]


def test_what_goes_out_about_brothers_and_sisters_names_each_of_them(world):
    for ref in ("SC-1", "SC-2", "SC-3"):
        with world.case(ref, meetings=[icpc(POLICE, MOTHER)], family="F-1") as body:
            body["facts"] = {**ENQUIRY, "invite_list_received": "2026-03-05"}
    world.turn()

    assert "SC-1, SC-2 and SC-3" in world.calendar.sent[0].message.text
    letters = [one.message.subject for one in world.mails("invite")]
    (letter,) = letters
    assert letter.startswith("SC-1, SC-2 and SC-3: a letter of invitation to write (")


def test_each_letter_to_write_is_told_apart_by_its_subject_and_no_name_stands_there(world):
    father = {**MOTHER, "id": "I-7"}

    world.books(icpc(MOTHER, father))
    world.clock.now += timedelta(hours=1)
    world.books(icpc(MOTHER, father, venue="Town Hall"))

    subjects = [
        one.message.subject for one in world.email.sent if "a letter of" in one.message.subject
    ]
    named = r"SC-1: a letter of invitation to write \((.*)parents and carers, (DK-\w+)\)"
    whats, codes = zip(*(pair for one in subjects for pair in re.findall(named, one)), strict=True)
    assert whats == ("", "", *["the meeting has changed, "] * 2)
    assert len(set(codes[:2])) == 2
    assert set(codes[:2]) == set(codes[2:])


def test_the_diarys_word_alone_cancels_nothing_and_a_persons_decision_does(world):
    world.books(icpc(POLICE))
    for _ in range(2):
        world.books(icpc(POLICE, status="cancelled"))
    assert world.entries() == [("cp", "invite", 0)]
    assert [one.to for one in world.mails("ask")] == ["conor"]
    assert "cancelled" in world.mails("ask")[0].message.text

    world.fact("SC-1", icpc_not_required={"at": "2026-03-05T10:00", "value": "not_at_risk"})
    world.turn()

    assert world.entries()[1:] == [("cp", "cancel", 1)]
    assert world.calendar.sent[-1].message.event.is_cancelled


def test_it_stands_while_a_brother_or_sister_needs_it(world):
    for ref in ("SC-1", "SC-2"):
        world.books(icpc(POLICE), ref=ref)

    for ref in ("SC-1", "SC-2"):
        assert world.entries() == [("cp", "invite", 0)]
        world.fact(ref, icpc_not_required={"at": "2026-03-05T10:00", "value": "not_at_risk"})
        world.turn()

    assert world.entries()[1:] == [("cp", "cancel", 1)]


def test_an_invitation_that_was_never_sent_goes_once_in_its_newest_form(world):
    with world.case("SC-1", meetings=[icpc(POLICE)], family="F-1") as body:
        body["facts"] = {**ENQUIRY, "invite_list_received": "2026-03-05"}
    world.line.decide()
    with world.case("SC-1", meetings=[icpc(POLICE, venue="Town Hall")]):
        pass
    world.line.decide()

    world.turn()

    assert world.entries() == [("cp", "invite", 1)]
    assert world.calendar.sent[0].message.event.place == "Town Hall"


def test_nothing_is_cancelled_that_was_never_sent(world):
    with world.case("SC-1", meetings=[icpc(POLICE)], family="F-1") as body:
        body["facts"] = {**ENQUIRY, "invite_list_received": "2026-03-05"}
    world.line.decide()
    with world.case("SC-1", meetings=[icpc()]):
        pass
    world.line.decide()

    world.turn()

    assert world.entries() == []


def test_a_family_is_written_to_by_a_person_and_never_by_us(world):
    world.books(icpc(POLICE, {**MOTHER, "apart_from": ["I-9"]}))

    tasks = world.mails("invite")
    assert [one.to for one in tasks] == ["conor"]
    assert "kept apart" in tasks[0].message.text
    assert world.entries() == [("cp", "invite", 0)]


def test_an_excluded_person_has_no_entry_and_one_that_stands_is_seen_to_by_hand(world):
    world.books(icpc(POLICE, NURSE))

    world.books(icpc(POLICE, NURSE), excluded=["hv@health.example"])
    world.leaps("2026-03-06 12:00")

    assert sorted(world.entries()) == [("cp", "invite", 0), ("hv", "invite", 0)]
    assert [one.to for one in world.mails("cancel")] == ["conor"]


def test_only_its_holders_are_invited_to_the_conference_of_a_restricted_case(world):
    world.books(icpc(POLICE, NURSE), restricted=True, holders=["cp@police.example", "conor"])

    assert world.entries() == [("cp", "invite", 0)]


def test_after_a_death_calendars_wait_for_a_persons_release(world):
    for ref in ("SC-1", "SC-2"):
        world.books(icpc(POLICE), ref=ref)
    world.fact("SC-1", child_died="2026-03-05T10:00")
    world.books(icpc(POLICE, scheduled_at="2026-03-23T10:00"), ref="SC-2")
    world.leaps("2026-03-06 10:00")
    assert world.entries() == [("cp", "invite", 0)]

    world.fact("SC-1", siblings_released="2026-03-06T11:00")
    world.leaps("2026-03-06 12:00")

    assert world.entries()[1:] == [("cp", "move", 1)]
    assert "SC-1" not in world.calendar.sent[-1].message.text
    assert "SC-2" in world.calendar.sent[-1].message.text


def test_a_plan_that_another_authority_holds_raises_no_invitations_of_ours(world):
    review = {**icpc(POLICE, kind="rcpc"), "facts": {"invite_list_received": "2026-03-05"}}

    world.books(review, plan_held_by="Elsewhere")

    assert world.entries() == []


def test_without_a_calendar_the_coordinator_is_told_whom_to_invite_by_hand(world):
    del world.house.channels["calendar"]
    world.books(icpc(POLICE, NURSE))

    told = world.mails("invite")
    assert [one.to for one in told] == ["conor"]
    assert "police officer" in told[0].message.text
    assert "health visitor" in told[0].message.text
    assert world.journal("channel.missing") != []


def test_a_meeting_in_the_past_is_never_invited_to_and_is_shown(world):
    world.books(icpc(POLICE, scheduled_at="2026-03-04T10:00"))

    assert world.entries() == []
    with world.store.read() as tx:
        problems = [problem.what for _, problem in tx.cases.problems()]
    assert "its date is past and nobody was invited to it" in problems


def test_somebody_who_came_and_was_never_invited_is_shown_and_changes_nothing_for_others(world):
    world.books(icpc(POLICE))
    world.clock.now = at("2026-03-20 12:30")
    held = {"status": "held", "held_on": "2026-03-20T10:00", "effective": True}
    came = [{**POLICE, "attendance": "present"}, {**NURSE, "attendance": "absent"}]

    world.books(icpc(*came, **held))

    assert world.entries() == [("cp", "invite", 0)]
    with world.store.read() as tx:
        (problem,) = [one for _, one in tx.cases.problems() if "never invited" in one.what]
        absent = {
            track.rule for track in tx.obligations.of(["SC-1"])["SC-1"] if "health" in track.id
        }
    assert problem.where == "SC-1: meetings.M-1.invitees.I-2"
    assert problem.what.casefold() == "health is recorded as absent, and was never invited"
    assert absent == set()


def test_two_people_with_one_address_share_an_entry_and_are_shown(world):
    world.books(icpc(POLICE, {**NURSE, "person": "CP@police.example"}))

    assert world.entries() == [("cp", "invite", 0)]
    with world.store.read() as tx:
        assert any("address of somebody else" in problem.what for _, problem in tx.cases.problems())


def test_somebody_without_an_address_is_shown_and_nobody_else_waits(world):
    world.books(icpc(POLICE, {**NURSE, "person": "no address at all"}))

    assert world.entries() == [("cp", "invite", 0)]
    with world.store.read() as tx:
        assert any("no mail address" in problem.what for _, problem in tx.cases.problems())


def test_an_invitation_that_is_refused_is_passed_to_the_coordinator_and_counts_as_not_delivered(
    world,
):
    world.calendar.answers.append(Permanent("unknown-recipient"))
    world.books(icpc(POLICE))
    world.leaps("2026-03-05 12:00")

    assert [one.to for one in world.mails("invite")] == ["conor"]
    with world.store.read() as tx:
        record = world.house.record(tx, "SC-1")
    assert record.meetings[0].invitees[0].delivered is False


def test_a_case_under_a_new_reference_keeps_its_entry(world):
    world.books(icpc(POLICE))
    del world.feed.bodies["SC-1"]

    world.books(icpc(POLICE), ref="SC-9", formerly=["SC-1"])
    assert world.entries() == [("cp", "invite", 0)]

    world.books(icpc(), ref="SC-9", formerly=["SC-1"])
    assert world.entries()[1:] == [("cp", "cancel", 1)]


class Faulty(Inviter):
    """One that fails after it has begun, for one case."""

    def keep(self, tx, looked, seats, now):
        problems = super().keep(tx, looked, seats, now)
        if looked.record.ref == "SC-1":
            raise ZeroDivisionError
        return problems


def test_a_fault_of_ours_in_one_list_stops_no_other(world):
    sound, world.line.assessor.inviter = world.line.assessor.inviter, Faulty(world.house)
    world.books(icpc(POLICE))
    world.books(icpc(NURSE, id="M-2"), ref="SC-2", family="F-2")
    assert world.entries() == [("hv", "invite", 0)]

    world.line.assessor.inviter = sound
    world.leaps("2026-03-05 12:00")

    assert ("cp", "invite", 0) in world.entries()
