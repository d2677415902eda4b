"""Small counts left out of a table, and enough beside them that no sum gives them away.

A count from 1 to one below the threshold is left out. A row and a column add up to their total, so a
lone gap could be computed: a second one is made beside it, the smallest count that will do. A gap that several
sums together would still give away is found by elimination, and covered too.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction

LEAST = 5
Grid = list[list[int]]
Cell = tuple[int, int]


def gaps(counts: Sequence[Sequence[int]], least: int = LEAST) -> set[Cell]:
    """Return which cells of a table to leave out, with its totals: row and column numbers.

    `counts` are the parts alone. The row after the last holds the columns' totals and the column after the
    last the rows'. The totals' own row depends on itself alone, so that every table of the same
    duties leaves out the same totals.
    """
    grid = with_totals(counts)
    bottom = len(grid) - 1
    width = len(grid[0])
    found = {
        (row, column)
        for row, line in enumerate(grid)
        for column, count in enumerate(line)
        if 0 < count < least
    }
    _cover(grid, found, [[(bottom, column) for column in range(width)]], least, frozenset())
    fixed = frozenset((bottom, column) for column in range(width))
    if bottom == 1:  # one row is its total
        return found | {(0, column) for row, column in found if row == bottom}
    if bottom == 0:
        return found
    lines = list(_lines(grid))
    while True:
        _cover(grid, found, lines, least, fixed)
        told = _given_away(lines, found)
        if told is None or not _hide_beside(grid, found, lines, told, fixed):
            return found


def with_totals(counts: Sequence[Sequence[int]]) -> Grid:
    """Return the table with a last column and a last row that add it up."""
    rows = [[*row, sum(row)] for row in counts]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)] if rows else [0]]


def _lines(grid: Grid) -> Iterator[list[Cell]]:
    """Yield every sum of the table, its total last; the totals' own row has been seen to."""
    for row in range(len(grid) - 1):
        yield [(row, column) for column in range(len(grid[0]))]
    for column in range(len(grid[0])):
        yield [(row, column) for row in range(len(grid))]


def _cover(
    grid: Grid, found: set[Cell], lines: Sequence[Sequence[Cell]], least: int, fixed: frozenset[Cell]
) -> None:  # fmt: skip
    is_changed = True
    while is_changed:
        is_changed = False
        for line in lines:
            while _is_bare(grid, found, line, least):
                beside = _smallest(grid, [one for one in line if one not in found | fixed])
                if beside is None:
                    break
                found.add(beside)
                is_changed = True


def _is_bare(grid: Grid, found: set[Cell], line: Sequence[Cell], least: int) -> bool:
    """Return whether a line's gaps can be computed, or are so small together that they nearly can."""
    hidden = [one for one in line if one in found]
    if not hidden or len(hidden) == len(line):
        return False
    if len(hidden) == 1:
        return True
    total = line[-1]
    return total not in found and sum(grid[row][column] for row, column in hidden) < least


def _smallest(grid: Grid, cells: Sequence[Cell]) -> Cell | None:
    """Return the smallest count that is not nought, or a nought where there is nothing else."""
    return min(
        cells, key=lambda one: (grid[one[0]][one[1]] == 0, grid[one[0]][one[1]], one), default=None
    )


def _given_away(lines: Sequence[Sequence[Cell]], found: set[Cell]) -> Cell | None:
    """Return a gap that the table's sums determine all together, None where none is."""
    order = sorted(found)
    place = {cell: number for number, cell in enumerate(order)}
    rows: list[dict[int, Fraction]] = []
    for line in lines:
        row = {place[one]: Fraction(1) for one in line[:-1] if one in place}
        if line[-1] in place:
            row[place[line[-1]]] = Fraction(-1)
        rows.append(row)
    pivots: dict[int, dict[int, Fraction]] = {}
    for row in rows:
        for at, known in pivots.items():
            _take(row, at, known)
        if row:
            at = min(row)
            pivot = {number: value / row[at] for number, value in row.items()}
            for other in pivots.values():
                _take(other, at, pivot)
            pivots[at] = pivot
    return next((order[at] for at, row in sorted(pivots.items()) if len(row) == 1), None)


def _take(row: dict[int, Fraction], at: int, pivot: dict[int, Fraction]) -> None:
    factor = row.get(at)
    if factor:
        for number, value in pivot.items():
            left = row.get(number, Fraction(0)) - factor * value
            if left:
                row[number] = left
            else:
                row.pop(number, None)


def _hide_beside(
    grid: Grid, found: set[Cell], lines: Sequence[Sequence[Cell]], told: Cell, fixed: frozenset[Cell]
) -> bool:  # fmt: skip
    near = [one for line in lines if told in line for one in line if one not in found | fixed]
    beside = _smallest(grid, near)
    if beside is None:
        rest = [one for line in lines for one in line if one not in found | fixed]
        beside = _smallest(grid, rest)
    if beside is None:
        return False
    found.add(beside)
    return True
