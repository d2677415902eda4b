"""What only the machine and the files know: room on its disks, its clock beside the database's, the calendar's end."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from daemon.app import outside_of, utc_now
from daemon.domain.errors import Severity
from daemon.domain.times import say_day
from daemon.engine.standing.disks import DATABASE, MB, STATE_FILE, Disk, disk_of
from daemon.examined import ODD
from daemon.settings.whole import Settings
from daemon.store import Store, check, version_of

HORIZON = timedelta(days=90)  # a new list of bank holidays is published and read within this


def disks(settings: Settings) -> Iterator[Disk]:
    """Yield the room for the database, where it is a file of this machine, and for the state file."""
    if (file := file_of(settings.database)) is not None:
        yield disk_of(DATABASE, file)
    yield disk_of(STATE_FILE, outside_of(settings).file)


def file_of(database: str) -> Path | None:
    """Return the file of a database, None where it is on a server."""
    kind, _, path = database.partition(":///")
    return Path(path) if kind.startswith("sqlite") and path and path[0] != ":" else None


def clock_off_s(store: Store) -> float | None:
    """Return how many seconds the database's clock is ahead of ours; None where it has none of its own."""
    theirs = store.clock()
    return None if theirs is None else round((theirs() - utc_now()).total_seconds(), 1)


def horizon_in_words(known_until: date, today: date) -> list[str]:
    """Return what to say where the published bank holidays end soon, or have ended."""
    if known_until - today > HORIZON:
        return []
    verb = "ended" if known_until < today else "end"
    return [
        f"the published bank holidays {verb} on {say_day(known_until)}; add the next year to the list"
    ]


def on_this_machine(
    settings: Settings, store: Store, known_until: date | None, now: datetime
) -> tuple[list[str], dict[str, Any]]:
    """Return what needs attention on this machine, and all of it as `status` tells it."""
    found, off_s = list(disks(settings)), clock_off_s(store)
    attention = [f"disk: {one.in_words()}" for one in found if one.is_short]
    if off_s is not None and abs(off_s) > ODD.total_seconds():
        attention.append(f"the clock of the database is {off_s:+.0f} seconds from this machine's")
    attention += horizon_in_words(known_until, now.date()) if known_until else []
    return attention, {
        "disks": [{"what": one.what, "free_mb": one.free_bytes and one.free_bytes // MB} for one in found],
        "clock_off_s": off_s,
        "holidays_until": known_until.isoformat() if known_until else None,
        "schema": _schema(settings),
    }  # fmt: skip


def _schema(settings: Settings) -> str | None:
    faults = check(settings.database, thorough=False)
    is_read = not any(one.severity is Severity.ERROR for one in faults)
    return version_of(settings.database) if is_read else None
