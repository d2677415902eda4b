"""A conference diary as a workbook in a library of SharePoint, or in OneDrive."""

from datetime import date, timedelta
from typing import Any

import pytest

from daemon.ports import Unreadable
from daemon.testing.contracts import CANARIES, CaseSourceContract
from daemon.testing.microsoft365.server import Microsoft365
from tests.integrations.microsoft365.online import PATH
from tests.integrations.xlsx_diary.conftest import HEADER, good, workbook

NAME, STREET, WORDS = CANARIES
FILE = "Conferences/Conference diary 2026.xlsx"
NO_LISTS: dict[str, Any] = {"sheets": {}}


@pytest.fixture
def book(online):
    """Give a call that puts a workbook into the library, and a feed over it."""

    def put(sheets, file=FILE):
        return online.site.put_file(file, workbook(sheets), online.clock())

    online.feed(workbook=FILE, **NO_LISTS)
    return put


class TestWorkbook(CaseSourceContract):
    """The promises of every feed."""

    @pytest.fixture
    def source(self, online, book):
        """Return a workbook with two children, one bad row, and much that is not ours to keep."""
        row = (date(2026, 3, 20), NAME, STREET)
        head = ("Conf No", "Type", "Child IDs", "Date held", "Child's name", "Notes")
        rows = [(f"C{n}", "ICPC", ref, *row) for n, ref in enumerate(("SC-1", "SC-2", ""))]
        odd = [("Child ID", "Milestone", "Done on"), ("SC-1", WORDS, WORDS)]
        book({"Conferences": [head, *rows], "Milestones": odd})
        return online.source

    @pytest.fixture
    def gone(self, online, tmp_path):
        """Return a diary whose tenant does not answer."""
        with Microsoft365(tmp_path / "gone") as office:
            address = office.address
        return online.feed(login=address, graph=address, workbook=FILE, **NO_LISTS)


def test_a_workbook_is_fetched_when_it_has_changed_and_not_before(online, book):
    book({"Diary": [HEADER, *good(3)]})
    first = online.read()
    online.clock.now += timedelta(minutes=5)
    second = online.read(first.cursor)

    book({"Diary": [HEADER, *good(2)]})
    third = online.read(second.cursor)

    assert (second.whole, list(second.records), second.as_known_at) == (False, [], online.clock())
    assert [one.body["ref"] for one in third.records] == ["SC-1", "SC-2"]
    assert online.asked("/_layouts/15/download.aspx") == 2


def test_a_bad_row_is_named_by_its_workbook_sheet_and_number(online, book):
    book({"Diary": [HEADER, *good(1), ("C9", "ICPC", "SC-9", "", "30/02/2026")]})

    assert [one[:58] for one in online.complaints()] == [
        'Conference diary 2026.xlsx/Diary:3: held_date: "30/02/2026'
    ]


def test_a_workbook_is_known_by_its_id_wherever_it_lies(online, book):
    file = book({"Diary": [HEADER, *good(1)]}, "Elsewhere/Another name.xlsx")
    online.feed(workbook=file.id, **NO_LISTS)

    assert list(online.bodies()) == ["SC-1"]


def test_a_workbook_may_lie_in_another_library(online, book):
    online.site.libraries = ("Documents", "CP files")
    book({"Diary": [HEADER, *good(1)]})

    online.feed(workbook=FILE, document_library="CP files", **NO_LISTS)
    assert list(online.bodies()) == ["SC-1"]

    online.feed(workbook=FILE, document_library="CP fils", **NO_LISTS)
    with pytest.raises(
        Unreadable, match="CP fils: is no library of the site; correct `document_library`"
    ):
        online.read()


def test_some_sheets_may_stand_in_lists_and_others_in_a_workbook(online, book):
    online.good(1)
    book({"Invitees": [("Conf No", "Invitee no", "Job title"), ("G1", 1, "police_officer")]})
    conference = {"list": "Conference diary"}
    online.feed(workbook=FILE, sheets={"conference": conference, "report": {"tab": ""}})

    (meeting,) = online.bodies()["SC-1"]["meetings"]

    assert [one["role"] for one in meeting["invitees"]] == ["police_officer"]


def test_a_workbook_that_is_exported_is_as_old_as_it_is(online, book):
    book({"Diary": [HEADER, *good(1)]})
    written_at = online.clock()
    online.clock.now += timedelta(hours=7)

    assert (
        online.feed(workbook=FILE, as_known="file", **NO_LISTS).read(None).as_known_at == written_at
    )
    assert online.feed(workbook=FILE, **NO_LISTS).read(None).as_known_at == online.clock()


def test_a_onedrive_is_a_site_like_any_other(online, book):
    book({"Diary": [HEADER, *good(1)]})
    online.site.path = "/personal/ann_council_example"
    online.feed(
        site=f"{online.office.address}/personal/ann_council_example", workbook=FILE, **NO_LISTS
    )

    assert list(online.bodies()) == ["SC-1"]


def test_a_workbook_that_somebody_has_open_alone_is_waited_for(online, book):
    file = book({"Diary": [HEADER, *good(2)]})
    first = online.read()
    book({"Diary": [HEADER, *good(3)]})

    file = online.site.files[FILE]
    file.is_locked = True
    with pytest.raises(Unreadable, match=r"2026\.xlsx: is locked \(423\); have whoever checked it"):
        online.read(first.cursor)

    file.is_locked = False
    assert len(online.read(first.cursor).records) == 3


def test_our_token_is_shown_to_graph_alone(online, book):
    book({"Diary": [HEADER, *good(1)]})

    online.read()

    assert online.asked(f"{PATH}/_layouts/15/download.aspx") == 1
    assert online.office.tenant.refused == []


def test_content_is_not_fetched_from_another_host(online, book):
    book({"Diary": [HEADER, *good(1)]})
    port = online.office.server.server_port
    online.feed(site=f"https://127.0.0.1:{port}{PATH}", workbook=FILE, **NO_LISTS)

    with pytest.raises(Unreadable, match=r"cannot be read \(elsewhere\)"):
        online.read()
    assert online.asked("download.aspx") == 0


def test_a_workbook_that_is_too_large_is_not_fetched(online, book):
    book({"Diary": [HEADER, *good(1)]})
    online.feed(workbook=FILE, largest_bytes=1000, **NO_LISTS)

    with pytest.raises(
        Unreadable, match="is larger than we read; check it, or raise largest_bytes"
    ):
        online.read()
    assert online.asked("download.aspx") == 0
