"""The database refuses the record of an answer: the message is not sent again and again for it."""

from datetime import timedelta
from time import monotonic

import pytest
from sqlalchemy import create_engine, text

from daemon.domain.message import Lane
from daemon.engine.sending.deliver import STORE_AGAIN_S
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
    refuse_where(world, NOBODY_S.replace("'pat'", f"'{person}'"))


def refuse_where(world, when):
    statements = (FUNCTION, ON_POSTGRES) if _is_postgres(world) else (ON_SQLITE,)
    _run(world, *(one.replace(NOBODY_S, when) for one in statements))


def take_again(world):
    _run(world, f"DROP TRIGGER never {'ON messages' if _is_postgres(world) else ''}")


def _is_postgres(world):
    return world.url.startswith("postgresql:")


def _run(world, *statements):
    engine = create_engine(world.url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
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


def test_a_lane_that_can_write_nothing_down_rests_before_it_tries_again(world):
    refuse_where(world, "new.state = 'sending'")
    begun = monotonic()

    world.line.deliver(Lane.ROUTINE)
    rested_s = monotonic() - begun
    sent_meanwhile = len(world.email.sent)
    take_again(world)
    world.clock.now += timedelta(minutes=1)
    world.line.deliver(Lane.ROUTINE)

    assert rested_s >= STORE_AGAIN_S
    assert sent_meanwhile < len(world.email.sent)  # and nothing is lost by it
