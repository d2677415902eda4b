"""Two figures side by side for each row of a table, as bars: the present rulebook's and the draft's."""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import wrap

WIDTH, LEFT, RIGHT = 860, 300, 70  # units of the drawing
TOP, LANE, BAR = 8, 44, 15
LABEL_LETTERS, LABEL_LINES = 30, 2


@dataclass(frozen=True, slots=True)
class Bars:
    """One row: its two figures, and how long each bar is."""

    y: int
    label: tuple[str, ...]
    present: int
    draft: int
    present_length: float
    draft_length: float
    says: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing; `says` what it shows, in a sentence."""

    id: str
    title: str
    says: str
    height: int
    bars: tuple[Bars, ...]


def chart(id: str, title: str, rows: Iterable[tuple[str, int, int]]) -> Chart:
    """Return a chart of rows of a label, the present figure and the draft's."""
    found = list(rows)
    most = max((max(present, draft) for _, present, draft in found), default=0) or 1
    scale = (WIDTH - LEFT - RIGHT) / most
    bars = tuple(
        Bars(
            TOP + LANE * number, _lines(label), present, draft,
            round(present * scale, 1), round(draft * scale, 1),
            f"{label}: {present:,} under the present rulebook, {draft:,} under the draft",
        )
        for number, (label, present, draft) in enumerate(found)
    )  # fmt: skip
    says = (
        f"{len(bars)} pairs of bars: the hatched one is the present rulebook, the full one the draft. "
        "The table below has the same figures."
    )
    return Chart(id, title, says, TOP + LANE * len(bars), bars)


def _lines(label: str) -> tuple[str, ...]:
    return tuple(wrap(label, LABEL_LETTERS, max_lines=LABEL_LINES, placeholder=" …"))
