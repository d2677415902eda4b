"""Pictures of the pathway pages, and of a rehearsal: in the light, in the dark, on a phone."""

import argparse
import sys
from pathlib import Path

from tests.chromium import Browser

LOOKS = {"light": (1100, False), "dark": (1100, True), "phone": (360, False)}  # CSS pixels
FOLDER = Path("build/docs")


def main() -> int:
    """Make the pictures of every page in a folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.pictures.pathways", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, metavar="FOLDER")
    folder = parser.parse_args().folder
    pages = sorted(folder.glob("*.html"))
    pictures = folder / "pictures"
    pictures.mkdir(parents=True, exist_ok=True)
    with Browser() as browser, browser.page() as tab:
        for page in pages:
            for look, (width, dark) in LOOKS.items():
                tab.show(page.read_text("utf-8"), width=width, dark=dark)
                (pictures / f"{page.stem}-{look}.png").write_bytes(tab.picture())
    sys.stdout.write(f"{len(pages)} pages, {len(pages) * len(LOOKS)} pictures: {pictures}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
