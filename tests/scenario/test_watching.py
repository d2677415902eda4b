"""How each feed stands: told to the operator, shown by `status` and counted in the metrics."""

import os
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.cli.status import feed_in_words
from daemon.domain.errors import Problem
from daemon.engine.house import Feed
from daemon.engine.standing.overview import standing
from daemon.metrics import Metrics
from daemon.sheets.carried import SHOWN_BY
from daemon.web.health import measure
from integrations.csv_files.config import Config
from integrations.csv_files.source import CsvFiles

HEADER = "conference_id,kind,case_refs,strategy_date,booked_start,status"
KEPT_NOWHERE = {
    **{name: {"file": ""} for name in ("report", "core_group", "milestone")},
    "conference": {"columns": dict.fromkeys(SHOWN_BY["conference"].keys() - HEADER.split(","), "")},
}
ROWS = 40


def rows(many, bad=0):
    """Return so many rows, of which the last `bad` have no date that exists."""
    for number in range(many):
        day = "31/02/2026" if number >= many - bad else "2026-03-12"
        yield f"M-{number},ICPC,SC-{number},2026-03-02,{day},booked"


@pytest.fixture
def drop(story, folder):
    """Return a world whose diary was read well, and what drops another one."""
    world = story("2026-03-06 10:00")
    place = folder / "diary"
    place.mkdir()
    source = CsvFiles(Config.model_validate({"folder": place, "sheets": KEPT_NOWHERE}), world.clock)
    feed = Feed("diary", "conference_diary", source, timedelta(0), timedelta(hours=26))
    world.house.feeds = {"diary": feed}

    def put(*lines):
        world.clock.now += timedelta(minutes=10)
        file = place / "conference.csv"
        file.write_text("\n".join((*lines, "")))
        os.utime(file, (world.clock.now.timestamp(),) * 2)

    put(HEADER, *rows(ROWS))
    world.turn()
    return world, put


def shown(world):
    """Return how the feed stands, by `status`, and by the metrics."""
    now, metrics = world.clock(), Metrics()
    said = standing(
        world.store, now, {"diary": (("conference_diary",), timedelta(hours=26))}, None, []
    )
    with world.store.read() as tx:
        measure(metrics, tx.summary(now), now)
    text = metrics.render().decode()
    figures = dict(re.findall(r'daykeeper_feed_(\w+)\{feed="diary"\} (\S+)', text))
    about = [one for one in said["attention"] if "feed" in one or "rows" in one]
    return (
        feed_in_words(said["feeds"][0]),
        about,
        {name: float(figure) for name, figure in figures.items()},
    )


def test_of_a_feed_that_is_well_its_rows_and_its_age_are_shown(drop):
    world, _ = drop
    world.clock.now += timedelta(minutes=7)

    line, _, figures = shown(world)

    assert line.startswith("feed diary (conference_diary): ok; data as at 2026-03-06T10:10")
    assert line.endswith(f"; {ROWS} rows, 0 of them unreadable; 0 problems")
    assert figures == {"ok": 1, "rows": ROWS, "unreadable_rows": 0, "age_seconds": 420}


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        pytest.param([HEADER, *rows(20)], "it shows 20 rows, and showed 40 before", id="a share is lost"),
        pytest.param([HEADER], "it shows nothing at all, and showed 40 rows before", id="no row"),
        pytest.param(
            [HEADER.replace("case_refs", "pupils"), *rows(ROWS)],
            "conference.csv: has no column case_refs", id="another header",
        ),
        pytest.param(
            [HEADER, *rows(ROWS, bad=20)],
            "of its 40 rows 20 cannot be read, and 0 could not before", id="a share is unreadable",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_reading_is_told_shown_and_counted_and_the_last_good_one_stands(
    drop, lines, says
):
    world, put = drop

    put(*lines)
    world.turn()
    world.turn()

    line, attention, figures = shown(world)
    assert says in line
    assert attention[0].startswith("the feed diary cannot be read")
    assert (figures["ok"], figures["rows"]) == (0, ROWS)
    assert [says in text for text in world.operator()] == [True]
    with world.store.read() as tx:
        assert len(tx.fragments.fingerprints("diary")) == ROWS


def test_a_feed_whose_data_is_older_than_it_may_be_is_not_called_well(drop):
    world, _ = drop

    said = []
    for more in (timedelta(hours=26), timedelta(minutes=1)):
        world.clock.now += more
        line, attention, _ = shown(world)
        said.append((line.partition("; ")[0], len(attention)))

    well = "feed diary (conference_diary)"
    assert said == [(f"{well}: ok", 0), (f"{well}: OLDER THAN IT MAY BE", 1)]


def test_a_few_unreadable_rows_are_counted_and_the_others_taken(drop):
    world, put = drop

    put(HEADER, *rows(ROWS, bad=3))
    world.turn()

    line, attention, figures = shown(world)
    assert line.endswith(f"; {ROWS} rows, 3 of them unreadable; 3 problems")
    assert attention == ["3 rows cannot be read: each may be a silent child"]
    assert (figures["ok"], figures["rows"], figures["unreadable_rows"]) == (1, ROWS, 3)
    assert len(world.operator()) == 1


def test_data_that_is_older_than_it_may_be_is_shown_and_counted(drop):
    """The operator is told by mail, too: tests/scenario/test_feed_alarms.py."""
    world, _ = drop

    world.clock.now += timedelta(days=4)
    world.turn()

    _, attention, figures = shown(world)
    (line,) = attention
    assert line.startswith("the data of the feed diary is older than it may be, of 2026-03-0")
    assert line.endswith("see whether its export still runs, and `daykeeper feed read diary`")
    assert figures["age_seconds"] == 4 * 86_400


class Unchanged:
    """A feed that tells its cases once, and after that only what is wrong with its rows."""

    def __init__(self, page):
        self.page, self.has_told = page, False

    def read(self, _):
        if self.has_told:
            return replace(self.page, records=(), whole=False)
        self.has_told = True
        return self.page


def test_what_was_left_out_of_a_case_stays_listed_while_its_feed_says_that_nothing_has_changed(
    story,
):
    world = story("2026-03-06 10:00")
    world.fact("SC-1", strategy_discussion_held="2026-03-02")
    world.feed.bodies["SC-1"]["forename"] = "left out"
    bad_row = Problem("diary.csv:9", "held_date: this is not a date", "write it as 2026-03-02")
    page = replace(world.feed.read(None), cursor="7", problems=(bad_row,))
    feed = world.house.feeds["diary"]
    world.house.feeds["diary"] = replace(feed, source=Unchanged(page))

    listed = []
    for _ in range(2):
        world.turn()
        with world.store.read() as tx:
            listed.append([one.problem.where for one in tx.quarantine.open()])

    assert listed[0] == listed[1]
    assert len(listed[0]) == 2


class Shows:
    """A feed without a case, which could show some facts."""

    def __init__(self, feed, *carries):
        self.feed, self.carries = feed, frozenset(carries)

    def read(self, _):
        return replace(self.feed.read(None), records=())


@pytest.mark.parametrize(
    ("beside", "named"),
    [
        pytest.param((), True, id="nowhere else"),
        pytest.param(("core_group_held",), True, id="the half of it elsewhere"),
        pytest.param(
            ("core_group_held", "core_group_scheduled", "core_group_pack_sent"),
            False,
            id="elsewhere",
        ),
    ],
)
def test_a_sheet_that_is_not_there_is_listed_while_nothing_else_could_show_that_it_is_done(
    drop, beside, named
):
    world, put = drop
    without = {name: one for name, one in KEPT_NOWHERE.items() if name != "core_group"}
    diary = world.house.feeds["diary"]
    config = Config.model_validate({"folder": diary.source.config.folder, "sheets": without})
    diary = replace(diary, source=CsvFiles(config, world.clock))
    other = replace(diary, name="case-system", source=Shows(world.feed, *beside))
    world.house.feeds = {"diary": diary, "case-system": other}

    def listed():
        world.turn()
        said = standing(world.store, world.clock(), {}, None, [])
        return {one["where"] for one in said["quarantine"]}

    before = [listed(), listed()]
    metrics = Metrics()
    with world.store.read() as tx:
        measure(metrics, tx.summary(world.clock()), world.clock())
    put(HEADER, *rows(ROWS))
    (diary.source.config.folder / "core_group.csv").write_text(
        "case_ref,held_date,next_date,minutes_sent_at\n"
    )

    assert before == [{"sheet core_group"} if named else set()] * 2
    assert "daykeeper_quarantine_records 0.0" in metrics.render().decode()
    assert "sheet core_group" not in listed()
