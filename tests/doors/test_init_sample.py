"""`init --sample`: an administrator shows a file, and gets settings that read it."""

import json
import tomllib

import pytest
from openpyxl import Workbook

from daemon.cli import main
from daemon.testing.contracts import CANARIES

LEAST = """
authority = "potterby"
title = "Potterby"
operator = "operator@potterby.example"
fallback = "duty@potterby.example"
"""
HEAD = (
    "Conf No", "Type of conference", "Child ID", "Date of strategy meeting", "Conference date", "Chaird by",
    "Invite list recieved", "Hotel booked",
)  # fmt: skip
ROW = (
    "M-1",
    "ICPC",
    "10234",
    "02/03/2026",
    "20/03/2026 10:00",
    "chair-1",
    "05/03/2026",
    CANARIES[0],
)


def sampled(path, capsys):
    code = main(["init", "--sample", str(path)])
    return code, capsys.readouterr().out


def read(folder, settings, capsys):
    (folder / "daykeeper.toml").write_text(LEAST + settings, "utf-8")
    assert (
        main(["feed", "read", "diary", "--json", "--config", str(folder / "daykeeper.toml")]) == 0
    )
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_what_it_prints_for_a_csv_file_reads_that_file(tmp_path, capsys):
    file = tmp_path / "Conference Diary.csv"
    file.write_text("\n".join(map(",".join, (HEAD, ROW))) + "\n", "utf-8")

    code, said = sampled(file, capsys)

    assert code == 0
    assert '"Conf No" is conference_id' in said
    assert 'invite_list_received_at = "Invite list recieved"' in said
    assert "# not placed, and not read: Hotel booked" in said
    assert CANARIES[0] not in said
    (record,) = [one["record"] for one in read(tmp_path, said, capsys) if "record" in one]
    (meeting,) = record["meetings"]
    assert (record["ref"], meeting["scheduled_at"]) == ("10234", "2026-03-20T10:00")
    assert meeting["facts"]["invite_list_received"] == "2026-03-05"


def test_what_it_prints_for_a_workbook_reads_each_of_its_sheets(tmp_path, capsys):
    book, file = Workbook(), tmp_path / "diary.xlsx"
    diary, log, other = book.active, book.create_sheet("Reports in"), book.create_sheet("Hotels")
    diary.title = "Diary"
    for cells in (("Conference diary 2026",), HEAD, ROW):
        diary.append(cells)
    log.append(("Meeting ref", "Organisation", "Report recieved"))
    log.append(("M-1", "Police", "18/03/2026"))
    other.append(("Name", "Stars"))
    book.save(file)

    code, said = sampled(file, capsys)

    assert code == 0
    assert '[feeds.diary.options.sheets.report]  # 1 row\ntab = "Reports in"' in said
    assert "# Hotels: none of a diary's sheets (Name, Stars); it is not read" in said
    found = read(tmp_path, said, capsys)
    (record,) = [one["record"] for one in found if "record" in one]
    submitted = record["meetings"][0]["facts"]["agency_report_submitted"]
    assert submitted == {"at": "2026-03-18", "about": "police"}


def test_of_two_sheets_that_are_alike_one_is_proposed_and_the_other_named(tmp_path, capsys):
    book, file = Workbook(), tmp_path / "diary.xlsx"
    book.active.title = "2025 \N{GRINNING FACE}"
    for sheet in (book.active, book.create_sheet("2026 \N{GRINNING FACE}")):
        sheet.append((*HEAD[:-1], "Hotel\x7fbooked"))
        sheet.append(ROW)
    book.active.append(("M-2", *ROW[1:]))
    book.save(file)

    code, said = sampled(file, capsys)

    assert code == 0
    assert "# 2026 \N{GRINNING FACE}: looks like the sheet conference, too (1 row)" in said
    assert len([one for one in read(tmp_path, said, capsys) if "record" in one]) == 1


def test_what_the_sample_lacks_is_not_watched_until_it_is_there(tmp_path, capsys):
    file = tmp_path / "conference.csv"
    file.write_text("\n".join(map(",".join, (HEAD, ROW))) + "\n", "utf-8")
    (tmp_path / "report.csv").write_text(
        "Conf No,Received,Authorised,Shared with parents\n", "utf-8"
    )

    _, said = sampled(file, capsys)

    sheets = tomllib.loads(said)["feeds"]["diary"]["options"]["sheets"]
    assert sheets["conference"]["columns"]["minutes_sent_at"] == ""
    assert sheets["core_group"] == {"file": ""}
    assert "report" not in sheets
    assert [one for one in read(tmp_path, said, capsys) if "problem" in one] == [
        one for one in read(tmp_path, said, capsys) if "columns that are not read" in str(one)
    ]


def test_what_a_diary_has_no_place_for_is_named_before_anybody_is_told_that_it_is_late(
    tmp_path, capsys
):
    (tmp_path / "conference.csv").write_text(",".join(HEAD) + "\n" + ",".join(ROW) + "\n", "utf-8")
    settings = """
[feeds.diary]
adapter = "csv_files"
role = "conference_diary"
fresh_within = "4 hours"
options.folder = "."
options.sheets.milestone.file = ""
"""

    said = [one["problem"] for one in read(tmp_path, settings, capsys) if "problem" in one]

    named = {one["where"]: one["what"] for one in said}
    assert "minutes_sent_at" in named["sheet conference"]
    assert {"sheet report", "sheet core_group"} < named.keys()
    assert "sheet milestone" not in named


def test_a_staff_list_is_told_from_a_list_of_invitees(tmp_path, capsys):
    book, file = Workbook(), tmp_path / "diary.xlsx"
    book.active.title = "Diary"
    book.active.append(HEAD)
    staff = book.create_sheet("Staff list")
    staff.append(("Staff ID", "Name", "Email", "Role", "Team"))
    staff.append(("sw1", CANARIES[0], "sw1@council.example", "social_worker", "north"))
    book.save(file)

    code, said = sampled(file, capsys)

    assert code == 0
    people = tomllib.loads(said)["people"]
    assert people == {"adapter": "xlsx_diary", "options": {"file": str(file), "tab": "Staff list"}}


def test_statutory_returns_are_known_by_their_look(tmp_path, capsys):
    book, file = Workbook(), tmp_path / "return.xlsx"
    for title in ("List_4", "List 5", "Annex A List 7 (plans)"):
        book.create_sheet(title)
    book.save(file)
    census = tmp_path / "return.xml"
    census.write_text("<?xml version='1.0'?><Message/>", "utf-16")

    for one, adapter in ((file, "annex_a"), (census, "cin_census")):
        code, said = sampled(one, capsys)
        (feed,) = tomllib.loads(said)["feeds"].values()
        assert (code, feed["adapter"]) == (0, adapter)


def test_of_json_it_says_who_reads_it(tmp_path, capsys):
    file = tmp_path / "children.json"
    file.write_text('[{"id": "SC-1"}]', "utf-8")

    code, said = sampled(file, capsys)

    assert code == 1
    assert "rest_api" in said
    assert tomllib.loads(said) == {}


def test_a_column_that_the_diary_cannot_do_without_is_asked_for(tmp_path, capsys):
    file = tmp_path / "diary.csv"
    file.write_text("Conf No,Conference date,Chair,Whose\nM-1,20/03/2026,c,10234\n", "utf-8")

    code, said = sampled(file, capsys)

    assert code == 1
    assert "# it cannot do without case_refs: no header looks like it" in said
    assert "# not placed, and not read: Whose" in said


@pytest.mark.parametrize(
    ("text", "what"),
    [
        pytest.param("Colour,Size\nred,9\n", "No sheet looks like", id="another list"),
        pytest.param(None, "there is no such file", id="no file"),
        pytest.param("", "is empty", id="an empty file"),
    ],
)
def test_what_is_no_diary_is_said_to_be_none(tmp_path, capsys, text, what):
    file = tmp_path / "sample.csv"
    if text is not None:
        file.write_text(text, "utf-8")

    code = main(["init", "--sample", str(file)])

    said = capsys.readouterr()
    assert code == 1
    assert what in said.out + said.err


@pytest.mark.parametrize(
    "words", [["init"], ["init", "x"], ["init", "x", "--sample", "y"]], ids=" ".join
)
def test_words_that_do_not_go_together_are_refused(words, capsys):
    assert main(words) == 2

    assert "--sample FILE alone" in capsys.readouterr().err
