"""Rehearsals that are kept: their figures, without a case or a person, in the folder that the console shows."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from daemon.decide.trying.tally import Change
from daemon.domain.times import LONDON, iso

MOST, LARGEST = 20, 2_000_000  # that are kept and shown, and bytes of one
COUNTS = ("present", "draft", *map(str, Change))
SIDES = ("present", "draft")
OURS = re.compile(r"\d{4}-\d\d-\d\d-\d{6}-")  # how a name begins that `kept_as` has given


class Kept(NamedTuple):
    """A rehearsal as it was kept. `by` and `draft` are empty where nobody wrote them down; `at` is when it was made."""

    name: str
    said: dict[str, Any]
    at: datetime
    by: str
    draft: str


def kept_as(draft: Path, now: datetime) -> str:
    """Return the name under which a rehearsal is kept: when it was made, in London, and the draft's folder."""
    own = re.sub(r"[^\w-]+", "-", draft.resolve().name).strip("-") or "draft"
    return f"{now.astimezone(LONDON):%Y-%m-%d-%H%M%S}-{own}"


def to_keep(said: Mapping[str, Any], draft: Path, by: str, now: datetime) -> dict[str, Any]:
    """Return the figures as they are kept: who had them made, when, and of which draft."""
    return {"made_at": iso(now), "made_by": by, "draft": draft.resolve().name, **bare(said)}


def bare(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures without the examples, which name cases, and without the people.

    Raises KeyError, TypeError, ValueError or AttributeError where they are none.
    """
    return {
        "from": iso(datetime.fromisoformat(said["from"])),
        "to": iso(datetime.fromisoformat(said["to"])),
        "cases": int(said["cases"]),
        "notices": _counts(said["notices"]),
        "messages": {side: int(said["messages"][side]) for side in SIDES},
        "by_rule": [{**_named(row, "rule"), "examples": {}} for row in said["by_rule"]],
        "by_role": [_named(row, "role") for row in said["by_role"]],
        "by_week": [
            {"from": str(date.fromisoformat(row["from"])), "to": str(date.fromisoformat(row["to"])),
             **{side: int(row[side]) for side in SIDES}}
            for row in said["by_week"]
        ],
        "by_person": [],
        "busiest_day": {side: _day(said["busiest_day"][side]) for side in SIDES},
        "busiest_person": dict.fromkeys(SIDES),
    }  # fmt: skip


def read(file: Path) -> Kept | None:
    """Return what a file keeps, without cases and people whatever stands in it; None where it keeps no rehearsal."""
    try:
        if file.stat().st_size > LARGEST:
            return None
        found = json.loads(file.read_text("utf-8"))
        said = bare(found)
        if "made_at" not in found:
            return Kept(file.stem, said, last_change(file), "", "")
        by, draft = str(found["made_by"]), str(found["draft"])
        at = datetime.fromisoformat(found["made_at"]).astimezone(UTC)
        said |= {"made_at": iso(at), "made_by": by, "draft": draft}
        return Kept(file.stem, said, at, by, draft)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def files(folder: Path) -> list[Path]:
    """Return the files in which rehearsals are kept, the newest first, so many as are shown."""
    found = ((one, last_change(one)) for one in folder.glob("*.json") if one.is_file())
    newest = sorted(found, key=lambda pair: (pair[1], pair[0].name), reverse=True)
    return [file for file, _ in newest[:MOST]]


def clear(folder: Path) -> list[str]:
    """Remove what `kept_as` has named and is too old to be shown, and return the names; what others put there stays."""
    ours = sorted({one.stem for one in folder.glob("*.json") if OURS.match(one.name)})
    old = ours[:-MOST]
    for name in old:
        for kind in ("json", "html"):
            (folder / f"{name}.{kind}").unlink(missing_ok=True)
    return old


def last_change(file: Path) -> datetime:
    """Return when a file was last written, to the minute; the beginning of all time where it has just gone."""
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(second=0, microsecond=0)
    except OSError:
        return datetime.fromtimestamp(0, UTC)


def _named(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {name: str(row[name]), "title": str(row["title"]), **_counts(row)}


def _counts(row: Mapping[str, Any]) -> dict[str, int]:
    return {name: int(row[name]) for name in COUNTS}


def _day(found: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not found:
        return None
    return {"on": str(date.fromisoformat(found["on"])), "notices": int(found["notices"])}
