"""Pictures of letters as they are printed and posted: page below page, by the browser's own reader of PDF."""

import argparse
import base64
import io
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from time import monotonic

from PIL import Image

from daemon.domain.letter import Letter
from daemon.engine.conference.posting import START
from integrations.govuk_notify.paper import as_pdf
from tests.chromium import ANSWER_S, Page, Refused
from tests.pictures.camera import Camera

OUT = Path("build/docs/letters")
WIDE, HIGH, EDGE = 794, 1123, 5  # of A4 in CSS pixels; what the reader leaves around a page
INKED = 64  # shades: fewer are an empty page
FIRST = (
    "You are invited to a meeting about your children. It is called an initial child protection conference. "
    "People who know your family come to it: they say what is going well, what they are worried about, and "
    "what should happen next."
)
SECOND = (
    "The chair of the meeting does not work with your family. You can meet the chair before it begins: please "
    "come half an hour early. You may bring somebody who supports you. Please tell us if you need an "
    "interpreter, or help to get here."
)
THIRD = "Before the meeting your social worker goes through the report with you, so that nothing in it is new to you."
WHEN = (
    "When: Friday 20 March 2026, 10am\n"
    "Where: Room 4, Civic Centre, Potterby ST1 1AA\n"
    "To join online: https://meet.example/j/123"
)
WORDS = f"{FIRST}\n\n{WHEN}\n\n{SECOND}\n\n{THIRD}"


def letters() -> dict[str, Letter]:
    """Return letters to families, in whose words nobody is meant."""
    text = START.format(when_and_where=WORDS).replace("Dear ", "Dear Ms Example")
    short = Letter(
        ("Ms A Example", "12 High Street", "Potterby", "ST1 1AA"), f"{text}\n\nB. Writer\nConference coordinator",
        "Potterby Council", date(2026, 3, 6),
    )  # fmt: skip
    seven = ("Mrs Å. Łukasz-Müller", "Flat 3", "Long Name Court", "112 Upper High Street", "Little Potterby",
             "Potterby", "ST1 1AA")  # fmt: skip
    more = "\n\n".join([WORDS] * 4)
    return {
        "an-invitation": short,
        "seven-lines": replace(short, address=seven, sender="The Council of the County of Potterby"),
        "three-pages": replace(short, text=f"Dear Ms Example\n\n{more}\n\nYours sincerely\n\nB. Writer"),
    }  # fmt: skip


def main() -> int:
    """Make the pictures of all letters."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures.letters", description=__doc__)
    parser.add_argument("--out", type=Path, default=OUT, metavar="FOLDER")
    out = parser.parse_args().out
    with Camera() as camera:
        sys.stdout.write(draw(camera, out))
    return 0


def draw(camera: Camera, out: Path = OUT) -> str:
    """Make the pictures of all letters; return a line about it."""
    out.mkdir(parents=True, exist_ok=True)
    made = letters()
    for name, letter in made.items():
        file = out / f"{name}.pdf"
        file.write_bytes(as_pdf(letter))
        taken = camera.take(name, partial(picture, file=file), in_new_tab=True)
        (out / f"{name}.png").write_bytes(taken)
    return f"{len(made)} letters: {out}\n"


def picture(page: Page, file: Path) -> bytes:
    """Return the pages of a PDF below one another, once the browser has drawn them."""
    many = file.read_bytes().count(b"/MediaBox")
    size = {"width": WIDE, "height": HIGH * many + EDGE, "deviceScaleFactor": 1, "mobile": False}
    page.ask("Emulation.setDeviceMetricsOverride", **size)
    page.ask("Page.navigate", url=f"{file.resolve().as_uri()}#toolbar=0&navpanes=0&view=FitH")
    until, before = monotonic() + ANSWER_S, b""
    while monotonic() < until:
        taken = b""
        with suppress(Refused):  # its reader of PDF has just taken the tab over
            taken = base64.b64decode(page.ask("Page.captureScreenshot")["data"])
        if taken and taken == before and is_drawn(taken, many):
            return taken
        before = taken
    raise RuntimeError(f"{file}: the browser draws nothing")


def is_drawn(taken: bytes, many: int) -> bool:
    """Return whether each page of a picture has ink on it."""
    whole = Image.open(io.BytesIO(taken)).convert("L")
    parts = [
        whole.crop((EDGE * 8, HIGH * at + 40, WIDE - EDGE * 8, HIGH * (at + 1) - 40))
        for at in range(many)
    ]
    return all(min(part.tobytes()) < INKED < max(part.tobytes()) for part in parts)


if __name__ == "__main__":
    sys.exit(main())
