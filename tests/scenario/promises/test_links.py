"""The links of a message: what they do once, and what they say when they no longer can."""

from datetime import date, timedelta

import pytest

from daemon.domain.link import Action, Purpose, hash_of, make_token
from daemon.engine.answering.respond import Answer
from daemon.store import LinkRow
from tests.scenario.promises.conftest import DUTY, promise


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
