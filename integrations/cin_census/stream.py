"""The children of a census file one after another: no tree of the whole is ever built.

No year's variant is checked against its schema: elements that we do not know are looked through,
so that only the nesting which means something counts, and of their text nothing is kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from daemon.domain.cells import Row
from daemon.domain.sheet import SheetRefusedError

CHILD, EPISODE, ENQUIRY, PLAN = "Child", "CINdetails", "Section47", "ChildProtectionPlans"
ROOT, HEADER = "Message", "CollectionDetails"
GROUPS = (CHILD, EPISODE, ENQUIRY, PLAN)
FIELDS = (
    *("LAchildID", "PersonBirthDate", "ExpectedPersonBirthDate", "PersonDeathDate"),
    *("CINclosureDate", "ReasonForClosure", "DateOfInitialCPC", "AssessmentAuthorisationDate"),
    *("S47ActualStartDate", "ICPCnotRequired", "CPPstartDate", "CPPendDate", "CPPreviewDate"),
)
OF_THE_WHOLE = ("Collection", "ReferenceDate", "DateTime")
NAMES = {name.casefold(): name for name in (*GROUPS, *FIELDS, *OF_THE_WHOLE, ROOT)}
PIECE = 1 << 20  # bytes
DEEPEST = 40
LONGEST = 200  # characters of a field
ZONE = re.compile(r"(?<=^[0-9]{4}-[0-9]{2}-[0-9]{2})(Z|[+-][0-9]{2}:[0-9]{2})$")  # of a day alone
LONGEST_TOKEN = 4 * PIECE  # expat reads an unfinished one again with every piece
NO_XML = "is no XML, or ends too early"
EXPORT = "export it again, and write it as .tmp until it is whole"


@dataclass(slots=True)
class Part:
    """One element: its name ("" for one that is not ours), its line, its text, and what stands in it."""

    name: str
    line: int
    text: str = ""
    is_group: bool = False
    parts: list["Part"] = field(default_factory=list)

    def each(self, name: str) -> "list[Part]":
        """Return the parts of one name."""
        return [part for part in self.parts if part.name == name]

    def row(self, file: str) -> Row:
        """Return its own fields as a row; of one that stands twice, the first."""
        cells: dict[str, str] = {}
        for part in self.parts:
            cells.setdefault(part.name, ZONE.sub("", part.text.strip()))
        return Row(file, self.line, cells)


class Census:
    """One file as it is read: what stands at its head, and where text stood that belongs to no field."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.head = Part(HEADER, 1)
        self.stray: list[int] = []  # lines
        self._open: list[Part] = []
        self._done: list[Part] = []
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.CharacterDataHandler = self._text
        self._parser.EndElementHandler = self._end

    def children(self, stream: BinaryIO) -> Iterator[Part]:
        """Yield each child as soon as it is whole; raises SheetRefusedError for what is no whole XML."""
        fed = 0
        try:
            while piece := stream.read(PIECE):
                self._feed(piece, is_last=False)
                fed += len(piece)
                if fed - self._parser.CurrentByteIndex > LONGEST_TOKEN:
                    raise SheetRefusedError(self.file, "has a tag that does not end", EXPORT)
                yield from self._done
                self._done.clear()
            self._feed(b"", is_last=True)
            yield from self._done
        finally:
            del self._parser  # it and its handlers hold one another, and with them its buffers

    def _feed(self, piece: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(piece, is_last)
        except (expat.ExpatError, LookupError, ValueError):
            line = self._parser.CurrentLineNumber
            raise SheetRefusedError(f"{self.file}:{line}", NO_XML, EXPORT) from None

    def _refuse_doctype(self, *_: object) -> None:
        """Refuse what could name files and hosts, or blow itself up (RELIABILITY T7)."""
        what = "has a document type declaration, which no census needs"
        raise SheetRefusedError(self.file, what, "leave it out of the export")

    def _start(self, tag: str, _: object) -> None:
        local = tag.rpartition(":")[2]
        name = NAMES.get(local.casefold(), "")
        if not self._open and name != ROOT:
            what = "is no Children in Need census: its first element is not Message"
            raise SheetRefusedError(self.file, what, "check which export is dropped here")
        if len(self._open) >= DEEPEST:
            raise SheetRefusedError(self.file, "is nested too deeply for a census", EXPORT)
        if self._open:
            self._open[-1].is_group = True
        self._open.append(Part(name, self._parser.CurrentLineNumber))

    def _text(self, text: str) -> None:
        part = self._open[-1]
        part.text = (part.text + text).lstrip()[:LONGEST]

    def _end(self, _: str) -> None:
        part = self._open.pop()
        if part.is_group and part.text:
            self.stray.append(part.line)
            part.text = ""
        if not self._open:
            return
        around = self._open[-1]
        if part.name == CHILD:
            self._done.append(part)
        elif part.name in OF_THE_WHOLE:
            self.head.parts.append(part)
        elif part.name in GROUPS or part.name in FIELDS:
            around.parts.append(part)
        else:
            around.parts += part.parts
