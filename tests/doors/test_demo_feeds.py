"""The demo's authority by other feeds: its settings say which, and the same is due, met and told.

What a way of reading cannot show is listed here, and by `check` as not watched; nothing else differs.
"""

import csv
import os
import sqlite3
from collections.abc import Set as AbstractSet
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

import openpyxl
import pytest

from daemon.cli.examining.unwatched_rules import unwatched
from daemon.demo.feeds import fed_by
from daemon.demo.interface import Interface
from daemon.demo.outside import PlainMail
from daemon.demo.progress import Progress
from daemon.demo.run import START, authority, walk
from daemon.demo.world import World
from daemon.domain.times import LONDON
from daemon.rulebook import shipped, sound
from daemon.settings.whole import load as load_settings
from daemon.testing.fakes import HandClock
from integrations.sql_query.ssd.loader import create_tables

PACK, FAMILIES = "stoke-on-trent", 6
STRANGER = (
    "SC-199999"  # of the diary's malformed rows: its own sheets show it, and nothing else does
)
DUTIES = """
    SELECT ref || '/' || word || '/' || subject, state, due_at, met_at, late, is_provisional
    FROM obligations JOIN words ON number = rule
"""
NOTICES = "SELECT obligation, rung, kind, person, channel, at, because FROM notices"
CHANGED = "who comes has changed since they were told"
OF_PLANS = {"drift-audit", "midpoint-week-6", "partnership-supervision"}
OVERDUE = "weekly-summary"  # whatever is overdue in it is the stranger's plan
SHEETS_LACK = {"child-and-family-assessment", "plan-end-recorded"}
REST_LACKS = SHEETS_LACK | {"drift-audit", "review-report", "review-report-shared"}


@dataclass(frozen=True)
class Lived:
    """What three weeks left: each duty as it stands, each notice, and which rules were not watched."""

    duties: AbstractSet[tuple[object, ...]]
    notices: AbstractSet[tuple[object, ...]]
    unwatched: AbstractSet[str]


def rule_of(duty: object) -> str:
    """Return the rule in the name of a duty."""
    return str(duty).split("/")[1] if "/" in str(duty) else str(duty)


def workbooks(world: World, now: datetime, exported_at: datetime) -> None:
    """Write the sheets of each folder as one workbook beside it."""
    for folder, at in ((world.cases, now), (world.diary, exported_at)):
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for file in sorted(folder.glob("*.csv")):
            tab = book.create_sheet(file.stem)
            with file.open(encoding="utf-8", newline="") as lines:
                for row in csv.reader(lines):
                    tab.append(row)
        place = folder / "authority.xlsx"
        book.save(place.with_suffix(".tmp"))
        os.utime(place.with_suffix(".tmp"), (at.timestamp(), at.timestamp()))
        place.with_suffix(".tmp").replace(place)


def in_workbooks(settings: str) -> str:
    """Return the settings by which the sheets are those of workbooks."""
    one = 'adapter = "xlsx_diary"\noptions.file = "authority.xlsx"'
    return settings.replace('adapter = "csv_files"', one).replace('.file = ""', '.tab = ""')


def lived(way: str, place: Path) -> Lived:
    """Return what three weeks of the authority leave where it is read in some way."""
    days = sound(shipped()).days
    clock = HandClock(datetime.combine(START, time(0), LONDON))
    world = World(
        20260302, START, place / "feeds", FAMILIES, days=days, create_tables=create_tables
    )
    with Interface() as interface, PlainMail(place) as outside:
        world.mirrors += [interface.show, workbooks] if way == "workbooks" else [interface.show]
        text = fed_by(
            outside.settings(0), "sheets" if way == "workbooks" else way, interface.address
        )
        world.reveal(clock())
        with authority(place, in_workbooks(text) if way == "workbooks" else text, clock) as app:
            walk(app, world, clock, days, Progress())
    settings = load_settings(place / "daykeeper.toml")
    found = unwatched(settings, sound(shipped()).book, PACK, is_whole=True)
    with closing(sqlite3.connect(place / "state" / "daykeeper.sqlite")) as connection:
        return Lived(
            {row for row in connection.execute(DUTIES) if not row[0].startswith(STRANGER)},
            {row for row in connection.execute(NOTICES) if not row[0].startswith(STRANGER)},
            {one.where.partition(": ")[2] for one in found if "not watched" in one.what},
        )


def rules_of(rows: AbstractSet[tuple[object, ...]]) -> set[str]:
    """Return the rules that made some duties or notices."""
    return {rule_of(one[0]) for one in rows}


@pytest.fixture(scope="module")
def by_sql(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    """Return what is left by the demo's own feeds: the dataset's tables and the diary's files."""
    return lived("sql", tmp_path_factory.mktemp("sql"))


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("way", ["sheets", "workbooks"])
def test_by_sheets_alone_the_same_is_due_and_told_but_for_what_hangs_on_a_plan(
    by_sql: Lived, tmp_path: Path, way: str
) -> None:
    """No sheet shows a plan, so that nothing is counted from one."""
    found = lived(way, tmp_path)

    assert found.unwatched == by_sql.unwatched | SHEETS_LACK
    assert found.duties < by_sql.duties
    assert rules_of(by_sql.duties - found.duties) == OF_PLANS
    assert rules_of(by_sql.notices - found.notices) - {"quarantine"} == {OVERDUE}
    assert rules_of(found.notices - by_sql.notices) <= {"quarantine"}  # which names the file


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_by_a_rest_interface_the_same_is_due_and_told_but_for_what_its_mapping_cannot_say(
    by_sql: Lived, tmp_path: Path
) -> None:
    """What a meeting has several times, as a report from each agency, has no path of its own."""
    found = lived("rest", tmp_path)

    assert found.unwatched - by_sql.unwatched == REST_LACKS
    assert found.duties < by_sql.duties
    assert rules_of(by_sql.duties - found.duties) == REST_LACKS - SHEETS_LACK
    assert found.notices < by_sql.notices
    lacking = by_sql.notices - found.notices
    assert rules_of(lacking) == {"who-comes", OVERDUE, "quarantine"}
    assert {one[-1] for one in lacking if rule_of(one[0]) == "who-comes"} == {CHANGED}
