"""A drop folder with a workbook in it, and a feed over it on a clock moved by hand."""

import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from daemon.ports import Page
from integrations.xlsx_diary.config import Config
from integrations.xlsx_diary.source import XlsxDiary

NOW = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)
WRITTEN = datetime(2026, 3, 6, 17, tzinfo=UTC)
Rows = Sequence[Sequence[object]]
HEADER = ("Conference ID", "Kind", "Case refs", "Venue", "Held date")
MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHARED_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
SHEET = "xl/worksheets/sheet1.xml"


def good(count: int) -> list[tuple[object, ...]]:
    """Return rows of a conference sheet with nothing wrong in them."""
    return [(f"G{number}", "ICPC", f"SC-{number}", "", "") for number in range(1, count + 1)]


def workbook(sheets: Mapping[str, Rows], *, is_1904: bool = False) -> bytes:
    """Return a workbook with these sheets, as Excel would save it."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    if is_1904:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """Return the bytes of a workbook."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def exchanged(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """Return a workbook in one part of which some bytes are others."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        assert part in before.namelist()
        for one in before.infolist():
            text = before.read(one)
            if one.filename == part:
                assert old in text
                text = text.replace(old, new, 1)
            after.writestr(one.filename, text)
    return out.getvalue()


def as_excel_saves(data: bytes) -> bytes:
    """Return a workbook with its texts in a part of their own, where Excel puts them."""
    texts: list[bytes] = []

    def share(found: re.Match[bytes]) -> bytes:
        texts.append(found[1])
        return b't="s"><v>%d</v>' % (len(texts) - 1)

    out = BytesIO()
    with ZipFile(BytesIO(data)) as before, ZipFile(out, "w", ZIP_DEFLATED) as after:
        for one in before.infolist():
            text = before.read(one)
            if one.filename.startswith("xl/worksheets/"):
                text = re.sub(rb't="inlineStr"><is>(<t[^>]*>[^<]*</t>)</is>', share, text)
            elif one.filename == "[Content_Types].xml":
                text = text.replace(b"</Types>", SHARED_TYPE + b"</Types>")
            after.writestr(one.filename, text)
        assert texts
        strings = b"".join(b"<si>%s<phoneticPr fontId='1'/></si>" % text for text in texts)
        after.writestr("xl/sharedStrings.xml", b'<sst xmlns="%s">%s</sst>' % (MAIN, strings))
    return out.getvalue()


class Folder:
    """A drop folder, its feed, and the clock."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now, self.written_at = folder, NOW, WRITTEN
        self.source = self.feed()

    def feed(self, **options: Any) -> XlsxDiary:
        """Return a feed as a fresh process would build it."""
        given = {"file": "Diary.xlsx", **options}
        self.source = XlsxDiary(Config(folder=self.folder, **given), lambda: self.now)
        return self.source

    def put(self, sheets: Mapping[str, Rows], file: str = "Diary.xlsx", **how: Any) -> None:
        """Drop a workbook with these sheets."""
        self.put_bytes(workbook(sheets, **how), file)

    def put_bytes(self, data: bytes, file: str = "Diary.xlsx") -> None:
        """Drop a file as an export does: whole, under another name first."""
        unfinished = self.folder / f"{file}.tmp"
        unfinished.write_bytes(data)
        os.utime(unfinished, (self.written_at.timestamp(), self.written_at.timestamp()))
        unfinished.rename(self.folder / file)

    def read(self, cursor: str | None = None) -> Page:
        """Read it."""
        return self.source.read(cursor)

    def bodies(self) -> dict[str, Any]:
        """Return what is known of each case."""
        return {fragment.body["ref"]: fragment.body for fragment in self.read().records}

    def complaints(self) -> list[str]:
        """Return every problem as a person reads it."""
        return [str(problem) for problem in self.read().problems]


@pytest.fixture
def diary(tmp_path: Path) -> Folder:
    """Return an empty drop folder."""
    return Folder(tmp_path)
