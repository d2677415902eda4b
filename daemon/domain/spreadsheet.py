"""What we write for a spreadsheet: rows as CSV in which no cell is taken for a formula."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

STARTS = frozenset("=+-@\t|%")  # by each of these some spreadsheet begins a formula or a call
BREAKS = re.compile(r"[\r\n]+")
# Where Excel may cut a line: at "," or ";" as its language has it, at a tab as text that is pasted.
CUTS = re.compile("(?<=[,;\t\uff0c\uff1b])")


def plain_cell(text: str) -> str:
    """Return the text as a cell of words: one that a spreadsheet would work out begins with an apostrophe.

    So does each part of it behind a sign at which some language's spreadsheet cuts the line, quoted or not:
    where ";" separates, quotes in the middle of a line mean nothing, and "x;=1" would become "x" and a formula.

    A full-width sign counts as the sign, and blanks, quotes or unseen characters before it count for nothing:
    importers strip and fold them. A line's end becomes a blank, or a cell would begin on the next line.

    Source: RELIABILITY section 4, T5.
    """
    return "".join(map(_plain_part, CUTS.split(BREAKS.sub(" ", text))))


def to_csv(rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV, a line each, every cell of them words or a number of ours."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([map(_cell, row) for row in rows])
    return text.getvalue()


def _plain_part(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    seen = (
        sign for sign in folded
        if sign != '"' and not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc")
    )  # fmt: skip
    is_formula = folded[:1] in STARTS or next(seen, "") in STARTS
    return f"'{text}" if is_formula else text


def _cell(value: object) -> object:
    return value if isinstance(value, int | float) else plain_cell(str(value))
