"""What the sheets of a workbook say of a case."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from daemon.ports import Unreadable
from daemon.testing.contracts import CANARIES, CaseSourceContract
from integrations.xlsx_diary.config import Config
from integrations.xlsx_diary.source import XlsxDiary
from tests.integrations.xlsx_diary.conftest import (
    HEADER,
    NOW,
    Folder,
    Rows,
    as_excel_saves,
    good,
    workbook,
)

NAME, STREET, WORDS = CANARIES
local = datetime.fromisoformat  # a time on the wall
FULL: dict[str, Rows] = {
    "Conference Diary": [
        ("Conf No", "Type", "Child IDs", "Strategy discussion", "Conference date", "Venue",
         "CP Chair", "Child's name"),
        ("C1", "ICPC", "SC-1; SC-2", date(2026, 3, 2), local("2026-03-20T10:00"), "Civic Centre",
         "cp1", NAME),
    ],
    "Invitees": [
        ("Conf. No.", "Invitee no", "Job title", "Organisation", "E-mail", "Report required"),
        ("C1", 1, "police_officer", "police", "cp.desk@police.example", True),
    ],
    "Attendance": [("Conf No", "Invitee no", "Attended"), ("C1", 1, "Present")],
    "Report log": [
        ("Conf No", "Written by", "Agency", "Received"), ("C1", NAME, "Police", "4th March 2026"),
    ],
    "Core groups": [
        ("Child ID", "Core group date", "Next core group"), ("SC-1", 46086, "2.4.26"),
    ],
    "Milestones": [("Child ID", "Milestone", "Done on"), ("SC-1", "mid-point", "Mon 2 Mar 2026"),
                   ("SC-1", WORDS, STREET)],
    "Cases": [("Child ID", "DOB", "Restricted"), ("SC-1", date(2017, 5, 4), False)],
}  # fmt: skip


class TestXlsxDiary(CaseSourceContract):
    """The promises of every feed."""

    @pytest.fixture
    def source(self, diary: Folder) -> XlsxDiary:
        """Return a workbook with two children, one bad row, and much that is not ours to keep."""
        diary.put(FULL)
        return diary.source

    @pytest.fixture
    def gone(self, tmp_path: Path) -> XlsxDiary:
        """Return a diary whose folder is not there."""
        return XlsxDiary(Config(folder=tmp_path / "nowhere", file="Diary.xlsx"), lambda: NOW)


def test_every_sheet_is_found_by_its_title_and_every_column_by_its_header(diary: Folder) -> None:
    diary.put(FULL)

    bodies = diary.bodies()

    assert list(bodies) == ["SC-1", "SC-2"]
    assert bodies["SC-1"]["born_on"] == "2017-05-04"
    assert bodies["SC-1"]["roles"] == {"cp_chair": "cp1"}
    assert bodies["SC-1"]["facts"] == {
        "strategy_discussion_held": "2026-03-02",
        "midpoint_review_recorded": "2026-03-02",
    }
    conference, held, following = bodies["SC-1"]["meetings"]
    assert conference["scheduled_at"] == "2026-03-20T10:00"
    assert conference["invitees"][0]["attendance"] == "present"
    assert conference["invitees"][0]["report_expected"] is True
    assert conference["facts"] == {
        "agency_report_submitted": {"at": "2026-03-04", "about": "police"}
    }
    assert (held["held_on"], following["scheduled_at"]) == ("2026-03-05", "2026-04-02")
    assert [str(problem)[:60] for problem in diary.read().problems] == [
        "Diary.xlsx/Conference Diary: columns that are not read: Chil",
        "Diary.xlsx/Milestones:3: done_at: this is not a date; write ",
    ]


def test_texts_may_stand_in_a_part_of_their_own(diary: Folder) -> None:
    diary.put(FULL)
    page = diary.read()

    diary.put_bytes(as_excel_saves(workbook(FULL)))
    shared = diary.feed().read(None)

    assert list(shared.records) == list(page.records)
    assert list(shared.problems) == list(page.problems)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        pytest.param(date(2026, 3, 5), "2026-03-05", id="a date"),
        pytest.param(local("2026-03-05T14:30"), "2026-03-05T14:30", id="a date and time"),
        pytest.param(local("2026-03-05T14:29:59.999000"), "2026-03-05T14:30", id="a rounded time"),
        pytest.param("05/03/2026", "2026-03-05", id="text"),
        pytest.param("5th March 2026 at 2.30pm", "2026-03-05T14:30", id="text as people write it"),
        pytest.param(46086, "2026-03-05", id="a number without a date format"),
        pytest.param(46086.6041666667, "2026-03-05T14:30", id="a number with a time"),
        pytest.param("46086", "2026-03-05", id="a number as text"),
        pytest.param("TBC", None, id="to be confirmed"),
    ],
)
def test_a_date_is_read_however_a_cell_holds_it(
    diary: Folder, typed: object, read: str | None
) -> None:
    diary.put({"Conference": [HEADER, ("C1", "ICPC", "SC-1", "", typed)]})

    (meeting,) = diary.bodies()["SC-1"]["meetings"]

    assert meeting.get("held_on") == read
    assert diary.complaints() == []


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        pytest.param(time(14, 30), 'what looks like "00:00:00" is not a date', id="a time alone"),
        pytest.param(timedelta(hours=30), "is not a date", id="a length of time"),
        pytest.param(0.5, 'what looks like "0.0" is not a date', id="half a day"),
        pytest.param(date(9999, 12, 31), "lies outside 1990 to 2100", id="year 9999"),
        pytest.param(date(1901, 1, 1), "lies outside 1990 to 2100", id="year 1901"),
        pytest.param("#REF!", "holds an error (#REF!)", id="an error"),
        pytest.param(True, "this is not a date", id="a tick"),
    ],
)
def test_what_is_no_date_is_told_with_its_place(diary: Folder, typed: object, reason: str) -> None:
    diary.put({"Conference": [HEADER, *good(1), ("C1", "ICPC", "SC-9", "", typed)]})

    (complaint,) = diary.complaints()

    assert list(diary.bodies()) == ["SC-1"]
    assert complaint.startswith("Diary.xlsx/Conference:3: held_date: ")
    assert reason in complaint


def test_the_system_of_1904_counts_from_its_own_day(diary: Folder) -> None:
    rows = [HEADER, ("C1", "ICPC", "SC-1", "", date(2026, 3, 5)), ("C2", "ICPC", "SC-2", "", 44624)]
    diary.put({"Conference": rows}, is_1904=True)

    held = {ref: body["meetings"][0]["held_on"] for ref, body in diary.bodies().items()}

    assert held == {"SC-1": "2026-03-05", "SC-2": "2026-03-05"}


def test_ids_that_are_numbers_keep_their_digits(diary: Folder) -> None:
    diary.put(
        {"Conference": [HEADER, (881, "ICPC", 100234, "", ""), (882.0, "ICPC", "0042", "", "")]}
    )

    bodies = diary.bodies()

    assert {ref: body["meetings"][0]["id"] for ref, body in bodies.items()} == {
        "100234": "881", "0042": "882",
    }  # fmt: skip


def test_a_title_may_stand_above_the_header_and_notes_beside_the_rows(diary: Folder) -> None:
    rows = [
        ("Conference diary 2026",),
        (),
        HEADER,
        *good(2),
        (),
        ("G3", "ICPC", "SC-3", "", "", "late"),
    ]
    diary.put({"Conference": rows})

    assert list(diary.bodies()) == ["SC-1", "SC-2", "SC-3"]
    assert diary.complaints() == []


def test_a_row_keeps_the_number_that_excel_shows(diary: Folder) -> None:
    diary.put({"Conference": [("Title",), (), HEADER, (), ("C1", "ICPD", "SC-9", "", "")]})

    assert [problem.where for problem in diary.read().problems] == ["Diary.xlsx/Conference:5"]


def test_sheets_may_stand_in_several_workbooks_and_under_any_name(diary: Folder) -> None:
    diary.put({"2026": [HEADER, *good(1)], "Kids": [("Child ID", "Family"), ("SC-1", "F-1")]})
    diary.put({"Liste": [("Conference ID", "Invitee ID"), ("G1", "I1")]}, "Invites.xlsx")
    sheets = {
        "conference": {"tab": "2026"},
        "invitee": {"file": "Invites.xlsx", "tab": "liste"},
        "case": {"tab": ""},
    }

    (record,) = diary.feed(sheets=sheets).read(None).records

    assert record.body["meetings"][0]["invitees"] == [
        {"id": "I1", "is_family": False, "key": False, "report_expected": False}
    ]
    assert "family" not in record.body


def test_a_workbook_that_did_not_change_is_not_read_again(diary: Folder) -> None:
    diary.put(FULL)
    first = diary.read()

    diary.now += timedelta(hours=3)
    second = diary.read(first.cursor)

    assert (list(second.records), second.whole, second.cursor) == ([], False, first.cursor)
    assert second.as_known_at == first.as_known_at


def test_a_sheet_that_is_gone_keeps_its_last_good_rows(diary: Folder) -> None:
    diary.put(FULL)
    first = diary.read()

    diary.written_at += timedelta(minutes=10)
    diary.put({title: rows for title, rows in FULL.items() if title != "Core groups"})
    second = diary.read(first.cursor)

    assert list(second.records) == list(first.records)
    assert second.as_known_at == first.as_known_at
    assert "Diary.xlsx: has no sheet core_group" in str(second.problems[0])

    with pytest.raises(Unreadable, match="has no sheet core_group"):
        diary.feed().read(second.cursor)


def test_the_conference_sheet_must_be_there(diary: Folder) -> None:
    diary.put({"Sheet1": [HEADER, *good(1)]})

    with pytest.raises(Unreadable, match=r"Diary\.xlsx: has no sheet conference"):
        diary.read()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param({"file": "../x.xlsx"}, "plain name", id="outside"),
        pytest.param({"file": "x.xlsx.tmp"}, "plain name", id="unfinished"),
        pytest.param({}, "Field required", id="no file"),
        pytest.param(
            {"file": "x.xlsx", "sheets": {"conference": {"tab": ""}}}, "cannot do without", id="off"
        ),
    ],
)
def test_wrong_settings_are_refused(options: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Config.model_validate({"folder": "diary", **options})
