"""One table of the report: its counts, and the same as it may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from daemon.report.rounding import Line, rounded_lines
from daemon.report.suppress import LEAST, gaps, with_totals

ALL = "All"
ROUGH = (
    "Each count is rounded to the nearest {least}, the last total to within {off}, and a small one is not shown: other "
    "tables leave out small counts of the same duties. Percentages are of the exact counts."
)


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by row and column. `share`: the columns whose part of the whole is shown, called `share_is`.

    `says` is a sentence on what one count is, `rows_are` the heading of the rows. `counts_again`: the
    same duties stand in other tables, too, so that one could be subtracted from the other.
    """

    id: str
    title: str
    says: str
    rows_are: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, Sequence[int]]]
    share: frozenset[str] = frozenset()
    share_is: str = ""
    counts_again: bool = False


def shown(table: Table, least: int = LEAST, *, is_rough: bool = False) -> dict[str, Any]:
    """Return a table as JSON: `null` where a count is left out, and no share that would tell one.

    `is_rough`: each count is rounded by itself to a multiple of `least`; its shares are the true ones, in whole
    per cents, where they tell no small count.
    """
    counts = [list(each) for _, each in table.rows]
    names = [name for name, _ in table.columns]
    lone = len(names) == 1  # a column alone is its total
    lines = (_rough if is_rough else _exact)(table, counts, least) if counts else []
    labels = [*(label for label, _ in table.rows), ALL]
    rows = [_row(*each, names, table) for each in zip(labels, lines, strict=False)]
    return {
        "id": table.id, "title": table.title,
        "says": f"{table.says} {ROUGH.format(least=least, off=least // 2 + 1)}" if is_rough else table.says,
        "rounded_to": least if is_rough else None, "rows_are": table.rows_are,
        "columns": [{"name": name, "title": title} for name, title in table.columns]
        + ([] if lone else [{"name": "total", "title": "Total"}]),
        "share_is": table.share_is or None,
        "rows": rows,
    }  # fmt: skip


def _within(table: Table) -> frozenset[int]:
    return frozenset(at for at, (name, _) in enumerate(table.columns) if name in table.share)


def _rough(table: Table, counts: Sequence[Sequence[int]], least: int) -> list[Line]:
    return rounded_lines(counts, _within(table), least)


def _exact(table: Table, counts: Sequence[Sequence[int]], least: int) -> list[Line]:
    hidden, within = gaps(counts, least), _within(table)
    return [
        _told([None if (row, column) in hidden else one for column, one in enumerate(line)], within)
        for row, line in enumerate(with_totals(counts))
    ]


def _told(cells: Sequence[int | None], within: frozenset[int]) -> Line:
    """Return a line with the share that whoever reads its counts could compute."""
    parts = [one for one in (cells[at] for at in within) if one is not None]
    whole = cells[-1]
    is_told = len(parts) == len(within)
    return Line(cells, round(100 * sum(parts) / whole, 1) if is_told and whole else None)


def _row(label: str, line: Line, names: Sequence[str], table: Table) -> dict[str, Any]:
    said: dict[str, Any] = {"label": label, **dict(zip(names, line.counts, strict=False))}
    if len(names) > 1:
        said["total"] = line.counts[-1]
    return said | ({"share": line.share} if table.share else {})


def has_gaps(said: Mapping[str, Any]) -> bool:
    """Return whether a count of a shown table is left out."""
    names = [*(one["name"] for one in said["columns"])]
    return any(row[name] is None for row in said["rows"] for name in names)
