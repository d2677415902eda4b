"""The sheets of a diary as one fragment a case: a row that cannot be used is a problem."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from daemon.domain.body import Body, put
from daemon.domain.cells import Row, UnusableError
from daemon.domain.errors import Problem, Severity
from daemon.domain.sheet import Sheet
from daemon.ports import Fragment
from daemon.sheets.cases import read_case
from daemon.sheets.columns import (
    ATTENDANCE,
    CASE,
    CONFERENCE,
    CORE_GROUP,
    INVITEE,
    MILESTONE,
    REPORT,
)
from daemon.sheets.invitees import attend, put_report, read_invitee
from daemon.sheets.meetings import Conference, read_conference

MILESTONES = {
    "mid_point": "midpoint_review_recorded",
    "midpoint": "midpoint_review_recorded",
    "audit": "drift_audit_completed",
    "14_month": "partnership_supervision_held",
}
FINDINGS = {"drift": "drift", "no_drift": "no_drift"}


def read_diary(sheets: Mapping[str, Sheet]) -> tuple[list[Fragment], list[Problem]]:
    """Return a fragment for each case, in order of first mention, and what could not be used."""
    diary = _Diary(sheets)
    diary.read()
    return diary.fragments(), diary.problems


class _Diary:
    """Gathers the rows of all sheets by conference and by case."""

    def __init__(self, sheets: Mapping[str, Sheet]) -> None:
        self.sheets = sheets
        self.problems: list[Problem] = []
        self.conferences: dict[str, Conference] = {}
        # reported already: what hangs on them is not reported again
        self.spoilt: set[tuple[str | None, ...]] = set()
        self.facts: dict[str, Body] = defaultdict(dict)
        self.core_groups: dict[str, list[Row]] = defaultdict(list)
        self.cases: dict[str, Body] = {}
        self.places: dict[str, str] = {}

    def read(self) -> None:
        """Read the sheets in the order in which they build on one another."""
        self._each(CONFERENCE, self._conference)
        for found in self.conferences.values():
            self._rearrange(found)
        self._each(INVITEE, self._invitee)
        self._each(ATTENDANCE, self._attendance)
        self._each(REPORT, self._report)
        self._each(CORE_GROUP, self._core_group)
        self._each(MILESTONE, self._milestone)
        self._each(CASE, self._case)

    def _each(self, sheet: str, read: Callable[[Row], None]) -> None:
        for row in self.sheets[sheet].rows if sheet in self.sheets else ():
            try:
                read(row)
            except UnusableError as error:
                self.problems.append(row.problem(error))
                if sheet in (CONFERENCE, INVITEE):
                    self.spoilt.add((row.text("conference_id"), row.text("invitee_id")))

    def _conference(self, row: Row) -> None:
        name = row.needed("conference_id")
        twin = self.conferences.get(name)
        if twin and twin.row.cells != row.cells:
            mend = "give each conference its own id; the first row is used"
            what = f"conference_id: stands on line {twin.row.line} too"
            self.problems.append(row.wrong(what, mend))
        elif not twin:
            found = self.conferences[name] = read_conference(row, self.problems.append)
            for ref in found.refs:
                self.places.setdefault(ref, row.place)

    def _rearrange(self, found: Conference) -> None:
        """Mark the conference that this one replaces: it was not held."""
        if found.replaces is None:
            return
        earlier = self.conferences.get(found.replaces)
        if earlier is None or earlier is found:
            what = "rearranged_from: no other conference in this file has that id"
            mend = "give the id of the one that it replaces"
            self.problems.append(found.row.wrong(what, mend, Severity.WARNING))
            return
        earlier.meeting["rearranged_to"] = found.meeting["id"]
        if earlier.meeting["status"] in ("requested", "booked"):
            earlier.meeting["status"] = "rearranged"

    def _of(self, row: Row) -> Conference | None:
        """Return the conference of a row; None where its own row is spoilt and was reported."""
        name = row.needed("conference_id")
        if name not in self.conferences and (name, None) not in self.spoilt:
            mend = "check it against the conference sheet"
            raise UnusableError("conference_id", "no conference has it", mend)
        return self.conferences.get(name)

    def _invitee(self, row: Row) -> None:
        found = self._of(row)
        if found is None:
            return
        invitee = read_invitee(row, self.problems.append)
        if found.invitees.setdefault(invitee["id"], invitee) != invitee:
            mend = "give each invitee of a conference an own id; the first row is used"
            self.problems.append(row.wrong("invitee_id: stands twice for this conference", mend))

    def _attendance(self, row: Row) -> None:
        found = self._of(row)
        if found and (row.text("conference_id"), row.text("invitee_id")) not in self.spoilt:
            attend(row, found.invitees)

    def _report(self, row: Row) -> None:
        found = self._of(row)
        if found:
            put_report(row, found)

    def _core_group(self, row: Row) -> None:
        ref = row.needed("case_ref")
        for column in ("held_date", "next_date", "minutes_sent_at"):
            row.day(column)
        self.core_groups[ref].append(row)
        self.places.setdefault(ref, row.place)

    def _milestone(self, row: Row) -> None:
        ref, at = row.needed("case_ref"), row.moment("done_at")
        fact = row.choice("kind", MILESTONES)
        if fact is None:
            raise UnusableError("kind", "is empty", "write mid-point, audit or 14-month")
        value = row.choice("finding", FINDINGS) if fact == "drift_audit_completed" else None
        put(self.facts[ref], fact, {"at": at, "value": value} if at and value else at)
        self.places.setdefault(ref, row.place)

    def _case(self, row: Row) -> None:
        ref = row.needed("case_ref")
        self.places.setdefault(ref, row.place)
        read_case(row, self.cases.setdefault(ref, {"facts": {}}), self.problems.append)

    def fragments(self) -> list[Fragment]:
        """Return what was gathered, one fragment a case."""
        bodies: dict[str, Body] = {
            ref: {"ref": ref, "facts": {}, **self.cases.get(ref, {})} for ref in self.places
        }
        for found in sorted(self.conferences.values(), key=_when):  # the last one's chair stands
            meeting = dict(found.meeting)
            if INVITEE in self.sheets:
                meeting["invitees"] = list(found.invitees.values())
            for ref in found.refs:
                body = bodies[ref]
                body.setdefault("meetings", []).append(meeting)
                body.setdefault("roles", {}).update(found.roles)
                _put_all(body["facts"], found.facts)
        for ref, rows in self.core_groups.items():
            bodies[ref].setdefault("meetings", []).extend(_core_groups(ref, rows))
        for ref, facts in self.facts.items():
            _put_all(bodies[ref]["facts"], facts)
        return [Fragment(body, self.places[ref]) for ref, body in bodies.items()]


def _put_all(facts: Body, more: Mapping[str, Any]) -> None:
    for name, value in more.items():
        for fact in value if isinstance(value, list) else [value]:
            put(facts, name, fact)


def _when(found: Conference) -> tuple[str, int]:
    return (
        str(found.meeting.get("held_on") or found.meeting.get("scheduled_at") or ""),
        found.row.line,
    )


def _core_groups(ref: str, rows: list[Row]) -> Iterator[Body]:
    """Yield a case's core groups: each one held, and the next one after the last that was held."""
    held = {day: row for row in rows if (day := row.moment("held_date"))}
    for day, row in sorted(held.items()):
        facts = {"core_group_pack_sent": at} if (at := row.moment("minutes_sent_at")) else {}
        yield {
            "id": f"CG-{ref}-{day[:10]}",
            "kind": "core_group",
            "status": "held",
            "held_on": day,
            "facts": facts,
        }
    last = max(held, default="")
    following = {
        row.moment("next_date") for row in rows if (row.moment("held_date") or last) == last
    }
    for day in sorted(day for day in following if day and day[:10] > last[:10]):
        yield {
            "id": f"CG-{ref}-{day[:10]}",
            "kind": "core_group",
            "status": "booked",
            "scheduled_at": day,
            "facts": {},
        }
