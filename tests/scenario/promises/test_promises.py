"""What "I have it" rests, whose word counts, and what happens when it is not kept (DOMAIN 5.7)."""

from datetime import date

import pytest

from daemon.engine.answering.respond import Answer
from tests.scenario.promises.conftest import INVITE_LIST, promise


def test_a_promise_before_the_due_moment_rests_reminders_only(world):
    world.until("2026-03-05 10:00")

    answer = promise(world, "sam", "2026-03-09")
    world.until("2026-03-06 17:00")

    assert answer is Answer.RESTED
    assert world.only("invite-list-due-today") == []
    assert world.only("invite-list-missed") == [("2026-03-06 17:00", "sue", "invite-list-missed")]


def test_a_reminder_comes_when_a_promise_before_the_due_moment_runs_out(world):
    world.until("2026-03-05 10:00")

    promise(world, "sam", "2026-03-05")
    world.until("2026-03-06 09:00")

    # "by today" ends at 17:00; the reminder of day 5 was not passed by then, and comes in its time
    assert {one[0] for one in world.only("invite-list-due-today")} == {"2026-03-06 09:00"}


def test_after_the_due_moment_the_word_of_somebody_below_is_not_taken(world):
    world.until("2026-03-05 12:00")
    token = world.link("sam", "promise")
    world.until("2026-03-06 17:00")

    page = world.line.responder.promise(token, date(2026, 3, 9), world.clock())
    world.until("2026-03-09 13:00")

    assert page.answer is Answer.NOT_YOURS
    assert len(world.only("invite-list-still-missing")) == 1


def test_somebody_above_may_promise_for_a_lower_rung(world):
    world.until("2026-03-09 13:00")
    token = world.link("sue", "promise")  # sue was told at 17:00 on Friday, wes is above her

    below = world.line.responder.promise(token, date(2026, 3, 10), world.clock())
    above = promise(world, "wes", "2026-03-10")

    assert below.answer is Answer.NOT_YOURS
    assert above is Answer.RESTED


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        pytest.param("2026-03-09", Answer.RESTED, id="one working day"),
        pytest.param("2026-03-10", Answer.RESTED, id="two working days, the cap"),
        pytest.param("2026-03-11", Answer.BAD_DATE, id="three working days"),
        pytest.param("2026-03-07", Answer.BAD_DATE, id="a Saturday"),
        pytest.param("2026-03-05", Answer.BAD_DATE, id="yesterday"),
        pytest.param("2026-03-06", Answer.BAD_DATE, id="today, after its close of business"),
    ],
)
def test_a_promise_is_for_two_working_days_at_most(world, day, answer):
    world.until("2026-03-06 17:00")

    assert promise(world, "sue", day) is answer


def test_one_promise_a_person_and_rung(world):
    world.until("2026-03-06 17:00")
    first = promise(world, "sue", "2026-03-09")
    again = promise(world, "sue", "2026-03-09")

    world.until("2026-03-09 17:00")

    assert (first, again) == (Answer.RESTED, Answer.SPENT)
    assert world.only("invite-list-still-missing") == [
        ("2026-03-09 17:00", "wes", "invite-list-still-missing")
    ]


def test_a_broken_promise_goes_up_at_once_to_the_next_rung_even_before_its_time(world):
    world.rule({
        INVITE_LIST: (("at: 4 working hours after due", "at: 5 working days after due, 09:00"),)
    })  # fmt: skip
    world.until("2026-03-06 17:00")
    promise(world, "sue", "2026-03-09")

    world.until("2026-03-09 17:00")

    assert world.only("invite-list-still-missing") == [
        ("2026-03-09 17:00", "wes", "invite-list-still-missing")
    ]
    assert world.journal("promise.broken") == ["promised by Monday 9 March 2026, 5pm"]


def test_a_promise_that_is_kept_is_silent(world):
    world.until("2026-03-06 17:00")
    promise(world, "sue", "2026-03-10")
    world.until("2026-03-10 12:00")
    world.fact("SC-1", invite_list_received="2026-03-10T11:00")

    world.until("2026-03-13 12:00")

    assert world.only("invite-list-still-missing") == []
    assert world.only("now-received") == [("2026-03-10 12:00", "sue", "now-received")]
    assert world.journal("promise.broken") == []


def test_a_promise_at_the_last_rung_rests_its_repeats(world):
    world.until("2026-03-16 13:00")
    promise(world, "wes", "2026-03-17")  # told a second time, on a Monday

    world.until("2026-03-17 17:00")

    assert [when for when, _, _ in world.only("invite-list-still-missing")] == [
        "2026-03-09 13:00", "2026-03-16 13:00", "2026-03-17 17:00",
    ]  # fmt: skip


def test_a_rung_that_the_document_demands_is_never_rested(story):
    world = story()
    world.rule({
        INVITE_LIST: (
            ("    message: invite-list-due-today\n", "    message: invite-list-due-today\n    ask: promise\n"),
            ("    repeat: every 5 working days\n    house: true", "    repeat: every 5 working days"),
        )
    })  # fmt: skip
    world.opens()
    world.until("2026-03-06 17:00")

    answer = promise(world, "sue", "2026-03-10")
    world.until("2026-03-09 13:00")

    assert answer is Answer.RESTED
    assert world.only("invite-list-still-missing") == [
        ("2026-03-09 13:00", "wes", "invite-list-still-missing")
    ]


def test_no_promise_rests_a_statutory_clock(story):
    world = story()
    world.opens()
    world.fact("SC-1", invite_list_received="2026-03-04")
    # Day 15 is missed: the local ladder asks, the statutory one does not
    world.until("2026-03-20 17:00")
    promise(world, "sue", "2026-03-24")

    world.until("2026-03-24 12:00")

    assert world.only("icpc-day-15-still-missing") == []
    assert sorted(world.only("icpc-limit-missed")) == [
        ("2026-03-23 17:00", "sue", "icpc-limit-missed"),
        ("2026-03-23 17:00", "wes", "icpc-limit-missed"),
    ]
