"""What was refused for good: shown with who has it instead, and sent after all once the cause is mended."""

import pytest

from daemon.domain.errors import Permanent
from daemon.engine.sending.refused import UNHEARD, refused, reopen
from daemon.engine.standing.overview import standing
from tests.scenario.test_audit import audited

MISSED = ("2026-03-06 17:00", "sue", "invite-list-missed")
GONE = "refused-550"


@pytest.fixture
def world(story):
    """Return an authority in which the service manager is about to hear of a missed day."""
    made = story()
    made.opens()
    made.until("2026-03-06 16:59")
    return made


def refuse(world, times):
    """Have the next messages refused for good."""
    world.email.answers = [Permanent(GONE)] * times
    world.until("2026-03-06 17:01")


def release(world, why="the mailbox is there again"):
    return reopen(world.store, None, world.clock(), "A. Name", why)


def unheard(world):
    """Return how many nobody has had: by a count, and by the mark that health reads."""
    with world.store.read() as tx:
        return sum(one.is_unheard for one in refused(tx)), tx.marks.get(UNHEARD) or 0


def test_a_refusal_that_somebody_else_has_instead_is_a_refusal_and_no_miss(world):
    refuse(world, 1)

    said = standing(world.store, world.clock(), {}, None, [])
    assert [(one["reason"], one["heard"]) for one in said["refused"]] == [(GONE, True)]
    assert unheard(world) == (0, 0)
    assert audited(world) == []


def test_a_refusal_whose_stand_in_was_refused_too_is_missed_and_said(world):
    refuse(world, 3)  # the service manager, the duty mailbox, the operator

    missed = audited(world)
    said = standing(world.store, world.clock(), {}, None, [])
    assert unheard(world) == (1, 1)
    assert [what for what, _ in missed] == ["refused"]
    assert any("1 refused message has reached nobody" in one for one in said["attention"])
    assert sorted(one["heard"] for one in said["refused"]) == [False, True, True]
    assert not said["audit"]["balances"]


def test_a_refusal_for_which_there_is_no_duty_mailbox_is_missed(world):
    people = world.directory.everybody
    people[:] = [one for one in people if one.id != "duty"]
    world.turn()

    refuse(world, 1)

    assert unheard(world) == (1, 1)
    assert [what for what, _ in audited(world)] == ["refused"]


def test_once_released_it_goes_to_its_person_and_the_journal_says_who_and_why(world):
    refuse(world, 3)

    released = release(world)
    world.turn()

    assert len(released) == 3
    assert MISSED[1:] in [one[1:] for one in world.only("invite-list-missed")]
    assert (
        world.journal("message.reopened") == ["the mailbox is there again; reopened by A. Name"] * 3
    )
    assert unheard(world) == (0, 0)
    assert audited(world) == []


def test_released_and_refused_again_it_is_missed_again_and_the_operator_hears_of_it(world):
    refuse(world, 2)
    told = len(world.operator())
    release(world)

    world.email.answers = [Permanent(GONE)] * 2
    world.until("2026-03-06 17:03")

    assert unheard(world) == (1, 1)
    (said,) = world.operator()[told:]
    assert "(2 times)" in said  # hers, and the duty mailbox's


def test_nothing_that_has_ended_meanwhile_is_sent(world):
    refuse(world, 3)
    before = len(world.only("invite-list-missed"))
    world.fact("SC-1", invite_list_received="2026-03-06")
    world.turn()

    assert unheard(world)[0] == 0
    release(world)
    world.turn()

    assert len(world.only("invite-list-missed")) == before
    with world.store.read() as tx:
        assert tx.messages.counts()["email"]["cancelled"] == 2


def test_who_no_longer_holds_the_role_is_not_told_but_who_holds_it_now(world):
    refuse(world, 2)
    world.restaff("sue", posts=())
    world.restaff("wes", "safeguarding_service_manager")
    world.turn()

    release(world)
    world.turn()

    told = {to for _, to, _ in world.only("invite-list-missed")}
    assert "wes" in told
    assert "sue" not in told


def test_one_alone_can_be_released(world):
    refuse(world, 2)
    with world.store.read() as tx:
        first = refused(tx)[0].message.id

    released = reopen(world.store, [first, "nobody's"], world.clock(), "A. Name", "mended")

    assert [one.message.id for one in released] == [first]
    with world.store.read() as tx:
        assert len(refused(tx)) == 1
