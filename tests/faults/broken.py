"""An SQLite file that is spoilt, cut short, deleted or replaced while it is used: the service ends (F17)."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from subprocess import TimeoutExpired

from tests.faults.plans import SQLITE, Figure, Plan, Result
from tests.faults.stage import Stage

ENDED_S = 60.0  # RELIABILITY 5.3, F17
PAGE_BYTES = 4096
Harm = Callable[[Path, Random], None]


def be_spoilt(path: Path, chance: Random) -> None:
    """Write noise over one page in two, the first apart."""
    with path.open("r+b") as file:
        for page in range(1, path.stat().st_size // PAGE_BYTES, 2):
            file.seek(page * PAGE_BYTES)
            file.write(chance.randbytes(PAGE_BYTES))


def be_cut_short(path: Path, chance: Random) -> None:
    """Leave less than half of it."""
    with path.open("r+b") as file:
        file.truncate(PAGE_BYTES * chance.randint(1, 20))


def be_deleted(path: Path, _: Random) -> None:
    """Take the name away."""
    path.unlink()


def be_replaced(path: Path, _: Random) -> None:
    """Put yesterday's copy in its place."""
    other = path.with_name("other")
    shutil.copyfile(path, other)
    other.replace(path)


def be_emptied(path: Path, _: Random) -> None:
    """Leave a file with nothing in it."""
    path.write_bytes(b"")


def broken(folder: Path, seed: int, backend: str, is_short: bool, *, harm: Harm) -> Result:
    """Harm the file while messages go out: within a minute the service ends in one line, and makes no other file."""
    with Stage(folder, seed, backend, families=40 if is_short else 250) as stage:
        stage.mail.switch(slow_reply_s=0.05)
        path = stage.authority.database
        with stage.daemon() as daemon:
            stage.sends()
            harm(path, Random(seed))
            harmed_at, after = stage.note(str(harm.__doc__)), fingerprint(path)
            try:
                code = daemon.wait(ENDED_S)
            except TimeoutExpired:
                code = 0
        ended_s = (datetime.now(UTC) - harmed_at).total_seconds()
        if code != 1 or str(path) not in (said := daemon.log[-1]["event"]):
            stage.wrong.append(f"exit code {code}; its last line: {daemon.log[-1]['event']}")
        elif "\n" in said or "restore the last backup" not in said:
            stage.wrong.append(f"not one line that names the remedy: {said}")
        if fingerprint(path) != after:
            stage.wrong.append("the name leads to another file")
        return stage.result(Figure("ended after, s", ended_s, ENDED_S), verdict=None)


def fingerprint(path: Path) -> int | None:
    """Return which file the name leads to, if any."""
    return path.stat().st_ino if path.exists() else None


PLANS = [
    Plan("F17", title, partial(broken, harm=harm), (SQLITE,))
    for title, harm in (
        ("pages are spoilt", be_spoilt),
        ("the file is cut short", be_cut_short),
        ("the file is emptied", be_emptied),
        ("the file is deleted", be_deleted),
        ("another file is put in its place", be_replaced),
    )
]
