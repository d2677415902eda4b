"""Ofsted's Annex A in a drop folder: lists 4, 5 and 7 of its newest workbook, merged by child."""

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from daemon.domain.cells import Row
from daemon.domain.errors import Problem
from daemon.domain.sheet import Cell, Flaw, Record, SheetRefusedError, Table, months_first
from daemon.domain.typed_dates import FROM_1900
from daemon.ports import Clock
from daemon.returns.folder import Contents, NewestReturn
from daemon.returns.gathered import Gathered
from daemon.sheets.package import Bounds
from daemon.sheets.workbook import MERGED, NOT_COMPUTED, Workbook
from integrations.annex_a.children import CARRIED, read_row
from integrations.annex_a.config import Config
from integrations.annex_a.lists import (
    CHILD_ID,
    HEADER_WITHIN,
    LISTS,
    ListForm,
    ListName,
    check_columns,
    find_header,
)

BYTES_AN_ELEMENT = 50  # of a sheet, at the least
# formulas: a report writer may leave a whole column of them without results
UNCOMPUTED_MOST = 100_000


class AnnexA(NewestReturn):
    """Case records from an authority's inspection lists."""

    carries = CARRIED

    def __init__(self, config: Config, clock: Clock) -> None:
        super().__init__(config, clock, self._read_workbook)
        self.config = config

    def _read_workbook(self, stream: BinaryIO, file: str) -> Contents:
        most = self.config.largest_unpacked_bytes
        mend = "check it, or raise largest_unpacked_bytes"
        bounds = Bounds(most, most // BYTES_AN_ELEMENT, UNCOMPUTED_MOST, mend)
        book, cases = Workbook(stream.read(), file, bounds), Gathered()
        for name, form in LISTS.items():
            table, before = book.table(_title(book, form), may_be_hidden=True), cases.rows
            for row in self._rows(table, f"{file}/List {form.number}", name, cases):
                read_row(name, row, cases, self.config.teams)
            cases.parts[name] = cases.rows - before
        return Contents(cases.fragments(), cases.problems, cases.rows, parts=cases.parts)

    def _rows(
        self, table: Table | None, place: str, name: ListName, cases: Gathered
    ) -> Iterator[Row]:
        """Yield the rows below a list's header; raises SheetRefusedError where it has none."""
        found, records = self._header(table, place, name)
        rows: list[tuple[int, dict[str, str]]] = []
        for number, cells in records:
            if not cells or not any(map(_says, cells)):
                continue
            cases.rows += 1
            kept = {column: cells[at] for at, column in found.items() if at < len(cells)}
            flaws = {column: cell for column, cell in kept.items() if isinstance(cell, Flaw)}
            for column, flaw in flaws.items():
                at = f"{place}:{number}"
                cases.problems.append(Problem(at, f"{column}: {flaw.what}", flaw.mend))
                cases.flawed.add((at, column))
            if CHILD_ID not in flaws and NOT_COMPUTED not in flaws.values():
                words = {column: cell for column, cell in kept.items() if isinstance(cell, str)}
                rows.append((number, words))
        in_doubt = months_first(cells for _, cells in rows)
        counts_from = table.counts_from if table else FROM_1900
        yield from (Row(place, number, cells, counts_from, in_doubt) for number, cells in rows)

    def _header(
        self, table: Table | None, place: str, name: ListName
    ) -> tuple[Mapping[int, str], Iterator[Record]]:
        """Return which column stands where, and the rows below."""
        form, headers = LISTS[name], self.config.columns.get(name, {})
        records = table.records if table else iter(())
        for number, cells in records:
            if number > HEADER_WITHIN:
                break
            words = [cell if isinstance(cell, str) else "" for cell in cells or ()]
            if (found := find_header(words, form, headers)) is not None:
                check_columns(place, form, found)
                return found, records
        what = f"has no header of list {form.number} in its first {HEADER_WITHIN} rows"
        raise SheetRefusedError(place, what, "put Ofsted's headers back")


def _title(book: Workbook, form: ListForm) -> str:
    """Return the name of the sheet that is a list; raises SheetRefusedError where none or several are."""
    found = [title for title in book.every_title if form.is_sheet(title)]
    if len(found) != 1:
        count = "two sheets" if found else "no sheet"
        what = f"has {count} called List_{form.number}"
        raise SheetRefusedError(book.file, what, "name exactly one so, if it holds no row")
    return found[0]


def _says(cell: Cell) -> bool:
    """Return whether a cell says anything: one that is merged into another says nothing by itself."""
    return bool(cell.strip()) if isinstance(cell, str) else cell is not MERGED
