"""A process whose memory and open files are looked at from time to time."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

PAGE_BYTES, MB = 4096, 1_000_000
AN_HOUR = timedelta(hours=1)


class Look(NamedTuple):
    """What it held at a moment of its own clock."""

    at: datetime
    bytes: int
    files: int


class Watched:
    """The looks at one process. What it takes to get under way, the first quarter, counts for nothing."""

    def __init__(self, pid: int) -> None:
        self.process = Path(f"/proc/{pid}")
        self.looks: list[Look] = []

    def look(self, offset: timedelta) -> None:
        """Look at it; `offset` leads to its clock."""
        pages = int((self.process / "statm").read_text("ascii").split()[1])
        files = len(list((self.process / "fd").iterdir()))
        self.looks.append(Look(datetime.now(UTC) + offset, pages * PAGE_BYTES, files))

    def grown_mb(self) -> float:
        """Return how much more memory it held in the last quarter than in the second, medians."""
        early, late = self._quarters()
        return (median(one.bytes for one in late) - median(one.bytes for one in early)) / MB

    def slope_mb_an_hour(self) -> float:
        """Return the same for an hour of its calendar."""
        early, late = self._quarters()
        hours = (late[-1].at - early[0].at) / AN_HOUR
        return self.grown_mb() / hours if hours > 0 else 0.0

    def files_more(self) -> int:
        """Return how many more files it had open at most in the last quarter than in the second."""
        early, late = self._quarters()
        return max(one.files for one in late) - max(one.files for one in early)

    def _quarters(self) -> tuple[list[Look], list[Look]]:
        many = len(self.looks)
        return self.looks[many // 4 : max(many // 2, 1)], self.looks[many * 3 // 4 :]
