"""A date that leaves too little time: who prepares the conference has until the next working day, however it came."""

from dataclasses import replace

import pytest

from daemon.domain.who import Who
from daemon.engine.answering.dispatch import Came
from daemon.engine.conference.room import Told
from daemon.rulebook import load, shipped
from daemon.testing.world import at, person
from tests.scenario.invited import POLICE, Invited, icpc

SUE = Who("sue", frozenset({"safeguarding_service_manager"}))
CHRIS = Who("chris", frozenset({"cp_chair"}))
LATE = ("first-seen-late", "approval-unanswered", "report-not-authorised", "answer-asked-again")
DUTY = "conference-report-authorised"


@pytest.fixture
def world(folder, backend, make_url):
    made = Invited(folder, "2026-03-05 11:00", url=make_url() if backend == "postgres" else None)
    made.house.deciding = replace(made.deciding, rulebook=load(shipped())[0])
    made.directory.everybody.append(person("chris", "cp_chair"))
    yield made
    made.close()


def on(day, **more):
    return icpc(POLICE, scheduled_at=f"2026-{day}T10:00", ends_at=f"2026-{day}T12:00", **more)


def a_feed_brings_it_forward(world):
    world.books(on("04-02"))
    world.leaps("2026-03-20 17:00")
    world.leaps("2026-03-23 10:00")
    world.books(on("03-27"))


def it_is_booked_for_the_first_time(world):
    world.books()
    world.leaps("2026-03-20 17:00")
    world.leaps("2026-03-23 10:00")
    world.books(on("03-27"))


def its_row_shows_its_first_date(world):
    world.books(icpc(POLICE, status="requested", scheduled_at=None, ends_at=None))
    world.leaps("2026-03-20 17:00")
    world.leaps("2026-03-23 10:00")
    world.books(on("03-27"))


def the_chair_gives_a_sooner_date(world):
    fails(world)
    tells(world, "2026-04-02 10:00")
    world.leaps("2026-03-23 10:00")
    tells(world, "2026-03-27 10:00")


def who_approves_gives_a_sooner_date(world):
    """Nobody has been told of the chair's date yet: the calendar is not configured."""
    world.house.channels = {"email": world.email}
    fails(world)
    tells(world, "2026-04-02 10:00")
    world.leaps("2026-03-20 11:00")
    (one,) = (
        one for one in world.line.decisions.waiting_for(SUE, world.clock())
        if one.rule.name == "rearrangement-approval"
    )  # fmt: skip
    world.leaps("2026-03-23 10:00")
    came = world.line.decisions.decide(
        SUE, one.id, "yes", world.clock(), reason=one.rule.approval.reasons[0], refs=one.refs,
        anew_at=at("2026-03-27 10:00"),
    )  # fmt: skip
    assert came is Came.DONE
    world.turn()


def fails(world):
    """Have the conference of 20 March not be effective, without the police."""
    world.books(on("03-20"), roles={"cp_chair": ["chris"]})
    world.leaps("2026-03-20 10:20")


def tells(world, moment):
    (conference,) = world.line.room.conferences(CHRIS, world.clock())
    said = Told({}, effective=False, without=("police",), anew_at=at(moment))
    assert world.line.room.tell(CHRIS, conference.id, said, world.clock())
    world.turn()


@pytest.mark.parametrize(
    "comes",
    [
        a_feed_brings_it_forward, it_is_booked_for_the_first_time, its_row_shows_its_first_date,
        the_chair_gives_a_sooner_date, who_approves_gives_a_sooner_date,
    ],
)  # fmt: skip
def test_nobody_is_overdue_at_once(world, comes):
    """They have until the next working day, and no senior hears of it (READINGS section 1)."""
    comes(world)
    fired = len(world.fired())
    world.leaps("2026-03-23 10:01")

    with world.store.read() as tx:
        (due_at,) = {one.due_at for one in tx.obligations.of(["SC-1"])["SC-1"] if one.rule == DUTY}
    assert due_at == at("2026-03-24 17:00")
    assert [one for one in world.fired()[fired:] if one[2] in LATE] == []
