"""A process that may open no more files: a feed says so and blames no export, and reads on when there is room again."""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.domain.person import Scope
from daemon.ports import Unreadable
from integrations.cin_census.config import Config as CensusConfig
from integrations.cin_census.source import CinCensus
from integrations.csv_files.config import Config
from integrations.csv_files.source import CsvFiles
from integrations.people_csv.config import Config as PeopleConfig
from integrations.people_csv.directory import PeopleCsv

NOW = datetime(2026, 3, 6, 17, tzinfo=UTC)
WORDS = r"may open no more files; raise its limit \(LimitNOFILE\)"
SHEET = "conference_id,kind,case_refs,status\nC1,ICPC,SC-1,booked\n"
PEOPLE = "staff_id,email,role,team\nann,ann@council.example,team_manager,north\n"


@contextmanager
def no_files_left() -> Iterator[None]:
    """Leave this process none that it could open: those that it has are as many as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest = os.open(os.devnull, os.O_RDONLY)
    os.close(lowest)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def refs(page) -> list[str]:
    return [one.body["ref"] for one in page.records]


def test_a_diary_that_nobody_could_open_is_read_again_although_it_stands_as_before(tmp_path: Path):
    sheet = tmp_path / "conference.csv"
    sheet.write_text(SHEET, "utf-8")
    copies = tmp_path / "copies"
    copies.mkdir()
    feed = CsvFiles(Config(folder=tmp_path, quarantine=copies), lambda: NOW)
    before = feed.read(None)
    sheet.write_text(SHEET.replace("SC-1", "SC-2"), "utf-8")

    with no_files_left(), pytest.raises(Unreadable, match=WORDS):
        feed.read(before.cursor)
    after = feed.read(before.cursor)

    assert refs(before) == ["SC-1"]
    assert refs(after) == ["SC-2"]
    assert list(copies.iterdir()) == []  # nothing was wrong with the file


def test_a_folder_of_returns_that_nobody_could_look_into_is_not_said_to_be_gone(tmp_path: Path):
    feed = CinCensus(CensusConfig(folder=tmp_path), lambda: NOW)

    with no_files_left(), pytest.raises(Unreadable, match=WORDS):
        feed.read(None)


def test_a_directory_of_people_blames_no_account(tmp_path: Path):
    (tmp_path / "people.csv").write_text(PEOPLE, "utf-8")
    given = {"file": "people.csv"}
    people = PeopleCsv(PeopleConfig.model_validate(given, context={"base": tmp_path}), lambda: NOW)

    with no_files_left(), pytest.raises(Unreadable, match=WORDS):
        people.people()

    assert [one.id for one in people.holders("team_manager", Scope(team="north"))] == ["ann"]
