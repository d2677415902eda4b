"""An older database is put back: it is noticed, nothing goes out, and after a release nothing goes out twice."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from datetime import date, timedelta
from shutil import rmtree

import pytest

from daemon.domain.delivery import Answer, DeliveryState
from daemon.domain.errors import Permanent, Unknown
from daemon.domain.message import Lane
from daemon.domain.times import iso
from daemon.engine.sending.desk import Desk
from daemon.engine.standing.overview import standing
from daemon.engine.standing.presence import Presence
from daemon.engine.standing.release import compare, release
from daemon.store import Outside, SessionRow

HELD_UP_S = 0.3
MONDAY, THURSDAY, FRIDAY = "2026-03-02 16:00", "2026-03-05 12:00", "2026-03-06 17:30"


@pytest.fixture
def begun(story, outside):
    """Return an authority with three cases whose invite lists are due on Friday at 17:00."""
    world = story(MONDAY, outside=outside)
    for number in range(3):
        world.opens(f"SC-{number}", family=f"F-{number}")
    world.until(THURSDAY)
    return world


@pytest.fixture
def unbroken(story):
    """Return an authority like that one, to which nothing happens: what it sends is what must be sent."""

    def live(until: str, **first: str):
        world = story(MONDAY)
        for number in range(3):
            world.opens(f"SC-{number}", family=f"F-{number}")
        world.until(THURSDAY)
        for ref, family in first.items():
            world.opens(ref.replace("_", "-"), family=family)
        world.until(until)
        return world.fired()

    return live


@pytest.fixture
def beside(story):
    """Return what starts another service with a world's clock and feeds."""

    def start(world, after=timedelta(0), **how):
        again = story(MONDAY, **how)
        again.clock.now = world.clock.now + after
        again.feed.bodies.update(world.feed.bodies)
        return again

    return start


@pytest.fixture
def restored(beside, outside, copied):
    """Return what copies a world's database, lets the world go on, and starts anew from the copy."""

    def restore(world, until: str, meanwhile=lambda _: None):
        world.store.close()
        copy = copied(world.url)
        meanwhile(world)
        world.until(until)
        return beside(world, url=copy, outside=outside)

    return restore


def let_go(world):
    return release(world.store, world.line.guard.outside, world.deciding, world.clock(), "ann")


def look_again(world):
    """Have the guard look at once: it looks every few seconds by itself."""
    world.line.guard._looked_s = float("-inf")


def ids(world) -> list[str]:
    return [one.message.id for one in world.email.sent]


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


def test_what_other_machines_sent_is_in_the_list_of_each_that_runs(begun, beside, folder, backend):
    elsewhere = Outside(folder / "elsewhere" / "testshire.state")
    other = beside(begun, url=begun.url, outside=elsewhere)
    other.line.guard.allows()
    before = len(begun.email.sent)
    begun.until(FRIDAY)

    look_again(other)
    other.line.guard.allows()

    # a file's processes are all on one machine, and share the folder
    is_shared = backend == "postgres"
    told = {one.id for one in elsewhere.sent()}
    assert told == (set(ids(begun)[before:]) if is_shared else set())


def test_a_kill_between_the_answer_and_its_commit_is_made_good_from_outside(begun, beside, outside):
    begun.clock.now = begun.clock.now.replace(day=6, hour=9, minute=0)
    begun.line.decide()
    deliverer, desk = begun.line.deliverer, Desk()
    deliverer._take(desk, Lane.ROUTINE)
    deliverer._compose(desk, Lane.ROUTINE)
    first, *others = deliverer._commit(desk, [], desk.ready)
    answer = Answer(first.outgoing.id, first.outgoing.epoch, DeliveryState.ACCEPTED)
    begun.line.guard.note([(first, answer)], [], begun.clock())
    again = beside(begun, timedelta(minutes=2), url=begun.url, outside=outside)

    again.turn()

    assert again.line.guard.held is None
    assert others != []
    assert {one.outgoing.id for one in others} <= set(ids(again))
    assert first.outgoing.id not in ids(again)


def test_an_answer_that_one_process_is_just_recording_is_not_learnt_by_another_that_begins(
    begun, beside, outside
):
    begun.clock.now = begun.clock.now.replace(day=6, hour=9, minute=0)
    begun.line.decide()
    deliverer, desk = begun.line.deliverer, Desk()
    deliverer._take(desk, Lane.ROUTINE)
    deliverer._compose(desk, Lane.ROUTINE)
    first, *_ = deliverer._commit(desk, [], desk.ready)
    id_ = first.outgoing.id
    answered = [(first, Answer(id_, first.outgoing.epoch, DeliveryState.ACCEPTED))]
    again = beside(begun, url=begun.url, outside=outside)

    with ThreadPoolExecutor(1) as pool:
        with begun.store.write() as tx:
            deliverer.recorder.record(tx, answered, begun.clock())
            begun.line.guard.note(answered, [], begun.clock())
            begins = pool.submit(again.line.guard.allows)
            assert wait([begins], HELD_UP_S).not_done
        may_begin = begins.result()

    with begun.store.read() as tx:
        message, entries = tx.messages.get(id_), tx.journal.of(id_)
    assert may_begin
    assert (message.state, message.attempts, message.ambiguous) == (DeliveryState.ACCEPTED, 1, 0)
    assert [one.kind for one in entries] == ["message.accepted"]


def test_a_state_file_that_was_lost_beside_a_live_database_is_begun_anew_and_said(
    begun, beside, outside, strict_log
):
    with begun.store.write() as tx:
        tx.marks.put("beat/at", begun.clock())
    lose(outside)
    again = beside(begun, url=begun.url, outside=outside)

    again.until(FRIDAY)

    assert again.email.sent != []
    assert again.journal("state.begun") == [
        "no state file lay beside a database in use; one was begun"
    ]
    assert "state.begun" in strict_log.getvalue()


def test_a_database_that_rested_long_and_lost_its_state_file_may_be_an_old_copy(
    begun, beside, outside
):
    with begun.store.write() as tx:
        tx.marks.put("beat/at", begun.clock())
    lose(outside)
    again = beside(begun, timedelta(hours=2), url=begun.url, outside=outside)
    again.turn()
    held = again.line.guard.held

    let_go(again)
    look_again(again)
    again.until("2026-03-06 18:00")

    assert "testshire.state is missing" in held
    assert "it may be an old copy" in held
    assert again.email.sent != []


def lose(outside: Outside) -> None:
    outside.file.unlink()
    for _, path in outside._files():
        path.unlink()


def test_what_is_kept_outside_names_keys_and_nothing_that_people_read(begun, outside):
    begun.until(FRIDAY)

    text = "".join(path.read_text() for _, path in outside._files()) + outside.file.read_text()
    modes = {path.stat().st_mode & 0o777 for _, path in outside._files()}

    assert "SC-1/icpc-invite-list/icpc-1" in text
    assert not [word for word in ("not met", "due by", "http", "subject") if word in text]
    assert modes == {0o600}
    assert (outside.file.stat().st_mode & 0o777, outside.folder.stat().st_mode & 0o777) == (
        0o600,
        0o700,
    )


def test_what_was_sent_is_kept_for_five_weeks(begun, outside):
    begun.until("2026-04-30 18:00")

    assert outside.kept_from() >= date(2026, 3, 20)
    assert iso(outside.head().at) >= "2026-04-20"


def test_a_refused_message_is_not_taken_for_one_that_went_out(begun, restored):
    world = restored(
        begun, "2026-03-06 09:00", lambda one: one.email.answers.append(Permanent("no-such-box"))
    )
    world.turn()

    found = compare(world.store, world.line.guard.outside, world.clock())

    assert {one.outcome for one in found.sent} == {DeliveryState.ACCEPTED}


def test_a_state_file_that_cannot_be_written_shows_in_status_until_it_can_be_again(begun):
    world, folder = begun, begun.line.guard.outside.folder
    presence = Presence(world.store, "run", {}, is_run=True)
    rmtree(folder)
    folder.write_text("no folder", "utf-8")

    world.turn()
    presence.beat(world.clock(), None, world.line.guard.unkept)
    kept_not = standing(world.store, world.clock(), {}, None, [])
    folder.unlink()
    world.turn()
    presence.beat(world.clock(), None, world.line.guard.unkept)
    kept = standing(world.store, world.clock(), {}, None, [])

    (why,) = kept_not["state_file"]["failures"].values()
    assert why.startswith("what is sent cannot be kept outside the database")
    assert not kept_not["state_file"]["ok"]
    assert any(why in one for one in kept_not["attention"])
    assert kept["state_file"] == {"ok": True, "failures": {}}
