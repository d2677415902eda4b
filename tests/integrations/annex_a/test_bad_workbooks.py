"""A workbook that cannot be used leaves what was good; one bad row holds itself."""

import os
import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from daemon.ports import Unreadable
from tests.integrations.annex_a.conftest import FILE, NOW, Workbooks

ENQUIRY = {"child": "SC-1", "strategy": "02/03/2026"}
SHEET_5 = "xl/worksheets/sheet2.xml"
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPE = f'<!DOCTYPE worksheet [<!ENTITY l0 "lol">{LAUGHS}]>'


def packed(
    book: Workbook, change: Callable[[str, bytes], bytes] | None = None, **more: bytes
) -> bytes:
    """Return a workbook's bytes with each part as `change` makes it, and further parts."""
    made, out = BytesIO(), BytesIO()
    book.save(made)
    with ZipFile(made) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(name, data) if change else data)
        for name, data in more.items():
            new.writestr(name, data)
    return out.getvalue()


def in_part(part: str, old: str, new: str) -> Callable[[str, bytes], bytes]:
    """Return what puts words into one part in the place of others."""

    def change(name: str, data: bytes) -> bytes:
        text = data.decode()
        assert name != part or old in text
        return text.replace(old, new, 1).encode() if name == part else data

    return change


def deep(text: str) -> str:
    return "<a>" * 100_000 + text


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda _: b"", "is not a whole workbook", id="nothing in it"),
        pytest.param(lambda book: packed(book)[:-2000], "is not a whole workbook", id="half of it"),
        pytest.param(lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "of the old kind",
                     id="of the old kind"),
        pytest.param(lambda _: b"<html>Sign in</html>", "is not a whole workbook", id="an error page"),
        pytest.param(lambda _: b"PK\x03\x04" + b"\0" * 600, "is not a whole workbook", id="no directory"),
        pytest.param(lambda book: packed(book, **{"xl/media/a.png": b"\0" * 60_000_000}),
                     "unpacks to more than 50000000", id="a zip bomb"),
        pytest.param(lambda book: packed(book, **{f"a/{n}": b"" for n in range(2100)}),
                     "or 2000 parts", id="a thousand parts"),
        pytest.param(lambda book: packed(book, in_part(SHEET_5, "<worksheet", f"{DOCTYPE}<worksheet")),
                     "document type", id="billion laughs in a sheet"),
        pytest.param(lambda book: packed(book, in_part("xl/workbook.xml", "<workbook",
                     '<!DOCTYPE w SYSTEM "http://127.0.0.1:1/x"><workbook')),
                     "document type", id="a document type elsewhere"),
        pytest.param(lambda book: packed(book, in_part(SHEET_5, "<sheetData>", deep("<sheetData>"))),
                     "more than is read", id="depth"),
        pytest.param(lambda book: packed(book, in_part(SHEET_5, "</sheetData>", "<row></sheetData>")),
                     "is not a whole workbook", id="a sheet that is no XML"),
        pytest.param(lambda book: packed(book, in_part("xl/workbook.xml", "List_5", "List_x")),
                     "no sheet called List_5", id="a list that is gone"),
        pytest.param(lambda book: packed(book, in_part("xl/workbook.xml", "List_4", "List 5 (2)")),
                     "two sheets called List_5", id="a list and its copy"),
        pytest.param(lambda book: packed(book, in_part(SHEET_5, "Strategy discussion", "Talk")),
                     "no column strategy_discussion", id="a column that is gone"),
        pytest.param(lambda book: packed(book, in_part(SHEET_5, "Child Unique", "Pupil")),
                     "has no header of list 5", id="no header"),
        pytest.param(lambda book: packed(book, in_part(SHEET_5, '<row r="2"', '<row r="2000000000"')),
                     "more than a workbook may have", id="a row beyond every sheet"),
        pytest.param(lambda book: packed(book, in_part(SHEET_5, '<c r="A2"',
                     '<c r="O2" t="s"><v>999</v></c><c r="A2"')),
                     "cannot be read as a row", id="a text that is nowhere"),
    ],
)  # fmt: skip
def test_a_workbook_that_cannot_be_used_is_told_in_one_sentence(
    books: Workbooks, make: Callable[[Workbook], bytes], reason: str
) -> None:
    books.put_bytes(make(books.plain(List_5=[ENQUIRY])))

    with pytest.raises(Unreadable, match=reason) as caught:
        books.feed(largest_unpacked_bytes=50_000_000).read(None)

    assert "\n" not in str(caught.value)


def linked(path: Path) -> None:
    """Put a link to a good workbook there."""
    Workbooks(path.parent).put(List_5=[ENQUIRY])
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(linked, id="a link"),
        pytest.param(os.mkfifo, id="a pipe that nobody writes to"),
        pytest.param(Path.mkdir, id="a folder"),
        pytest.param(
            lambda path: path.with_name("~$Annex A.xlsx").write_text("x"), id="open in Excel"
        ),
    ],
)
def test_only_a_regular_finished_file_is_read(
    books: Workbooks, place: Callable[[Path], object]
) -> None:
    place(books.folder / FILE)

    with pytest.raises(Unreadable):
        books.read()


def test_a_formula_counts_as_its_result_and_without_one_its_row_is_listed(books: Workbooks) -> None:
    book = books.plain(List_5=[ENQUIRY, ENQUIRY | {"child": "SC-2", "strategy": "=TODAY()-1"}])
    book["List_5"].append(["SC-3", None, None, None, None, None, "=DATE(2026,3,2)"])
    unworked = "<f>DATE(2026,3,2)</f>"
    books.put_bytes(packed(book, in_part(SHEET_5, unworked, f"{unworked}<v>46083</v>")))

    page = books.read()

    shown = {one.body["ref"]: one.body["facts"]["strategy_discussion_held"] for one in page.records}
    assert shown == {"SC-1": "2026-03-02", "SC-3": "2026-03-02"}
    assert [(one.where, one.what.partition(";")[0]) for one in page.problems] == [
        (
            "Annex A.xlsx/List 5:3",
            "strategy_discussion: is a formula whose result is not in the file",
        )
    ]
    assert page.rows == 3


def test_hidden_sheets_merged_cells_macros_and_wrong_sizes_change_nothing(books: Workbooks) -> None:
    book = books.plain(List_5=[ENQUIRY])
    book["List_5"].sheet_state = "hidden"
    book["List_7"].merge_cells("A2:D4")
    wrong = in_part(SHEET_5, '<dimension ref="A1:N2"', '<dimension ref="A1"')
    books.put_bytes(packed(book, wrong, **{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}))

    assert books.body()["facts"]["strategy_discussion_held"] == "2026-03-02"


def test_an_old_workbook_stands_in_no_ones_place(books: Workbooks) -> None:
    books.put(List_5=[ENQUIRY])
    cursor = books.read().cursor
    books.put_bytes(b"PK", "Annex B.xlsx")

    with pytest.raises(Unreadable, match=r"Annex B\.xlsx"):
        books.read(cursor)


WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=30)
LONG = "a cell that is too long"  # hypothesis would keep every long one that it makes
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.times(),
    st.datetimes(),
    WORDS,
    st.sampled_from(["=1+1", "31/02/2026", "a) Yes", "9999-12-31", "#REF!"]),
    st.just(LONG),
)
ROWS = st.lists(st.lists(VALUES, max_size=16), max_size=8)


@pytest.mark.timeout(1800)  # in its long form it makes and reads ten thousand workbooks
@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(ROWS, ROWS)
def test_whatever_stands_in_other_rows_every_good_one_is_read(
    books: Workbooks, fifth: list[list[Any]], seventh: list[list[Any]]
) -> None:
    book = books.plain(List_5=[ENQUIRY])
    for cells in fifth:
        book["List_5"].append(["x" * 32_000 if one == LONG else one for one in cells])
    for cells in seventh:
        book["List_7"].append(["x" * 32_000 if one == LONG else one for one in cells])
    book["List_5"].append(["SC-last", None, None, None, None, None, "02/03/2026"])
    books.put_book(book)

    page = books.feed().read(None)

    bodies = {one.body["ref"]: one.body for one in page.records}
    assert {"SC-1", "SC-last"} <= bodies.keys()
    assert page.rows <= 2 + len(fifth) + len(seventh)
    places = [(one.where, one.what.partition(":")[0]) for one in page.problems]
    assert len(places) == len(set(places))
    assert all(re.fullmatch(r"Annex A\.xlsx/List [57]:\d+", one.where) for one in page.problems)
    assert page.as_known_at <= NOW
