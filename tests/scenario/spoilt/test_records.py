"""A record in the database that cannot be read: its own messages wait, and nobody else's."""

import pytest

from daemon.engine.standing.overview import standing
from daemon.testing.world import at
from tests.scenario.spoilt.conftest import OTHERS, told
from tests.scenario.test_audit import audited, spoil

JSON = "UPDATE fragments SET fingerprint = 'x', body = '{}' WHERE ref = 'SC-1'"
SPOILT = [
    pytest.param(JSON.format('{"ref": "SC-'), id="half a record"),
    pytest.param(JSON.format("[1, 2]"), id="a list"),
    pytest.param(JSON.format("7"), id="a number"),
    pytest.param(JSON.format("{}"), id="a record without its reference"),
    pytest.param(JSON.format('{"ref": "SC-2", "facts": {}}'), id="another case's record"),
    pytest.param("UPDATE obligations SET fired = '[[1]]' WHERE ref = 'SC-1'", id="a ladder"),
]
BYTES = "UPDATE fragments SET fingerprint = 'x', body = CAST(x'7bff22' AS TEXT) WHERE ref = 'SC-1'"
TYPES = "UPDATE fragments SET fingerprint = 'x', as_known_at = 'yesterday' WHERE ref = 'SC-1'"


def again(story, world):
    """Return the authority after a restart: nothing of a record is in memory."""
    other = story("2026-03-05 09:00", url=world.url)
    other.feed.bodies.update(world.feed.bodies)
    other.feed.broken = "the feed is away"
    return other


@pytest.mark.parametrize("statement", SPOILT)
def test_its_messages_wait_and_are_shown_and_all_others_go_out(story, world, statement):
    spoil(world, statement)
    world = again(story, world)

    for _ in range(3):
        world.turn()

    said = standing(world.store, world.clock(), {}, None, [])
    assert told(world) == OTHERS
    assert said["held"]["unreadable"] == 2
    assert [(one["feed"], one["where"]) for one in said["quarantine"]] == [("database", "SC-1")]
    assert any("held" in one and "cannot be read" in one for one in said["attention"])
    assert len([text for text in world.operator() if "SC-1" in text]) == 1
    assert len(world.journal("record.spoilt")) == 1


@pytest.mark.parametrize("statement", SPOILT[:5])
def test_once_its_feed_has_shown_it_again_its_messages_go_out(story, world, statement):
    spoil(world, statement)
    world = again(story, world)
    world.turn()
    world.turn()

    world.feed.broken = None
    world.until("2026-03-05 09:05")

    said = standing(world.store, world.clock(), {}, None, [])
    assert told(world) == ["SC-1"] * 2 + OTHERS
    assert said["held"]["unreadable"] == 0
    assert said["quarantine"] == []
    assert world.journal("record.recovered") == ["it can be read again"]


def test_what_has_ended_when_it_can_be_read_again_is_not_sent(story, world):
    spoil(world, JSON.format("[]"))
    world = again(story, world)
    world.turn()

    world.feed.broken = None
    world.fact("SC-1", invite_list_received="2026-03-05")
    world.until("2026-03-05 09:05")

    assert told(world) == OTHERS


def test_its_ladder_goes_on_and_its_later_rungs_wait_too(story, world):
    spoil(
        world,
        "UPDATE fragments SET fingerprint = 'x', body = '[]', feed = 'old' WHERE ref = 'SC-1'",
    )
    world = again(story, world)
    world.feed.broken = None
    del world.feed.bodies["SC-1"]

    for moment in ("2026-03-06 09:00", "2026-03-06 17:00"):
        world.clock.now = at(moment)
        world.turn()

    assert set(told(world)) == {"SC-2", "SC-3"}
    assert len(world.only("invite-list-missed")) == 2
    assert len(world.operator()) == 1


def test_a_ladder_that_cannot_be_read_keeps_no_other_from_being_climbed(story, world):
    spoil(world, "UPDATE obligations SET fired = '7' WHERE ref = 'SC-1'")
    world = again(story, world)
    world.feed.broken = None

    for moment in ("2026-03-06 09:00", "2026-03-06 17:00"):
        world.clock.now = at(moment)
        world.turn()

    assert set(told(world)) == {"SC-2", "SC-3"}
    assert len(world.only("invite-list-missed")) == 2


def test_what_is_known_of_a_case_beside_its_record_is_made_anew_where_it_cannot_be_read(
    story, world
):
    spoil(world, "UPDATE cases SET access = '{\"roles\": 7', problems = '[' WHERE ref = 'SC-1'")
    world = again(story, world)
    world.feed.broken = None

    shown = standing(world.store, world.clock(), {}, None, [])
    world.until("2026-03-06 17:01")

    assert shown["records"] == []
    assert len(world.only("invite-list-missed")) == 3


def test_the_audit_names_it(story, world):
    spoil(world, JSON.format("[]"))
    world = again(story, world)

    missed = audited(world)
    world.turn()

    assert ("unreadable", "SC-1") in missed
    assert world.journal("record.spoilt")


def test_the_operator_is_not_told_which_restricted_case_it_is(story):
    world = story()
    world.opens("SC-1", restricted=True)
    world.turn()
    spoil(world, JSON.format("[]"))
    world = again(story, world)

    world.line.auditor.audit(world.clock())
    world.turn()

    assert [text for text in world.operator() if "a restricted case" in text]
    assert not [text for text in world.operator() if "SC-1" in text]


class TestOnSqlite:
    """What only a file without types can hold."""

    @pytest.fixture
    def backend(self):
        return "sqlite"

    @pytest.mark.parametrize(
        "statement", [pytest.param(BYTES, id="no text"), pytest.param(TYPES, id="no moment")]
    )
    def test_a_column_of_another_type_stops_nobody_else_and_is_mended_by_its_feed(
        self, story, world, statement
    ):
        spoil(world, statement)
        world = again(story, world)
        world.turn()
        alone = told(world)

        world.feed.broken = None
        world.until("2026-03-05 09:05")

        assert alone == OTHERS
        assert told(world) == ["SC-1"] * 2 + OTHERS
