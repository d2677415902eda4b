"""The forms that lists of Annex A come in: how authorities name them and their headers, and write a day."""

from datetime import date, time
from typing import Any

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, to_excel
from pydantic import ValidationError

from integrations.annex_a.config import Config
from integrations.annex_a.lists import LISTS, ListName, find_header
from tests.integrations.annex_a.conftest import DAY, ENQUIRY, Workbooks


@pytest.mark.parametrize(
    ("value", "is_1904"),
    [
        pytest.param(DAY, False, id="a date cell"),
        pytest.param(DAY, True, id="a date cell of a Mac"),
        pytest.param(date(2026, 3, 2), False, id="a day"),
        pytest.param("02/03/2026", False, id="text"),
        pytest.param("2026-03-02 00:00:00", False, id="text as a database writes it"),
        pytest.param(to_excel(DAY, CALENDAR_WINDOWS_1900), False, id="a bare number"),
        pytest.param(to_excel(DAY, CALENDAR_MAC_1904), True, id="a bare number of a Mac"),
        pytest.param(to_excel(DAY.replace(hour=14)), False, id="a number with its time"),
    ],
)
def test_a_date_is_read_however_the_cell_holds_it(
    books: Workbooks, value: Any, is_1904: bool
) -> None:
    book = books.plain()
    book.epoch = CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900
    book["List_5"].append([*["SC-1", None, None, None, None, None], value])
    books.put_book(book)

    assert books.body()["facts"]["strategy_discussion_held"] == "2026-03-02"


@pytest.mark.parametrize(
    "value",
    ["31/02/2026", "03/2026", "#N/A", "9999-12-31", 99999999, -5, time(10, 30), True, "x" * 30_000],
    ids=str,
)
def test_what_is_no_date_is_listed_once_without_its_words(books: Workbooks, value: Any) -> None:
    book = books.plain(List_5=[ENQUIRY | {"child": "SC-2"}])
    book["List_5"].append([*["SC-1", None, None, None, None, None], value])
    books.put_book(book)

    page = books.read()

    assert [one.body["ref"] for one in page.records] == ["SC-2"]
    (problem,) = page.problems
    assert problem.where == "Annex A.xlsx/List 5:3"
    assert problem.what.startswith("strategy_discussion: ")
    # it may be a name: its shape at most is shown
    assert value == "#N/A" or str(value) not in problem.what


@pytest.mark.parametrize(
    "titles",
    [
        pytest.param(("List_4", "List_5", "List_7"), id="underscores"),
        pytest.param(("List 4", "List 5", "LIST 7"), id="spaces"),
        pytest.param(("List4", "Annex A List 5 - S47", "List_07 "), id="with their titles"),
    ],
)
@pytest.mark.parametrize("above", [0, 1, 3], ids=["no title row", "a title row", "notes"])
def test_a_list_is_found_by_its_sheet_and_its_header(
    books: Workbooks, titles: tuple[str, ...], above: int
) -> None:
    book = books.plain(List_5=[ENQUIRY])
    for sheet, title in zip(tuple(book.worksheets), titles, strict=True):
        if above:
            sheet.insert_rows(1, above)
            sheet["A1"] = f"{title}: every child, with its identifier and age"
        sheet.title = title
    book.create_sheet("List_50").append(["Child Unique ID"])
    books.put_book(book)

    assert books.body()["facts"]["strategy_discussion_held"] == "2026-03-02"
    assert books.complaints() == []


@pytest.mark.parametrize(
    ("name", "header", "column"),
    [
        ("list_5", "LA Child ID", "child_id"),
        ("list_5", "Unique Identifier of the Child", "child_id"),
        ("list_5", "Child's date of birth", "date_of_birth"),
        ("list_5", "DOB", "date_of_birth"),
        ("list_5", "Age", "age"),
        ("list_5", "Section 47 Enquiry Start Date", "strategy_discussion"),
        ("list_5", "S47 start", "strategy_discussion"),
        ("list_5", "date of  INITIAL child-protection conference", "conference_held"),
        ("list_5", "ICPC Date", "conference_held"),
        ("list_5", "Number of ICPCs in the last 12 months", None),
        ("list_5", "Allocated Worker", None),
        ("list_7", "CPP Start Date", "plan_start"),
        ("list_7", "CP End Date", "plan_end"),
        ("list_7", "Date of the latest review", "latest_review"),
        ("list_7", "Number of Previous Child Protection Plans", None),
        ("list_4", "Continuous assessment: date of authorization", "assessment_authorised"),
        ("list_4", "Does the Child have a Disability", None),
    ],
)
def test_headers_are_known_in_the_forms_that_authorities_use(
    name: ListName, header: str, column: str | None
) -> None:
    others = ["Child Unique ID", "Date of Birth", "Age of Child (Years)", "Allocated Team"]

    found = find_header([header, *others], LISTS[name], {}) or {}

    assert found.get(0) == column


def test_an_authority_may_name_headers_and_teams_its_own_way(books: Workbooks) -> None:
    book = books.plain(List_5=[ENQUIRY | {"held": "20/03/2026", "team": "North Locality Team"}])
    book["List_5"]["I1"] = "ICPC happened"
    books.put_book(book)
    columns = {"list_5": {"conference_held": "icpc  HAPPENED"}}

    page = books.feed(columns=columns, teams={"North Locality Team": "north"}).read(None)

    (fragment,) = page.records
    assert fragment.body["team"] == "north"
    assert fragment.body["meetings"][0]["held_on"] == "2026-03-20"


def test_dates_of_an_export_that_writes_the_month_first_are_not_guessed(books: Workbooks) -> None:
    american = ("03/13/2026", "03/02/2026")
    books.put(
        List_5=[ENQUIRY | {"child": f"SC-{day[3:5]}", "strategy": day} for day in american],
        List_7=[{"child": "SC-1", "start": "02/03/2026"}],
    )

    page = books.read()

    assert [one.body["ref"] for one in page.records] == ["SC-1"]
    assert [one.where for one in page.problems] == [
        "Annex A.xlsx/List 5:3",
        "Annex A.xlsx/List 5:4",
    ]


def test_a_child_whose_number_is_a_number_keeps_it(books: Workbooks) -> None:
    books.put(List_5=[ENQUIRY | {"child": 100234.0}])

    assert books.body()["ref"] == "100234"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param({"columns": {"list_5": {"conference_hold": "x"}}},
                     'did you mean "conference_held"', id="misspelt column"),
        pytest.param({"columns": {"list_6": {}}}, "list_5", id="a list that is not read"),
    ],
)  # fmt: skip
def test_wrong_settings_are_refused(options: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Config.model_validate({"folder": "annex", **options})
