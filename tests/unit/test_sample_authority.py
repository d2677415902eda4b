"""The sample authority's feeds at every moment: what they show, when they learn it, and that nobody is named."""

import csv
import re
import sqlite3
import time as wall
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sql

from daemon.app import feeds_of
from daemon.decide.people.recipients import People, resolve
from daemon.decide.record.merge import merge
from daemon.decide.record.reading import read_record
from daemon.demo.settings import SETTINGS
from daemon.demo.staff import PARTNERS
from daemon.demo.world import World, last_export
from daemon.domain.times import LONDON, day_of, london
from daemon.engine.records.carried import carried_by, watching
from daemon.settings.whole import load as load_settings
from integrations.people_csv.config import Config
from integrations.people_csv.directory import PeopleCsv
from integrations.sql_query.ssd.loader import create_tables
from tests.unit.sample import DAYS, DECIDING, END, START, authority, held


def at(text: str) -> datetime:
    """Return a London wall-clock time as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def moments(step: timedelta) -> Iterator[datetime]:
    """Yield the three weeks from the start."""
    now = london(START)
    while day_of(now) <= END:
        yield now
        now += step


def sheet(world: World, name: str) -> list[dict[str, str]]:
    """Return a sheet of the diary as it lies in the folder."""
    with (world.diary / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(world: World, name: str) -> list[dict[str, object]]:
    """Return a table of the case system."""
    engine = sql.create_engine(f"sqlite:///{world.database}", poolclass=sql.NullPool)
    with engine.connect() as connection:
        rows = connection.execute(sql.select(sql.text("*")).select_from(sql.table(name)))
        return [dict(row) for row in rows.mappings()]


def everything(world: World) -> dict[str, object]:
    """Return the bytes and age of every file, and of the database what it holds."""
    sheets = {path.name: path for path in (*world.diary.iterdir(), world.people)}
    found: dict[str, object] = {
        name: (path.read_bytes(), path.stat().st_mtime_ns) for name, path in sheets.items()
    }
    with closing(sqlite3.connect(world.database)) as connection:
        return found | {"database": list(connection.iterdump())}


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    worlds = [authority(tmp_path / name, seed) for name, seed in (("a", 7), ("b", 7), ("c", 8))]

    for world in worlds:
        for now in (at("2026-03-02T09:00"), at("2026-03-11T12:40"), at("2026-03-20T18:00")):
            world.reveal(now)
    first, second, other = map(everything, worlds)

    assert first == second
    assert first["conference.csv"] != other["conference.csv"]
    assert first["database"] != other["database"]


def test_what_has_been_shown_is_never_taken_back(tmp_path: Path) -> None:
    moves = {"status", "icpc_icpc_meeting_id"}  # what a later moment may say otherwise
    keys = {
        "ssd_person": "pers_person_id",
        "ssd_s47_enquiry": "s47e_s47_enquiry_id",
        "ssd_initial_cp_conference": "icpc_icpc_id",
        "ssd_cp_plans": "cppl_cp_plan_id",
    }
    world = authority(tmp_path)
    before: dict[tuple[object, ...], dict[str, object]] = {}
    counts = []

    for now in moments(timedelta(hours=6)):
        world.reveal(now)
        rows: dict[tuple[object, ...], dict[str, object]] = {
            (name, row[key]): row for name, key in keys.items() for row in table(world, name)
        }
        for row in sheet(world, "conference.csv"):
            rows["conference", row["conference_id"]] = dict(row)
        for place, old in before.items():
            kept = {name: value for name, value in old.items() if value and name not in moves}
            assert kept.items() <= rows[place].items()
        before = rows
        counts.append(len(rows))

    assert counts[-1] > counts[0]


def test_three_weeks_are_shown_in_seconds(tmp_path: Path) -> None:
    world = authority(tmp_path)

    began = wall.process_time()
    for now in moments(timedelta(minutes=15)):
        world.reveal(now)

    assert wall.process_time() - began < 10


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-03-10T16:30", "2026-03-10T16:30", id="the export itself"),
        pytest.param("2026-03-10T11:15", "2026-03-10T10:30", id="three quarters of an hour old"),
        pytest.param("2026-03-10T23:00", "2026-03-10T17:30", id="at night"),
        pytest.param("2026-03-10T08:00", "2026-03-09T17:30", id="before the office opens"),
        pytest.param("2026-03-15T12:00", "2026-03-13T17:30", id="on a Sunday"),
        pytest.param("2026-04-06T12:00", "2026-04-02T17:30", id="on Easter Monday"),
    ],
)
def test_the_diary_is_as_old_as_its_last_export(now: str, expected: str) -> None:
    assert last_export(at(now), DAYS) == at(expected)


def test_the_diary_carries_its_age_and_shows_nothing_younger(tmp_path: Path) -> None:
    world = authority(tmp_path)
    seen: set[float] = set()

    for now in moments(timedelta(hours=1)):
        world.reveal(now)
        ages = {path.stat().st_mtime for path in world.diary.iterdir()}
        exported_at = last_export(now, DAYS)
        received = [row["invite_list_received_at"] for row in sheet(world, "conference.csv")]
        assert ages == {exported_at.timestamp()}
        assert all(at(text) <= exported_at for text in received if text)
        seen |= ages

    assert len(seen) > 80
    assert {path.suffix for path in world.diary.iterdir()} == {".csv"}


def test_the_case_system_knows_at_once_what_the_diary_learns_at_its_next_export(
    tmp_path: Path,
) -> None:
    world = authority(tmp_path)
    family = next(
        one for one in held(world.histories) if one.held_at and day_of(one.held_at) > START
    )
    assert family.held_at

    world.reveal(family.held_at)

    shown = {row["icpc_person_id"]: row for row in table(world, "ssd_initial_cp_conference")}
    diary = {row["conference_id"]: row for row in sheet(world, "conference.csv")}
    assert shown[family.refs[0]]["icpc_icpc_date"]
    assert shown[family.refs[0]]["icpc_icpc_meeting_id"] == family.sittings[-1].id
    assert diary[family.sittings[-1].id]["status"] == "booked"


@pytest.mark.parametrize("now", ["2026-03-02T08:30", "2026-03-12T16:30", "2026-03-20T17:30"])
def test_at_an_export_the_feeds_say_what_happened(tmp_path: Path, now: str) -> None:
    world = authority(tmp_path)

    world.reveal(at(now))
    records = {record["ref"]: record for record in world.truth(at(now))}

    diary = {
        (ref, row["conference_id"]): row["invite_list_received_at"] or None
        for row in sheet(world, "conference.csv") if row["kind"] == "ICPC"
        for ref in row["case_refs"].split(";")
    }  # fmt: skip
    assert records.keys() == {row["pers_person_id"] for row in table(world, "ssd_person")}
    assert diary == {
        (ref, meeting["id"]): meeting["facts"].get("invite_list_received")
        for ref, record in records.items() for meeting in record["meetings"]
        if meeting["kind"] == "icpc"
    }  # fmt: skip
    assert {row["cppl_cp_plan_id"] for row in table(world, "ssd_cp_plans")} == {
        plan["id"] for record in records.values() for plan in record["plans"]
    }


@pytest.mark.parametrize("seed", [20260302, 1, 2])
@pytest.mark.parametrize("now", ["2026-03-02T08:30", "2026-03-12T16:30", "2026-03-20T17:30"])
def test_every_duty_that_the_feeds_can_show_stands_as_it_truly_does(
    tmp_path: Path, now: str, seed: int
) -> None:
    (tmp_path / "daykeeper.toml").write_text(SETTINGS.format(mail_port=1, port=1), "utf-8")
    settings = load_settings(tmp_path / "daykeeper.toml")
    world = World(seed, START, tmp_path / "feeds", days=DAYS, create_tables=create_tables)
    world.reveal(at(now))

    feeds = feeds_of(settings, lambda: at(now))
    deciding = watching(DECIDING, carried_by(feed.source for feed in feeds.values()))
    shown: dict[str, list[tuple[str, Mapping[str, Any]]]] = defaultdict(list)
    for name, feed in feeds.items():
        for fragment in feed.source.read(None).records:
            shown[fragment.body["ref"]].append((name, fragment.body))
    order = {"*": list(feeds), **settings.merge_order}

    def standing(body: Mapping[str, Any]) -> dict[str, object]:
        record = read_record(body, deciding.words).record
        assert record
        return {
            one.id: (one.state, one.due_at, one.met_at, one.late, one.is_provisional)
            for one in deciding.decide(record, at(now)).obligations
        }

    truth = {body["ref"]: standing(body) for body in world.truth(at(now))}
    found = {ref: standing(merge(bodies, order)) for ref, bodies in shown.items() if ref in truth}
    assert found == truth
    assert len({name.split("/")[1] for one in truth.values() for name in one}) > 15


def test_the_truth_is_written_as_case_records_without_a_problem(tmp_path: Path) -> None:
    world = authority(tmp_path)

    readings = [read_record(body, DECIDING.words) for body in world.truth(london(END))]

    assert [problem for reading in readings for problem in reading.problems] == []
    assert len(readings) == sum(len(family.children) for family in world.histories)


def test_nobody_has_a_name(tmp_path: Path) -> None:
    world = authority(tmp_path)

    world.reveal(london(END))

    with world.people.open(encoding="utf-8", newline="") as file:
        named = [row["name"] for row in csv.DictReader(file)]
    with closing(sqlite3.connect(world.database)) as connection:
        tables = [row[0] for row in connection.execute("select name from sqlite_master")]
    for name in (name for name in tables if name.startswith("ssd_")):
        for row in table(world, name):
            named += [
                str(value) for column, value in row.items()
                if re.search(r"(fore|sur|professional_|full_?)name", column) and value is not None
            ]  # fmt: skip
    assert len(named) > 20
    assert [name for name in named if not re.fullmatch(r"Placeholder [A-Z]{2,3}\d\d?", name)] == []


def test_events_are_told_in_time_order_by_reference_only(tmp_path: Path) -> None:
    world = authority(tmp_path)

    assert [event.at for event in world.events] == sorted(event.at for event in world.events)
    for event in world.events:
        refs, _, what = event.what.partition(": ")
        assert tuple(refs.split(", ")) == event.refs
        assert re.fullmatch(r"[a-z0-9 ,]+", what)


def test_the_worker_whose_list_never_comes_is_away_in_the_second_week(tmp_path: Path) -> None:
    world = authority(tmp_path)

    world.reveal(london(START))
    with world.people.open(encoding="utf-8", newline="") as file:
        people = {row["staff_id"]: row for row in csv.DictReader(file)}

    (away,) = [row for row in people.values() if row["absent_from"]]
    family = next(one for one in held(world.histories) if one.list_received_at is None)
    assert away["staff_id"] == family.social_worker
    assert (away["absent_from"], away["absent_to"]) == ("2026-03-09", "2026-03-13")
    assert people[away["delegate_id"]]["team"] == away["team"]
    assert {row["email"].rpartition(".")[2] for row in people.values()} == {"example"}


def test_the_malformed_rows_stand_in_the_diary_and_touch_no_other(tmp_path: Path) -> None:
    world = authority(tmp_path)

    world.reveal(london(START))

    known = {row["pers_person_id"] for row in table(world, "ssd_person")}
    stranger, review, *good = sheet(world, "conference.csv")
    assert [file for file, _ in world.flaws] == ["conference.csv", "conference.csv", "report.csv"]
    assert stranger["case_refs"] not in known
    assert review["outcome"] not in {"plan", "no plan", "continue", "change", "end"}
    assert sheet(world, "report.csv")[0]["received_at"] == "31/02/2026"
    assert {ref for row in good for ref in row["case_refs"].split(";")} <= known
    assert {row["kind"] for row in good} == {"ICPC"}


def test_a_second_look_at_the_same_folder_goes_on_where_the_first_stopped(tmp_path: Path) -> None:
    authority(tmp_path).reveal(at("2026-03-05T12:30"))

    world = authority(tmp_path)
    world.reveal(at("2026-03-06T12:30"))

    assert {row["pers_person_id"] for row in table(world, "ssd_person")} == {
        record["ref"] for record in world.truth(at("2026-03-06T12:30"))
    }
    assert (world.diary / "report.csv").stat().st_mtime == at("2026-03-06T12:30").timestamp()


def test_each_agency_of_a_list_has_the_lead_of_its_own_area(tmp_path):
    world, now = authority(tmp_path), at("2026-03-20T17:30")
    world.reveal(now)
    directory = PeopleCsv(Config(file=world.people), lambda: now)
    people = People(directory.people())

    found = set()
    for body in world.truth(now):
        record = read_record(body, DECIDING.words, "truth").record
        assert record is not None
        asked = [one for each in record.meetings for one in each.invitees if one.area]
        for one in asked:
            told = resolve(
                f"safeguarding_lead_agency/{one.agency}",
                DECIDING.access(record),
                people,
                day_of(now),
            )
            found.add(
                (one.agency, one.area, *(person.addresses["email"] for person in told.people))
            )

    assert len(found) == 6
    for agency, area, *leads in found:
        assert leads == [f"lead.{area}@{PARTNERS[str(agency)].rpartition('@')[2]}"]
