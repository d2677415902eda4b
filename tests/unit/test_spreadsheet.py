"""No cell of what we write for a spreadsheet is a formula (RELIABILITY T5), and no other code of ours writes CSV."""

import csv
import io
import re
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.cli.challenges import HEADS, _rows
from daemon.domain.spreadsheet import plain_cell, to_csv

ROOT = Path(__file__).parents[2]
SIGNS = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"
LURES = ["=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "+44", "-1+1", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "\u200b=1",
         "\ufeff=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20SUM", "\ufe62+1", "%0A=1", "|calc", ";=1", "x;=1",
         'x;"=1"', "x, y; @SUM(1)", "x,=1", "x\t=1", "x\uff1b=1"]  # fmt: skip
CUTS = re.compile(
    "[,;\t]"
)  # where a line is cut: as the language of whoever opens it has it, or as pasted
TROUBLE = st.characters() | st.sampled_from("=+-@,;\t\"' \u200b")
WRITES = re.compile(r"csv\.(writer|DictWriter)\(")
# The demo's are feeds: what it invented is read back as it stands, and nobody else's words are in it.
MAY_WRITE = {"daemon/domain/spreadsheet.py", "daemon/demo/world.py"}


def formulas(text: str) -> list[str]:
    """Return every cell of a CSV file that a spreadsheet would work out, in whatever language: the checker.

    Beside the cells as they are meant, whatever comes of a line that is cut where quotes are not seen.
    """
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    cells += [cell for line in text.split("\n") for cell in CUTS.split(line)]
    assert cells
    found = [one for one in cells if one.lstrip(' "\u00a0\u200b\ufeff\n')[:1] in {*SIGNS}]
    return list(dict.fromkeys(found))


def unmarked(text: str) -> str:
    """Return a cell without the apostrophes with which we begin it, or a part of it."""
    return re.sub("(^|[,;\t\uff0c\uff1b])'", r"\1", text)


def test_the_checker_finds_a_formula():
    assert formulas("a,=1\n\uff1d2,b\n") == ["=1", "\uff1d2"]
    assert formulas('a,"b,c;=3"\n') == ['=3"']


@pytest.mark.parametrize("lure", LURES)
def test_what_a_spreadsheet_would_work_out_is_words(lure):
    text = to_csv([("ref", lure), (lure, "ref")])

    assert formulas(text) == []
    assert text.count("'") >= 2


@given(st.lists(st.text(TROUBLE, max_size=20), min_size=1, max_size=5))
def test_whatever_a_cell_holds_it_is_no_formula_and_loses_nothing(cells):
    (row,) = list(csv.reader(io.StringIO(to_csv([cells]), newline="")))

    assert formulas(to_csv([[*cells, "x"]])) == []
    flat = [re.sub(r"[\r\n]+", " ", cell) for cell in cells]
    assert [unmarked(one) for one in row] == [unmarked(cell) for cell in flat]


@pytest.mark.parametrize(
    "word",
    [
        "SC-1042",
        "2026-03-06",
        "initial conference",
        "",
        "a=b",
        "O'Neil",
        "Ann, Bob; Cora",
        "a-b; c+d",
    ],
)
def test_ordinary_words_stay_as_they_are(word):
    assert plain_cell(word) == word


def test_the_log_of_issue_resolution_holds_no_formula_whatever_is_in_a_record():
    step = SimpleNamespace(what=LURES[1], on=date(2026, 3, 6), outcome=LURES[2])
    raised = SimpleNamespace(
        agency="x;=1", meeting=LURES[13], kind="@x", on=date(2026, 3, 6), refs=("-1", "=2"),
        state="+open", steps=(step,),
    )  # fmt: skip

    assert formulas(to_csv([HEADS, *_rows(raised)])) == []


def test_nothing_else_of_ours_writes_csv():
    writers = {
        str(file.relative_to(ROOT))
        for part in ("daemon", "integrations", "deploy")
        for file in (ROOT / part).rglob("*.py")
        if WRITES.search(file.read_text("utf-8")) and "testing" not in file.parts
    }

    assert writers == MAY_WRITE
