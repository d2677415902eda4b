"""Pictures of each message of the shipped policies: in the light, in the dark, on a phone; with an index."""

import argparse
import sys
from collections.abc import Iterator
from functools import partial
from html import escape
from pathlib import Path

from daemon.domain.message import Level, Message
from daemon.domain.rules import Rulebook
from daemon.engine.wording.specimen import specimen
from daemon.rulebook import load, shipped
from daemon.testing.world import loaded
from tests.chromium import Page
from tests.pictures.camera import Camera

LOOKS = {"light": (720, False), "dark": (720, True), "phone": (320, False)}  # CSS pixels
OUT = Path("build/docs/messages")
INDEX = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Messages</title>
<style>
body {{ font-family: Arial, sans-serif; margin: 2rem; }}
img {{ border: 1px solid #9aa5ac; vertical-align: top; max-width: 30%; }}
</style>
</head><body><h1>Messages</h1>
{rows}
</body></html>
"""


def main() -> int:
    """Make the pictures of all messages, or of those that are named."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("message", nargs="*", help="their names (default: all)")
    parser.add_argument("--out", type=Path, default=OUT, metavar="FOLDER")
    parser.add_argument("--policies", type=Path, default=shipped(), metavar="FOLDER")
    args = parser.parse_args()
    book, problems = load(args.policies)
    if book is None:
        sys.stderr.write("".join(f"{problem}\n" for problem in problems))
        return 1
    with Camera() as camera:
        sys.stdout.write(draw(camera, args.out, dict(specimens(book, args.message))))
    return 0


def draw(camera: Camera, out: Path = OUT, made: dict[str, Message] | None = None) -> str:
    """Make the pictures of messages by their names (all that are shipped), and their index; return a line about it."""
    made = made or dict(specimens(loaded(shipped()), []))
    out.mkdir(parents=True, exist_ok=True)
    for name, message in made.items():
        camera.take(name, partial(take, name=name, message=message, folder=out))
    rows = "\n".join(row(name, message) for name, message in made.items())
    (out / "index.html").write_text(INDEX.format(rows=rows), "utf-8")
    return f"{len(made)} messages, {len(made) * len(LOOKS)} pictures: {out}/index.html\n"


def specimens(book: Rulebook, names: list[str]) -> Iterator[tuple[str, Message]]:
    """Yield each message by its name; and one with nothing in it, for those who may have no more."""
    for name in names or sorted(book.messages):
        yield name, specimen(book, name)
    if not names:
        yield "bare", specimen(book, min(book.messages), level=Level.L0)


def take(page: Page, name: str, message: Message, folder: Path) -> None:
    """Write the pictures of one message."""
    for look, (width, dark) in LOOKS.items():
        page.show(message.html, width=width, dark=dark)
        (folder / f"{name}-{look}.png").write_bytes(page.picture())


def row(name: str, message: Message) -> str:
    """Return one message's place in the index."""
    images = "\n".join(
        f'<img src="{name}-{look}.png" alt="{name}, {look}" loading="lazy">' for look in LOOKS
    )
    return f"<h2>{name}</h2>\n<p>{escape(message.subject)}</p>\n{images}"


if __name__ == "__main__":
    sys.exit(main())
