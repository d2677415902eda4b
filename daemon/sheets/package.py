"""A workbook's package looked over before any library opens it: bounded, whole, and without traps."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from xml.parsers.expat import ExpatError, ParserCreate
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 - what it is

from daemon.domain.sheet import SheetRefusedError

DEPTH_MOST = 60
ASIDE_MOST = 200_000  # elements of a part that are neither cells nor their texts: styles, columns
TEXTS = "xl/sharedStrings.xml"
PARTS_MOST, PIECE = 2000, 65_536
ROW_MOST, CELLS_MOST, NOTED_MOST = 1_048_576, 16_384, 2000
COORDINATE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how a file of the old kind begins, and one under a password
LOCKED = "EncryptedPackage".encode("utf-16-le")
XML = (".xml", ".rels")
SAVE_AGAIN = (
    "open it in Excel and save it as .xlsx; write it as .tmp and rename it when it is whole"
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read of a workbook, and how to mend one that is more.

    `unpacked` is in bytes, `uncomputed` the number of its formulas that have no result.
    """

    unpacked: int = 100_000_000
    elements: int = 2_000_000  # eighty thousand rows of twelve cells, each with its value
    uncomputed: int = NOTED_MOST
    mend: str = "keep what is read in a workbook of its own"


OF_A_DIARY = Bounds()


class Trap(Exception):
    """A part that is more than is read, or odd; the text says in what, `mend` what helps."""

    def __init__(self, what: str, mend: str = SAVE_AGAIN) -> None:
        super().__init__(what)
        self.mend = mend


@dataclass(slots=True)
class Part:
    """What was noticed in one part: the ranges that are merged, and the cells that hold a formula alone."""

    merged: list[str] = field(default_factory=list)
    uncomputed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Left:
    """How much more of a package may be unpacked."""

    bounds: Bounds
    size: int
    elements: int


def look_over(data: bytes, file: str, bounds: Bounds = OF_A_DIARY) -> dict[str, Part]:
    """Return what was noticed in each part, by its name in the package; raises SheetRefusedError.

    No more is unpacked than the bounds allow, whatever sizes are declared, and nothing is kept of it.
    """
    if data.startswith(OLE):
        if LOCKED in data:
            raise SheetRefusedError(file, "is under a password", "save it without one")
        raise SheetRefusedError(file, "is a workbook of the old kind", "save it as .xlsx")
    try:
        with ZipFile(BytesIO(data)) as package:
            return _look_into(package, bounds)
    except Trap as trap:
        raise SheetRefusedError(file, str(trap), trap.mend) from None
    except (BadZipFile, ZlibError, EOFError, RuntimeError, ExpatError, ValueError, OSError):
        raise SheetRefusedError(file, "is not a whole workbook", SAVE_AGAIN) from None


def _look_into(package: ZipFile, bounds: Bounds) -> dict[str, Part]:
    parts = package.infolist()
    if len(parts) > PARTS_MOST or sum(one.file_size for one in parts) > bounds.unpacked:
        raise Trap(
            f"unpacks to more than {bounds.unpacked} bytes or {PARTS_MOST} parts", bounds.mend
        )
    left, found = Left(bounds, bounds.unpacked, bounds.elements), {}
    for one in parts:
        with package.open(one) as stream:
            pieces = iter(partial(stream.read, PIECE), b"")
            look = _Look(left, holds_texts=one.filename == TEXTS)
            look.through(pieces, is_xml=one.filename.endswith(XML))
            found[one.filename] = look.part
    return found


class _Look:
    """A look through one part, element by element."""

    def __init__(self, left: Left, *, holds_texts: bool) -> None:
        self.left, self.part = left, Part()
        self.depth = self.row = self.cells = self.aside = 0
        self.is_aside = not holds_texts
        self.root = ""  # what kind of part it is
        self.cell = self.kind = ""  # where the present cell stands, and of what kind its value is
        self.is_formula = self.is_computed = False
        self.parser = ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._begin, self._end
        self.parser.StartDoctypeDeclHandler = self._doctype

    def through(self, pieces: Iterator[bytes], *, is_xml: bool) -> None:
        """Look through it; raises Trap, and ExpatError where it is called XML and is none."""
        is_read = True
        for piece in pieces:
            self.left.size -= len(piece)
            if self.left.size < 0:
                bounds = self.left.bounds
                raise Trap(f"unpacks to more than {bounds.unpacked} bytes", bounds.mend)
            try:
                if is_read:
                    self.parser.Parse(piece, False)  # noqa: FBT003 - its only form
            except ExpatError:
                if is_xml:
                    raise
                is_read = False  # a picture, a printer's settings: nothing reads it as XML
        if is_xml:
            self.parser.Parse(b"", True)  # noqa: FBT003 - its only form

    def _doctype(self, *_: object) -> None:
        raise Trap("declares a document type, which no workbook does")

    def _begin(self, name: str, given: dict[str, str]) -> None:
        self.depth += 1
        self.left.elements -= 1
        self.aside += self.is_aside
        if self.left.elements < 0 or self.aside > ASIDE_MOST or self.depth > DEPTH_MOST:
            raise Trap("holds more than is read of a workbook", self.left.bounds.mend)
        local = name.rpartition(" ")[2]
        self.root = self.root or local
        if self.root == "worksheet":
            self._begin_in_sheet(local, given)

    def _begin_in_sheet(self, name: str, given: dict[str, str]) -> None:
        match name:
            case "sheetData":
                self.is_aside = False
            case "row":
                self._begin_row(given)
            case "c":
                self._begin_cell(given)
            case "f":
                self.is_formula = True
            case "v" if self.is_formula:
                self.parser.CharacterDataHandler = self._value
            case "mergeCell":
                self.part.merged.append(given.get("ref", ""))
                if len(self.part.merged) > NOTED_MOST:
                    raise Trap(f"has more than {NOTED_MOST} merged cells")

    def _begin_row(self, given: dict[str, str]) -> None:
        number = float(given.get("r", self.row + 1))
        if not self.row < number <= ROW_MOST:
            raise Trap("has rows out of order, or more than a workbook may have")
        self.row, self.cells = int(number), 0

    def _begin_cell(self, given: dict[str, str]) -> None:
        self.cells += 1
        self.cell, self.kind = given.get("r", ""), given.get("t", "n")
        if self.cells > CELLS_MOST or (self.cell and not COORDINATE.fullmatch(self.cell)):
            raise Trap("has more columns than a workbook may have")
        self.is_formula = self.is_computed = False

    def _value(self, text: str) -> None:
        self.is_computed = self.is_computed or bool(text)

    def _end(self, name: str) -> None:
        self.depth -= 1
        match name.rpartition(" ")[2]:
            case "sheetData":
                self.is_aside = True
            case "v":
                self.parser.CharacterDataHandler = None
            case "c" if self.is_formula and not self.is_computed and self.kind != "str":
                self.part.uncomputed.add(self.cell)
                if len(self.part.uncomputed) > self.left.bounds.uncomputed:
                    most = self.left.bounds.uncomputed
                    raise Trap(f"has more than {most} formulas without their results")
