"""What the locks pin: read here once for the bill of materials, the audit and their tests."""

import re
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "requirements"
INSTALLED = ("run", "postgres", "microsoft365", "vendors")  # what an installation may be made from
ALL = (*INSTALLED, "test")
PIN = re.compile(
    r"^([A-Za-z0-9_.-]+(?:\[[\w,-]+\])?==[^\s\\]+(?: ; [^\\\n]+?)?) *\\?$", re.MULTILINE
)


def file_of(lock: str) -> Path:
    """Return where a lock stands."""
    return FOLDER / f"{lock}.txt"


def pins(text: str) -> list[Requirement]:
    """Return everything that a lock pins, on whatever machine it is for."""
    return [Requirement(one) for one in PIN.findall(text)]


def for_this_machine(every: list[Requirement]) -> list[Requirement]:
    """Return those that are installed here."""
    return [one for one in every if one.marker is None or one.marker.evaluate()]
