"""A letter on paper to one person, as somebody of ours has written it."""

import re
from dataclasses import dataclass
from datetime import date

from daemon.domain.mail import one_line

LINES_LEAST, LINES_MOST, LINE_MOST, TEXT_MOST = 3, 7, 60, 8000
POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Letter:
    """Who it is for, line by line with the postcode last, and what it says. Never kept, never logged.

    `sender` is the authority's name, `dated` the day of posting.
    """

    address: tuple[str, ...]
    text: str
    sender: str
    dated: date


def read_address(text: str) -> tuple[str, ...]:
    """Return the lines of a postal address; raises ValueError with what to do about it."""
    lines = tuple(line for each in text.splitlines() if (line := one_line(each)))
    if not LINES_LEAST <= len(lines) <= LINES_MOST:
        raise ValueError(
            f"Write the name and address in {LINES_LEAST} to {LINES_MOST} lines, the postcode last"
        )
    if not POSTCODE.fullmatch(lines[-1]):
        raise ValueError("The last line must be a postcode, such as ST1 1AA")
    if any(len(line) > LINE_MOST for line in lines):
        raise ValueError(f"A line of the address is longer than {LINE_MOST} characters")
    return lines


def read_text(text: str) -> str:
    """Return what a letter says, its lines whole; raises ValueError with what to do about it."""
    lines = [one_line(line) for line in text.strip().splitlines()]
    if not any(lines):
        raise ValueError("Write the letter")
    if len(text) > TEXT_MOST:
        raise ValueError(f"Shorten the letter: it may have {TEXT_MOST:,} characters")
    return "\n".join(lines)
