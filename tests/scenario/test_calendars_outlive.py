"""An older database is put back, and calendars know more than it: what they hold is changed, and never doubled."""

from datetime import timedelta

import pytest

from daemon.engine.standing.release import release
from tests.scenario.invited import POLICE, Invited, icpc

LATER = {"scheduled_at": "2026-03-24T10:00", "ends_at": "2026-03-24T12:00"}
LAST = {"scheduled_at": "2026-03-26T10:00", "ends_at": "2026-03-26T12:00"}


@pytest.fixture
def started(folder, backend, make_url, outside):
    """Return what starts an authority with a calendar on a database, a fresh one where none is named."""
    made: list[Invited] = []

    def start(url=None, kept=outside):
        own = folder / str(len(made))
        own.mkdir()
        url = url or (make_url() if backend == "postgres" else None)
        made.append(Invited(own, "2026-03-05 11:00", url=url, outside=kept))
        return made[-1]

    yield start
    for one in made:
        one.close()


@pytest.fixture
def put_back(started, copied, outside):
    """Return what puts a copy of a database back after a world has gone on, and releases it."""

    def restore(world, meanwhile, kept=outside):
        world.store.close()
        copy = copied(world.url)
        meanwhile(world)
        again = started(copy, kept)
        again.clock.now = world.clock.now + timedelta(hours=2)
        again.feed.bodies.update(world.feed.bodies)
        again.turn()
        release(again.store, kept, again.deciding, again.clock(), "ann")
        again.line.guard._looked_s = float("-inf")
        return again

    return restore


def sequence(*worlds):
    return [entry for world in worlds for entry in world.entries()]


def move_twice(world):
    world.books(icpc(POLICE, **LATER))
    world.books(icpc(POLICE, **LAST))


def test_what_moved_meanwhile_is_told_once_more_under_a_higher_revision(started, put_back):
    first = started()
    first.books(icpc(POLICE))
    world = put_back(first, move_twice)

    world.books(icpc(POLICE, **LAST))
    world.books(icpc(POLICE, **LAST, venue="Town Hall"))

    assert [one[2] for one in sequence(first, world)] == [0, 1, 2, 3, 4]
    assert first.uids() == world.uids()
    assert world.calendar.sent[0].message.event.starts_at.isoformat() == "2026-03-26T10:00:00+00:00"


def test_what_moved_and_came_back_is_told_as_it_stands(started, put_back):
    first = started()
    first.books(icpc(POLICE))
    world = put_back(first, lambda one: one.books(icpc(POLICE, **LATER)))

    world.books(icpc(POLICE))
    world.turn()

    assert [(kind, revision) for _, kind, revision in world.entries()] == [("move", 2)]
    assert world.calendar.sent[0].message.event.starts_at.isoformat() == "2026-03-20T10:00:00+00:00"


def test_what_was_invited_to_meanwhile_is_the_same_entry(started, put_back):
    first = started()
    first.turn()

    def live(world):
        world.books(icpc(POLICE))
        world.books(icpc(POLICE, **LATER))

    world = put_back(first, live)
    world.books(icpc(POLICE, **LATER))
    world.turn()

    assert [one[2] for one in sequence(first, world)] == [0, 1, 2]
    assert first.uids() == world.uids()


def test_what_was_cancelled_meanwhile_stays_cancelled(started, put_back):
    first = started()
    first.books(icpc(POLICE))
    world = put_back(first, lambda one: one.books(icpc()))

    world.books(icpc())

    assert [(kind, revision) for _, kind, revision in sequence(first, world)] == [
        ("invite", 0), ("cancel", 1), ("cancel", 2),
    ]  # fmt: skip


def test_where_nothing_is_known_outside_the_revision_leaps(started, put_back, folder, outside):
    first = started()
    first.books(icpc(POLICE))
    with first.store.write() as tx:
        tx.marks.put("beat/at", first.clock())
    lost = outside.__class__(folder / "elsewhere.state")
    world = put_back(first, move_twice, lost)

    world.books(icpc(POLICE, **LAST))

    assert world.entries()[-1][2] > 2
    assert first.uids() == world.uids()
