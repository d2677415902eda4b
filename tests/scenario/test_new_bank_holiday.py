"""A bank holiday is announced while cases are open: what moves, and who is told again (DOMAIN section 3)."""

from dataclasses import replace
from datetime import date

import pytest

from daemon.decide.due.office import Calendar
from daemon.domain.times import OfficeHours
from daemon.rulebook import load_texts, shipped, sources
from tests.late_holiday import announced as with_holiday

LIST = "holidays/england-and-wales.yaml"
DAY = date(2026, 3, 6)  # the Friday on which the list of SC-1 is due


def announce(world, day):
    days = with_holiday(world.deciding.calendar.days, day)
    deciding = replace(world.deciding, calendar=Calendar(days, OfficeHours()))
    world.house.deciding = world.deciding = deciding
    with world.store.write() as tx:
        tx.cases.touch_all(world.clock())


def dues(world):
    with world.store.read() as tx:
        found = tx.obligations.of(["SC-1", "SC-2"])
    return {track.id: track.due_at for tracks in found.values() for track in tracks}


def moved(world):
    with world.store.read() as tx:
        return sorted(one.about for one in tx.journal.of("") if one.kind == "obligation.moved")


@pytest.fixture
def announced(story):
    """Return an authority that heard on Thursday that Friday is a holiday, and what was due before."""
    world = story("2026-02-23 09:00")
    with world.case(
        "SC-2", family="F-2"
    ) as body:  # its list was due last Friday; its conference is to come
        body["facts"].update({
            "strategy_discussion_held": "2026-02-23",
            "s47_decision_recorded": {"at": "2026-02-23", "value": "section_47"},
            "s47_concluded": {"at": "2026-02-24", "value": "at_risk"},
            "invite_list_received": "2026-02-26",
        })  # fmt: skip
    world.until("2026-03-02 15:30")
    world.opens("SC-1")
    world.until("2026-03-05 12:00")
    before = dues(world)
    announce(world, DAY)
    world.until("2026-03-05 13:00")
    return world, before


def test_the_journal_lists_every_deadline_that_moved_and_no_other(announced):
    world, before = announced

    after = dues(world)
    assert moved(world) == sorted(name for name in before if before[name] != after[name])
    assert {name for name in before if before[name] == after[name]} == {
        "SC-2/icpc-invite-list/icpc-1"
    }


def test_whoever_was_told_the_old_moment_is_told_the_new_one_once(announced):
    world, _ = announced

    world.until("2026-03-05 16:00")

    assert sorted((to, rung) for _, to, rung in world.only("due-moved")) == [
        ("cora", "due-moved"), ("sam", "due-moved"),
    ]  # fmt: skip
    assert all(
        "Monday 9 March 2026, 5pm" in text for _, text in world.texts() if "We told you" in text
    )


def test_nobody_is_told_on_the_holiday_that_something_is_late(announced):
    world, _ = announced

    world.until("2026-03-08 23:00")

    assert world.only("invite-list-missed", "invite-list-still-missing") == []


def test_a_longer_list_is_a_new_rulebook_so_that_open_cases_are_looked_at_again():
    texts = dict(sources(shipped()))
    last = "  - {date: 2027-12-28, name: Boxing Day (substitute day)}\n"
    more = {
        **texts,
        LIST: texts[LIST].replace(last, f"  - {{date: 2027-06-01, name: A coronation}}\n{last}"),
    }

    old, new = load_texts(texts)[0], load_texts(more)[0]

    assert old.digests["stoke-on-trent"] != new.digests["stoke-on-trent"]
