"""Pictures of the pathway pages, and of a rehearsal: in the light, in the dark, on a phone."""

import argparse
import shutil
import sys
from functools import partial
from pathlib import Path

from tests.chromium import Page
from tests.pictures.camera import Camera

LOOKS = {"light": (1100, False), "dark": (1100, True), "phone": (360, False)}  # CSS pixels
FOLDER = Path("build/docs")


def main() -> int:
    """Make the pictures of every page in a folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures.pathways", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, metavar="FOLDER")
    folder = parser.parse_args().folder
    with Camera() as camera:
        sys.stdout.write(draw(camera, folder))
    return 0


def draw(camera: Camera, folder: Path = FOLDER) -> str:
    """Make the pictures of every page in a folder; return a line about it. A long page has several, numbered."""
    pages = sorted(folder.glob("*.html"))
    pictures = folder / "pictures"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    many = sum(camera.take(page.stem, partial(take, file=page, folder=pictures)) for page in pages)
    return f"{len(pages)} pages, {many} pictures: {pictures}\n"


def take(tab: Page, file: Path, folder: Path) -> int:
    """Write the pictures of one page; return how many."""
    many = 0
    for look, (width, dark) in LOOKS.items():
        tab.show(file.read_text("utf-8"), width=width, dark=dark)
        for number, picture in enumerate(tab.pictures(), 1):
            (folder / f"{file.stem}-{look}-{number:02}.png").write_bytes(picture)
            many += 1
    return many


if __name__ == "__main__":
    sys.exit(main())
