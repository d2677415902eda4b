"""A wall clock for one process, or a server, that can be set while it runs (clock.c says how)."""

import shutil
import struct
import subprocess
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

SOURCE = Path(__file__).with_name("clock.c")
MICROSECOND_NS = 1000


class SteppedClock:
    """What a process is given with its environment. It begins at the machine's own time."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="daykeeper-clock-"))
        self.steps: list[tuple[datetime, timedelta]] = []

    def __enter__(self) -> Self:
        """Compile it where anybody can read it: PostgreSQL does not run as root."""
        self.folder.chmod(0o755)
        library = self.folder / "clock.so"
        command = ["gcc", "-shared", "-fPIC", "-O2", "-o", str(library), str(SOURCE)]
        subprocess.run(command, check=True, capture_output=True)
        self._put(timedelta())
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing."""
        shutil.rmtree(self.folder)

    @property
    def environment(self) -> dict[str, str]:
        """What a process must find in its environment to live by this clock."""
        return {
            "LD_PRELOAD": str(self.folder / "clock.so"),
            "STEPPED_CLOCK": str(self.folder / "step"),
        }

    def step(self, to: timedelta, at: datetime) -> None:
        """Set it so far from the machine's own clock; `at` is now, to be remembered."""
        self._put(to)
        self.steps.append((at, to))

    def shown(self, at: datetime) -> datetime:
        """Return what it showed at a moment of the machine's clock."""
        past = [step for stepped_at, step in self.steps if stepped_at <= at]
        return at + (past[-1] if past else timedelta())

    def reached(self, at: datetime) -> datetime:
        """Return the latest moment that it had shown by then: what was due once may go out."""
        shifts = [timedelta(), *(step for _, step in self.steps)]
        ends = [stepped_at for stepped_at, _ in self.steps] + [at]
        return max(min(end, at) + shift for end, shift in zip(ends, shifts, strict=True))

    def _put(self, step: timedelta) -> None:
        """Write in place, as one word: the running process has the file mapped."""
        path = self.folder / "step"
        word = struct.pack("=q", step // timedelta(microseconds=1) * MICROSECOND_NS)
        with path.open("r+b" if path.exists() else "wb") as file:
            file.write(word)
        path.chmod(0o644)
