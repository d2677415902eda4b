"""The rows of Annex A as cases: list 5 has one an enquiry, list 7 one a plan, list 4 one an assessment."""

import re
from collections.abc import Callable, Mapping

from daemon.domain.body import Body, put
from daemon.domain.cells import FLAGS, Row, UnusableError
from daemon.returns.gathered import (
    Gathered,
    plan_id,
    put_enquiry,
    put_meeting,
    put_plan,
)
from integrations.annex_a.lists import AGE, BORN, CHILD_ID, TEAM, ListName

DECISION = "conference_decision_recorded"
CARRIED = frozenset({
    *("strategy_discussion_held", "s47_decision_recorded", "icpc_held", "icpc_not_required"),
    *("conference_decision_recorded", "child_family_assessment_completed"),
    *("plan_started", "plan_ended", "rcpc_held", "child_date_of_birth", "birth_expected"),
})  # fmt: skip
UNBORN = "-1"  # of a child who is not born the expected date stands under Date of Birth
CODE = re.compile(r"^[a-z0-9]\s*[).:-]\s*", re.IGNORECASE)  # "a) Yes", "1 - Yes"
UNKNOWN = frozenset({"", "unknown", "not known", "not recorded", "n/a"})


def read_row(name: ListName, row: Row, cases: Gathered, teams: Mapping[str, str]) -> None:
    """Put what a row says on its child's case.

    No name of a worker, category, ethnicity, gender or disability is kept.
    """
    try:
        ref = row.needed(CHILD_ID)
    except UnusableError as error:
        cases.problems.append(row.problem(error))
        return
    body = cases.body(ref, row.place)
    if day := cases.day(row, BORN):
        body.setdefault("expected_on" if row.text(AGE) == UNBORN else "born_on", day)
    if team := row.text(TEAM):
        body.setdefault("team", teams.get(team, team))
    READ[name](row, body, cases)


def _enquiry(row: Row, body: Body, cases: Gathered) -> None:
    start = cases.needed_day(row, "strategy_discussion")
    held = cases.day(row, "conference_held")
    is_without = bool(cases.cell(row, "not_required", _coded))
    led_to_a_plan = cases.cell(row, "led_to_a_plan", _coded)
    if held:
        meeting = put_meeting(body, "ICPC", held, enquiry_on=start)
        if led_to_a_plan is not None:
            value = "plan" if led_to_a_plan else "no_plan"
            meeting["facts"][DECISION] = {"at": held, "value": value}
        if is_without:
            cases.report(row, "not_required: a conference was held all the same; its date is used")
    if start:
        put_enquiry(body, start, is_without_conference=is_without and not held)


def _plan(row: Row, body: Body, cases: Gathered) -> None:
    start, end = cases.needed_day(row, "plan_start"), cases.day(row, "plan_end")
    if start and not put_plan(body, start, end):
        cases.report(row, "begins on the day of another plan; that one is used")
    if review := cases.day(row, "latest_review"):
        put_meeting(body, "RCPC", review, plan=plan_id(body, start))


def _assessment(row: Row, body: Body, cases: Gathered) -> None:
    put(body["facts"], "child_family_assessment_completed", cases.day(row, "assessment_authorised"))


READ: Mapping[ListName, Callable[[Row, Body, Gathered], None]] = {
    "list_4": _assessment,
    "list_5": _enquiry,
    "list_7": _plan,
}


def _coded(row: Row, column: str) -> bool | None:
    """Return a yes or no in any of the codes that are met; None where it is empty or not known."""
    word = CODE.sub("", row.text(column) or "").casefold()
    if word in UNKNOWN:
        return None
    if word in FLAGS:
        return FLAGS[word]
    raise UnusableError(column, "is neither yes nor no", "write a) Yes or b) No")
