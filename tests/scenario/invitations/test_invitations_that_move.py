"""What becomes of an entry when the record changes: moved, rearranged, brought forward, taken off the list."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.rulebook import load, shipped
from daemon.testing.world import at
from tests.scenario.invited import HEAD, NURSE, POLICE, icpc, one_line


def test_three_reschedules_leave_one_entry(world):
    for day in ("20", "23", "24", "25"):
        for ref in ("SC-1", "SC-2"):
            world.books(icpc(POLICE, scheduled_at=f"2026-03-{day}T10:00"), ref=ref)

    assert world.entries() == [
        ("cp", "invite", 0), ("cp", "move", 1), ("cp", "move", 2), ("cp", "move", 3)
    ]  # fmt: skip
    assert len(world.uids()) == 1


def test_one_that_is_rearranged_before_its_day_moves_with_the_next_attempt(world):
    world.books(icpc(POLICE))
    world.books(
        icpc(POLICE, status="rearranged", rearranged_to="M-2"),
        icpc(POLICE, id="M-2", scheduled_at="2026-03-26T10:00"),
    )

    assert world.entries() == [("cp", "invite", 0), ("cp", "move", 1)]
    assert len(world.uids()) == 1


def test_one_that_took_place_and_failed_stays_and_the_next_attempt_is_another(world):
    world.books(icpc(POLICE))
    world.leaps("2026-03-20 11:00")
    world.books(
        icpc(POLICE, status="rearranged", effective=False, rearranged_to="M-2"),
        icpc(POLICE, id="M-2", scheduled_at="2026-03-26T10:00"),
    )

    assert world.entries() == [("cp", "invite", 0), ("cp", "invite", 0)]
    assert len(world.uids()) == 2


def test_who_knows_the_time_hears_what_is_new_and_not_the_time_once_more(world):
    world.books(icpc(POLICE, venue=None, mode="in_person"))
    world.clock.now += timedelta(hours=1)
    world.books(icpc(POLICE, venue="Civic Centre", mode="hybrid"))

    second = world.calendar.sent[1].message

    assert (  # and the invitation's own words: a calendar keeps those of the last form alone
        "New here: the place and the form. The meeting begins when you were told; "
        "if you have answered, your answer stands. SC-1: you are invited" in one_line(second.text)
    )
    assert "replaces what you had before" not in second.text


def test_who_is_told_another_time_hears_of_it_whatever_else_is_new(world):
    world.books(icpc(POLICE, venue=None))
    world.clock.now += timedelta(hours=1)
    world.books(icpc(POLICE, venue="Civic Centre", scheduled_at="2026-03-20T11:00"))

    second = world.calendar.sent[1].message

    assert "New here" not in second.text
    assert "what stands here replaces what you had before" in one_line(second.text)


def test_everybody_who_was_invited_hears_the_new_date_though_the_new_attempt_has_no_list_yet(world):
    """STK-068: there or not."""
    came = [{**POLICE, "attendance": "absent"}, {**NURSE, "attendance": "present"}]
    world.books(icpc(POLICE, NURSE))
    world.leaps("2026-03-20 10:20")
    failed = icpc(*came, status="rearranged", effective=False, rearranged_to="M-2")

    world.books(failed, icpc(id="M-2", scheduled_at="2026-03-23T10:00", ends_at="2026-03-23T12:00"))

    world.leaps("2026-03-20 10:30")
    world.leaps("2026-03-20 12:00")

    news = world.entries()[2:]
    assert sorted(news) == [("cp", "invite", 0), ("hv", "invite", 0)]


def test_the_list_of_the_new_attempt_takes_the_place_of_the_old_one(world):
    world.books(icpc(POLICE, NURSE))
    world.leaps("2026-03-20 10:20")
    failed = icpc(POLICE, NURSE, status="rearranged", effective=False, rearranged_to="M-2")
    world.books(failed, icpc(id="M-2", scheduled_at="2026-03-23T10:00", ends_at="2026-03-23T12:00"))

    world.books(
        failed,
        icpc(POLICE, HEAD, id="M-2", scheduled_at="2026-03-23T10:00", ends_at="2026-03-23T12:00"),
    )

    assert sorted(world.entries()[4:]) == [
        ("head", "invite", 0),
        ("hv", "cancel", 1),
    ]


@pytest.mark.parametrize(
    ("moment", "then"),
    [
        pytest.param("2026-03-19 10:00", [("hv", "cancel", 1)], id="before it: for them alone"),
        pytest.param("2026-03-21 10:00", [], id="after it: nothing"),
    ],
)
def test_somebody_who_is_taken_off_the_list(world, moment, then):
    world.books(icpc(POLICE, NURSE))
    world.leaps(moment)

    world.books(icpc(POLICE))

    assert world.entries()[2:] == then


def test_whoever_is_taken_off_the_list_after_it_failed_keeps_that_entry_and_not_the_one_of_the_new_date(
    world,
):
    """The diary does not show the new date yet; the chair has told it."""
    failed = {"effective": False, "status": "rearranged", "rearranged_to": "M-1+20260326"}
    new_date = icpc(id="M-1+20260326", scheduled_at="2026-03-26T10:00", ends_at="2026-03-26T12:00")
    world.books(icpc(POLICE, NURSE))
    world.leaps("2026-03-20 10:20")
    world.books(icpc(POLICE, NURSE, **failed), new_date)

    world.books(icpc(POLICE, **failed), new_date)

    theirs = [one.message.event for one in world.calendar.sent if one.to == NURSE["person"]]
    assert [(one.starts_at.day, one.is_cancelled) for one in theirs] == [
        (20, False), (26, False), (26, True),
    ]  # fmt: skip


def test_a_conference_that_is_brought_forward_makes_nobody_overdue_at_once(world):
    """They have until the next working day, and no senior hears of it (READINGS section 1)."""
    world.house.deciding = replace(world.deciding, rulebook=load(shipped())[0])
    world.books(icpc(POLICE, scheduled_at="2026-04-02T10:00", ends_at="2026-04-02T12:00"))
    world.leaps("2026-03-20 17:00")
    before = len(world.fired())
    world.leaps("2026-03-23 10:00")

    world.books(icpc(POLICE, scheduled_at="2026-03-27T10:00", ends_at="2026-03-27T12:00"))
    world.leaps("2026-03-23 10:01")

    with world.store.read() as tx:
        duties = {one.rule: one for one in tx.obligations.of(["SC-1"])["SC-1"]}
    assert duties["conference-report-authorised"].due_at == at("2026-03-24 17:00")
    late = ("first-seen-late", "approval-unanswered", "report-not-authorised", "answer-asked-again")
    assert [one for one in world.fired()[before:] if one[2] in late] == []


def test_whoever_was_taken_off_the_list_is_asked_nothing_more(world):
    """What we know of them ourselves is no reason to wait for their answer."""
    world.house.deciding = replace(world.deciding, rulebook=load(shipped())[0])
    world.books(icpc(POLICE, NURSE))
    world.leaps("2026-03-09 10:00")

    world.books(icpc(POLICE))
    world.leaps("2026-03-13 17:00")

    with world.store.read() as tx:
        asked = [one for one in tx.obligations.of(["SC-1"])["SC-1"] if "/invitee-" in one.id]
        record = world.house.record(tx, "SC-1")
    assert {one.subject: str(one.state) for one in asked} == {
        "icpc-1/invitee-I-1": "open",
        "icpc-1/invitee-I-2": "withdrawn",
    }
    assert [one.id for one in record.meetings[0].invitees] == ["I-1"]
    assert not any("invited_person" in text for text in world.operator())
