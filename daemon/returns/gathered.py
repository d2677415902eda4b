"""What a statutory return says of each child, gathered by case in the JSON form of DOMAIN section 2."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from daemon.domain.body import Body, put
from daemon.domain.cells import Row, UnusableError
from daemon.domain.errors import Problem, Severity
from daemon.domain.facts import moment as instant
from daemon.domain.times import day_of
from daemon.ports import Fragment

Value = TypeVar("Value")
SHOWN = re.compile(r'^"[^"]*"')
MEND = "mend it in the case system"


@dataclass(slots=True)
class Gathered:
    """Bodies by case reference in order of first mention, rows read, of which `parts`, and what was wrong.

    Meetings and plans have no id in a return: they are named by the child and their day, so that no
    two families ever share one.
    """

    bodies: dict[str, Body] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    rows: int = 0
    parts: Counter[str] = field(default_factory=Counter)
    flawed: set[tuple[str, str]] = field(default_factory=set)  # cells that hold no words, by place

    def body(self, ref: str, place: str) -> Body:
        """Return the body of a case, begun where it is new."""
        self.places.setdefault(ref, place)
        return self.bodies.setdefault(ref, {"ref": ref, "facts": {}})

    def cell(self, row: Row, column: str, read: Callable[[Row, str], Value]) -> Value | None:
        """Return what a cell says; one that cannot be used is a problem, and the rest of its row goes on."""
        try:
            return read(row, column)
        except UnusableError as error:
            self.problems.append(row.problem(error))
            return None

    def day(self, row: Row, column: str) -> str | None:
        """Return the day in London that a cell gives, as the JSON form writes it."""
        day = self.cell(row, column, _day)
        if isinstance(day, datetime):
            day = day_of(instant(day)[0])
        return day.isoformat() if day else None

    def needed_day(self, row: Row, column: str) -> str | None:
        """Return the day of a cell that its row cannot do without: an empty one is a problem, listed once."""
        if row.text(column) is None and (row.place, column) not in self.flawed:
            self.report(row, f"{column}: is empty", Severity.ERROR)
        return self.day(row, column)

    def report(self, row: Row, what: str, severity: Severity = Severity.WARNING) -> None:
        """Keep a problem: its place, never a value."""
        self.problems.append(row.wrong(what, MEND, severity))

    def fragments(self) -> list[Fragment]:
        """Return one fragment a child who has an enquiry, a conference, a plan or a review."""
        return [
            Fragment(body, self.places[ref])
            for ref, body in self.bodies.items()
            if "strategy_discussion_held" in body["facts"]
            or body.get("meetings")
            or body.get("plans")
        ]


def _day(row: Row, column: str) -> date | datetime | None:
    """Return a date; of one that cannot be used nothing is repeated, for it may be of a birth."""
    try:
        return row.day(column)
    except UnusableError as error:
        raise UnusableError(column, SHOWN.sub("this", error.what), error.mend) from None


def put_enquiry(body: Body, start: str, *, is_without_conference: bool) -> None:
    """Add a section 47 enquiry: returns date it by the strategy discussion that began it.

    That no conference is needed stands in them without its day and reason: it is dated by its own
    enquiry, so that it ends that one's clock and no other's.
    """
    put(body["facts"], "strategy_discussion_held", start)
    put(body["facts"], "s47_decision_recorded", {"at": start, "value": "section_47"})
    if is_without_conference:
        put(body["facts"], "icpc_not_required", {"at": start, "value": "other"})


def put_meeting(body: Body, name: str, day: str, **more: object) -> Body:
    """Return the meeting that was held on a day, added where it is new; `name` is ICPC or RCPC.

    `more` are further fields of it, left out where they are None.
    """
    meetings: list[Body] = body.setdefault("meetings", [])
    meeting: Body = {"id": f"{name}-{body['ref']}-{day}", "kind": name.casefold(), "status": "held"}
    meeting |= {"held_on": day, "facts": {}}
    meeting |= {key: value for key, value in more.items() if value is not None}
    for other in meetings:
        if other["id"] == meeting["id"]:
            return other
    meetings.append(meeting)
    return meeting


def plan_id(body: Body, start: str | None) -> str | None:
    """Return what the plan of a child that began on a day is called."""
    return f"CPP-{body['ref']}-{start}" if start else None


def put_plan(body: Body, start: str, end: str | None, reason: str | None = None) -> bool:
    """Add a plan; return False where another with the same first day stands already."""
    plans = body.setdefault("plans", [])
    plan: Body = {"id": plan_id(body, start), "started_on": start}
    if end:
        plan["ended_on"] = end
    if end and reason:
        plan["facts"] = {"plan_ended": {"at": end, "value": reason}}
    if any(other["started_on"] == start for other in plans):
        return False
    plans.append(plan)
    return True
