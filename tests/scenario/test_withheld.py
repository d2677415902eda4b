"""What is held, why, since when and by whom it is released: to each what is theirs, and no more."""

from datetime import timedelta

import pytest

from daemon.domain.who import Who
from daemon.engine.sending.pause import begin
from daemon.engine.standing.onlooker import SignedIn, Unrestricted
from daemon.engine.standing.withheld import withheld
from daemon.testing.world import DIARY, at
from tests.scenario.test_silence import SUE

TOM = Who("tom", frozenset({"team_manager"}), "north")
MANY = 40
FAR = Who("tess", frozenset({"team_manager"}), "south")


def held(world, who=None):
    """Return what is held, by why, as one person is shown it; as the operator is where nobody is named."""
    with world.store.read() as tx:
        sees = SignedIn.of(tx, world.house, who, world.clock()) if who else Unrestricted()
        return {one.why: one for one in withheld(tx, world.house, sees, world.clock())}


def test_nothing_is_held_where_nothing_is(world):
    world.opens("SC-1")
    world.turn()

    assert held(world) == {}


def test_a_silenced_case_is_shown_to_its_managers_with_the_way_out(world):
    world.opens("SC-1")
    world.turn()
    silenced_at = world.clock()
    assert world.line.silencing.silence(SUE, "SC-1", "record_is_wrong", silenced_at)

    found = held(world, TOM)["silence"]

    assert (found.refs, found.since_at, found.page) == (("SC-1",), silenced_at, "/silence")
    assert "record is wrong" in found.what
    other = held(world, FAR)["silence"]
    assert (other.refs, other.others) == ((), 1)
    assert "record is wrong" not in other.what


def test_whom_the_record_names_sees_the_case_whatever_they_signed_in_as(world):
    named = Who("sam", frozenset(), "north")
    world.opens("SC-1", roles={"social_worker": "sam"})
    world.turn()
    assert world.line.silencing.silence(SUE, "SC-1", "record_is_wrong", world.clock())

    assert held(world, named)["silence"].refs == ("SC-1",)
    assert held(world, Who("tess", frozenset(), "north"))["silence"].refs == ()


def test_whoever_was_excluded_a_moment_ago_sees_the_case_no_more_though_nothing_was_decided_since(
    world,
):
    world.opens("SC-1")
    world.turn()
    assert world.line.silencing.silence(SUE, "SC-1", "record_is_wrong", world.clock())
    assert held(world, TOM)["silence"].refs == ("SC-1",)

    world.feed.bodies["SC-1"] |= {"excluded": ["tom"]}
    world.clock.now += timedelta(hours=1)
    [feed] = [one for one in world.line.watcher.due(world.clock()) if one.role == DIARY]
    assert world.line.watcher.poll(feed)

    assert held(world, TOM)["silence"].refs == ()
    with world.store.read() as tx:  # a page whose moment was taken just before the change
        tom = SignedIn.of(tx, world.house, TOM, world.clock() - timedelta(seconds=3))
        assert {one.refs for one in withheld(tx, world.house, tom, tom.now)} == {()}


def test_a_family_after_a_death_waits_for_the_service_manager(world):
    world.opens("SC-1", family="F-1")
    world.opens("SC-2", family="F-1")
    world.until("2026-03-04 12:00")
    world.fact("SC-1", child_died="2026-03-04")
    world.until("2026-03-05 12:00")

    found = held(world, TOM)["family"]

    assert found.refs == ("SC-1", "SC-2")
    assert at("2026-03-04 12:00") <= found.since_at <= at("2026-03-05 12:00")
    assert "service manager" in found.by


def test_a_ladder_that_waits_for_data_names_the_feed(world):
    world.opens("SC-1")
    world.until("2026-03-04 12:00")
    world.feed.broken = "the share is gone"
    world.until("2026-03-05 09:30")  # held, it is looked at every minute

    found = held(world, TOM)["data"]

    assert found.refs == ("SC-1",)
    assert "conference" in found.what
    assert found.since_at == at("2026-03-05 09:00")


def test_a_pause_holds_everything_and_says_until_when(world):
    begin(world.store, at("2026-03-04 09:00"), "ann", "the mail moves", world.clock())

    found = held(world)["pause"]

    assert "Wednesday 4 March 2026, 9am" in found.what
    assert "the mail moves" not in found.what
    assert found.since_at == world.clock()


def test_a_restricted_case_that_names_nobody_is_counted_for_the_operator_and_named_to_nobody(world):
    world.opens("SC-1", restricted=True)
    world.turn()

    found = held(world)["restricted"]

    assert (found.refs, found.others) == ((), 1)
    assert told(world, SUE) == told(world, TOM) == []


def test_a_role_that_nobody_holds_in_many_cases_is_looked_up_together(world):
    people = world.directory.everybody
    people[:] = [one for one in people if one.id not in ("sam", "cora")]
    for number in range(MANY):
        world.opens(f"SC-{number}")
    world.until("2026-03-04 12:00")
    world.until("2026-03-06 18:00")
    asked: list[str] = []
    with world.store.read() as tx:
        wire = tx.obligations.connection.connection.driver_connection
        if hasattr(wire, "set_trace_callback"):  # PostgreSQL's has none, and is asked the same
            wire.set_trace_callback(asked.append)
        found = withheld(tx, world.house, Unrestricted(), world.clock())

    assert len(next(one for one in found if one.why == "role").refs) == MANY
    assert len(asked) < MANY


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"excluded": ["tom"]}, id="excluded from it"),
        pytest.param({"restricted": True, "holders": ["sue"]}, id="restricted, and no holder"),
    ],
)
def test_whoever_may_not_know_of_a_case_is_not_shown_it(world, changes):
    world.opens("SC-1", **changes)
    world.turn()
    assert world.line.silencing.silence(SUE, "SC-1", "other", world.clock())

    assert held(world, SUE)["silence"].refs == ("SC-1",)
    assert held(world, TOM)["silence"].refs == ()


def test_a_role_that_nobody_holds_is_the_directorys_to_mend(world):
    people = world.directory.everybody
    people[:] = [one for one in people if one.id not in ("sam", "cora")]
    world.opens("SC-1")
    world.until("2026-03-04 12:00")
    world.until("2026-03-06 18:00")

    found = held(world, TOM)["role"]

    assert found.refs == ("SC-1",)
    assert found.by == "whoever keeps the directory of people"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"excluded": ["tom"]}, id="excluded from it"),
        pytest.param({"restricted": True, "holders": ["sue"]}, id="restricted, and no holder"),
    ],
)
def test_a_case_nobody_may_tell_them_of_is_in_no_number_and_no_time(world, changes):
    world.opens("SC-1", **changes)
    world.turn()
    assert world.line.silencing.silence(SUE, "SC-1", "other", world.clock())

    assert told(world, TOM) == []
    assert [one.refs for one in told(world, SUE)] == [("SC-1",)]


def told(world, who):
    """Return what one person is told is held, in numbers too."""
    now = world.clock()
    with world.store.read() as tx:
        onlooker = SignedIn.of(tx, world.house, who, now)
        return withheld(tx, world.house, onlooker, now, onlooker.counts)
