"""Ofsted's Annex A in a drop folder: lists 4, 5 and 7 of its newest workbook, merged by child."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, BinaryIO

from openpyxl.utils.datetime import from_excel

from daemon.domain.cells import Row
from daemon.domain.sheet import SheetRefusedError
from daemon.ports import Clock
from daemon.returns.folder import Contents, NewestReturn
from daemon.returns.gathered import Gathered
from integrations.annex_a.children import CARRIED, read_row
from integrations.annex_a.config import Config
from integrations.annex_a.lists import (
    AGE,
    CHILD_ID,
    HEADER_WITHIN,
    LISTS,
    TEAM,
    ListForm,
    ListName,
    check_columns,
    find_header,
)
from integrations.annex_a.workbook import Cells, Workbook, open_workbook

NO_DATES = frozenset({CHILD_ID, AGE, TEAM, "not_required", "led_to_a_plan"})
NO_RESULT = "holds a formula without its result; the row was left out"


class AnnexA(NewestReturn):
    """Case records from an authority's inspection lists."""

    carries = CARRIED

    def __init__(self, config: Config, clock: Clock) -> None:
        super().__init__(config, clock, self._read_workbook)
        self.config = config

    def _read_workbook(self, stream: BinaryIO, file: str) -> Contents:
        cases = Gathered()
        with open_workbook(stream, file, self.config.largest_unpacked_bytes) as book:
            for name, form in LISTS.items():
                title, before = _sheet(book, form), cases.rows
                for row in self._rows(book, title, name, cases):
                    cases.rows += 1
                    read_row(name, row, cases, self.config.teams)
                cases.parts[name] = cases.rows - before
        return Contents(cases.fragments(), cases.problems, cases.rows, parts=cases.parts)

    def _rows(self, book: Workbook, title: str, name: ListName, cases: Gathered) -> Iterator[Row]:
        """Yield the rows below a list's header; raises SheetRefusedError where it has none."""
        form, headers = LISTS[name], self.config.columns.get(name, {})
        place = f"{book.file}/List {form.number}"
        found: Mapping[int, str] | None = None
        for cells in book.rows(title):
            if found is None:
                if cells.number > HEADER_WITHIN:
                    break
                texts = [_text(value) for value in cells.values]
                if (found := find_header(texts, form, headers)) is not None:
                    check_columns(place, form, found)
            elif any(_text(value) for value in cells.values) or cells.without_result:
                row = Row(place, cells.number, _columns(cells, found, book.epoch))
                if cells.without_result & found.keys():
                    cases.rows += 1
                    cases.problems.append(row.wrong(NO_RESULT, "open it in Excel and save it"))
                else:
                    yield row
        if found is None:
            what = f"has no header of list {form.number} in its first {HEADER_WITHIN} rows"
            raise SheetRefusedError(place, what, "put Ofsted's headers back")


def _sheet(book: Workbook, form: ListForm) -> str:
    """Return the name of the sheet that is a list; raises SheetRefusedError where none or several are."""
    found = [title for title in book.titles if form.is_sheet(title)]
    if len(found) != 1:
        count = "two sheets" if found else "no sheet"
        what = f"has {count} called List_{form.number}"
        raise SheetRefusedError(book.file, what, "name exactly one so, if it holds no row")
    return found[0]


def _columns(cells: Cells, found: Mapping[int, str], epoch: datetime) -> dict[str, str]:
    return {
        column: _text(
            _dated(cells.values, at, epoch) if column not in NO_DATES else cells.values[at]
        )
        for at, column in found.items()
        if at < len(cells.values)
    }


def _dated(values: Sequence[Any], at: int, epoch: datetime) -> Any:
    """Return the value of a cell in a column of dates: a bare number is a day as Excel counts them."""
    value = values[at]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    try:
        return from_excel(value, epoch)
    except (ValueError, OverflowError):
        return value


def _text(value: object) -> str:
    """Return a cell's value in words: a number that is whole without its point, midnight as the day alone."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Y" if value else "N"
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
