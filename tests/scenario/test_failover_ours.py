"""A way that we have shut ourselves, such as a full mailbox: the next is taken, and nobody is refused for good."""

import pytest

from daemon.domain.errors import Temporary
from daemon.engine.sending.failover import OURS_MOST
from daemon.engine.standing.overview import standing
from tests.scenario.test_failover import BOTH, make, told

__all__ = ["make"]
FULL = Temporary("own-mailbox-full", is_ours=True)


@pytest.fixture
def world(make):
    return make(email=("teams",))


def test_after_five_attempts_they_are_told_by_the_next_way_and_the_operator_hears_why(world):
    world.email.answers.extend([FULL] * OURS_MOST)

    world.until("2026-03-06 17:30")

    assert told(world) == [("sue", "teams")]
    (said,) = [text for text in world.operator() if "next way" in text]
    assert "own-mailbox-full" in said


def test_whom_no_other_way_reaches_has_it_once_ours_is_mended(world):
    world.restaff("sue", addresses={"email": "sue@council.example"})
    world.email.answers.extend([FULL] * (OURS_MOST + 3))

    world.until("2026-03-06 19:00")

    assert told(world) == [("sue", "email")]
    assert not any("was refused" in text for text in world.operator())


def test_who_was_told_by_the_next_way_anyhow_gets_the_mail_too_once_ours_is_mended(make):
    world = make(via=BOTH, email=("teams",))
    world.email.answers.extend([FULL] * (OURS_MOST + 3))

    world.until("2026-03-06 19:00")

    assert sorted(told(world)) == [("sue", "email"), ("sue", "teams")]


def test_where_every_other_way_has_refused_it_goes_on_being_tried(make):
    world = make(email=("teams",), teams=("email",), via=BOTH.replace(", email", ""))
    world.teams.answers.append(Temporary("gone", is_ours=True))
    world.teams.answers.extend([FULL] * (OURS_MOST - 1))
    world.email.answers.extend([FULL] * (OURS_MOST + 3))

    world.until("2026-03-06 19:30")

    assert told(world) == [("sue", "email")]


def test_status_says_what_stands_in_the_way_when_the_operators_own_mail_waits_for_it_too(make):
    world = make()
    world.email.answers.extend([FULL] * 50)

    world.until("2026-03-06 17:30")

    assert world.operator() == []
    (said,) = [
        one
        for one in standing(world.store, world.clock(), {}, None, [])["attention"]
        if "has not been handed over" in one
    ]
    assert said.endswith(": own-mailbox-full (email, 2); `daykeeper doctor` tries each channel")
