"""A feed that fails in five ways (F23): each alarm comes within a minute of its limit, and no duty is called off."""

import os
from datetime import timedelta
from shutil import rmtree

import pytest

from daemon.domain.obligation import State
from daemon.engine.house import Feed
from daemon.engine.standing.attention import feeds_in_words
from daemon.engine.standing.overview import standing
from integrations.csv_files.config import Config
from integrations.csv_files.source import CsvFiles

ROWS, LEFT = 40, 28  # 30 % fewer
READ_EVERY, FRESH_WITHIN = timedelta(minutes=5), timedelta(hours=4)
WITHIN, STEP = timedelta(seconds=60), timedelta(seconds=15)
TROUBLE, FRESH = "it cannot be read, or its data is old", "its data is fresh again"
HEADER = "conference_id,kind,case_refs,strategy_date,booked_start,status"


def drop(world, folder, rows, header=HEADER):
    """Put a sheet of so many conferences there, written now by the world's clock."""
    lines = [f"C{one},ICPC,SC-{one:03},2026-03-02,2026-03-18 10:00,booked" for one in range(rows)]
    sheet = folder / "conference.csv"
    sheet.write_text("\n".join([header, *lines, ""]), "utf-8")
    os.utime(sheet, (world.clock.now.timestamp(),) * 2)


def stale(_world, _folder):
    """Bring nothing more."""


def gone(_world, folder):
    """Take the folder away."""
    rmtree(folder)


def empty(world, folder):
    """Bring a sheet of no rows."""
    drop(world, folder, 0)


def fewer(world, folder):
    """Bring 30 % fewer rows."""
    drop(world, folder, LEFT)


def renamed(world, folder):
    """Bring a sheet of which one column has another name."""
    drop(world, folder, ROWS, HEADER.replace("booked_start", "slot"))


def states(world):
    """Return how many duties stand in each state."""
    with world.store.read() as tx:
        found = tx.obligations.of([f"SC-{one:03}" for one in range(ROWS)])
    every = [track.state for each in found.values() for track in each]
    return {state: every.count(state) for state in State}


def alarms(world):
    """Return the operator's mails, and what `status` says of feeds and their rows."""
    terms = {"diary": ("conference_diary", FRESH_WITHIN)}
    seen = standing(world.store, world.clock(), terms, None, [])
    listed = [f"{one['feed']}: {one['what']}" for one in seen["quarantine"]]
    return world.operator(), feeds_in_words(seen["feeds"]) + listed


@pytest.fixture
def office(story, folder):
    """Return an authority whose diary is a sheet in a folder, just read, with that folder."""
    world = story("2026-03-03 09:00")
    shelf = folder / "drop"
    shelf.mkdir()
    source = CsvFiles(Config(folder=shelf), world.clock)
    cases = Feed("cases", "case_system", world.feed, timedelta(days=1), timedelta(days=7))
    diary = Feed("diary", "conference_diary", source, READ_EVERY, FRESH_WITHIN)
    world.house.feeds = {"cases": cases, "diary": diary}
    world.house.order = {"*": ["diary", "cases"]}
    for one in range(ROWS):
        world.opens(f"SC-{one:03}")
    drop(world, shelf, ROWS)
    world.turn()
    return world, shelf


def test_old_data_is_told_once_again_each_day_and_once_when_it_is_fresh(office):
    world, shelf = office
    known_at = world.clock.now

    heard = []
    for minutes in (239, 241, 300, 24 * 60, 28 * 60 + 2, 29 * 60):
        world.clock.now = known_at + timedelta(minutes=minutes)
        world.turn()
        heard.append(len(world.operator()))
    drop(world, shelf, ROWS)
    for _ in range(3):
        world.turn()
        world.clock.now += READ_EVERY

    assert heard == [0, 1, 1, 1, 2, 2]
    assert subjects(world) == [TROUBLE, TROUBLE, FRESH]
    assert "its last data is from Tuesday 3 March 2026, 9am" in world.operator()[0]


def test_a_feed_that_cannot_be_read_is_told_at_once_each_day_and_once_when_it_can_be(office):
    world, shelf = office
    begun_at = world.clock.now
    gone(world, shelf)

    heard = []
    for minutes in (5, 65, 24 * 60, 24 * 60 + 6, 25 * 60, 48 * 60 + 12):
        world.clock.now = begun_at + timedelta(minutes=minutes)
        world.turn()
        heard.append(len(world.operator()))
    shelf.mkdir()
    drop(world, shelf, ROWS)
    for _ in range(3):
        world.clock.now += READ_EVERY
        world.turn()

    assert heard == [1, 1, 1, 2, 2, 3]
    assert subjects(world)[3:] == [FRESH]


def test_old_data_that_then_cannot_be_read_is_told_of_that_too(office):
    world, shelf = office
    world.clock.now += FRESH_WITHIN + WITHIN
    world.turn()
    gone(world, shelf)

    world.clock.now += READ_EVERY
    world.turn()

    assert len(world.operator()) == 2


def comes_and_goes(world, shelf, hours):
    """Take the folder away in each even hour, and bring it back in each odd one."""
    for hour in range(hours):
        world.clock.now += timedelta(minutes=55)
        if hour % 2:
            shelf.mkdir()
            drop(world, shelf, ROWS)
        else:
            gone(world, shelf)
        world.turn()


def subjects(world):
    return [one.splitlines()[0].removeprefix("diary: ") for one in world.operator()]


def test_a_trouble_that_returns_within_a_day_is_told_at_once_again(office):
    world, shelf = office
    comes_and_goes(world, shelf, 2)

    comes_and_goes(world, shelf, 1)

    assert subjects(world) == [TROUBLE, FRESH, TROUBLE]


def test_a_feed_that_comes_and_goes_each_hour_is_told_three_times_a_day_and_the_last_says_so(
    office,
):
    world, shelf = office

    comes_and_goes(world, shelf, 24)

    often = [number for number, one in enumerate(world.operator()) if "it comes and goes" in one]
    assert subjects(world) == [TROUBLE, FRESH, TROUBLE, FRESH, TROUBLE]
    assert often == [4]
    assert "no more is mailed of it until Wednesday 4 March 2026, 1:35pm" in world.operator()[4]
    assert len(world.journal("feed.failed")) == 12


@pytest.mark.parametrize(
    ("is_back", "news"),
    [pytest.param(True, FRESH, id="well"), pytest.param(False, TROUBLE, id="gone")],
)
def test_how_a_feed_that_came_and_went_stands_is_told_when_its_day_is_over(office, is_back, news):
    world, shelf = office
    comes_and_goes(world, shelf, 6 if is_back else 7)
    told = len(world.operator())

    world.clock.now += timedelta(days=1)
    drop(world, shelf, ROWS) if is_back else None
    world.turn()
    world.clock.now += READ_EVERY
    world.turn()

    assert subjects(world)[told:] == [news]


def test_a_clock_that_was_ahead_does_not_silence_the_daily_mail(office):
    world, _ = office
    known_at = world.clock.now
    world.clock.now = known_at + timedelta(days=9)
    world.turn()

    world.clock.now = known_at + timedelta(days=1)
    world.turn()

    assert len(world.operator()) == 2


def test_a_clock_that_was_ahead_keeps_no_feed_from_being_read(office):
    world, shelf = office
    known_at = world.clock.now
    world.clock.now = known_at + timedelta(days=4)
    drop(world, shelf, ROWS)
    world.turn()

    world.clock.now = known_at + timedelta(minutes=5)
    gone(world, shelf)
    world.turn()

    said, listed = alarms(world)
    assert len(said) == 1
    assert any("diary" in one for one in listed)


@pytest.mark.parametrize(
    ("fails", "limit"),
    [
        pytest.param(stale, FRESH_WITHIN, id="stale"),
        pytest.param(gone, READ_EVERY, id="gone"),
        pytest.param(empty, READ_EVERY, id="empty"),
        pytest.param(fewer, READ_EVERY, id="30 % fewer rows"),
        pytest.param(renamed, READ_EVERY, id="a column renamed"),
    ],
)
def test_the_alarm_comes_within_a_minute_of_the_limit_and_nothing_is_called_off(
    office, fails, limit
):
    world, shelf = office
    before, quiet = states(world), alarms(world)

    begun_at = world.clock.now
    fails(world, shelf)
    world.clock.now += limit - READ_EVERY
    for _ in range((READ_EVERY + 2 * WITHIN) // STEP):
        world.turn()
        mails, shown = alarms(world)
        if shown and mails:
            break
        world.clock.now += STEP
    late = world.clock.now - begun_at - limit

    print(f"\n{fails.__name__}: alarm {late.total_seconds():+.0f} s after its limit (at most 60)")
    assert before[State.OPEN] >= ROWS
    assert quiet == ([], [])
    assert shown
    assert len(mails) == 1
    assert late <= WITHIN
    assert states(world) == before
