"""The off switch: nothing is sent while it is on, everything is decided, and what waited goes as after downtime."""

from daemon.engine.sending.pause import begin, end
from daemon.engine.standing.overview import standing
from daemon.testing.world import at

WHY = "the mail server is moved"


def paused_until(world, text):
    begin(world.store, at(text), "ops", WHY, world.clock())


def status(world):
    return standing(world.store, world.clock(), {}, None, [])


def test_nothing_is_sent_in_a_pause_and_everything_is_decided(story):
    world = story()
    world.opens()
    world.turn()
    before = world.told()
    paused_until(world, "2026-03-10 09:00")

    world.until("2026-03-09 12:00")

    assert world.told() == before
    assert world.count("overdue") == 1
    with world.store.read() as tx:
        waiting = {one.key.rung for one in tx.notices.waiting(None, world.clock(), 100)}
    assert "invite-list-missed" in waiting
    said = status(world)
    assert any(WHY in one for one in said["attention"])
    assert said["held"]["pause"] > 0
    assert world.line.auditor.audit(world.clock()).balances


def test_what_waited_goes_out_when_its_time_is_over_without_the_reminders_that_are_past(story):
    world = story()
    world.opens()
    paused_until(world, "2026-03-09 10:00")

    world.until("2026-03-09 10:00")

    rungs = [rung for _, _, rung in world.fired()]
    assert {moment for moment, _, _ in world.fired()} == {"2026-03-09 10:00"}
    assert "invite-list-missed" in rungs
    assert "invite-list-reminder" not in rungs
    assert "invite-list-due-today" not in rungs
    assert world.journal("rung.skipped")
    assert "its time is over" in world.journal("sending.resumed")
    assert world.line.auditor.audit(world.clock()).balances


def test_what_is_met_in_a_pause_is_told_to_nobody(story):
    world = story()
    world.opens()
    paused_until(world, "2026-03-10 09:00")
    world.until("2026-03-09 12:00")

    world.fact("SC-1", invite_list_received="2026-03-09")
    world.until("2026-03-10 10:00")

    assert world.only("invite-list-reminder", "invite-list-due-today", "invite-list-missed") == []


def test_a_person_ends_a_pause_and_what_waits_goes_at_once(story):
    world = story()
    world.opens()
    paused_until(world, "2026-03-20 09:00")
    world.until("2026-03-06 12:00")

    end(world.store, world.clock(), "ops")
    world.turn()

    assert {moment for moment, _, _ in world.fired()} == {"2026-03-06 12:00"}
    assert status(world)["pause"] is None
    assert end(world.store, world.clock(), "ops") is None


def test_of_several_lists_of_one_name_the_newest_goes_after_a_pause(diary):
    meeting = {"id": "M-1", "kind": "icpc", "status": "booked", "scheduled_at": "2026-03-20T10:00"}
    diary.opens("SC-1", meetings=[meeting])
    diary.turn()
    paused_until(diary, "2026-03-17 09:00")

    diary.until("2026-03-17 09:30")

    lists = diary.only("weekly-conference-diary")
    assert lists == [("2026-03-17 09:00", "tom", "weekly-conference-diary")]
