"""A disk that fails for one process while a switch is on, or ends it at a chosen call (disk.c says how)."""

import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

SOURCE = Path(__file__).with_name("disk.c")


class FaultyDisk:
    """What a process is given with its environment. It begins without a fault."""

    def __init__(self, below: Path) -> None:
        """`below`: how the paths of the files begin that it is about."""
        self.below = below.resolve()
        self.folder = Path(tempfile.mkdtemp(prefix="daykeeper-disk-"))

    def __enter__(self) -> Self:
        """Compile it."""
        library = self.folder / "disk.so"
        command = ["gcc", "-shared", "-fPIC", "-O2", "-o", str(library), str(SOURCE)]
        subprocess.run(command, check=True, capture_output=True)
        self._put(0, 0, 1)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave nothing."""
        shutil.rmtree(self.folder)

    @property
    def environment(self) -> dict[str, str]:
        """What a process must find in its environment to have this disk."""
        return {
            "LD_PRELOAD": str(self.folder / "disk.so"),
            "FAULTY_DISK": str(self.folder / "fault"),
            "FAULTY_PATH": str(self.below),
        }

    def killing_at(self, call: str, number: int) -> dict[str, str]:
        """Return the environment of a process that dies at such a call, by its number in each thread."""
        return self.environment | {"FAULTY_KILL": f"{call} {number}"}

    @contextmanager
    def failing(self, *, writes: int = 0, syncs: int = 0, every: int = 1) -> Iterator[None]:
        """Have each write end with an error, or every so many a sync, until this ends."""
        self._put(writes, syncs, every)
        try:
            yield
        finally:
            self._put(0, 0, 1)

    def _put(self, *words: int) -> None:
        """Write in place: the running process has the file mapped."""
        path = self.folder / "fault"
        with path.open("r+b" if path.exists() else "wb") as file:
            file.write(struct.pack("=3q", *words))
