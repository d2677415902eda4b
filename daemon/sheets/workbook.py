"""The sheets of an Excel workbook as tables: what a cell shows, never how it was computed."""

import warnings
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import coordinate_to_tuple, range_boundaries

from daemon.domain.sheet import Cell, Flaw, Record, SheetRefusedError, Table, plain_header
from daemon.domain.typed_dates import FROM_1900, FROM_1904, iso_text
from daemon.sheets.package import OF_A_DIARY, ROW_MOST, SAVE_AGAIN, Bounds, Part, look_over

COLUMNS_MOST, CELL_MOST = 256, 32_767  # the latter is Excel's own
HALF_A_SECOND = timedelta(milliseconds=500)
LATEST = datetime.fromisoformat("9999-12-31T23:59:59")
TOO_LONG = Flaw(f"is longer than {CELL_MOST} characters", "shorten it")
ERRORS = frozenset({
    "#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
})  # fmt: skip
Range = tuple[int, int, int, int]  # first column, first row, last column, last row
MERGED = Flaw("stands in cells that are merged", "unmerge them, and fill in each row")
NOT_COMPUTED = Flaw(
    "is a formula whose result is not in the file",
    "open it in Excel and save it, or type the value",
)

warnings.filterwarnings("ignore", module=r"openpyxl\.")  # it warns of what we do not read


class Workbook:
    """A workbook as it was saved. Its macros, pictures and links to other files are never looked at."""

    def __init__(self, data: bytes, file: str, bounds: Bounds = OF_A_DIARY) -> None:
        """Look the file over and open it; raises SheetRefusedError."""
        self.file, self.parts = file, look_over(data, file, bounds)
        try:
            self.book: Any = load_workbook(
                BytesIO(data), read_only=True, data_only=True, keep_links=False
            )
        except Exception:  # noqa: BLE001 - the library raises whatever it stumbles over
            raise SheetRefusedError(file, "is not a whole workbook", SAVE_AGAIN) from None

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the sheets that can be seen."""
        return tuple(one.title for one in self.book.worksheets if one.sheet_state == "visible")

    @property
    def every_title(self) -> tuple[str, ...]:
        """The titles of all sheets, hidden ones too."""
        return tuple(one.title for one in self.book.worksheets)

    def table(self, *titles: str, may_be_hidden: bool = False) -> Table | None:
        """Return the sheet with the first of these titles that is there; None where none is.

        Titles are alike whatever their case, spaces and punctuation. Raises SheetRefusedError for a
        sheet that is hidden, unless it may be.
        """
        there = {plain_header(sheet.title): sheet for sheet in self.book.worksheets}
        sheet = next(
            (there[one] for title in titles if (one := plain_header(title)) in there), None
        )
        if sheet is None:
            return None
        place = f"{self.file}/{' '.join(sheet.title.split())}"
        if sheet.sheet_state != "visible" and not may_be_hidden:
            mend = "show it, since nobody sees what is wrong in it; or switch it off"
            raise SheetRefusedError(place, "is hidden", mend)
        is_1904 = self.book.epoch.year == FROM_1904.year
        counts_from = FROM_1904 if is_1904 else FROM_1900
        return Table(place, self._records(sheet, place), is_grid=True, counts_from=counts_from)

    def _records(self, sheet: Any, place: str) -> Iterator[Record]:
        """Yield the number and cells of each row that has any; raises SheetRefusedError."""
        part = self.parts.get(sheet._worksheet_path, Part())  # noqa: SLF001 - says which part it is
        number = 0
        try:
            merged: list[Range] = [range_boundaries(one) for one in part.merged]
            uncomputed: defaultdict[int, list[int]] = defaultdict(list)  # columns by row
            for row, column in (coordinate_to_tuple(one) for one in part.uncomputed if one):
                uncomputed[row].append(column)
            sheet.reset_dimensions()  # what it says of its own size need not be true
            rows = sheet.iter_rows(max_row=ROW_MOST, max_col=COLUMNS_MOST, values_only=True)
            for number, values in enumerate(rows, start=1):
                inside = [one for one in merged if one[1] <= number <= one[3]]
                flawed = uncomputed.get(number, ())
                if values.count(None) == len(values) and not inside and not flawed:
                    continue
                cells = [_cell(value) for value in values]
                _mark(cells, number, inside)
                for column in flawed:
                    if column <= COLUMNS_MOST:
                        cells[column - 1] = NOT_COMPUTED
                yield number, cells
        except Exception:  # noqa: BLE001 - the library raises whatever it stumbles over
            what = "cannot be read as a row of a workbook"
            raise SheetRefusedError(f"{place}:{number + 1}", what, SAVE_AGAIN) from None


def _mark(cells: list[Cell], number: int, merged: list[Range]) -> None:
    """Mark the cells that are merged into another: what they say stands elsewhere."""
    for left, top, right, _ in merged:
        for column in range(left, min(right, COLUMNS_MOST) + 1):
            if (column, number) != (left, top):
                cells[column - 1] = MERGED


def _cell(value: object) -> Cell:
    """Return what a cell shows, as a CSV file would have it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return _moment(value)
        case float() if value.is_integer():
            return str(int(value))
        case str() if len(value) > CELL_MOST:
            return TOO_LONG
        case str() if value in ERRORS:
            return Flaw(f"holds an error ({value})", "mend what it is computed from")
    return str(value)


def _moment(value: datetime) -> str:
    """Return a date, with its time to the second where it has one."""
    if value.time() == time(0):
        return value.date().isoformat()
    return iso_text((min(value, LATEST) + HALF_A_SECOND).replace(microsecond=0))
