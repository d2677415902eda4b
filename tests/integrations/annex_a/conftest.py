"""Annex A workbooks on the disk, made from Ofsted's own template, and a feed over their folder."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from daemon.ports import Page
from integrations.annex_a.config import Config
from integrations.annex_a.source import AnnexA

SAMPLES = Path(__file__).parent / "samples"
TEMPLATE = SAMPLES / "annex_a_blank_template_2019-08.xlsx"
NOW = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)
WRITTEN = datetime(2026, 3, 6, 17, tzinfo=UTC)
FILE = "Annex A.xlsx"
EVERY_LIST = ("child", "gender", "ethnicity", "born", "age", "disability")
LAST = ("team", "worker")
COLUMNS = {
    "List_4": (*EVERY_LIST, "started", "seen", "authorised", "support", *LAST),
    "List_5": (
        *(*EVERY_LIST, "strategy", "not_required", "held", "plan", "enquiries", "conferences"),
        *LAST,
    ),
    "List_7": (
        *(*EVERY_LIST, "start", "category", "latest", "visited", "alone", "review", "end"),
        *("protection", "previous", *LAST),
    ),
}
HEADERS = {
    "List_4": (
        *("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"),
        *("Does the Child have a Disability", "Continuous Assessment Start Date"),
        *("Child Seen During Continuous Assessment", "Continuous Assessment Date of Authorisation"),
        "Was the child assessed as requiring LA children\u2019s social care support",
        *("Allocated Team", "Allocated Worker"),
    ),
    "List_5": (
        *("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"),
        "Does the Child have a Disability",
        "Strategy discussion initiating Section 47 Enquiry Start Date",
        "Was an Initial Child Protection Conference deemed unnecessary?",
        "Date of Initial Child Protection Conference",
        "Did the Initial Child Protection Conference Result in a Child Protection Plan",
        "Number of Section 47 Enquiries in the last 12 months",
        "Number of ICPCs in the last 12 months",
        *("Allocated Team", "Allocated Worker"),
    ),
    "List_7": (
        *("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)"),
        "Does the Child have a Disability",
        *("Child Protection Plan Start Date", "Initial Category of Abuse"),
        *("Latest Category of Abuse", "Date of the Last Statutory Visit"),
        *("Was the Child Seen Alone?", "Date of latest review conference"),
        "Child Protection Plan End Date",
        "Subject to Emergency Protection Order (Y/N)",
        "Number of Previous Child Protection Plans",
        *("Allocated Team", "Allocated Worker"),
    ),
}
ENQUIRY = {"child": "SC-1", "strategy": "02/03/2026", "not_required": "b) No"}
DAY = datetime(2026, 3, 2)  # noqa: DTZ001 - a workbook's dates have no zone
CHILD: dict[str, Any] = {"born": "04/05/2017", "age": 8}
Rows = Sequence[dict[str, Any]]


def line(sheet: str, cells: dict[str, Any]) -> list[Any]:
    """Return the cells of a row in their order; what is not named stays empty."""
    given = CHILD | cells
    return [given.pop(column, None) for column in COLUMNS[sheet]]


class Workbooks:
    """A drop folder, its feed, and the clock."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.now, self.written_at = folder, NOW, WRITTEN
        self.source = self.feed()

    def feed(self, **options: Any) -> AnnexA:
        """Return a feed as a fresh process would build it."""
        self.source = AnnexA(Config(folder=self.folder, **options), lambda: self.now)
        return self.source

    def put(self, **lists: Rows) -> None:
        """Drop Ofsted's template with these rows below its headers."""
        book = load_workbook(TEMPLATE)
        for sheet, rows in lists.items():
            for cells in rows:
                book[sheet].append(line(sheet, cells))
        self.put_book(book)

    def plain(self, **lists: Rows) -> Workbook:
        """Return a workbook as a report writer makes it: no title row, nothing but the three lists."""
        book = Workbook()
        del book["Sheet"]
        for sheet, headers in HEADERS.items():
            made = book.create_sheet(sheet)
            made.append(headers)
            for cells in lists.get(sheet, ()):
                made.append(line(sheet, cells))
        return book

    def put_book(self, book: Workbook, file: str = FILE) -> None:
        """Drop a workbook as an export does: whole, under another name first."""
        book.save(self.folder / f"{file}.tmp")
        self.put_bytes((self.folder / f"{file}.tmp").read_bytes(), file)

    def put_bytes(self, data: bytes, file: str = FILE) -> None:
        """Drop a file."""
        unfinished = self.folder / f"{file}.tmp"
        unfinished.write_bytes(data)
        os.utime(unfinished, (self.written_at.timestamp(), self.written_at.timestamp()))
        unfinished.rename(self.folder / file)

    def read(self, cursor: str | None = None) -> Page:
        """Read it."""
        return self.source.read(cursor)

    def body(self) -> dict[str, Any]:
        """Return what is known of the only case."""
        (found,) = self.read().records
        return dict(found.body)

    def complaints(self) -> list[str]:
        """Return every problem without how to mend it."""
        return [f"{one.where}: {one.what}" for one in self.read().problems]


@pytest.fixture
def books(tmp_path: Path) -> Workbooks:
    """Return an empty drop folder."""
    return Workbooks(tmp_path)
