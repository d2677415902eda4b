"""The database refuses the record of an answer: the message is not sent again and again for it."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from daemon.engine.standing.overview import standing
from daemon.store import Outside
from daemon.testing.world import at

NOBODY_S = "new.state = 'accepted' AND new.person = 'pat'"
ON_SQLITE = (
    f"CREATE TRIGGER never BEFORE UPDATE ON messages WHEN {NOBODY_S} "
    "BEGIN SELECT RAISE(ABORT, 'not now'); END"
)
FUNCTION = """
    CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'not now' USING ERRCODE = 'check_violation'; END $$
"""
ON_POSTGRES = f"CREATE TRIGGER never BEFORE UPDATE ON messages FOR EACH ROW WHEN ({NOBODY_S}) EXECUTE FUNCTION never()"


def refuse(world, person):
    is_postgres = world.url.startswith("postgresql:")
    engine = create_engine(world.url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        for statement in (FUNCTION, ON_POSTGRES) if is_postgres else (ON_SQLITE,):
            connection.execute(text(statement.replace("'pat'", f"'{person}'")))
    engine.dispose()


@pytest.fixture
def world(story, tmp_path):
    made = story(outside=Outside(tmp_path / "testshire.state"))
    made.opens("SC-1")
    made.until("2026-03-05 08:59")
    made.clock.now = at("2026-03-05 09:00")
    made.line.decide()
    return made


def test_a_message_whose_answer_cannot_be_recorded_goes_out_once_and_the_operator_hears_of_it(
    world,
):
    with world.store.read() as tx:
        notices = tx.notices.waiting("routine", world.clock(), 10)
    person = notices[0].key.person
    refuse(world, person)

    for _ in range(20):
        world.turn()
        world.clock.now += timedelta(minutes=1)
    said = standing(world.store, world.clock(), {}, None, [])

    to_them = [one for one in world.email.sent if one.to == person]
    assert len(to_them) == 1
    assert len([one for one in world.operator() if "cannot be recorded" in one]) == 1
    assert any("1 message was answered" in one for one in said["attention"])


def test_a_start_afterwards_goes_on_with_everything_else(world, story, tmp_path):
    with world.store.read() as tx:
        notices = tx.notices.waiting("routine", world.clock(), 10)
    refuse(world, notices[0].key.person)
    for _ in range(3):
        world.turn()
    again = story(url=world.url, outside=Outside(tmp_path / "testshire.state"))
    again.clock.now = world.clock.now + timedelta(minutes=5)
    again.feed.bodies.update(world.feed.bodies)

    again.opens("SC-2")
    for _ in range(20):
        again.turn()
        again.clock.now += timedelta(minutes=30)

    told = [(one.to, one.message.id) for one in again.email.sent]
    before = {(one.to, one.message.id) for one in world.email.sent}
    assert told
    assert before.isdisjoint(told)
