"""Small counts: left out of a table, and given away by no sum of what is left."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.report.suppress import LEAST, gaps, with_totals

TABLES = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1, max_size=3
    )
)


def published(counts):
    """Return a table with its totals, None where a count is left out."""
    hidden = gaps(counts)
    return [
        [None if (row, column) in hidden else count for column, count in enumerate(line)]
        for row, line in enumerate(with_totals(counts))
    ]


def possible(counts, most=13):
    """Return every table of counts that what is published allows, by its cells."""
    shown = published(counts)
    height, width = len(counts), len(counts[0])
    free = [(r, c) for r in range(height) for c in range(width) if shown[r][c] is None]
    for values in product(range(most), repeat=len(free)):
        grid = [[shown[r][c] or 0 for c in range(width)] for r in range(height)]
        for (r, c), value in zip(free, values, strict=True):
            grid[r][c] = value
        sums = with_totals(grid)
        if all(
            shown[r][c] in (None, sums[r][c]) for r in range(height + 1) for c in range(width + 1)
        ):
            yield {cell: grid[cell[0]][cell[1]] for cell in free}


def test_large_counts_are_all_shown() -> None:
    assert gaps([[20, 30], [40, 0]]) == set()


def test_a_lone_small_count_takes_a_second_one_with_it_in_its_row_and_its_column() -> None:
    shown = published([[3, 40], [20, 50], [60, 70]])

    assert shown[0][0] is None
    assert sum(cell is None for cell in shown[0]) >= 2
    assert sum(row[0] is None for row in shown) >= 2


def test_the_totals_are_left_out_alike_in_every_table_of_the_same_duties() -> None:
    by_month = published([[20, 1, 9], [20, 2, 1]])
    by_team = published([[40, 3, 0], [0, 0, 10]])

    assert [cell is None for cell in by_month[-1]] == [cell is None for cell in by_team[-1]]


def test_one_row_shows_no_more_than_its_total() -> None:
    assert published([[3, 20, 8]]) == [[None, 20, None, 31]] * 2


@given(TABLES)
def test_no_count_that_is_shown_is_small(counts) -> None:
    assert all(not 0 < cell < LEAST for line in published(counts) for cell in line if cell)


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param([[1, 9], [8, 12]], id="one in a corner"),
        pytest.param([[4, 0], [9, 8]], id="a small one beside nought"),
        pytest.param([[2, 7], [3, 6]], id="two under one another"),
        pytest.param([[1], [7], [9]], id="one column"),
        pytest.param([[4, 11], [0, 3]], id="across"),
    ],
)
def test_whoever_has_the_page_cannot_tell_a_small_count(counts) -> None:
    guesses = list(possible(counts))

    for cell in guesses[0]:
        if 0 < counts[cell[0]][cell[1]] < LEAST:
            assert len({guess[cell] for guess in guesses}) > 1, cell


@given(TABLES)
def test_no_small_count_is_determined_by_the_sums(counts) -> None:
    hidden = sorted(gaps(counts))
    grid = with_totals(counts)
    lines = [[(r, c) for c in range(len(grid[0]))] for r in range(len(grid))]
    lines += [[(r, c) for r in range(len(grid))] for c in range(len(grid[0]))]
    rows = [
        [Fraction((-1 if cell == line[-1] else 1) if cell in line else 0) for cell in hidden]
        for line in lines
    ]
    for column in range(len(hidden)):
        pivot = next((row for row in rows if row[column] and not any(row[:column])), None)
        if pivot is None:
            continue
        scaled = [value / pivot[column] for value in pivot]
        for row in rows:
            if row is not pivot and row[column]:
                factor = row[column]
                row[:] = [value - factor * part for value, part in zip(row, scaled, strict=True)]
        pivot[:] = scaled
    small = {cell for cell in hidden if 0 < grid[cell[0]][cell[1]] < LEAST}
    told = {hidden[[bool(v) for v in row].index(True)] for row in rows if sum(map(bool, row)) == 1}
    assert not told & small
