"""A sheet of rows under our columns, from a table of cells: a bad row holds itself, never its file."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from itertools import islice

from daemon.domain.cells import Row, slug
from daemon.domain.errors import Problem, Severity
from daemon.domain.typed_dates import FROM_1900, stands_first

NUL, UNREADABLE = "\x00", "\N{REPLACEMENT CHARACTER}"
OTHERS_SHOWN = 10
HEADER_WITHIN = 10  # rows of a grid: a title may stand above its header
NOT_SPLIT = "cannot be split into cells (a quote that does not end, or a cell that is too long)"
MEND_ROW = "mend the row; the others were read"


class SheetRefusedError(Exception):
    """The whole file cannot be used: what was last read of it stands."""

    def __init__(self, file: str, what: str, mend: str) -> None:
        self.problem = Problem(file, what, mend)
        super().__init__(str(self.problem))


@dataclass(frozen=True, slots=True)
class Flaw:
    """A cell without words of its own: what is wrong with it, and how to mend it."""

    what: str
    mend: str


Cell = str | Flaw
Record = tuple[int, Sequence[Cell] | None]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file, or one sheet of a workbook, holds: its rows, once, each with its line.

    A row of None could not be split. `is_grid`: rows may be shorter or longer than the header, and a
    title may stand above it. `counts_from` is day 0 of its Excel serial numbers.
    """

    place: str
    records: Iterator[Record]
    problems: tuple[Problem, ...] = ()
    is_grid: bool = False
    counts_from: date = FROM_1900


@dataclass(frozen=True, slots=True)
class Layout:
    """How a sheet is laid out: each column's header, those it must have, and local words.

    A column whose header is "" is switched off. `words` maps a column's own words to ours. `also`
    maps further headers to the column that they are read as where its own header is not there.
    """

    columns: Mapping[str, str]
    required: Collection[str] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    also: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a table holds: its rows, what was wrong with others, which columns were found.

    `count` is how many rows it has below its header, whatever they hold.
    """

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    columns: frozenset[str]
    count: int = 0


def layout(
    columns: Sequence[str],
    required: Collection[str],
    headers: Mapping[str, str],
    words: Mapping[str, Mapping[str, str]],
    also: Mapping[str, str] | None = None,
) -> Layout:
    """Return a layout in which every column's header is its own name unless another is given."""
    named = {column: headers.get(column, column) for column in columns}
    return Layout(named, required, words, also or {})


def guess_column(word: str, columns: Sequence[str]) -> str:
    """Return how to mend a column's name that no sheet has."""
    close = get_close_matches(word, columns, n=1)
    return f'did you mean "{close[0]}"?' if close else f"use one of: {', '.join(columns)}"


def read_table(table: Table, plan: Layout, expected: Collection[str] = ()) -> Sheet:
    """Return the rows of a table under our columns.

    `expected` are the columns of the last reading: a header that has lost one is refused, since
    what stood under it would silently vanish. Raises SheetRefusedError.
    """
    problems = list(table.problems)
    cells = _header(table, plan)
    names = name_columns(cells, plan)
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        what = f"has two columns {', '.join(twice)}"
        mend = "keep one of them, or name the one to be read under `columns`"
        raise SheetRefusedError(table.place, what, mend)
    wanted = {column for column, header in plan.columns.items() if header}
    twins = _twins(plan, frozenset(name for name in names if name))
    columns = frozenset(name for name in names if name).union(*twins.values())
    if gone := sorted((set(plan.required) | set(expected)) & wanted - columns):
        what = f"has no column {', '.join(gone)}"
        mend = "name the header under `columns` of this sheet, or put the column back"
        raise SheetRefusedError(table.place, what, mend)
    problems += _others(cells, names, table.place, plan)
    found, count = [], 0
    words = _by_slug(plan.words)
    for line, given in table.records:
        if given is not None and not any(_holds(cell) for cell in given):
            continue
        count += 1
        row = _fitted(given, len(names)) if given and table.is_grid else given
        if wrong := _what_is_wrong(row, names):
            problems.append(Problem(f"{table.place}:{line}", *wrong))
        elif row:
            found.append((line, _cells(names, row, words, twins)))
    in_doubt = months_first(cells for _, cells in found)
    rows = tuple(
        Row(table.place, line, cells, table.counts_from, in_doubt) for line, cells in found
    )
    return Sheet(rows, tuple(problems), columns, count)


def _header(table: Table, plan: Layout) -> list[str]:
    """Return the words of the header; the first row where none has what is required."""
    most = HEADER_WITHIN if table.is_grid else 1
    first: list[str] | None = None
    for _, cells in islice(table.records, most):
        words = [cell if isinstance(cell, str) else "" for cell in cells or ()]
        if set(plan.required) <= set(name_columns(words, plan)):
            return words
        first = first or words
    return first or []


def _others(
    cells: Sequence[str], names: Sequence[str | None], place: str, plan: Layout
) -> Iterator[Problem]:
    """Yield a warning that names the headers that are not read, but for those that are switched off."""
    off = {plain_header(column) for column, header in plan.columns.items() if not header}
    pairs = zip(cells, names, strict=True)
    heads = {
        " ".join(cell.split()) for cell, name in pairs if not name and plain_header(cell) not in off
    }
    if others := sorted(heads - {""})[:OTHERS_SHOWN]:
        what = f"columns that are not read: {', '.join(others)}"
        mend = "leave them out, or map them under `columns`"
        yield Problem(place, what, mend, Severity.WARNING)


def name_columns(cells: Sequence[str], plan: Layout) -> list[str | None]:
    """Return which column stands under each header, None for one that we do not read.

    Two headers that may both be one column give it twice: which is meant is not guessed.
    """
    ours: dict[str, str] = {}
    for column, header in plan.columns.items():
        if header:
            ours.setdefault(plain_header(header), column)
    heads = [plain_header(cell) for cell in cells]
    there = {ours[head] for head in heads if head in ours}
    for header, column in plan.also.items():
        is_free = column not in there and plan.columns.get(column) == column
        if is_free and plain_header(header) in heads:
            ours.setdefault(plain_header(header), column)
    return [ours.get(head) for head in heads]


def _twins(plan: Layout, there: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Return the columns that the settings read from the same header as one that is there."""
    of = {column: plain_header(header) for column, header in plan.columns.items() if header}
    return {
        column: tuple(one for one, head in of.items() if head == of[column] and one != column)
        for column in there & of.keys()
    }


def plain_header(header: str) -> str:
    """Return a header or title as it is compared: without case, spaces and punctuation."""
    bare = re.sub(r"['\u2019]", "", header.casefold())
    return re.sub(r"[\W_]+", "_", bare).strip("_")


def _fitted(cells: Sequence[Cell], width: int) -> Sequence[Cell]:
    return [*cells[:width], *[""] * (width - len(cells))]


def _holds(cell: Cell) -> bool:
    return isinstance(cell, Flaw) or bool(cell.strip())


def _what_is_wrong(
    cells: Sequence[Cell] | None, names: Sequence[str | None]
) -> tuple[str, str] | None:
    """Return why a row is left out, and how to mend it."""
    width = len(names)
    if cells is None:
        return NOT_SPLIT, MEND_ROW
    if len(cells) < width or any(_holds(cell) for cell in cells[width:]):
        return f"has {len(cells)} cells where the header has {width}", MEND_ROW
    for cell, name in zip(cells, names, strict=False):
        if isinstance(cell, Flaw) and name:
            return f"{name}: {cell.what}", cell.mend
        if isinstance(cell, str) and (NUL in cell or UNREADABLE in cell):
            return "holds a character that cannot be read", MEND_ROW
    return None


Words = Mapping[str, Mapping[str, str]]


def _by_slug(words: Words) -> Words:
    return {
        column: {slug(theirs): meaning for theirs, meaning in meanings.items()}
        for column, meanings in words.items()
    }


def _cells(
    names: Sequence[str | None],
    cells: Sequence[Cell],
    words: Words,
    twins: Mapping[str, Collection[str]],
) -> dict[str, str]:
    pairs = zip(names, cells, strict=False)
    found = {name: cell for name, cell in pairs if name and isinstance(cell, str)}
    for column, others in twins.items():
        for other in others if column in found else ():
            found[other] = found[column]
    for column, ours in words.items():
        if column in found:
            found[column] = ours.get(slug(found[column]), found[column])
    return found


def months_first(rows: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """Return the columns in which dates with the month first are at least as many as our own form.

    Dates that can be of one form only decide it. One slip of the pen among many does not.
    """
    said = Counter(
        (column, first)
        for cells in rows
        for column, cell in cells.items()
        if cell[:1].isdigit() and (first := stands_first(cell))
    )
    month = {column: count for (column, first), count in said.items() if first == "month"}
    return frozenset(column for column, count in month.items() if count >= said[column, "day"])
