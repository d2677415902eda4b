"""A notice or a message in the database that cannot be read: it is set aside and told, and all others go out."""

import pytest
from sqlalchemy import create_engine, text

from daemon.domain.errors import Temporary
from daemon.domain.message import Lane
from daemon.engine.sending.desk import Desk
from daemon.engine.standing.overview import standing
from daemon.store import StoreSpoilt
from daemon.testing.world import at
from tests.scenario.spoilt.conftest import OTHERS, told

FIRST = "(SELECT min(person) FROM notices WHERE obligation LIKE 'SC-1/%')"
NOTICE = f"UPDATE notices SET {{}} WHERE obligation LIKE 'SC-1/%' AND person = {FIRST}"
MESSAGE = f"UPDATE messages SET {{}} WHERE family = 'F-SC-1' AND person = {FIRST}"
MENDED = "UPDATE notices SET refs = '[\"SC-1\"]', state = 'waiting' WHERE state = 'spoilt'"
FAR = 9 * 10**18  # microseconds: past the last year that there is
NOTICES = [
    pytest.param("refs = '[\"SC-'", id="half a list of cases"),
    pytest.param("refs = '[7]'", id="a number for a case"),
    pytest.param("refs = 'null'", id="no case at all"),
    pytest.param("kind = 'shout'", id="an unknown kind"),
    pytest.param(f"made_at = {FAR}", id="no moment"),
]
STATES = [
    pytest.param(NOTICE.format("state = 'lost'"), id="a notice in an unknown state"),
    pytest.param(MESSAGE.format("state = 'lost'"), id="a message in an unknown state"),
]
MESSAGES = [
    pytest.param("state = 'lost'", id="an unknown state"),
    pytest.param("level = 'L9'", id="an unknown level"),
    pytest.param(f"created_at = {FAR}", id="no moment"),
]
FILE_NOTICES = [
    pytest.param("because = CAST(x'7bff22' AS TEXT)", id="no text"),
    pytest.param("made_at = 'yesterday'", id="a word for a moment"),
    pytest.param("at = 'yesterday'", id="a word for the moment that it waits for"),
    pytest.param("person = CAST(x'ff' AS TEXT)", id="no text for a name"),
    pytest.param("role = x'ff'", id="bytes for a role"),
]
FILE_MESSAGES = [
    pytest.param("subject = CAST(x'7bff22' AS TEXT)", id="no text"),
    pytest.param("attempts = 'many'", id="a word for a number"),
    pytest.param("created_at = 'yesterday'", id="a word for a moment"),
]


def spoil(world, statement):
    engine = create_engine(world.url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        changed = connection.execute(text(statement)).rowcount
    engine.dispose()
    assert changed == 1


@pytest.fixture
def tried(world):
    """Return the same after the mail server has put off every message once."""
    world.email.answers += [Temporary("greylisted")] * 6
    world.turn()
    world.clock.now = at("2026-03-05 09:05")
    assert world.email.sent == []
    return world


def turned(world):
    """Turn a few times, and return how it stands."""
    for _ in range(3):
        world.turn()
    world.line.audit()
    world.turn()
    return standing(world.store, world.clock(), {}, None, [])


def is_set_aside(world, said, word):
    (aside,) = said["quarantine"]
    heard = [text for text in world.operator() if "cannot be read" in text]
    assert aside["feed"] == "outbox"
    assert aside["where"].startswith(word)
    assert any("1 stored message" in one and "is not sent" in one for one in said["attention"])
    assert len(heard) == len(world.journal("row.spoilt")) == 1
    assert not any("SC-1" in one for one in heard)


@pytest.mark.parametrize("change", NOTICES)
def test_a_notice_that_cannot_be_read_is_set_aside_and_told_and_all_others_go_out(world, change):
    spoil(world, NOTICE.format(change))

    said = turned(world)

    assert told(world) == ["SC-1", *OTHERS]
    is_set_aside(world, said, "notice SC-1/")


@pytest.mark.parametrize("change", MESSAGES)
def test_a_message_that_cannot_be_read_is_set_aside_and_told_and_all_others_go_out(tried, change):
    spoil(tried, MESSAGE.format(change))

    said = turned(tried)

    assert told(tried) == ["SC-1", *OTHERS]
    is_set_aside(tried, said, "message ")


@pytest.mark.parametrize("statement", STATES)
def test_status_counts_what_is_in_no_state_of_ours(tried, statement):
    spoil(tried, statement)

    said = standing(tried.store, tried.clock(), {}, None, [])

    assert said["deliveries"]["email"]["will-retry"] in (5, 6)


def test_what_a_spoilt_message_carries_is_told_in_another_if_nobody_has_tried_it(world):
    world.line.deliverer._take(Desk(), Lane.ROUTINE)
    spoil(world, MESSAGE.format("state = 'lost'"))
    world.clock.now = at("2026-03-05 09:05")

    said = turned(world)

    assert told(world) == ["SC-1", "SC-1", *OTHERS]
    is_set_aside(world, said, "message ")


def test_what_went_out_before_it_was_spoilt_stops_no_more_than_one_audit(world):
    world.turn()
    spoil(world, NOTICE.format("refs = 'null'"))
    world.clock.now = at("2026-03-05 09:05")

    with pytest.raises(StoreSpoilt):
        world.line.audit()
    said = turned(world)

    assert said["audit"]["balances"]
    is_set_aside(world, said, "notice SC-1/")


def test_a_row_that_is_mended_and_given_its_state_back_goes_out(world):
    spoil(world, NOTICE.format("refs = 'null'"))
    turned(world)

    spoil(world, MENDED)
    said = turned(world)

    assert told(world) == ["SC-1", "SC-1", *OTHERS]
    assert said["quarantine"] == []


class TestOnSqlite:
    """What only a file without types can hold."""

    @pytest.fixture
    def backend(self):
        return "sqlite"

    @pytest.mark.parametrize("change", FILE_NOTICES)
    def test_a_notice_with_a_field_of_another_type_is_set_aside(self, world, change):
        spoil(world, NOTICE.format(change))

        said = turned(world)

        assert told(world) == ["SC-1", *OTHERS]
        is_set_aside(world, said, "notice ")

    @pytest.mark.parametrize("change", FILE_MESSAGES)
    def test_a_message_with_a_field_of_another_type_is_set_aside(self, tried, change):
        spoil(tried, MESSAGE.format(change))

        said = turned(tried)

        assert told(tried) == ["SC-1", *OTHERS]
        is_set_aside(tried, said, "message ")
