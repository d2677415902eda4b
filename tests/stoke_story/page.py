"""The page that holds the list: a safeguarding manager reads it, and the story is held to it."""

from collections.abc import Iterable
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "a-conference-in-full.md"
BEGINS = "<!-- what follows is written by `python -m tests.stoke_story`, and compared line by line -->\n\n"


def read() -> list[str]:
    """Return the list as it stands on the page."""
    return PAGE.read_text("utf-8").partition(BEGINS)[2].splitlines()


def write(lines: Iterable[str]) -> None:
    """Put another list onto the page, below its own words."""
    words = PAGE.read_text("utf-8").partition(BEGINS)[0]
    PAGE.write_text(f"{words}{BEGINS}" + "\n".join(lines) + "\n", "utf-8")
