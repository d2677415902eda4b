"""One table of the report: its counts, and the same as it may be shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from daemon.report.suppress import LEAST, gaps, with_totals

ALL = "All"
ROUGH = "Each figure is rounded to the nearest {}: small counts are left out of other tables."


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

    `is_rough`: nothing is left out, and each count and total is rounded by itself to a multiple of `least`.
    """
    counts = [list(each) for _, each in table.rows]
    hidden = set() if is_rough else gaps(counts, least)
    grid = with_totals(counts)
    if is_rough:
        grid = [[nearest(one, least) for one in line] for line in grid]
    names = [name for name, _ in table.columns]
    lone = len(names) == 1  # a column alone is its total
    rows = [
        _row(label, line, [(number, column) in hidden for column in range(len(line))], names, table)
        for number, (label, line) in enumerate(
            zip([*(label for label, _ in table.rows), ALL], grid, strict=True)
        )
        if table.rows
    ]
    return {
        "id": table.id, "title": table.title,
        "says": f"{table.says} {ROUGH.format(least)}" if is_rough else table.says,
        "rows_are": table.rows_are,
        "columns": [{"name": name, "title": title} for name, title in table.columns]
        + ([] if lone else [{"name": "total", "title": "Total"}]),
        "share_is": table.share_is or None,
        "rows": rows,
    }  # fmt: skip


def _row(
    label: str, line: Sequence[int], hidden: Sequence[bool], names: Sequence[str], table: Table
) -> dict[str, Any]:  # fmt: skip
    cells = [None if gone else count for count, gone in zip(line, hidden, strict=True)]
    whole = cells[-1]
    parts = [cell for name, cell in zip(names, cells, strict=False) if name in table.share]
    is_told = bool(whole) and not any(part is None for part in parts)
    share = round(100 * sum(part or 0 for part in parts) / whole, 1) if is_told and whole else None
    said: dict[str, Any] = {"label": label, **dict(zip(names, cells, strict=False))}
    if len(names) > 1:
        said["total"] = whole
    return said | ({"share": share} if table.share else {})


def nearest(count: int, least: int = LEAST) -> int:
    """Return the multiple of `least` that is nearest."""
    return (count + least // 2) // least * least


def has_gaps(said: Mapping[str, Any]) -> bool:
    """Return whether a count of a shown table is left out."""
    names = [*(one["name"] for one in said["columns"])]
    return any(row[name] is None for row in said["rows"] for name in names)


def is_empty(said: Mapping[str, Any]) -> bool:
    """Return whether a table has nothing to show."""
    return not said["rows"]
