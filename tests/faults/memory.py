"""A limit on the memory of one process, in a group of its own: whoever exceeds it is killed by the kernel (F32)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

MOUNT = Path("/sys/fs/cgroup")
OLD = MOUNT / "memory"  # version 1, where each kind of limit has a tree of its own


class Group:
    """What the processes in it may hold together, without what they held before they came."""

    def __init__(self, folder: Path) -> None:
        """`folder`: the group's, as the kernel shows it."""
        self.folder = folder
        self.limit, self.told = (
            ("memory.limit_in_bytes", "memory.oom_control")
            if folder.parent == OLD
            else ("memory.max", "memory.events")
        )

    def allow(self, bytes_: int) -> Self:
        """Let them hold so much."""
        (self.folder / self.limit).write_text(str(bytes_), "ascii")
        return self

    def take_in(self, pid: int) -> None:
        """Have a process in it."""
        (self.folder / "cgroup.procs").write_text(str(pid), "ascii")

    def kills(self) -> int:
        """Return how many processes the kernel has killed for its sake."""
        words = (self.folder / self.told).read_text("ascii").split()
        return int(dict(zip(words[::2], words[1::2], strict=True))["oom_kill"])


def can_be_made() -> bool:
    """Return whether this system lets us have one: root may write to the tree, and it counts memory."""
    if OLD.is_dir():
        return os.access(OLD, os.W_OK)
    counted = MOUNT / "cgroup.subtree_control"
    return (
        os.access(MOUNT, os.W_OK) and counted.is_file() and "memory" in counted.read_text("ascii")
    )


@contextmanager
def group() -> Iterator[Group]:
    """Yield a new group, without a limit, and leave none. Raises OSError where none can be made."""
    folder = (OLD if OLD.is_dir() else MOUNT) / f"daykeeper-faults-{os.getpid()}"
    folder.mkdir()
    try:
        yield Group(folder)
    finally:
        folder.rmdir()
