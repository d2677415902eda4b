"""When each file of a drop was written, beside what was read of it before: an old export put back is not taken."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from daemon.domain.errors import Problem, Severity
from daemon.domain.times import say
from daemon.ports import Outdated
from daemon.sheets.drop import Drop, Taken
from daemon.sheets.pickup import Mark

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MANIFEST = "the manifest"
MEND = "put the newest export there, or have the older one written anew; nothing was taken of what lies there"


def hold_to_newest(drop: Drop, newest: Mapping[str, int]) -> None:
    """Raise Outdated where a file, or what the manifest says, is older than the newest that was read of it.

    Args:
        drop: what lies there.
        newest: when what was read of each was written, ns since 1970.
    """
    dates = _said(drop) or {file: mark.changed_ns for file, mark in drop.stood.items()}
    older = [file for file, written in sorted(dates.items()) if written < newest.get(file, 0)]
    if older:
        raise Outdated(*(_older(file, dates[file], newest[file]) for file in older))


def newest_read(
    drop: Drop,
    taken: Iterable[Taken],
    newest: Mapping[str, int],
    stood: Mapping[str, Mark],
    now: datetime,
) -> dict[str, int]:
    """Return when the newest of each file was written, this reading's included, ns since 1970.

    None is later than the moment at which it was first read: a file dated in the future would hold up all that follow.
    Of what could not be read now, and of what is not there, it is known as before.
    """
    dates = _said(drop) or {
        one.file: one.mark.changed_ns for one in taken if stood.get(one.file) != one.mark
    }
    latest = _ns(now)
    found = {file: max(newest.get(file, 0), min(at, latest)) for file, at in dates.items()}
    return {**newest, **found}


def _said(drop: Drop) -> dict[str, int]:
    """Return the moment that the manifest gives, which then stands for all that it describes."""
    made_at = drop.manifest.made_at if drop.manifest else None
    return {MANIFEST: _ns(made_at)} if made_at else {}


def _older(file: str, written: int, newest: int) -> Problem:
    what = f"was written on {_say(written)}, before the one of {_say(newest)}, that was read"
    return Problem(file, what, MEND, Severity.WARNING)


def _ns(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1) * 1000


def _say(ns: int) -> str:
    return say(EPOCH + timedelta(microseconds=ns // 1000))
