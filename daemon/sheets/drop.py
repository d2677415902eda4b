"""One look at the files of a diary: each is opened once, held to the manifest, and read sheet by sheet."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from zlib import compress

from daemon.domain.errors import Severity
from daemon.domain.sheet import Layout, Sheet, SheetRefusedError, Table, read_table
from daemon.sheets.columns import CASE, NAMES, Name
from daemon.sheets.config import FiledConfig
from daemon.sheets.manifest import Manifest, hold_to, hold_to_count
from daemon.sheets.pickup import Mark
from daemon.sheets.shelf import THERE, DropRefusedError, Shelf

Tables = Callable[[Name], Table | None]  # the table of a sheet, None where the file has none
Opener = Callable[[bytes, str], Tables]  # from a file's bytes and name; raises SheetRefusedError
AGAIN = 'put it back, or switch the sheet off with "" to do without it'


@dataclass(frozen=True, slots=True)
class Taken:
    """A sheet that could be read, and how its file stood; `packed` is the file, to be read again."""

    sheet: Sheet
    file: str
    mark: Mark
    packed: bytes


class Drop:
    """The files of a diary as they stand at one moment."""

    def __init__(self, config: FiledConfig, shelf: Shelf, opener: Opener) -> None:
        self.config, self.shelf, self.opener = config, shelf, opener
        self.stood = shelf.stands()
        self.manifest: Manifest | None = None
        self.files: dict[str, tuple[bytes, Mark]] = {}  # what was opened
        self.refused: dict[str, SheetRefusedError] = {}  # files of which no sheet can be read
        self._tables: dict[str, Tables] = {}
        self._packed: dict[str, bytes] = {}

    def hold(self) -> None:
        """Read the manifest, where there is one; raises DropRefusedError."""
        self.manifest = self.shelf.manifest()
        if self.manifest is None:
            return
        ours = {self.config.file_of(sheet) for sheet in NAMES}
        if missing := sorted(ours & self.manifest.files.keys() - self.stood.keys()):
            what = "stands in the manifest and not in the drop folder"
            raise DropRefusedError(f"{missing[0]}: {what}; {THERE}")

    def sheet(self, name: Name, expected: Collection[str], *, is_needed: bool) -> Taken | None:
        """Return a sheet, None where there is none and it is not needed.

        `expected` are the columns that it had. Raises SheetRefusedError, and DropRefusedError for a
        file that is not the one that the manifest describes.
        """
        file = self.config.file_of(name)
        if not file:
            return None
        tables = self._open(file)
        table = tables(name) if tables else None
        if table is None:
            if is_needed:
                what = f"has no sheet {name}" if tables else "is not in the drop folder"
                raise SheetRefusedError(file, what, AGAIN)
            return None
        sheet = read_carefully(name, table, self.config.layout(name), expected)
        return Taken(sheet, file, self.files[file][1], self._packed[file])

    def count(self, rows: dict[str, int]) -> None:
        """Raise DropRefusedError unless the files have as many rows as the manifest says."""
        try:
            for file, count in rows.items():
                if self.manifest:
                    hold_to_count(self.manifest, file, count)
        except SheetRefusedError as error:
            raise DropRefusedError(str(error)) from None

    def _open(self, file: str) -> Tables | None:
        """Return the tables of a file; None where it is not there."""
        if file in self.refused:
            raise self.refused[file]
        if file not in self._tables:
            try:
                self.files[file] = self.shelf.take(file)
            except FileNotFoundError:
                return None
            except SheetRefusedError as error:
                self.refused[file] = error
                raise
            data = self.files[file][0]
            if self.manifest:
                try:
                    hold_to(self.manifest, file, data)
                except SheetRefusedError as error:
                    raise DropRefusedError(str(error)) from None
            try:
                self._tables[file] = self.opener(data, file)
            except SheetRefusedError as error:
                self.refused[file] = error
                raise
            self._packed[file] = compress(data, 1)
        return self._tables[file]


def read_carefully(name: Name, table: Table, plan: Layout, expected: Collection[str] = ()) -> Sheet:
    """Return the rows of a sheet; one that may say who must not be told is read whole or refused.

    Raises SheetRefusedError.
    """
    sheet = read_table(table, plan, expected)
    lost = [one for one in sheet.problems if one.severity is Severity.ERROR]
    if name == CASE and lost:
        what = f"may name people who must not be told, and one row {lost[0].what} ({lost[0].where})"
        raise SheetRefusedError(table.place, what, "mend the row: the sheet is taken as a whole")
    return sheet
