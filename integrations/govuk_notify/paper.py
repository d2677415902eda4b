"""A letter as a PDF that Notify prints: A4, the address where the window is, every font embedded.

Measures are in millimetres from the top left, from Notify's specification of letters.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from io import BytesIO
from itertools import dropwhile, takewhile
from operator import not_
from pathlib import Path
from typing import Any

from daemon.domain.errors import Permanent
from daemon.domain.letter import POSTCODE, Letter
from daemon.domain.times import MONTHS, say_day

WINDOW_LEFT, WINDOW_TOP, WINDOW_WIDTH = 25.0, 40.0, 94.0  # inside 24.6, 39.5 and 120 across
SENDER_LEFT, SENDER_TOP = 127.0, 20.0
LEFT, WIDTH, FIRST_TOP, NEXT_TOP, BOTTOM = 25.0, 160.0, 100.0, 25.0, 275.0
HEIGHT, POINT = 297.0, 25.4 / 72
WINDOW_PT, TEXT_PT = (9.0, 10.5), (10.5, 15.0)  # size and leading, in points
PAGES_MOST = 10
FOOT = 281.0
LEAST_LAST = 4  # lines on a last page: a name alone at its head would look like another letter
HARD = "\N{NO-BREAK SPACE}"
KEPT_TOGETHER = re.compile(
    rf"(?:\b[A-Z][a-z]+day )?\b\d{{1,2}} (?:{'|'.join(MONTHS)})(?: \d{{4}})?\b|\b{POSTCODE.pattern}\b"
)
NAME = "DaykeeperLetter"


@cache
def font(file: Path | None) -> Any:
    """Return the font of letters, by default one that the library brings; raises ValueError for a file that is none."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415

    name = NAME if file is None else f"{NAME}-{sha256(str(file).encode()).hexdigest()[:8]}"
    try:
        made = TTFont(name, str(file or "Vera.ttf"))
    except Exception:  # noqa: BLE001 - the library falls over a spoilt file in many ways of its own
        raise ValueError("this is no TrueType font; name a .ttf file") from None
    pdfmetrics.registerFont(made)
    return made


def as_pdf(letter: Letter, file: Path | None = None) -> bytes:
    """Return the letter as it will be printed, the same bytes each time.

    Raises Permanent where a character has no shape in the font, the address does not fit its window,
    or it is longer than Notify prints.
    """
    from reportlab.lib.pagesizes import A4  # noqa: PLC0415
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415

    made = font(file)
    shown = "\n".join([*letter.address, letter.text, letter.sender])
    if any(ord(one) not in made.face.charToGlyph for one in shown if one != "\n"):
        raise Permanent("no-shape-for-a-character")
    if any(width(made, line, WINDOW_PT[0]) > WINDOW_WIDTH for line in letter.address):
        raise Permanent("address-too-wide")
    kept = BytesIO()
    canvas = Canvas(kept, pagesize=A4, invariant=1, initialFontName=made.fontName)
    canvas.setTitle("Letter")
    put(canvas, made, WINDOW_LEFT, WINDOW_TOP, letter.address, WINDOW_PT)
    head = [*wrapped(made, letter.sender, 195.0 - SENDER_LEFT), "", say_day(letter.dated)]
    put(canvas, made, SENDER_LEFT, SENDER_TOP, head, TEXT_PT)
    text = (wrapped(made, whole(each), WIDTH) for each in letter.text.split("\n"))
    lines = [line.replace(HARD, " ") for each in text for line in each]
    pages = paged(lines, fitting(FIRST_TOP), fitting(NEXT_TOP))
    if len(pages) > PAGES_MOST:
        raise Permanent("too-long")
    for number, page in enumerate(pages, 1):
        put(canvas, made, LEFT, FIRST_TOP if number == 1 else NEXT_TOP, page, TEXT_PT)
        if len(pages) > 1:
            put(canvas, made, LEFT, FOOT, [f"Page {number} of {len(pages)}"], WINDOW_PT)
        canvas.showPage()
    canvas.save()
    return kept.getvalue()


def fitting(top: float) -> int:
    """Return how many lines of a letter's text stand below a place on the page."""
    return int((BOTTOM - top) / (TEXT_PT[1] * POINT))


def paged(lines: Sequence[str], first: int, following: int) -> list[Sequence[str]]:
    """Return the lines of each page. No paragraph leaves one line alone, and an ending takes what it ends along."""
    pages: list[Sequence[str]] = []
    while len(lines) > (most := following if pages else first):
        at = broken_at(lines, most)
        pages.append(lines[:at])
        lines = list(dropwhile(not_, lines[at:]))
    return [*pages, lines] if lines or not pages else pages


def broken_at(lines: Sequence[str], most: int) -> int:
    """Return before which line a page ends that has room for `most`; there where nothing better is near."""
    ends = [at for at in range(1, len(lines)) if is_break(lines, at) and most // 2 < at <= most]
    return max(ends, default=most)


def is_break(lines: Sequence[str], at: int) -> bool:
    """Return whether a page may end before a line."""
    above, below = list(takewhile(bool, reversed(lines[:at]))), list(takewhile(bool, lines[at:]))
    rest = [line for line in lines[at:] if line]
    if len(rest) < LEAST_LAST:
        return False
    return not (above and below) or min(len(above), len(below)) > 1


def whole(text: str) -> str:
    """Return a text in which no line ends amid a date or a postcode."""
    return KEPT_TOGETHER.sub(lambda found: found[0].replace(" ", HARD), text)


def put(canvas: Any, made: Any, left: float, top: float, lines: Any, size: tuple[float, float]) -> None:  # fmt: skip
    """Write lines below one another from a place on the page."""
    canvas.setFont(made.fontName, size[0])
    for at, line in enumerate(lines):
        y = HEIGHT - top - (size[0] + at * size[1]) * POINT
        canvas.drawString(left / POINT, y / POINT, line)


def width(made: Any, text: str, size: float) -> float:
    """Return how wide a text is, in millimetres."""
    return float(made.stringWidth(text, size)) * POINT


def wrapped(made: Any, text: str, most: float) -> Iterator[str]:
    """Yield the lines of a paragraph, none wider than `most`; an empty one is a line, too."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if line and width(made, longer, TEXT_PT[0]) > most:
            yield line
            line = word
        else:
            line = longer
        while width(made, line, TEXT_PT[0]) > most:  # an address of a page, without a space in it
            fits = next(
                at for at in range(len(line), 0, -1) if width(made, line[:at], TEXT_PT[0]) <= most
            )
            yield line[:fits]
            line = line[fits:]
    yield line
