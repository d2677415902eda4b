"""Each parser of ours that meets bytes of somebody else's: what it may raise, and what a good input looks like."""

import io
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from zipfile import ZipFile

from openpyxl import Workbook as NewWorkbook

from daemon.decide.record.reading import read_record
from daemon.domain.csv_table import csv_table
from daemon.domain.incoming import answers
from daemon.domain.incoming.parts import TooMuch
from daemon.domain.incoming.sort import Odd, sort
from daemon.domain.link import Action, Purpose, is_genuine, make_token
from daemon.domain.mail import header_text, one_line, parse_address, parse_message_id
from daemon.domain.sheet import SheetRefusedError
from daemon.domain.spreadsheet import to_csv
from daemon.domain.teams import parse_teams_address
from daemon.domain.typed_dates import parse_day
from daemon.domain.vocabulary import Vocabulary
from daemon.rulebook import load
from daemon.rulebook.language.conditions import condition
from daemon.rulebook.language.marks import read
from daemon.rulebook.language.moments import deadline, every, length, rhythm, rung_time
from daemon.rulebook.language.phrases import Misread
from daemon.rulebook.wording.templates import check_template
from daemon.sheets.manifest import parse_manifest
from daemon.sheets.workbook import Workbook
from integrations.cin_census.stream import Census
from tests.small import SMALL

AT = datetime(2026, 3, 6, 17, tzinfo=UTC)
KEY = bytes(range(32))
FOR = Purpose("m-1", "SC-1/invite-list/icpc-1", "ann", Action.PROMISE, 0)
MAIL = b"""From: ann@partner.example\r\nTo: daykeeper@council.example\r\nMIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/calendar; method=REPLY\r\n\r
BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x@council.example\r\nSEQUENCE:1\r
ATTENDEE;PARTSTAT=ACCEPTED:mailto:ann@partner.example\r\nDTSTAMP:20260306T093000Z\r\nEND:VEVENT\r
END:VCALENDAR\r\n--b--\r\n"""
CENSUS = b"""<?xml version="1.0"?><Message><Header><CollectionDetails><Year>2026</Year></CollectionDetails></Header>
<Children><Child><ChildIdentifiers><LAchildID>1</LAchildID></ChildIdentifiers></Child></Children></Message>"""
RECORD = {
    "ref": "SC-1", "facts": {"strategy_discussion_held": {"at": "2026-03-02"}},
    "meetings": [{"id": "M-1", "kind": "icpc", "scheduled_at": "2026-03-18T10:00"}],
}  # fmt: skip


def workbook() -> bytes:
    """Return a small diary."""
    book, kept = NewWorkbook(), io.BytesIO()
    book.active.title = "conference"
    book.active.append(["conference_id", "kind", "case_refs", "booked_start"])
    book.active.append(["M-1", "ICPC", "SC-1", datetime(2026, 3, 18, 10)])  # noqa: DTZ001 - a cell has no zone
    book.save(kept)
    return kept.getvalue()


def first_sheet() -> bytes:
    """Return the part of it that holds its rows."""
    return ZipFile(io.BytesIO(workbook())).read("xl/worksheets/sheet1.xml")


@cache
def words() -> Vocabulary:
    """Return the words of a small rulebook."""
    book, problems = load(SMALL)
    assert book is not None, problems
    return book.vocabulary


def read_csv(data: bytes) -> None:
    """Every row of it is cells, or given up by itself; what we would write of it is no formula."""
    table = csv_table(data, "f.csv")
    for _, cells in table.records:
        to_csv([[str(cell) for cell in cells or ()]])


def read_xlsx(data: bytes) -> None:
    """A workbook, and every row of its sheet."""
    table = Workbook(data, "f.xlsx").table("conference")
    for _ in table.records if table else ():
        pass


def read_sheet(data: bytes) -> None:
    """The first sheet of a workbook that is good otherwise."""
    kept, good = io.BytesIO(), ZipFile(io.BytesIO(workbook()))
    with ZipFile(kept, "w") as spoilt:
        for name in good.namelist():
            spoilt.writestr(name, data if name.endswith("sheet1.xml") else good.read(name))
    read_xlsx(kept.getvalue())


def read_xml(data: bytes) -> None:
    """Each child of it is whole, or the file is refused."""
    census = Census("f.xml")
    for child in census.children(io.BytesIO(data)):
        child.row("f.xml")


def read_json(data: bytes) -> None:
    """A record and a manifest."""
    with suppress(SheetRefusedError):
        parse_manifest(data, "manifest.json")
    read_record(json.loads(data), words())


def read_mail(data: bytes) -> None:
    """What comes into a mailbox."""
    list(sort(data, AT, frozenset({"daykeeper@council.example"}), "council.example"))


def read_calendar(data: bytes) -> None:
    """The calendar in a reply."""
    answers.read(data.decode("utf-8", "replace"))


def read_policy(data: bytes) -> None:
    """A file of the rules, and each phrase that may stand in one."""
    text = data.decode("utf-8", "replace")
    read(text, "rule.yaml")
    for reader in (deadline, every, length, rhythm, rung_time, lambda one: condition(one, words())):
        with suppress(Misread):
            reader(text)


def read_template(data: bytes) -> None:
    """The words of a message: found to be sound, or told; never run here."""
    check_template(data.decode("utf-8", "replace"))


def read_link(data: bytes) -> None:
    """A link that is not ours is none; one that is stays one."""
    text = data.decode("latin-1")
    assert text == make_token(bytes(16), KEY, FOR) or not is_genuine(text, KEY, FOR)


def read_small(data: bytes) -> None:
    """Addresses, days and lines that people type."""
    text = data.decode("utf-8", "replace")
    parse_message_id(text, "council.example")
    for field in (header_text(text), one_line(text)):
        assert field.isprintable(), ascii(field)
    for reader in (parse_day, parse_address, parse_teams_address):
        with suppress(ValueError):
            reader(text)


@dataclass(frozen=True, slots=True)
class Parser:
    """One parser. `refuses`: what it says to what it cannot use; anything else is a fault of ours."""

    reads: Callable[[bytes], None]
    refuses: tuple[type[Exception], ...]
    good: tuple[bytes, ...]

    def __call__(self, data: bytes) -> None:
        """Read, or refuse."""
        with suppress(*self.refuses):
            self.reads(data)


PARSERS: Mapping[str, Parser] = {
    "csv": Parser(read_csv, (SheetRefusedError,), (b'ref,name\nSC-1,"a\nb"\n', b"\xef\xbb\xbfref;x\n1;2\n")),
    "xlsx": Parser(read_xlsx, (SheetRefusedError,), (workbook(),)),
    "sheet": Parser(read_sheet, (SheetRefusedError,), (first_sheet(),)),
    "xml": Parser(read_xml, (SheetRefusedError,), (CENSUS,)),
    "json": Parser(read_json, (ValueError, RecursionError), (json.dumps(RECORD).encode(),)),
    "mail": Parser(read_mail, (Odd, TooMuch), (MAIL,)),
    "calendar": Parser(read_calendar, (Odd, TooMuch), (MAIL.partition(b"\r\n\r\n--b")[2],)),
    "policy": Parser(read_policy, (), (
        b"rule: x\ndue: 10 working days after icpc_held, by close of business\n",
        b"s47_concluded is at_risk or missing, and icpc_held is missing", b"the earlier of 3 days before due, 09:00",
    )),
    "template": Parser(read_template, (), (b"{{ ref }}: {% if due %}by {{ due }}{% endif %}",)),
    "link": Parser(read_link, (), (make_token(bytes(16), KEY, FOR).encode(),)),
    "small": Parser(read_small, (), (b"6 March 2026", b"ann@council.example", b"19:abc@thread.tacv2")),
}  # fmt: skip
