"""Every row of the plan has a place: a fault of its own here, or tests elsewhere that are really there."""

import ast
import re
from pathlib import Path

import pytest

from tests.faults.catalogue import PLANS
from tests.faults.elsewhere import ELSEWHERE

ROOT = Path(__file__).parents[2]
README = Path(__file__).with_name("README.md")
ROWS = [f"F{number}" for number in range(1, 33)]
THREATS = [f"T{number}" for number in range(1, 21)]  # their tests: docs/security.md


def rows() -> list[dict[str, str]]:
    """Return each row of the page's tables of rows, by the headings of its columns."""
    found, heads = [], []
    for line in README.read_text("utf-8").splitlines():
        cells = [one.strip() for one in line.strip("|").split("|")] if line[:1] == "|" else []
        if cells and cells[0] == "row":
            heads = cells
        elif heads and cells and set(cells[0]) != {"-"}:
            found.append(dict(zip(heads, cells, strict=True)))
        elif not cells:
            heads = []
    return found


@pytest.mark.parametrize("row", ROWS)
def test_the_row_has_a_fault_here_or_tests_elsewhere_and_stands_in_the_page(row):
    is_here = any(plan.row == row for plan in PLANS)

    assert is_here or ELSEWHERE.get(row)
    assert re.search(rf"^\|[^|]*\b{row}\b[^|]*\|", README.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("row", [*ROWS, *THREATS])
def test_the_page_says_what_is_demanded_of_the_row_and_what_was_measured(row):
    own = [one for one in rows() if row in re.split(r"[ ,]+", one["row"])]

    assert own
    for one in own:
        demanded = one.get("demanded") or one.get("demanded besides")
        assert demanded
        assert one["measured"]


@pytest.mark.parametrize("test", [test for tests in ELSEWHERE.values() for test in tests])
def test_the_test_that_is_named_is_there(test):
    file, _, name = test.partition("::")

    names = {
        one.name
        for one in ast.walk(ast.parse((ROOT / file).read_text("utf-8")))
        if isinstance(one, ast.FunctionDef)
    }

    assert name in names
