"""A dropped file: opened without following links, and only where it is regular and whole."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from daemon.domain.dropper import hold_to_dropper
from daemon.domain.errors import Problem, Severity
from daemon.domain.sheet import SheetRefusedError
from daemon.ports import Unreadable

NO_FILES = frozenset({errno.EMFILE, errno.ENFILE})  # of this process, of this machine


@dataclass(frozen=True, slots=True)
class Mark:
    """How a file stood when it was looked at: a new export always has another mark.

    `stamp` tells versions apart that are alike in size and moment: the inode, or what a service gives.
    """

    size: int
    changed_ns: int
    stamp: int

    @property
    def changed_at(self) -> datetime:
        """Return when the file was last written, UTC."""
        return datetime.fromtimestamp(self.changed_ns / 1e9, UTC)


def look(path: Path) -> Mark | None:
    """Return how a file stands, without opening it; None where there is none."""
    try:
        return _mark(path.lstat())
    except OSError:
        return None


def take(path: Path, largest_bytes: int, dropper: int | None = None) -> tuple[bytes, Mark]:
    """Return the bytes of a regular file and how it stood; raises as opened() does."""
    with opened(path, largest_bytes, dropper) as (file, mark):
        data = file.read(mark.size + 1)  # one more: it may be growing
        if len(data) != mark.size:
            raise _changed(path.name)
    return data, mark


@contextmanager
def opened(
    path: Path, largest_bytes: int, dropper: int | None = None
) -> Iterator[tuple[BinaryIO, Mark]]:
    """Yield a regular file and how it stands.

    A link, pipe or folder is refused (RELIABILITY T6), and so is a file that is too large, may
    not be read, changes while it is read, or is another account's than the `dropper`. Raises
    SheetRefusedError, FileNotFoundError where there is none, and Unreadable where nothing can be opened.
    """
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError as error:
        blame_ourselves(error)
        mend = "put a regular file there that the service's account may read"
        raise SheetRefusedError(path.name, "cannot be opened, or is a link", mend) from None
    try:
        before = os.fstat(number)
        _check(path.name, before, largest_bytes, dropper)
        with os.fdopen(number, "rb", closefd=False) as file:
            yield file, _mark(before)
        if _mark(before) != _mark(os.fstat(number)):
            raise _changed(path.name)
    except OSError:
        raise SheetRefusedError(path.name, "cannot be read", "look at the disk") from None
    finally:
        os.close(number)


def blame_ourselves(error: OSError) -> None:
    """Raise Unreadable where nothing at all can be opened: that is no fault of a file's, and passes by itself."""
    if error.errno in NO_FILES:
        raise Unreadable(
            "this process, or the machine, may open no more files; raise its limit (LimitNOFILE)"
        ) from None


def look_ahead(file: str, mark: Mark, now: datetime) -> Iterator[Problem]:
    """Yield a warning for a file that was written in the future: its age would be a lie."""
    if mark.changed_at > now:
        what, mend = "was written in the future, by its date", "set the clock of whoever exports it"
        yield Problem(file, what, mend, Severity.WARNING)


def _check(name: str, state: os.stat_result, largest_bytes: int, dropper: int | None) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise SheetRefusedError(name, "is not a regular file", "put the export itself there")
    hold_to_dropper(state, dropper, name)
    if state.st_size > largest_bytes:
        what = f"is larger than {largest_bytes} bytes"
        raise SheetRefusedError(name, what, "check the export, or raise largest_bytes")


def _changed(name: str) -> SheetRefusedError:
    mend = "write it as .tmp and rename it when it is whole"
    return SheetRefusedError(name, "was written while it was read", mend)


def _mark(state: os.stat_result) -> Mark:
    return Mark(state.st_size, state.st_mtime_ns, state.st_ino)
