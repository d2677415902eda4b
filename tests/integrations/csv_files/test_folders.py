"""Drops that cross one another, drops of a part, and copies of what was dropped."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from daemon.domain.csv_table import csv_table
from daemon.ports import Unreadable
from daemon.sheets.drop import Tables
from daemon.sheets.feed import DiaryFeed
from integrations.csv_files.config import Config
from tests.integrations.csv_files.conftest import Drop, line

GOOD = [line("conference", conference_id=f"G{n}", case_refs=f"SC-{n}") for n in range(1, 4)]


def put_drop(drop: Drop, number: int) -> None:
    """Drop one of several exports: a conference and its only invitee."""
    drop.written_at += timedelta(seconds=1)
    row = line("conference", conference_id=f"C{number}", case_refs=f"SC-{number}")
    drop.put("conference", row)
    drop.put("invitee", f"C{number},I{number},,,,,,,,")


def crossed(drop: Drop, times: int) -> DiaryFeed:
    """Return a feed under which a new export comes in while the old one is read, so many times."""
    left = iter(range(2, 2 + times))

    def opened(data: bytes, file: str) -> Tables:
        if (number := next(left, None)) is not None:
            put_drop(drop, number)
        return lambda _: csv_table(data, file)

    return DiaryFeed(Config(folder=drop.folder), lambda: drop.now, opened)


def test_of_two_drops_at_once_one_is_read_whole(drop: Drop) -> None:
    put_drop(drop, 1)

    page = crossed(drop, times=1).read(None)

    (record,) = page.records
    assert record.body["ref"] == "SC-2"
    assert [one["id"] for one in record.body["meetings"][0]["invitees"]] == ["I2"]
    assert page.problems == ()


def test_a_folder_that_never_comes_to_rest_is_unreadable(drop: Drop) -> None:
    put_drop(drop, 1)

    with pytest.raises(Unreadable, match="exchanged again and again"):
        crossed(drop, times=50).read(None)


def test_a_drop_of_a_part_says_that_it_is_one(drop: Drop) -> None:
    drop.put("conference", *GOOD)
    feed = drop.feed(drops="partial")
    first = feed.read(None)

    drop.written_at += timedelta(minutes=10)
    drop.put("conference", GOOD[1])
    second = feed.read(first.cursor)

    assert (first.whole, second.whole) == (False, False)
    assert [fragment.body["ref"] for fragment in second.records] == ["SC-2"]


def test_a_drop_of_a_part_may_do_without_a_sheet_that_the_last_one_had(drop: Drop) -> None:
    drop.put("conference", *GOOD)
    drop.put("core_group", "SC-1,,2026-03-05,,")
    cursor = drop.feed(drops="partial").read(None).cursor

    drop.written_at += timedelta(minutes=10)
    drop.put("conference", GOOD[1])
    (drop.folder / "core_group.csv").unlink()
    page = drop.read(cursor)

    assert [fragment.body["ref"] for fragment in page.records] == ["SC-2"]
    assert page.problems == ()


@pytest.fixture
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return folders for copies."""
    place = tmp_path_factory.mktemp("copies")
    folders = {name: place / name for name in ("archive", "quarantine")}
    for folder in folders.values():
        folder.mkdir()
    return folders


def kept(folder: Path) -> list[str]:
    """Return the names of what lies in a folder, without their moments and fingerprints."""
    return sorted(file.name.split("-", 2)[2] for file in folder.iterdir())


def test_what_was_read_is_copied_to_the_archive_once(drop: Drop, copies: dict[str, Any]) -> None:
    drop.put("conference", *GOOD)
    drop.put("core_group", "SC-1,,2026-03-05,,")
    before = {file.name: file.read_bytes() for file in drop.folder.iterdir()}

    for _ in range(2):
        page = drop.feed(**copies).read(None)

    assert page.problems == ()
    assert kept(copies["archive"]) == ["conference.csv", "core_group.csv"]
    assert kept(copies["quarantine"]) == []
    assert {file.name: file.read_bytes() for file in drop.folder.iterdir()} == before
    (copy,) = copies["archive"].glob("*-conference.csv")
    assert copy.read_bytes() == before["conference.csv"]
    assert copy.name.startswith("20260306T170000Z-")
    assert copy.stat().st_mode & 0o077 == 0


def test_a_new_export_is_a_further_copy(drop: Drop, copies: dict[str, Any]) -> None:
    drop.put("conference", *GOOD)
    cursor = drop.feed(**copies).read(None).cursor

    drop.written_at += timedelta(minutes=10)
    drop.put("conference", *GOOD[:2])
    drop.read(cursor)

    assert kept(copies["archive"]) == ["conference.csv"] * 2


def test_a_file_that_cannot_be_used_is_copied_to_the_quarantine(
    drop: Drop, copies: dict[str, Any]
) -> None:
    drop.put("conference", *GOOD)
    drop.put_bytes("core_group.csv", b"no,header\n")

    page = drop.feed(**copies).read(None)

    assert [problem.where for problem in page.problems] == ["core_group.csv"]
    assert kept(copies["archive"]) == ["conference.csv"]
    assert kept(copies["quarantine"]) == ["core_group.csv"]


def test_a_drop_of_which_nothing_is_taken_is_copied_there_whole(
    drop: Drop, copies: dict[str, Any]
) -> None:
    drop.put_bytes("conference.csv", b"no,header\n")

    for _ in range(2):
        with pytest.raises(Unreadable):
            drop.feed(**copies).read(None)

    assert kept(copies["archive"]) == []
    assert kept(copies["quarantine"]) == ["conference.csv"]


def test_without_these_folders_nothing_is_written(drop: Drop) -> None:
    drop.put("conference", *GOOD)
    drop.put_bytes("core_group.csv", b"no,header\n")

    drop.read()

    assert sorted(file.name for file in drop.folder.iterdir()) == [
        "conference.csv",
        "core_group.csv",
    ]


def test_an_archive_that_cannot_be_written_is_told_and_the_drop_is_read(
    drop: Drop, tmp_path: Path
) -> None:
    drop.put("conference", *GOOD)

    page = drop.feed(archive=tmp_path / "nowhere").read(None)

    assert len(page.records) == 3
    (problem,) = page.problems
    assert str(problem).startswith(
        "conference.csv: could not be copied to nowhere; make that folder"
    )


def test_copies_beside_the_drops_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="name another folder"):
        Config(folder=tmp_path, archive=tmp_path / "." / "x" / "..")
