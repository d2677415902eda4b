"""A workbook that is not what it seems is told in one sentence, and what was good stands."""

import struct
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from daemon.ports import Unreadable
from tests.integrations.xlsx_diary.conftest import (
    HEADER,
    SHEET,
    Folder,
    Rows,
    exchanged,
    good,
    saved,
    workbook,
)

GOOD: Rows = [HEADER, *good(3)]
PLAIN = workbook({"Conference": GOOD})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
LAUGHS = b"".join(
    b'<!ENTITY l%d "%s">' % (depth, b"&l%d;" % (depth - 1) * 10) for depth in range(1, 10)
)
MEGABYTE = 1_000_000


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Return a workbook with one more part."""
    out = BytesIO(data)
    with ZipFile(out, "a", ZIP_DEFLATED) as package:
        package.writestr(name, content)
    return out.getvalue()


def lying(data: bytes) -> bytes:
    """Return a package whose first part declares that it unpacks to one byte."""
    at = data.index(b"PK\x01\x02")
    return data[: at + 24] + struct.pack("<I", 1) + data[at + 28 :]


def sheet_with(rows: bytes) -> bytes:
    """Return a workbook with these rows in place of its own, as they stand in the file."""
    return exchanged(PLAIN, SHEET, b"<sheetData>", b"<sheetData>" + rows)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", "is not a whole workbook", id="nothing"),
        pytest.param(b"conference_id,kind\n", "is not a whole workbook", id="a CSV file"),
        pytest.param(PLAIN[: len(PLAIN) // 2], "is not a whole workbook", id="half of it"),
        pytest.param(PLAIN[:-30], "is not a whole workbook", id="its end is missing"),
        pytest.param(
            PLAIN[:200] + bytes(200) + PLAIN[400:], "is not a whole workbook", id="a hole in it"
        ),
        pytest.param(lying(PLAIN), "is not a whole workbook", id="a part that lies of its size"),
        pytest.param(
            OLE + "EncryptedPackage".encode("utf-16-le"), "is under a password", id="a password"
        ),
        pytest.param(OLE, "is a workbook of the old kind", id="an .xls file"),
        pytest.param(
            with_part(PLAIN, "xl/media/bomb.bin", bytes(101 * MEGABYTE)),
            "unpacks to more than 100000000 bytes",
            id="a zip bomb",
        ),
        pytest.param(
            sheet_with(b"<row><c/></row>" * 1_100_000),
            "holds more than is read of a workbook",
            id="millions of empty cells",
        ),
        pytest.param(
            exchanged(PLAIN, SHEET, b"<sheetData>", b"<cols/>" * 200_001 + b"<sheetData>"),
            "holds more than is read of a workbook",
            id="hundreds of thousands of columns",
        ),
        pytest.param(
            exchanged(PLAIN, "xl/styles.xml", b"<fonts", b"<xf/>" * 200_001 + b"<fonts"),
            "holds more than is read of a workbook",
            id="hundreds of thousands of styles",
        ),
        pytest.param(
            exchanged(PLAIN, SHEET, b"<sheetData>", b"<a>" * 100 + b"</a>" * 100 + b"<sheetData>"),
            "holds more than is read of a workbook",
            id="a hundred deep",
        ),
        pytest.param(
            sheet_with(b'<row r="1">' + b"<c/>" * 16_385 + b"</row>"),
            "more columns than a workbook may have",
            id="sixteen thousand columns",
        ),
        pytest.param(
            sheet_with(b'<row r="1"><c r="ZZZZZZZZ1"/></row>'),
            "more columns than a workbook may have",
            id="a column far away",
        ),
        pytest.param(
            sheet_with(b'<row r="99999999999"></row>'),
            "rows out of order, or more than a workbook may have",
            id="a row far away",
        ),
        pytest.param(
            sheet_with(b'<row r="3"></row><row r="3"></row>'), "rows out of order", id="a row twice"
        ),
        pytest.param(
            exchanged(PLAIN, SHEET, b"<worksheet", b"<!DOCTYPE x [" + LAUGHS + b"]><worksheet"),
            "declares a document type",
            id="a billion laughs",
        ),
        pytest.param(
            exchanged(
                PLAIN,
                "xl/workbook.xml",
                b"<workbook",
                b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook',
            ),
            "declares a document type",
            id="an entity from outside",
        ),
    ],
)
def test_a_workbook_that_cannot_be_read_leaves_the_last_good_state(
    diary: Folder, data: bytes, reason: str
) -> None:
    diary.put_bytes(data)

    with pytest.raises(Unreadable) as caught:
        diary.read()

    assert reason in str(caught.value)
    assert str(caught.value).startswith("Diary.xlsx: ")
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_bomb_takes_no_memory(diary: Folder) -> None:
    diary.put_bytes(with_part(PLAIN, "xl/media/bomb.bin", bytes(99 * MEGABYTE)))
    tracemalloc.start()

    refs = list(diary.bodies())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert refs == ["SC-1", "SC-2", "SC-3"]
    assert peak < 10 * MEGABYTE


def test_the_size_that_a_sheet_says_it_has_is_not_believed(diary: Folder) -> None:
    diary.put_bytes(exchanged(PLAIN, SHEET, b'ref="A1:E4"', b'ref="A1:XFD1048576"'))

    assert list(diary.bodies()) == ["SC-1", "SC-2", "SC-3"]
    assert diary.complaints() == []


def hidden(book: openpyxl.Workbook) -> None:
    """Hide the sheet of conferences."""
    book.create_sheet("Read me")
    book["Conference"].sheet_state = "hidden"


def veiled(book: openpyxl.Workbook) -> None:
    """Hide it so that Excel's menu does not show it."""
    book.create_sheet("Read me")
    book["Conference"].sheet_state = "veryHidden"


@pytest.mark.parametrize("hide", [hidden, veiled], ids=["hidden", "hidden by a macro"])
def test_a_hidden_sheet_is_not_read(
    diary: Folder, hide: Callable[[openpyxl.Workbook], None]
) -> None:
    book = openpyxl.load_workbook(BytesIO(PLAIN))
    hide(book)
    diary.put_bytes(saved(book))

    with pytest.raises(Unreadable, match=r"Diary\.xlsx/Conference: is hidden"):
        diary.read()


def test_rows_that_a_filter_hides_are_read(diary: Folder) -> None:
    book = openpyxl.load_workbook(BytesIO(PLAIN))
    book["Conference"].auto_filter.ref = "A1:E4"
    book["Conference"].row_dimensions[3].hidden = True
    diary.put_bytes(saved(book))

    assert list(diary.bodies()) == ["SC-1", "SC-2", "SC-3"]


def test_a_merged_cell_is_its_first_rows_and_the_others_are_told(diary: Folder) -> None:
    book = openpyxl.load_workbook(BytesIO(PLAIN))
    sheet = book["Conference"]
    sheet.insert_rows(1)
    sheet["A1"] = "Conference diary"
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("C3:C4")
    diary.put_bytes(saved(book))

    assert list(diary.bodies()) == ["SC-1", "SC-3"]
    (complaint,) = diary.complaints()
    assert complaint.startswith(
        "Diary.xlsx/Conference:4: case_refs: stands in cells that are merged"
    )


def with_formula(cell: bytes) -> bytes:
    """Return a workbook whose second row holds this in place of its venue."""
    data = workbook({"Conference": [HEADER, *good(1), ("C1", "ICPC", "SC-9", "HERE", "")]})
    with ZipFile(BytesIO(data)) as package:
        text = package.read(SHEET)
    start = text.index(b'<c r="D3"')
    return exchanged(data, SHEET, text[start : text.index(b"</c>", start) + 4], cell)


@pytest.mark.parametrize(
    ("cell", "venue"),
    [
        pytest.param(
            b'<c r="D3" t="str"><f>CONCAT("Civic"," Centre")</f><v>Civic Centre</v></c>',
            "Civic Centre",
            id="a text",
        ),
        pytest.param(b'<c r="D3"><f>1+1</f><v>2</v></c>', "2", id="a number"),
        pytest.param(
            b'<c r="D3" t="str"><f>IF(A1="","","")</f><v></v></c>', None, id="nothing, computed"
        ),
        pytest.param(
            b'<c r="D3" t="str"><f>[1]Other!$A$1</f><v>Hall</v></c>',
            "Hall",
            id="another workbook's",
        ),
    ],
)
def test_a_formula_is_read_by_its_result(diary: Folder, cell: bytes, venue: str | None) -> None:
    diary.put_bytes(with_formula(cell))

    (meeting,) = diary.bodies()["SC-9"]["meetings"]

    assert meeting.get("venue") == venue
    assert diary.complaints() == []


@pytest.mark.parametrize(
    "cell",
    [
        pytest.param(b'<c r="D3"><f>1+1</f></c>', id="no value"),
        pytest.param(b'<c r="D3"><f>1+1</f><v></v></c>', id="an empty one"),
        pytest.param(b'<c r="D3"><f>1+1</f><v/></c>', id="none"),
    ],
)
def test_a_formula_without_its_result_leaves_out_its_row(diary: Folder, cell: bytes) -> None:
    diary.put_bytes(with_formula(cell))

    assert list(diary.bodies()) == ["SC-1"]
    (complaint,) = diary.complaints()
    assert complaint.startswith("Diary.xlsx/Conference:3: venue: is a formula whose result is not")


def test_a_macro_is_never_looked_at(diary: Folder) -> None:
    data = exchanged(
        with_part(PLAIN, "xl/vbaProject.bin", b"\x00\xffAttribute VB_Name"),
        "[Content_Types].xml",
        b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )
    diary.put_bytes(data, "Diary.xlsm")

    assert len(diary.feed(file="Diary.xlsm").read(None).records) == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param(
            "xl/calcChain.xml",
            b"<calcChain>" + b'<c r="D9" i="1"/>' * 20_000 + b"</calcChain>",
            id="the order in which twenty thousand formulas are computed",
        ),
        pytest.param(
            "xl/drawings/drawing1.xml",
            b"<wsDr><from><row>9</row></from><from><row>3</row></from></wsDr>",
            id="where pictures stand",
        ),
    ],
)
def test_what_stands_beside_the_sheets_is_not_taken_for_one(
    diary: Folder, name: str, content: bytes
) -> None:
    diary.put_bytes(with_part(PLAIN, name, content))

    assert list(diary.bodies()) == ["SC-1", "SC-2", "SC-3"]


def test_a_spoilt_workbook_beside_a_good_one_is_told_once(diary: Folder) -> None:
    diary.put_bytes(PLAIN)
    diary.put_bytes(PLAIN[:500], "Log.xlsx")
    sheets = {name: {"file": "Log.xlsx"} for name in ("report", "core_group", "milestone")}

    page = diary.feed(sheets=sheets).read(None)

    assert len(page.records) == 3
    assert [problem.where for problem in page.problems] == ["Log.xlsx"]
