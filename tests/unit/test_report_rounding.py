"""The rounded tables of the report: a share is the true one, and nothing that is shown tells a small count."""

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.report.rounding import rounded_lines
from daemon.report.suppress import LEAST, with_totals

FIRST_TWO = frozenset({0, 1})
YEARS = st.lists(st.lists(st.integers(0, 60), min_size=4, max_size=4), min_size=1, max_size=12)


def every(height, width, most):
    """Return every table of counts up to `most`, which is the last that is rounded as it is."""
    for flat in product(range(most + 1), repeat=height * width):
        yield [flat[at * width : (at + 1) * width] for at in range(height)]


def are_true(rows, within):
    """Return whether each share is the exact one to the nearest whole per cent, or is left out."""
    for raw, line in zip(with_totals(rows), rounded_lines(rows, within), strict=True):
        if line.share is not None:
            exact = 100 * sum(raw[at] for at in within) / raw[-1]
            if not (0 <= line.share <= 100 and abs(line.share - exact) <= 0.5):
                return False
    return True


@pytest.mark.parametrize(
    ("counts", "share"),
    [
        pytest.param([0, 3, 2, 2], None, id="seven are too few to say"),
        pytest.param([2, 2, 2, 0], None, id="six are too few to say"),
        pytest.param([7, 7, 0, 0], 100, id="all of fourteen"),
        pytest.param([0, 0, 7, 7], 0, id="none of fourteen"),
        pytest.param([13, 13, 2, 2], None, id="the four beyond are a small count"),
        pytest.param([13, 13, 3, 3], 81, id="six beyond are not"),
        pytest.param([3, 3, 13, 13], 19, id="six of thirty-two"),
        pytest.param([4, 4, 8, 0], None, id="half would tell that the first two are four"),
    ],
)
def test_a_share_is_of_the_exact_counts_or_left_out(counts, share) -> None:
    assert rounded_lines([counts], FIRST_TWO)[-1].share == share


def test_a_small_count_is_not_shown_as_nought() -> None:
    assert rounded_lines([[0, 1, 4, 5]], frozenset())[0].counts[:4] == [0, None, None, 5]


def test_a_table_without_small_counts_has_every_total_and_every_share() -> None:
    lines = rounded_lines([[12, 0, 6, 0], [0, 9, 9, 0]], FIRST_TWO)

    assert [line.counts[-1] for line in lines] == [20, 20, 35]
    assert [line.share for line in lines] == [67, 50, 58]


def test_a_column_alone_has_the_total_of_the_table_with_a_small_count_in_it() -> None:
    assert rounded_lines([[3], [9]], frozenset())[-1].counts == [10, 10]


@given(YEARS)
def test_the_shares_of_a_year_are_true(rows) -> None:
    assert are_true(rows, FIRST_TWO)


@given(YEARS)
def test_a_total_is_within_three(rows) -> None:
    for raw, line in zip(with_totals(rows), rounded_lines(rows, FIRST_TWO), strict=True):
        assert all(abs(one - said) <= 3 for one, said in zip(raw, line.counts, strict=True) if said)


@pytest.mark.parametrize(
    ("height", "width", "most", "within"),
    [
        pytest.param(1, 2, 32, {0}, id="two bands"),
        pytest.param(1, 3, 12, {0}, id="three bands"),
        pytest.param(1, 3, 12, {0, 1}, id="three bands, two in time"),
        pytest.param(1, 4, 7, {0, 1}, id="the department's four bands"),
        pytest.param(2, 2, 7, {0}, id="two months of two bands"),
        pytest.param(2, 2, 7, (), id="two by two, no share"),
        pytest.param(3, 1, 12, (), id="one column"),
    ],
)
def test_whoever_has_the_page_and_knows_how_it_is_made_cannot_tell_a_small_count(
    height, width, most, within
) -> None:
    alike = defaultdict(list)

    for rows in every(height, width, most):
        assert are_true(rows, frozenset(within)), rows
        alike[str(rounded_lines(rows, frozenset(within)))].append(sum(rows, ()))

    for said, tables in alike.items():
        for values in zip(*tables, strict=True):
            assert len(set(values)) > 1 or not 0 < values[0] < LEAST, said
