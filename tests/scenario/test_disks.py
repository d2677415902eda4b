"""A disk that is nearly full: the operator hears of it before nothing can be written any more."""

from dataclasses import replace
from pathlib import Path

import pytest

from daemon.engine.standing.disks import DATABASE, ROOM_BYTES, STATE_FILE, Disk
from daemon.testing.world import at


@pytest.fixture
def world(story):
    return story("2026-03-06 09:00")


def told(world, *disks, moments=("09:05",), day="2026-03-06"):
    """Have it counted again at each of these moments; return what the operator was told by mail."""
    line = replace(world.line, disks=lambda: disks)
    for moment in moments:
        world.clock.now = at(f"{day} {moment}")
        line.audit()
        line.send()
    return [text for text in world.operator() if "MB free" in text or "cannot be looked at" in text]


def test_one_that_is_nearly_full_is_told_once_a_day(world):
    short = Disk(DATABASE, Path("/data"), ROOM_BYTES - 1)

    assert len(told(world, short, moments=("09:05", "09:10", "17:00"))) == 1
    assert len(told(world, short, day="2026-03-07")) == 2
    assert "499 MB free for the database" in told(world)[0]
    assert "Make room on that disk" in told(world)[0]


def test_one_with_room_is_no_news(world):
    assert told(world, Disk(DATABASE, Path("/data"), ROOM_BYTES)) == []


def test_two_are_one_mail_that_names_both(world):
    mails = told(
        world, Disk(DATABASE, Path("/data"), 0), Disk(STATE_FILE, Path("/var/lib/daykeeper"), None)
    )

    assert len(mails) == 1
    assert "0 MB free for the database" in mails[0]
    assert "the folder of the state file cannot be looked at" in mails[0]


def test_the_line_looks_at_the_disk_of_its_own_database_where_that_is_a_file(world):
    found = {one.what: one.folder for one in world.line.disks()}

    own = {} if world.store.is_shared else {DATABASE: world.store.path.parent}
    assert {what: folder for what, folder in found.items() if what == DATABASE} == own
