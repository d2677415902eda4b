"""Drops that show some cases each: what is wrong is said of the one that lies there, and of nothing older."""

import os
from datetime import timedelta

import pytest

from daemon.engine.house import Feed
from integrations.csv_files.config import Config
from integrations.csv_files.source import CsvFiles

HEADER = "conference_id,kind,case_refs,strategy_date,booked_start,status"
GOOD = "M-{0},ICPC,SC-{0},2026-03-02,2026-03-12T10:00,booked"
BAD = "M-{0},ICPC,SC-{0},2026-03-02,31/02/2026,booked"


@pytest.fixture
def drop(story, folder):
    """Return a world with a drop folder, and what drops these rows there."""
    world = story("2026-03-06 10:00")
    place = folder / "diary"
    place.mkdir()
    source = CsvFiles(Config(folder=place, drops="partial"), world.clock)
    feed = Feed("drops", "conference_diary", source, timedelta(0), timedelta(hours=26))
    world.house.feeds = {"drops": feed}

    def put(*rows):
        world.clock.now += timedelta(minutes=10)
        file = place / "conference.csv"
        file.write_text("\n".join((HEADER, *rows, "")))
        os.utime(file, (world.clock.now.timestamp(),) * 2)
        world.line.watcher.poll(feed)
        with world.store.read() as tx:
            wrong = [str(one.problem.where) for one in tx.quarantine.open()]
            return wrong, tx.feeds.get("drops").problems, set(tx.fragments.fingerprints("drops"))

    return world, feed, put


def test_a_good_drop_ends_what_was_wrong_with_the_one_before_it(drop):
    _, _, put = drop

    bad = put(GOOD.format(1), BAD.format(2))
    good = put(GOOD.format(3))

    assert bad == (["conference.csv:3"], 1, {"SC-1"})
    assert good == ([], 0, {"SC-1", "SC-3"})


def test_looking_again_at_the_same_drop_ends_nothing(drop):
    world, feed, put = drop
    put(GOOD.format(1), BAD.format(2))

    world.clock.now += timedelta(minutes=10)
    world.line.watcher.poll(feed)

    with world.store.read() as tx:
        assert [one.problem.where for one in tx.quarantine.open()] == ["conference.csv:3"]
        assert tx.feeds.get("drops").problems == 1
