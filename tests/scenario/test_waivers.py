"""Somebody who was told says that a duty is not required: the manager decides, and until then nothing rests."""

import pytest

from daemon.domain.who import Who
from daemon.engine.answering.dispatch import Came
from daemon.engine.answering.respond import Answer

TOM = Who("tom", frozenset({"team_manager"}))
SAM = Who("sam", frozenset({"social_worker"}))


@pytest.fixture
def told(story):
    """The social worker was reminded of the invite list, in an authority whose people can sign in."""
    world = story()
    world.house.signs_in = True
    world.opens("SC-1")
    world.until("2026-03-05 09:00")
    return world


def press(world, reason="done_elsewhere"):
    return world.line.responder.not_required(
        world.link("sam", "not-required"), reason, world.clock()
    )


def questions(world, who):
    return world.line.decisions.waiting_for(who, world.clock())


def test_where_nobody_can_sign_in_nobody_is_offered_it(story):
    world = story()
    world.opens("SC-1")
    world.until("2026-03-05 09:00")

    with pytest.raises(LookupError):
        world.link("sam", "not-required")


def test_the_manager_is_asked_and_the_ladder_goes_on(told):
    page = press(told)
    told.until("2026-03-06 09:00")

    assert page.answer is Answer.ASKED
    assert next(rung for _, to, rung in told.fired() if to == "tom") == "not-required"
    assert "invite-list-due-today" in {rung for _, to, rung in told.fired() if to == "sam"}
    assert questions(told, SAM) == []


def test_a_reason_that_is_none_of_the_codes_changes_nothing(told):
    page = press(told, "because")

    assert page.answer is Answer.SHOWN
    assert questions(told, TOM) == []


def test_once_waived_it_is_over(told):
    press(told)
    one = questions(told, TOM)[0]

    came = told.line.decisions.decide(
        TOM, one.id, "yes", told.clock(), reason="done_elsewhere", refs=one.refs
    )
    told.until("2026-03-09 12:00")

    assert came is Came.DONE
    assert told.count("waived") == 1
    assert "invite-list-missed" not in {rung for _, _, rung in told.fired()}
    assert questions(told, TOM) == []


def test_kept_it_stays_open_and_is_not_asked_again(told):
    press(told)
    one = questions(told, TOM)[0]

    told.line.decisions.decide(TOM, one.id, "no", told.clock(), reason="other", refs=one.refs)
    told.until("2026-03-06 17:00")

    assert questions(told, TOM) == []
    assert "invite-list-missed" in {rung for _, _, rung in told.fired()}


def test_a_link_works_once(told):
    press(told)

    assert press(told).answer is Answer.SPENT
