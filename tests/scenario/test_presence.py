"""Processes on one database that were started with different settings: who refuses, who stops, and what is said."""

from datetime import timedelta

import pytest

from daemon.cli.status import processes_in_words
from daemon.domain.errors import Refusal
from daemon.engine.line import Line
from daemon.engine.standing.overview import standing
from daemon.engine.standing.presence import ALIVE_S, Presence, agreed, processes
from daemon.testing.world import at

OLD = {"title": "a" * 64, "domains": "b" * 64, "link key": "c" * 64}
NEW = OLD | {"domains": "d" * 64}


@pytest.fixture
def world(story):
    """Return a world with one case of which something is due to be told."""
    made = story()
    made.opens("SC-1")
    made.clock.now = at("2026-03-06 17:00")
    return made


def process(world, name, terms=OLD, *, is_run=True):
    return Presence(world.store, name, terms, is_run=is_run)


def worker_of(world, presence):
    """Return the line of a worker beside the world's own."""
    return Line.of(
        world.store, world.house, world.clock, people_every=timedelta(0), presence=presence
    )


def status(world, *, is_queued=False):
    return standing(world.store, world.clock(), {}, None, [], is_queued=is_queued)


def test_a_worker_by_the_terms_of_before_begins_no_further_message(world):
    process(world, "run-1").begin(world.clock())
    worker = worker_of(world, process(world, "worker-1", is_run=False))
    world.line.decide()
    process(world, "run-1", NEW).begin(world.clock())

    tried = worker.send()  # it has not looked since: the transaction that would begin them does
    is_allowed = worker.guard.allows()

    assert (tried, is_allowed, world.told()) == (0, False, [])


def test_it_goes_on_by_itself_once_all_agree_again(world):
    process(world, "run-1").begin(world.clock())
    presence = process(world, "worker-1", is_run=False)
    worker = worker_of(world, presence)
    world.line.decide()
    process(world, "run-1", NEW).begin(world.clock())
    worker.send()

    process(world, "run-1").begin(world.clock())
    presence.beat(world.clock(), None, None)
    world.clock.now += timedelta(seconds=10)  # what it had in hand is due again
    worker.send()

    assert world.told()


def test_status_names_each_process_and_who_would_tell_people_otherwise(world):
    process(world, "run-1").begin(world.clock())
    worker = process(world, "worker-1", is_run=False)
    with world.store.write() as tx:
        tx.leases.take("leader", "run-1", world.clock(), 60)
    process(world, "run-1", NEW).begin(world.clock())
    worker.beat(world.clock(), None, None)

    said = status(world)

    shown = [(one["name"], one["kind"], one["leads"], one["differs"]) for one in said["processes"]]
    run, of_before = said["processes"]
    (line,) = [one for one in said["attention"] if "otherwise" in one]
    assert shown == [("run-1", "run", True, []), ("worker-1", "worker", False, ["domains"])]
    assert line.startswith(f"worker-1 on {run['machine']} sends nothing: ")
    ours, theirs = processes_in_words(said)
    assert ours.startswith(f"run-1 on {run['machine']}: leads; settings {run['settings']}, ")
    assert theirs.startswith(f"worker-1 on {run['machine']}: SENDS NOTHING; ")
    assert "(domains)" in line
    assert run["settings"] != of_before["settings"]
    assert run["link_key"] == of_before["link_key"] == "c" * 8


@pytest.mark.parametrize(
    ("terms", "names"),
    [
        pytest.param(NEW, "domains", id="other domains"),
        pytest.param(OLD | {"title": "e" * 64}, "title", id="another title"),
        pytest.param(OLD | {"link key": "e" * 64}, "link key", id="another key"),
    ],
)
def test_a_second_run_that_would_tell_people_otherwise_is_refused_and_the_first_goes_on(
    world, terms, names
):
    process(world, "run-1").begin(world.clock())

    with pytest.raises(Refusal) as refused:
        process(world, "run-2", terms).begin(world.clock())

    with world.store.read() as tx:
        by = agreed(tx)
    line = str(refused.value)
    assert by == OLD
    assert line.count("\n") == 0
    assert f"these differ: {names}; " in line
    assert "e" * 8 not in line


def test_a_run_with_the_same_terms_is_welcome_and_one_with_others_once_the_first_has_left(world):
    first = process(world, "run-1")
    first.begin(world.clock())
    second = process(world, "run-2")
    second.begin(world.clock())
    with world.store.write() as tx:
        first.leave(tx, world.clock())
        second.leave(tx, world.clock())

    process(world, "run-3", NEW).begin(world.clock())

    with world.store.read() as tx:
        by, there = agreed(tx), [one.name for one in processes(tx, world.clock())]
    assert (by, there) == (NEW, ["run-3"])


def test_a_run_that_was_killed_is_in_nobodys_way_after_a_few_seconds(world):
    process(world, "run-1").begin(world.clock())
    world.clock.now += timedelta(seconds=ALIVE_S)

    process(world, "run-2", NEW).begin(world.clock())

    with world.store.read() as tx:
        there = [one.name for one in processes(tx, world.clock())]
        said = tx.marks.starting("process/")
    assert there == ["run-2"]
    assert list(said) == ["process/run-2"]  # and nothing is left of the other


def test_a_loss_of_redis_is_told_of_the_process_that_has_it_and_ends_with_it(world):
    run, worker = process(world, "run-1"), process(world, "worker-1", is_run=False)
    run.begin(world.clock())
    worker.beat(world.clock(), "no-connection", None)

    run.beat(world.clock(), None, None)
    beside_a_healthy_one = status(world, is_queued=True)
    world.clock.now += timedelta(seconds=ALIVE_S)
    run.beat(world.clock(), None, None)
    after_its_end = status(world, is_queued=True)

    (line,) = [one for one in beside_a_healthy_one["attention"] if "redis" in one]
    assert line.startswith("redis does not do its work for worker-1 on ")
    assert beside_a_healthy_one["redis"] == {"ok": False, "failures": {"worker-1": "no-connection"}}
    assert not [one for one in after_its_end["attention"] if "redis" in one]
    assert after_its_end["redis"] == {"ok": True, "failures": {}}


def test_a_state_file_that_one_process_cannot_write_is_hidden_by_no_other_and_ends_with_it(world):
    run, worker = process(world, "run-1"), process(world, "worker-1", is_run=False)
    run.begin(world.clock())
    worker.beat(world.clock(), None, "what is sent cannot be kept")

    run.beat(world.clock(), None, None)
    beside_a_healthy_one = status(world)
    world.clock.now += timedelta(seconds=ALIVE_S)
    run.beat(world.clock(), None, None)
    after_its_end = status(world)

    assert not beside_a_healthy_one["state_file"]["ok"]
    assert any("what is sent cannot be kept" in one for one in beside_a_healthy_one["attention"])
    assert after_its_end["state_file"] == {"ok": True, "failures": {}}
