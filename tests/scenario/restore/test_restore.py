"""An older database is put back: it is noticed, nothing goes out, and after a release nothing goes out twice."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from daemon.domain.delivery import DeliveryState
from daemon.domain.errors import Permanent, Unknown
from daemon.engine.standing.release import compare
from daemon.store import Outside, SessionRow
from tests.scenario.restore.conftest import FRIDAY, MONDAY, THURSDAY, ids, let_go, look_again


def test_an_older_database_sends_nothing_until_somebody_releases_it(begun, restored):
    before = len(begun.email.sent)
    world = restored(begun, FRIDAY)
    went_out = ids(begun)[before:]

    world.until("2026-03-06 18:00")
    found = compare(world.store, world.line.guard.outside, world.clock())

    assert world.email.sent == []
    assert "this is an older database" in world.line.guard.held
    assert sorted(one.id for one in found.sent) == sorted(went_out)
    assert len(went_out) > 3


@pytest.mark.parametrize("is_noticed", [False, True], ids=["by the release", "once it is noticed"])
def test_whoever_signed_out_after_the_copy_was_made_is_not_in_again(begun, restored, is_noticed):
    now = begun.clock()
    row = SessionRow("attempt", "id", "sue", ("chair",), None, now, now, now + timedelta(days=7))
    with begun.store.write() as tx:
        tx.sessions.begin(row)
    world = restored(begun, FRIDAY, lambda it: _sign_out(it, "id"))

    if is_noticed:
        world.turn()
    else:
        let_go(world)

    with world.store.read() as tx:
        assert tx.sessions.get("id").ends_at <= world.clock()


def _sign_out(world, id_hash: str) -> None:
    with world.store.write() as tx:
        assert tx.sessions.end(id_hash, world.clock())


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_older_database_put_back_under_a_service_that_had_nothing_to_do_sends_nothing(
    begun, beside, outside, copied
):
    idle = beside(begun, url=begun.url, outside=outside)
    idle.turn()
    backup = copied(begun.url).removeprefix("sqlite:///")
    begun.until(FRIDAY)
    idle.clock.now = begun.clock.now
    with (
        closing(sqlite3.connect(backup)) as source,
        closing(sqlite3.connect(begun.url.removeprefix("sqlite:///"))) as target,
    ):
        source.backup(target)  # into the very file

    idle.line.decide()
    idle.line.send()
    look_again(idle)
    idle.turn()

    assert idle.email.sent == []
    assert "older database" in idle.line.guard.held


def test_after_the_release_nothing_is_sent_again_and_the_ladders_go_on(begun, restored, unbroken):
    world = restored(begun, FRIDAY)
    world.turn()
    let_go(world)
    look_again(world)

    world.until("2026-03-12 18:00")

    after = [one for one in unbroken("2026-03-12 18:00") if one[0] > FRIDAY]
    assert sorted(world.fired()) == sorted(after)
    assert [one for one in after if one[2] == "invite-list-still-missing"]
    with world.store.read() as tx:
        assert tx.journal.verify().ok
    assert world.line.auditor.audit(world.clock()).balances


def test_a_repeat_is_not_taken_for_one_that_went_out_before_the_restore(begun, restored, unbroken):
    world = restored(begun, "2026-03-24 18:00")  # two repeats are told, and lost
    world.turn()
    let_go(world)
    look_again(world)

    world.until("2026-03-31 18:00")

    after = [one for one in unbroken("2026-03-31 18:00") if one[0] > "2026-03-24 18:00"]
    assert sorted(world.fired()) == sorted(after)
    assert len(after) >= 6


def test_the_list_of_the_morning_after_a_weekend_restore_comes_though_older_ones_went_out_before_it(
    begun, restored, unbroken
):
    world = restored(begun, "2026-03-28 11:00")
    world.turn()
    let_go(world)
    look_again(world)

    world.until("2026-03-30 09:00")

    after = [one for one in unbroken("2026-03-30 09:00") if one[0] > "2026-03-28"]
    assert world.fired() == after == [("2026-03-30 09:00", "sue", "weekly-summary")]


def test_what_was_first_seen_after_the_backup_is_not_seen_late(begun, restored, unbroken):
    world = restored(begun, FRIDAY, lambda world: world.opens("SC-9", family="F-9"))
    world.turn()
    let_go(world)
    look_again(world)

    world.until("2026-03-10 18:00")

    after = unbroken("2026-03-10 18:00", SC_9="F-9")
    assert sorted(world.fired()) == sorted(one for one in after if one[0] > FRIDAY)
    assert world.only("first-seen-late") == []


def test_people_who_heard_before_the_restore_hear_that_it_has_come(begun, restored):
    world = restored(begun, FRIDAY)
    world.turn()
    let_go(world)
    look_again(world)
    world.fact("SC-1", invite_list_received="2026-03-06T17:45")

    world.until("2026-03-06 18:30")
    world.until("2026-03-09 09:00")

    assert [(to, rung) for _, to, rung in world.fired() if rung == "now-received"] == [
        ("sue", "now-received")
    ]


def test_a_new_database_in_its_place_is_held_and_released_as_any(begun, beside, outside):
    begun.until(FRIDAY)
    world = beside(begun, outside=outside)

    world.turn()
    held = world.line.guard.held
    found = let_go(world)
    look_again(world)
    world.until("2026-03-06 18:00")

    assert "this database is new" in held
    assert sorted(one.id for one in found.sent) == sorted(ids(begun))
    assert world.email.sent == []


def test_another_authority_s_database_is_told_from_an_older_one(begun, story, outside):
    begun.until(FRIDAY)
    world = story("2026-03-02 09:00")
    world.opens()
    world.until(THURSDAY)

    other = story(MONDAY, url=world.url, outside=outside)
    other.turn()

    assert "this is another database" in other.line.guard.held


def test_a_message_whose_answer_was_lost_keeps_its_id_over_the_restore(begun, restored):
    world = restored(
        begun, "2026-03-06 09:00", lambda one: one.email.answers.append(Unknown("no-answer"))
    )
    world.turn()
    found = let_go(world)
    look_again(world)
    (unsure,) = found.unsure

    world.until("2026-03-06 09:30")

    assert ids(world) == [unsure.id]


def test_a_message_that_waits_in_the_backup_and_went_out_is_not_sent(
    begun, beside, outside, copied
):
    begun.clock.now = begun.clock.now.replace(day=6, hour=17, minute=0)
    begun.line.decide()
    begun.store.close()
    copy = copied(begun.url)
    begun.turn()
    world = beside(begun, url=copy, outside=outside)

    found = let_go(world)
    look_again(world)
    world.turn()

    assert len(found.waiting) >= 3
    assert world.email.sent == []


def test_a_restore_on_one_machine_holds_the_others_and_one_release_frees_them(
    begun, restored, beside, folder
):
    world = restored(begun, FRIDAY)
    elsewhere = Outside(folder / "elsewhere" / "testshire.state")
    blind = beside(world, url=world.url, outside=elsewhere)

    world.turn()
    blind.turn()
    held = blind.line.guard.held
    let_go(world)
    look_again(blind)
    blind.turn()

    assert "this is an older database" in held
    assert blind.line.guard.held is None
    assert blind.email.sent == []


def test_a_refused_message_is_not_taken_for_one_that_went_out(begun, restored):
    world = restored(
        begun, "2026-03-06 09:00", lambda one: one.email.answers.append(Permanent("no-such-box"))
    )
    world.turn()

    found = compare(world.store, world.line.guard.outside, world.clock())

    assert {one.outcome for one in found.sent} == {DeliveryState.ACCEPTED}
