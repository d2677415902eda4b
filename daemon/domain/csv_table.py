"""A table from the bytes of a CSV file: a row that cannot be split holds itself, never its file."""

import csv
from collections.abc import Iterator, Sequence

from daemon.domain.errors import Problem, Severity
from daemon.domain.sheet import Cell, SheetRefusedError, Table

SEPARATORS = ",;\t"
MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def csv_table(data: bytes, file: str) -> Table:
    """Return the lines of a CSV file in UTF-8, UTF-16 with a byte order mark, or Windows-1252.

    Raises SheetRefusedError.
    """
    text, problems = _decode(data, file)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[-1] and len(lines) > 1:
        lines.pop()
    separator = max(SEPARATORS, key=lines[0].count)
    return Table(file, _records(lines, separator), problems)


def _decode(data: bytes, file: str) -> tuple[str, tuple[Problem, ...]]:
    if not data.strip():
        raise SheetRefusedError(file, "is empty", "export it again, with its header")
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace"), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        what = "is not UTF-8 and was read as Windows-1252"
        warning = Problem(file, what, "export it as UTF-8", Severity.WARNING)
        return data.decode("cp1252", "replace"), (warning,)


def _records(lines: Sequence[str], separator: str) -> Iterator[tuple[int, Sequence[Cell] | None]]:
    """Yield each row's first line and cells; None where the line cannot be split.

    A quote that does not end swallows the lines after it: such a line is given up alone, and
    reading goes on with the next one. So is one that spans lines and does not fit the header.
    """
    start, width = 0, 0
    while start < len(lines):
        rest = (f"{lines[number]}\n" for number in range(start, len(lines)))
        reader = csv.reader(rest, delimiter=separator, strict=True)
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
