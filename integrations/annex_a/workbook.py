"""A workbook's sheets row by row, after a look at what it would unpack to."""

import gc
import warnings
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import IO, Any, BinaryIO, NamedTuple
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from daemon.domain.sheet import SheetRefusedError

PASSWORD = b"\xd0\xcf\x11\xe0"  # how an encrypted workbook begins, and one of the old kind
PIECE = 1 << 20  # bytes
MOST_PARTS = 2_000
MOST_ELEMENTS = 4_000_000  # of one part
MOST_ROWS = 1_048_576  # Excel's own
DEEPEST = 100
# What zipfile raises: NotImplementedError of a way of packing that it does not know, RuntimeError of a password.
BROKEN = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError)
AGAIN = "save it again as an Excel workbook (.xlsx), whole and without a password"


class Cells(NamedTuple):
    """One row: its number, the values of its cells, and in which of them a formula has no result."""

    number: int
    values: Sequence[Any]
    without_result: frozenset[int]


class Workbook:
    """An open workbook. Macros, links to others and everything that is not a cell are left alone."""

    def __init__(self, stream: BinaryIO, file: str) -> None:
        self.file = file
        try:
            self._shown = load_workbook(stream, read_only=True, data_only=True, keep_links=False)
            self._written = load_workbook(stream, read_only=True, keep_links=False)
        except Exception:  # noqa: BLE001 - a broken workbook may make the library say anything
            raise SheetRefusedError(file, "cannot be read as a workbook", AGAIN) from None
        self.epoch: datetime = self._shown.epoch

    @property
    def titles(self) -> list[str]:
        """Return the names of its sheets, hidden ones too."""
        return [sheet.title for sheet in self._shown.worksheets]

    def rows(self, title: str) -> Iterator[Cells]:
        """Yield the rows of a sheet; raises SheetRefusedError where one cannot be read."""
        sheets = (self._shown[title], self._written[title])
        for sheet in sheets:
            sheet.reset_dimensions()  # what a sheet says of its own size may be wrong
        pairs = zip(*(sheet.iter_rows(values_only=True) for sheet in sheets), strict=True)
        for number in range(1, MOST_ROWS + 2):
            try:
                shown, written = next(pairs)
            except StopIteration:
                return
            except Exception:  # noqa: BLE001 - as above
                what = "has a row that cannot be read"
                raise SheetRefusedError(f"{self.file}:{number}", what, AGAIN) from None
            empty = (at for at, value in enumerate(shown) if value is None)
            yield Cells(number, shown, frozenset(at for at in empty if written[at] is not None))
        raise SheetRefusedError(self.file, "has more rows than a sheet can have", AGAIN)


@contextmanager
def open_workbook(stream: BinaryIO, file: str, largest_unpacked_bytes: int) -> Iterator[Workbook]:
    """Open a workbook that has been looked at; raises SheetRefusedError for one that is none, or a bomb."""
    start = stream.read(len(PASSWORD))
    if start == PASSWORD:
        what = "is protected by a password, or of the old kind (.xls)"
        raise SheetRefusedError(file, what, AGAIN)
    try:
        with ZipFile(stream) as archive:
            _check(archive, file, largest_unpacked_bytes)
    except BROKEN:
        raise SheetRefusedError(file, "is no workbook, or ends too early", AGAIN) from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the library leaves out is nothing that is read
        try:
            book = Workbook(stream, file)
            with closing(book._shown), closing(book._written):  # noqa: SLF001
                yield book
        finally:
            gc.collect()  # the library's workbooks hold their sheets, and those them: all their text


def _check(archive: ZipFile, file: str, largest_unpacked_bytes: int) -> None:
    """Refuse what would fill the memory; no part unpacks to more than the size that it states."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > largest_unpacked_bytes:
        what = f"would unpack to more than {largest_unpacked_bytes} bytes, or to too many parts"
        raise SheetRefusedError(file, what, "check it, or raise largest_unpacked_bytes")
    for part in parts:
        look = _Look(file)
        with archive.open(part) as stream:
            look.through(stream)
        if look.is_other and part.filename.endswith((".xml", ".rels")):
            raise SheetRefusedError(file, "has a part that cannot be read", AGAIN)


class _Look:
    """A look through one part: no document type (RELIABILITY T7), no depth and no number beyond reason."""

    def __init__(self, file: str) -> None:
        self.file, self.depth, self.count = file, 0, 0
        self.is_other = False
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def through(self, stream: IO[bytes]) -> None:
        """Look at the whole part, as far as it is XML: a picture is none, and nobody reads it."""
        try:
            while piece := stream.read(PIECE):
                self.parser.Parse(piece, False)  # noqa: FBT003 - its only form
        except (expat.ExpatError, LookupError):
            self.is_other = True
        finally:
            del self.parser  # it and its handlers hold one another, and with them its buffers

    def _refuse(self, *_: object) -> None:
        what = "holds what no workbook needs: a document type, or nesting or elements without end"
        raise SheetRefusedError(self.file, what, AGAIN)

    def _start(self, *_: object) -> None:
        self.depth, self.count = self.depth + 1, self.count + 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            self._refuse()

    def _end(self, _: str) -> None:
        self.depth -= 1
