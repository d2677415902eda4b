"""What has been kept long enough goes, what is held stays, and the journal's chain stands through all of it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from daemon.engine.standing.purge import plan, purge
from daemon.store import EVERYTHING, Hold, Verdict
from daemon.testing.world import World, at
from tests.faults.forgery import Forger
from tests.small import SMALL

PERIODS = {"cases": 24, "messages": 12, "journal": 24}
LATER = at("2028-06-01 09:00")
TABLES = ("notices", "obligations", "fragments", "answers", "links", "promises", "numbers", "cases")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return an authority one of whose cases is over, and shown by no feed any more."""
    made = World(tmp_path, "2026-03-02 16:00", policies=SMALL)
    for ref in ("SC-1", "SC-10"):
        made.fact(
            ref,
            strategy_discussion_held="2026-03-02",
            s47_decision_recorded={"at": "2026-03-02T15:10", "value": "section_47"},
        )
    made.until("2026-03-09 12:00")
    made.fact(
        "SC-1",
        icpc_not_required={"at": "2026-03-09", "value": "other"},
        invite_list_received="2026-03-09",
    )
    made.until("2026-03-10 12:00")
    made.feed.bodies.pop("SC-1")
    made.until("2026-03-11 12:00")
    made.line.seal()
    yield made
    made.close()


def verify(world: World) -> Verdict:
    with world.store.read() as tx:
        return tx.journal.verify(tx.journal.head())


def text_of(world: World) -> str:
    """Return everything that the database holds."""
    with closing(sqlite3.connect(world.store.path)) as connection:
        return "\n".join(connection.iterdump())


def carry_out(world: World) -> dict[str, int]:
    with world.store.write() as tx:
        return purge(tx, plan(tx, PERIODS, LATER), LATER, "A. Name")


def test_nothing_goes_before_its_time_and_nothing_at_all_without_a_period(world: World) -> None:
    with world.store.read() as tx:
        assert plan(tx, PERIODS, at("2026-06-01 09:00")).cases == ()
        assert plan(tx, dict.fromkeys(PERIODS), LATER) == plan(tx, {}, LATER)
        assert plan(tx, {}, LATER).messages == ()


def test_a_case_that_no_feed_shows_goes_whole_and_its_namesake_stays(world: World) -> None:
    with world.store.read() as tx:
        found = plan(tx, PERIODS, LATER)
        before = len(tx.obligations.of(["SC-10"])["SC-10"])
    assert found.cases == ("SC-1",)

    done = carry_out(world)

    assert done["cases"] == 1
    assert done["entries"] == len(found.entries) > 0
    assert "SC-1/" not in text_of(world)
    assert '"SC-1"' not in text_of(world)
    with world.store.read() as tx:
        assert tx.cases.get("SC-1") is None
        assert len(tx.obligations.of(["SC-10"])["SC-10"]) == before
        assert any(one.about.startswith("SC-10/") for one in tx.journal.of("SC-10/"))


def test_the_words_of_old_messages_go_and_that_they_went_stays(world: World) -> None:
    carry_out(world)

    with world.store.read() as tx:
        notices = tx.notices.of_obligations(
            [one.id for one in tx.obligations.of(["SC-10"])["SC-10"]]
        )
        ids = {one.message_id for each in notices.values() for one in each if one.message_id}
        kept = tx.messages.of(ids)
        attempts = [tx.messages.attempts(id_) for id_ in ids]
    assert kept
    assert all((one.text, one.html, one.subject) == ("", "", "") for one in kept.values())
    assert all(attempts)


def test_the_chain_stands_before_and_after_the_purge_is_sealed(world: World) -> None:
    assert verify(world).ok
    carry_out(world)

    assert verify(world).ok
    world.line.seal()
    assert verify(world).ok
    assert carry_out(world) == {"cases": 0, "messages": 0, "entries": 0}


@pytest.mark.parametrize("ref", ["SC-1", EVERYTHING])
def test_a_legal_hold_keeps_it_and_once_lifted_it_goes(world: World, ref: str) -> None:
    with world.store.write() as tx:
        assert tx.holds.place(Hold(ref, "inquiry", "A. Name", LATER))
        assert not tx.holds.place(Hold(ref, "inquiry", "B. Name", LATER))
        found = plan(tx, PERIODS, LATER)
        assert (found.cases, found.held) == ((), ("SC-1",))
        own = {one.number for one in tx.journal.of("SC-1/") if one.number}
        assert not own & set(found.entries)
        tx.holds.lift(ref)

    assert carry_out(world)["cases"] == 1


def test_a_case_of_which_a_duty_is_open_stays_and_is_named(world: World) -> None:
    with world.store.write() as tx:
        tx.fragments.missing("diary", [], world.clock.now)
        found = plan(tx, PERIODS, LATER)

    assert found.cases == ("SC-1",)
    assert found.open == ("SC-10",)


def test_a_case_about_which_a_message_went_lately_stays_for_it_is_known_outside(
    world: World,
) -> None:
    with world.store.write() as tx:
        tx.fragments.missing("diary", [], at("2026-01-01 09:00"))
        soon, a_month_on = (
            plan(tx, {"cases": 1}, at(moment))
            for moment in ("2026-04-12 09:00", "2026-04-20 09:00")
        )

    assert ("SC-1" in soon.told, "SC-1" in soon.cases) == (True, False)
    assert ("SC-1" in a_month_on.told, "SC-1" in a_month_on.cases) == (False, True)


FORGERIES = {
    "an entry blanked without a purge": "UPDATE journal SET about='', because='', data='{}' "
    "WHERE number = (SELECT max(number) FROM journal WHERE about <> '' AND kind <> 'journal.purged')",
    "another one put among the purged": "INSERT INTO purged SELECT authority, (SELECT min(number) FROM journal "
    "WHERE about <> ''), purge FROM purged LIMIT 1",
    "one taken from among them": "DELETE FROM purged WHERE number = (SELECT min(number) FROM purged)",
    "all taken from among them": "DELETE FROM purged",
    "words put back": "UPDATE journal SET because='never' WHERE number = (SELECT min(number) FROM purged)",
    "a moment changed": "UPDATE journal SET at=at+1 WHERE number = (SELECT min(number) FROM purged)",
    "a kind changed": "UPDATE journal SET kind='x' WHERE number = (SELECT max(number) FROM purged)",
    "a hash changed": "UPDATE journal SET hash='x' WHERE number = (SELECT max(number) FROM purged)",
    "the purge itself blanked": "UPDATE journal SET about='', because='', data='{}' WHERE kind='journal.purged'",
    "a purge of another name": "UPDATE purged SET purge='purge/other'",
}


@pytest.mark.parametrize("forgery", FORGERIES.values(), ids=FORGERIES.keys())
def test_whatever_is_done_to_what_was_purged_is_found(world: World, forgery: str) -> None:
    carry_out(world)
    world.line.seal()
    assert verify(world).ok

    with closing(Forger(world.url)) as forger:
        forger.silence()
        forger.execute(forgery)

    assert not verify(world).ok


def test_the_database_lets_no_word_of_an_entry_be_changed_for_another(world: World) -> None:
    carry_out(world)
    with closing(Forger(world.url)) as forger:
        for change in ("because='x'", "hash='x', about='', because='', data='{}'", "kind='x'"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                forger.execute(f"UPDATE journal SET {change} WHERE number = 1")
