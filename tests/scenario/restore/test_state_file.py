"""What is kept outside the database: by it a restore is noticed, and what died before its commit made good."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import date, timedelta
from shutil import rmtree

from daemon.domain.delivery import Answer, DeliveryState
from daemon.domain.message import Lane
from daemon.domain.times import iso
from daemon.engine.sending.desk import Desk
from daemon.engine.standing.overview import standing
from daemon.engine.standing.presence import Presence
from daemon.store import Outside
from tests.scenario.restore.conftest import FRIDAY, ids, let_go, look_again

HELD_UP_S = 0.3


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
