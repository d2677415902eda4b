"""Case records of a file, family by family, without holding them all in memory at once."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from daemon.domain.errors import Problem, Refusal

Placed: TypeAlias = tuple[str, Any]  # where a body stands, and the body; None where it is no JSON
Spots: TypeAlias = list[tuple[int, int]]  # where a line begins in bytes, and its number
# records a process is handed at once: enough to be worth the way, few enough to share well
PART = 24


@dataclass(frozen=True, slots=True)
class Records:
    """How many there are, and they themselves in groups: all of a family's stand in the same one."""

    total: int
    groups: Iterator[list[Placed]]

    def parts(self) -> Iterator[list[Placed]]:
        """Yield the groups, small ones together."""
        part: list[Placed] = []
        for group in self.groups:
            part += group
            if len(part) >= PART:
                yield part
                part = []
        if part:
            yield part


def from_lines(path: Path) -> Records | None:
    """Return the records of a file of JSON lines, or None where it is none or has none. Raises Refusal.

    Only where each line begins is kept in memory; the lines are read again, family by family.
    """
    places: dict[str, Spots] = {}
    total = 0
    try:
        with path.open("rb") as file:
            offset = 0
            for number, line in enumerate(file, start=1):
                if line.strip():
                    body = _parsed(line)
                    if not total and not isinstance(body, dict):
                        return None
                    places.setdefault(_group_of(body, number), []).append((offset, number))
                    total += 1
                offset += len(line)
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        raise Refusal(Problem(str(path), what, "name a file of case records")) from None
    return Records(total, _read(path, places.values())) if total else None


def from_bodies(bodies: Iterable[Placed]) -> Records:
    """Return records that are in memory already."""
    groups: dict[str, list[Placed]] = {}
    for number, (place, body) in enumerate(bodies):
        groups.setdefault(_group_of(body, number), []).append((place, body))
    return Records(sum(map(len, groups.values())), iter(groups.values()))


def _read(path: Path, places: Iterable[Spots]) -> Iterator[list[Placed]]:
    with path.open("rb") as file:
        for spots in places:
            group: list[Placed] = []
            for offset, number in spots:
                file.seek(offset)
                group.append((f"{path.name}:{number}", _parsed(file.readline())))
            yield group


def _parsed(line: bytes) -> Any:
    try:
        return bare(json.loads(line.decode("utf-8-sig")))
    except (ValueError, RecursionError):
        return None


def bare(body: Any) -> Any:
    """Return the record itself of a line that `feed read --json` prints, and anything else as it is."""
    return body["record"] if isinstance(body, dict) and body.keys() == {"record"} else body


def said_by_feed(place: str, body: Any) -> Problem | None:
    """Return what a feed said of a row or a sheet of its own, None where the body is no such line."""
    if not isinstance(body, dict) or body.keys() != {"problem"}:
        return None
    said = body["problem"] if isinstance(body["problem"], dict) else {"what": body["problem"]}
    where, what, mend = (str(said.get(key, "?")) for key in ("where", "what", "mend"))
    return Problem(place, f"no record, but what the feed said: {where}: {what}", mend)


def _group_of(body: Any, number: int) -> str:
    """Return what a record is grouped by: its family, else its own reference, else its place."""
    found = isinstance(body, dict) and (body.get("family") or body.get("ref"))
    return f"name {found}" if isinstance(found, str) else f"line {number}"
