"""The register as a feed.

A line a child, columns of fixed width: its number (10 signs), the team (8), the strategy discussion, the
decision's day and the conference's day (8 each, as 02032026; blank: not yet). The rest of a line is
the officer's remarks: never read.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from daemon.domain.errors import Problem
from daemon.ports import Clock, Fragment, Page, Unreadable

from .config import Config

NUMBER, TEAM, STRATEGY, DECIDED, HELD = (
    slice(0, 10),
    slice(10, 18),
    slice(18, 26),
    slice(26, 34),
    slice(34, 42),
)


class Register:
    """A feed (`daemon.ports.CaseSource`). It has no connection, so it may be built while nothing is there."""

    carries = frozenset({"strategy_discussion_held", "s47_decision_recorded"})

    def __init__(self, config: Config, clock: Clock) -> None:
        self.config, self.clock = config, clock

    def read(self, cursor: str | None) -> Page:
        """Return every line as a case; raises Unreadable where there is no file, or one that is too large."""
        now = self.clock()
        lines, written_at = self._lines(self.config.file)
        problems: list[Problem] = []
        records = [one for number, line in lines if (one := _case(number, line, problems))]
        return Page(
            records, problems, None, whole=True,
            read_at=now, as_known_at=min(written_at, now), rows=len(lines),
        )  # fmt: skip

    def _lines(self, file: Path) -> tuple[list[tuple[int, str]], datetime]:
        try:
            about = file.stat()
            if about.st_size > self.config.largest_bytes:
                raise Unreadable("the register is larger than largest_bytes")
            text = file.read_text("cp1252", errors="replace")
        except OSError:
            raise Unreadable("the register's file cannot be read") from None
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        return lines, datetime.fromtimestamp(about.st_mtime, UTC)


def _case(number: int, line: str, problems: list[Problem]) -> Fragment | None:
    place, ref = f"register:{number}", line[NUMBER].strip()
    if not ref:
        problems.append(Problem(place, "the line has no number", "give the child's number"))
        return None
    facts, meetings = {}, []
    for name, day in _days(place, line, problems):
        if name == "icpc_held":
            meetings = [{"id": f"{ref}-{day}", "kind": "icpc", "held_on": day}]
        else:
            facts[name] = {"at": day, "value": "section_47"} if "decision" in name else day
    body: dict[str, Any] = {"ref": ref, "team": line[TEAM].strip(), "facts": facts}
    return Fragment(body | ({"meetings": meetings} if meetings else {}), place)


def _days(place: str, line: str, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    """Yield each day that the line shows; what is no day is a problem, and the rest of the line is read."""
    columns = {
        "strategy_discussion_held": STRATEGY,
        "s47_decision_recorded": DECIDED,
        "icpc_held": HELD,
    }
    for name, column in columns.items():
        text = line[column].strip()
        if not text:
            continue
        try:
            yield name, date(int(text[4:]), int(text[2:4]), int(text[:2])).isoformat()
        except ValueError:
            what = f"{name} is not a day"
            problems.append(Problem(place, what, "write it as 02032026"))
