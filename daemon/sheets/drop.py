"""One look at a drop folder: each file is opened once, held to the manifest, and read sheet by sheet."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NoReturn
from zlib import compress

from daemon.domain.errors import Severity
from daemon.domain.sheet import Layout, Sheet, SheetRefusedError, Table, read_table
from daemon.sheets.columns import CASE, NAMES, Name
from daemon.sheets.config import DropConfig
from daemon.sheets.manifest import (
    LARGEST_BYTES,
    SEAL,
    Manifest,
    hold_to,
    hold_to_count,
    hold_to_seal,
    parse_manifest,
)
from daemon.sheets.pickup import Mark, look, take

Tables = Callable[[Name], Table | None]  # the table of a sheet, None where the file has none
Opener = Callable[[bytes, str], Tables]  # from a file's bytes and name; raises SheetRefusedError
AGAIN = 'put it back, or switch the sheet off with "" to do without it'
THERE = "drop it beside the files that it describes; nothing was taken"


class DropRefusedError(Exception):
    """Nothing of this drop may be taken: it is not what its manifest says. The text is one sentence."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A sheet that could be read, and how its file stood; `packed` is the file, to be read again."""

    sheet: Sheet
    file: str
    mark: Mark
    packed: bytes


class Drop:
    """The files of a folder as they stand at one moment."""

    def __init__(self, config: DropConfig, opener: Opener) -> None:
        self.config, self.opener = config, opener
        self.stood = stands(config)
        self.manifest: Manifest | None = None
        self.files: dict[str, tuple[bytes, Mark]] = {}  # what was opened
        self.refused: dict[str, SheetRefusedError] = {}  # files of which no sheet can be read
        self._tables: dict[str, Tables] = {}
        self._packed: dict[str, bytes] = {}

    def hold(self) -> None:
        """Read the manifest, where the settings name one; raises DropRefusedError."""
        name, key_file = self.config.manifest, self.config.manifest_key_file
        dropper = self.config.dropped_by
        if not name:
            return
        try:
            data, _ = take(self.config.folder / name, LARGEST_BYTES, dropper)
            if key_file:
                seal, _ = take(self.config.folder / f"{name}{SEAL}", LARGEST_BYTES, dropper)
                hold_to_seal(data, name, seal, key_file.read_bytes())
            self.manifest = parse_manifest(data, name)
        except FileNotFoundError as error:
            _refuse(str(error.filename).rpartition("/")[2], "is not in the drop folder", THERE)
        except OSError:
            _refuse("manifest_key_file", "cannot be read", "give it to the service's account")
        except SheetRefusedError as error:
            raise DropRefusedError(str(error)) from None
        ours = {self.config.file_of(sheet) for sheet in NAMES}
        if missing := sorted(ours & self.manifest.files.keys() - self.stood.keys()):
            _refuse(missing[0], "stands in the manifest and not in the drop folder", THERE)

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
                self.files[file] = take(
                    self.config.folder / file, self.config.largest_bytes, self.config.dropped_by
                )
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


def stands(config: DropConfig) -> dict[str, Mark]:
    """Return how each file of a drop stands that is there, without opening it."""
    names = {config.file_of(name) for name in NAMES} | {config.manifest or ""}
    marks = {name: look(config.folder / name) for name in sorted(names - {""})}
    return {name: mark for name, mark in marks.items() if mark}


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


def _refuse(file: str, what: str, mend: str) -> NoReturn:
    raise DropRefusedError(f"{file}: {what}; {mend}")
