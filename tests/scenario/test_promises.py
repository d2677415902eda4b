"""What "I have it" rests, whose word counts, and what happens when it is not kept (DOMAIN 5.7)."""

from datetime import date, timedelta

import pytest

from daemon.domain.link import Action, Purpose, hash_of, make_token
from daemon.engine.answering.respond import Answer
from daemon.store import LinkRow

DUTY = "SC-1/icpc-invite-list/icpc-1"
INVITE_LIST = "stoke-on-trent/rules/icpc-invite-list.yaml"
ASKED_AT_EVERY_RUNG = tuple(
    (f"    message: {message}\n", f"    message: {message}\n    ask: promise\n")
    for message in ("invite-list-reminder", "invite-list-due-today", "invite-list-still-missing")
)


@pytest.fixture
def world(story):
    made = story()
    made.rule({INVITE_LIST: ASKED_AT_EVERY_RUNG})
    made.opens()
    return made


def promise(world, who, day):
    return world.line.responder.promise(
        world.link(who, "promise"), date.fromisoformat(day), world.clock()
    ).answer


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


def test_a_second_link_of_the_same_rung_does_not_give_a_second_promise(world):
    world.until("2026-03-06 17:00")
    promise(world, "sue", "2026-03-09")
    with world.store.write() as tx:
        notice = next(
            one for one in tx.notices.of_obligation(DUTY) if one.key.rung == "invite-list-missed"
        )
        purpose = Purpose(
            notice.message_id, DUTY, "sue", Action.PROMISE, tx.obligations.get(DUTY).revision
        )
        token = make_token(bytes(16), world.house.terms.link_key, purpose)
        tx.links.add(
            [
                LinkRow(
                    hash_of(token), notice.message_id, DUTY, "invite-list-missed", 0, "sue",
                    Action.PROMISE, purpose.revision, world.clock() + timedelta(days=1),
                )
            ]
        )  # fmt: skip

    page = world.line.responder.promise(token, date(2026, 3, 10), world.clock())

    assert page.answer is Answer.SPENT


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


def test_looking_at_a_link_changes_nothing_and_a_forged_one_does_nothing(world):
    world.until("2026-03-06 17:00")
    token = world.link("sue", "promise")
    forged = token[:-2] + ("AA" if not token.endswith("AA") else "BB")

    shown = [world.line.responder.show(token, world.clock()).answer for _ in range(3)]
    page = world.line.responder.promise(forged, date(2026, 3, 9), world.clock())
    world.until("2026-03-09 13:00")

    assert shown == [Answer.SHOWN] * 3
    assert page.answer is Answer.UNKNOWN
    assert len(world.only("invite-list-still-missing")) == 1


def test_a_link_of_a_duty_that_is_over_says_so(world):
    world.until("2026-03-06 17:00")
    token = world.link("sue", "promise")
    world.fact("SC-1", invite_list_received="2026-03-06")
    world.turn()

    assert world.line.responder.show(token, world.clock()).answer is Answer.OVER


def _moves(world):
    decided = {"at": "2026-03-03T15:10", "value": "section_47"}
    world.fact("SC-1", strategy_discussion_held="2026-03-03", s47_decision_recorded=decided)


def _is_opened_anew(world):
    world.fact("SC-1", invite_list_received="2026-03-06")
    world.turn()
    world.fact("SC-1", invite_list_received=None)


@pytest.mark.parametrize(
    ("what", "is_overdue"),
    [
        pytest.param(_moves, False, id="it is due a day later now"),
        pytest.param(_is_opened_anew, True, id="it was met by mistake"),
    ],
)
def test_a_link_of_how_a_duty_stood_before_has_no_effect_and_says_how_it_stands(
    world, what, is_overdue
):
    world.until("2026-03-06 17:00")
    old = {one: world.link("sue", one) for one in ("promise", "wrong-person")}
    what(world)
    world.until("2026-03-06 17:01")
    responder, now = world.line.responder, world.clock()

    pages = [
        responder.show(old["promise"], now),
        responder.promise(old["promise"], date(2026, 3, 9), now),
        responder.wrong_person(old["wrong-person"], now),
    ]

    assert {(page.answer, page.is_overdue) for page in pages} == {(Answer.CHANGED, is_overdue)}
    with world.store.read() as tx:
        assert tx.promises.of(DUTY) == []
    assert world.journal("person.wrong") == []


def test_the_word_that_a_duty_has_moved_brings_links_that_work(world):
    world.until("2026-03-05 10:00")
    old = world.link("sam", "promise")
    _moves(world)
    world.until("2026-03-05 10:01")

    answer = promise(world, "sam", "2026-03-06")

    assert "due-moved" in {one[2] for one in world.fired() if one[1] == "sam"}
    assert world.link("sam", "promise") != old
    assert answer is Answer.RESTED


def test_a_link_expires(world):
    world.until("2026-03-06 17:00")
    token = world.link("sue", "promise")

    page = world.line.responder.promise(
        token, date(2026, 3, 23), world.clock() + timedelta(days=14, minutes=1)
    )

    assert page.answer is Answer.EXPIRED


def test_not_for_me_goes_to_the_duty_mailbox_and_the_ladder_goes_on(world):
    world.until("2026-03-05 10:00")
    token = world.link("sam", "wrong-person")

    page = world.line.responder.wrong_person(token, world.clock())
    again = world.line.responder.wrong_person(token, world.clock())
    world.until("2026-03-06 17:00")

    assert (page.answer, again.answer) == (Answer.PASSED_ON, Answer.SPENT)
    passed_on = [text for to, text in world.texts() if to == "duty"]
    assert len(passed_on) == 1
    assert "it is not theirs" in passed_on[0]
    assert len(world.operator()) == 1
    assert world.only("invite-list-missed") == [("2026-03-06 17:00", "sue", "invite-list-missed")]
