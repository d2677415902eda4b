"""A letter as a PDF that Notify prints: A4, the address where the window is, every font embedded.

Measures are in millimetres from the top left, from Notify's specification of letters.
"""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from daemon.domain.errors import Permanent
from daemon.domain.letter import Letter
from daemon.domain.times import say_day

WINDOW_LEFT, WINDOW_TOP, WINDOW_WIDTH = 25.0, 40.0, 94.0  # inside 24.6, 39.5 and 120 across
SENDER_LEFT, SENDER_TOP = 127.0, 20.0
LEFT, WIDTH, FIRST_TOP, NEXT_TOP, BOTTOM = 25.0, 160.0, 100.0, 25.0, 275.0
HEIGHT, POINT = 297.0, 25.4 / 72
WINDOW_PT, TEXT_PT = (9.0, 10.5), (10.5, 15.0)  # size and leading, in points
PAGES_MOST = 10
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
    lines = [line for each in letter.text.split("\n") for line in wrapped(made, each, WIDTH)]
    top = FIRST_TOP
    for page in range(1, PAGES_MOST + 2):
        if page > PAGES_MOST:
            raise Permanent("too-long")
        fits = int((BOTTOM - top) / (TEXT_PT[1] * POINT))
        put(canvas, made, LEFT, top, lines[:fits], TEXT_PT)
        lines, top = lines[fits:], NEXT_TOP
        canvas.showPage()
        if not lines:
            break
    canvas.save()
    return kept.getvalue()


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
