"""A sheet of rows from the bytes of a CSV file: a bad row holds itself, never its file."""

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from daemon.domain.cells import Row, slug
from daemon.domain.errors import Problem, Severity

NUL, UNREADABLE = "\x00", "\N{REPLACEMENT CHARACTER}"
SEPARATORS = ",;\t"
OTHERS_SHOWN = 10
NOT_SPLIT = "cannot be split into cells (a quote that does not end, or a cell that is too long)"


class SheetRefusedError(Exception):
    """The whole file cannot be used: what was last read of it stands."""

    def __init__(self, file: str, what: str, mend: str) -> None:
        self.problem = Problem(file, what, mend)
        super().__init__(str(self.problem))


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
    """What a file holds: its rows, what was wrong with others, and which columns were found."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    columns: frozenset[str]


def layout(
    columns: Sequence[str],
    required: Collection[str],
    headers: Mapping[str, str],
    words: Mapping[str, Mapping[str, str]],
) -> Layout:
    """Return a layout in which every column's header is its own name unless another is given."""
    return Layout({column: headers.get(column, column) for column in columns}, required, words)


def guess_column(word: str, columns: Sequence[str]) -> str:
    """Return how to mend a column's name that no sheet has."""
    close = get_close_matches(word, columns, n=1)
    return f'did you mean "{close[0]}"?' if close else f"use one of: {', '.join(columns)}"


def read_sheet(data: bytes, file: str, plan: Layout, expected: Collection[str] = ()) -> Sheet:
    """Return the rows of a CSV file in UTF-8, UTF-16 with a byte order mark, or Windows-1252.

    `expected` are the columns of the last reading: a header that has lost one is refused, since
    what stood under it would silently vanish. Raises SheetRefusedError.
    """
    text, problems = _decode(data, file)
    lines = [
        f"{line}\n"
        for line in text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
    ]
    separator = max(SEPARATORS, key=lines[0].count)
    records = _records(lines, separator)
    names = _header(records, file, plan, problems)
    columns = frozenset(name for name in names if name)
    wanted = {column for column, header in plan.columns.items() if header}
    if gone := sorted((set(plan.required) | set(expected)) & wanted - columns):
        what = f"has no column {', '.join(gone)}"
        raise SheetRefusedError(
            file, what, "name the header under `columns` of this sheet, or put the column back"
        )
    rows = []
    for line, cells in records:
        wrong = _what_is_wrong(cells, len(names)) if cells is not None else NOT_SPLIT
        if wrong:
            problems.append(Problem(f"{file}:{line}", wrong, "mend the row; the others were read"))
        elif cells and any(cell.strip() for cell in cells):
            rows.append(Row(file, line, _cells(names, cells, plan.words)))
    return Sheet(tuple(rows), tuple(problems), columns)


def _decode(data: bytes, file: str) -> tuple[str, list[Problem]]:
    if not data.strip():
        raise SheetRefusedError(file, "is empty", "export it again, with its header")
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if data.startswith(mark):
            return data.decode(encoding, "replace"), []
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        warning = Problem(
            file,
            "is not UTF-8 and was read as Windows-1252",
            "export it as UTF-8",
            Severity.WARNING,
        )
        return data.decode("cp1252", "replace"), [warning]


def _records(lines: Sequence[str], separator: str) -> Iterator[tuple[int, list[str] | None]]:
    """Yield each row's first line and cells; None where the line cannot be split.

    A quote that does not end swallows the lines after it: such a line is given up alone, and
    reading goes on with the next one. So is one that spans lines and does not fit the header.
    """
    start, width = 0, 0
    while start < len(lines):
        reader = csv.reader(
            map(lines.__getitem__, range(start, len(lines))), delimiter=separator, strict=True
        )
        first = start
        try:
            for cells in reader:
                after = start + reader.line_num
                width = width or len(cells)
                if after - first > 1 and len(cells) != width:
                    break
                yield first + 1, cells
                first = after
            else:
                return
        except csv.Error:
            pass
        yield first + 1, None
        start = first + 1


def _header(
    records: Iterator[tuple[int, list[str] | None]],
    file: str,
    plan: Layout,
    problems: list[Problem],
) -> list[str | None]:
    """Return the column under each header, None for one that we do not read."""
    cells = next(records)[1] or []
    names = name_columns(cells, plan)
    if twice := sorted({name for name in names if name and names.count(name) > 1}):
        raise SheetRefusedError(file, f"has two columns {', '.join(twice)}", "keep one of them")
    if set(plan.required) <= set(
        names
    ):  # else this may be no header but a row of data: nothing of it is shown
        off = {_plain(column) for column, header in plan.columns.items() if not header}
        pairs = zip(cells, names, strict=True)
        heads = {
            " ".join(cell.split()) for cell, name in pairs if not name and _plain(cell) not in off
        }
        if others := sorted(heads - {""})[:OTHERS_SHOWN]:
            what = f"columns that are not read: {', '.join(others)}"
            mend = "leave them out, or map them under `columns`"
            problems.append(Problem(file, what, mend, Severity.WARNING))
    return names


def name_columns(cells: Sequence[str], plan: Layout) -> list[str | None]:
    """Return which column stands under each header, None for one that we do not read."""
    ours = {_plain(header): column for column, header in plan.columns.items() if header}
    heads = [_plain(cell) for cell in cells]
    there = {ours[head] for head in heads if head in ours}
    for header, column in plan.also.items():
        is_free = column not in there and plan.columns.get(column) == column
        if is_free and _plain(header) in heads and _plain(header) not in ours:
            ours[_plain(header)] = column
            there.add(column)
    return [ours.get(head) for head in heads]


def _plain(header: str) -> str:
    return re.sub(r"[\s_-]+", "_", header.strip().casefold())


def _what_is_wrong(cells: list[str], width: int) -> str | None:
    if any(cells) and (len(cells) < width or any(cell.strip() for cell in cells[width:])):
        return f"has {len(cells)} cells where the header has {width}"
    if any(NUL in cell or UNREADABLE in cell for cell in cells):
        return "holds a character that cannot be read"
    return None


def _cells(
    names: Sequence[str | None], cells: Sequence[str], words: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    found = {name: cell for name, cell in zip(names, cells, strict=False) if name}
    for column, meanings in words.items():
        if column in found:
            ours = {slug(theirs): meaning for theirs, meaning in meanings.items()}
            found[column] = ours.get(slug(found[column]), found[column])
    return found
