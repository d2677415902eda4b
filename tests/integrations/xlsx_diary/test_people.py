"""Who holds which role, from a sheet of a workbook."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from daemon.domain.person import Scope
from daemon.ports import Unreadable
from daemon.testing.contracts import DirectoryContract
from integrations.xlsx_diary.config import PeopleSheet
from integrations.xlsx_diary.directory import XlsxPeople
from tests.integrations.xlsx_diary.conftest import Rows, good, workbook

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
HEADER = (
    "Staff number", "Name", "E-mail address", "Role", "Team", "Organisation", "Locality",
    "Start date", "End date", "Line manager", "Away from", "Away until", "Cover",
)  # fmt: skip
PEOPLE: Rows = [
    HEADER,
    ("tm1", "Q Quillfeather", "tm1@council.example", "Team manager", "north", None, None,
     date(2025, 1, 1), None, "sm1", date(2026, 3, 5), "9th March 2026", "tm2"),
    ("tm2", None, "tm2@council.example", "Team manager", "south", None, None, None,
     date(9999, 12, 31)),
    ("sm1", None, "sm1@council.example", "Service manager"),
    (1042, None, "lead@police.example", "lead", None, "police", "east"),
]  # fmt: skip


def directory_of(folder: Path, sheets: dict[str, Rows], **options: object) -> XlsxPeople:
    """Return a directory over a workbook with these sheets."""
    (folder / "Diary.xlsx").write_bytes(workbook(sheets))
    config = PeopleSheet.model_validate({"file": folder / "Diary.xlsx", **options})
    return XlsxPeople(config, lambda: NOW)


class TestXlsxPeople(DirectoryContract):
    """The promises of every directory."""

    @pytest.fixture
    def directory(self, tmp_path: Path) -> XlsxPeople:
        """Return a directory that stands in the workbook of the diary."""
        return directory_of(tmp_path, {"Conferences": good(1), "Staff list": PEOPLE})

    @pytest.fixture
    def absent(self, tmp_path: Path) -> XlsxPeople:
        """Return a directory whose file is not there."""
        return XlsxPeople(PeopleSheet(file=tmp_path / "none.xlsx"), lambda: NOW)


def test_dates_and_numbers_are_read_as_the_cells_hold_them(tmp_path: Path) -> None:
    directory = directory_of(tmp_path, {"People": PEOPLE})

    people = {person.id: person for person in directory.people()}

    assert directory.problems == ()
    assert set(people) == {"tm1", "tm2", "sm1", "1042"}
    (post,) = people["tm1"].posts
    assert (post.valid_from, post.team) == (date(2025, 1, 1), "north")
    assert people["tm1"].absences == ((date(2026, 3, 5), date(2026, 3, 9)),)
    assert people["tm2"].posts[0].valid_to is None  # what databases write for no day


def test_the_sheet_may_have_any_name(tmp_path: Path) -> None:
    directory = directory_of(tmp_path, {"Wer": PEOPLE, "People": [("x",)]}, tab="wer")

    assert len(directory.holders("team_manager", Scope(team="south"))) == 1


def test_a_row_that_cannot_be_used_is_told_by_its_sheet_and_number(tmp_path: Path) -> None:
    rows = [*PEOPLE, ("tm9", None, None, "Team manager", None, None, None, "soon")]
    directory = directory_of(tmp_path, {"People": rows})

    assert len(directory.people()) == 4
    assert [problem.where for problem in directory.problems] == ["Diary.xlsx/People:6"]


@pytest.mark.parametrize(
    ("sheets", "reason"),
    [
        pytest.param({"Sheet1": PEOPLE}, "has no sheet of people", id="no sheet of that name"),
        pytest.param({"People": [("Name",), ("x",)]}, "has no column", id="no columns of ours"),
    ],
)
def test_a_workbook_without_people_is_unreadable(
    tmp_path: Path, sheets: dict[str, Rows], reason: str
) -> None:
    with pytest.raises(Unreadable, match=reason):
        directory_of(tmp_path, sheets).people()


def test_half_a_workbook_is_unreadable(tmp_path: Path) -> None:
    directory = directory_of(tmp_path, {"People": PEOPLE})
    file = tmp_path / "Diary.xlsx"
    file.write_bytes(file.read_bytes()[:900])

    with pytest.raises(Unreadable, match="is not a whole workbook"):
        directory.people()
