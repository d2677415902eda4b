"""A child of the census as a case: its enquiries, conferences, plans and reviews, by the Department's own items."""

from collections.abc import Mapping

from daemon.domain.body import Body, put
from daemon.domain.cells import Row, UnusableError
from daemon.returns.gathered import (
    Gathered,
    plan_id,
    put_enquiry,
    put_meeting,
    put_plan,
)
from integrations.cin_census.stream import ENQUIRY, EPISODE, PLAN, Part

DIED, MOVED = "RC2", "RC5"  # reasons for closure that say what became of the child
ENDINGS: Mapping[str | None, str] = {DIED: "died", MOVED: "moved"}
CARRIED = frozenset({
    *("strategy_discussion_held", "s47_decision_recorded", "icpc_held", "icpc_not_required"),
    *("child_family_assessment_completed", "plan_started", "plan_ended", "rcpc_held"),
    *("child_date_of_birth", "birth_expected", "child_died"),
})  # fmt: skip


def read_child(child: Part, file: str, cases: Gathered) -> None:
    """Put what the census says of a child on its case.

    No category, ethnicity, disability, sex or pupil number is kept. The target date is shown beside
    our own and never relied on.
    """
    row = child.row(file)
    try:
        ref = row.needed("LAchildID")
    except UnusableError as error:
        cases.problems.append(row.problem(error))
        return
    if ref in cases.places:
        cases.report(row, f"stands twice, the first time at {cases.places[ref]}; both were read")
    body = cases.body(ref, row.place)
    _put_birth(row, body, cases)
    for episode in child.each(EPISODE):
        _Episode(episode, file, body, cases).read()


def _put_birth(row: Row, body: Body, cases: Gathered) -> None:
    born, expected = (
        cases.day(row, name) for name in ("PersonBirthDate", "ExpectedPersonBirthDate")
    )
    if born:
        body["born_on"] = born
        if row.text("ExpectedPersonBirthDate"):
            cases.report(row, "has a birth date and an expected one (8525Q); the first is used")
    elif expected:
        body["expected_on"] = expected
    put(body["facts"], "child_died", cases.day(row, "PersonDeathDate"))


class _Episode:
    """One episode of need: where a conference stands in it says whose it was."""

    def __init__(self, part: Part, file: str, body: Body, cases: Gathered) -> None:
        self.part, self.file, self.body, self.cases = part, file, body, cases
        self.row = part.row(file)
        self.closed_on = cases.day(self.row, "CINclosureDate")
        reason = self.row.text("ReasonForClosure")
        self.reason = reason.upper() if reason and self.closed_on else None

    def read(self) -> None:
        """Put everything of the episode on the case."""
        for kind in (ENQUIRY, PLAN):
            self.cases.parts[kind] += len(self.part.each(kind))
        held = {self._enquiry(part.row(self.file)) for part in self.part.each(ENQUIRY)}
        self._transfer_in(held)
        for part in self.part.each(PLAN):
            self._plan(part)
        for part in self.part.each("AssessmentAuthorisationDate"):
            row = Row(self.file, part.line, {part.name: part.text})
            put(
                self.body["facts"],
                "child_family_assessment_completed",
                self.cases.day(row, part.name),
            )
        if self.reason == DIED and "child_died" not in self.body["facts"]:
            put(self.body["facts"], "child_died", self.closed_on)

    def _enquiry(self, row: Row) -> str | None:
        """Return the day of the conference that the enquiry led to."""
        start = self.cases.needed_day(row, "S47ActualStartDate")
        held = self.cases.day(row, "DateOfInitialCPC")
        is_without = bool(self.cases.cell(row, "ICPCnotRequired", Row.flag))
        if held:
            target = self.cases.day(row, "InitialCPCtarget")
            put_meeting(self.body, "ICPC", held, enquiry_on=start, target_on=target)
            if is_without:
                what = "ICPCnotRequired: a conference was held all the same; its date is used"
                self.cases.report(row, what)
        if start:
            put_enquiry(self.body, start, is_without_conference=is_without and not held)
        if start and not (held or is_without):
            self._leave_open(row)
        return held

    def _leave_open(self, row: Row) -> None:
        """End the clock of a child who is another authority's now; any other closure ends none by itself."""
        if self.reason == MOVED:
            put(self.body["facts"], "icpc_not_required", {"at": self.closed_on, "value": "moved"})
        elif self.closed_on:
            what = "its episode is closed, with neither a conference nor that none is needed (8868)"
            self.cases.report(row, f"{what}; it counts as open")

    def _transfer_in(self, held: set[str | None]) -> None:
        """Add a conference that no enquiry of ours led to: a child came to us on a plan."""
        day = self.cases.day(self.row, "DateOfInitialCPC")
        if day is None:
            return
        if self.part.each(ENQUIRY):
            what = "DateOfInitialCPC: stands in the episode and beside an enquiry (2884)"
            self.cases.report(self.row, what)
        if day not in held:
            put_meeting(self.body, "ICPC", day, kind="transfer_in", direction="in")

    def _plan(self, part: Part) -> None:
        row = part.row(self.file)
        end = self.cases.day(row, "CPPendDate")
        start = self.cases.needed_day(row, "CPPstartDate")
        if start:
            reason = ENDINGS.get(self.reason) if end == self.closed_on else None
            if not put_plan(self.body, start, end, reason):
                self.cases.report(row, "begins on the day of another plan; that one is used")
            if self.closed_on and not end:
                self.cases.report(
                    row, "its episode is closed, and it has no end; it counts as open"
                )
        for review in part.each("CPPreviewDate"):
            own = Row(self.file, review.line, {review.name: review.text})
            if day := self.cases.needed_day(own, review.name):
                put_meeting(self.body, "RCPC", day, plan=plan_id(self.body, start))
