"""Room on the disks where we write: how much there is, and what the operator is told before there is none."""

import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from daemon.domain.times import day_of
from daemon.engine.house import House
from daemon.engine.telling.operator import tell_operator
from daemon.store import Outside, Store

DATABASE, STATE_FILE = "the database", "the state file"
ROOM_BYTES = 500 * 2**20  # a journal grows for months before it has filled this
MB = 2**20
MESSAGE = "operator-disk"


class Disk(NamedTuple):
    """A folder in which we write, and how much room there is; None where it cannot be told."""

    what: str
    folder: Path
    free_bytes: int | None

    @property
    def is_short(self) -> bool:
        """There is too little room, or nobody can tell."""
        return self.free_bytes is None or self.free_bytes < ROOM_BYTES

    def in_words(self) -> str:
        """Return it as people read it."""
        if self.free_bytes is None:
            return f"the folder of {self.what} cannot be looked at"
        return f"{self.free_bytes // MB} MB free for {self.what}"


Disks = Callable[[], Iterable[Disk]]


def disk_of(what: str, file: Path) -> Disk:
    """Return the room beside a file, which need not be there yet."""
    folder = file.parent
    there = next((one for one in (folder, *folder.parents) if one.is_dir()), folder)
    try:
        return Disk(what, folder, shutil.disk_usage(there).free)
    except OSError:
        return Disk(what, folder, None)


def disks_of(store: Store, outside: Outside | None) -> Iterator[Disk]:
    """Yield the room for the database, where it is a file of this machine, and for what is kept outside it."""
    if not store.is_shared:
        yield disk_of(DATABASE, store.path)
    if outside is not None:
        yield disk_of(STATE_FILE, outside.file)


def tell_short(store: Store, house: House, now: datetime, disks: Iterable[Disk]) -> None:
    """Tell the operator once a day of each disk that is nearly full: what cannot be written is not sent either."""
    short = [one for one in disks if one.is_short]
    if not short:
        return
    with store.write() as tx:
        for one in short:
            day = day_of(now).toordinal()
            tell_operator(
                tx, house, now, f"disk/{one.what}", MESSAGE, one.in_words(), day, group="disk"
            )
