"""Both answers side by side: what the service decides of a record, and what the slow calculation expects.

They are compared clause by clause, for every clause that a pack carries by a rule. A duty is first
looked for under its own subject; what is left over is paired by its due moment, because whether
a review's duty hangs on the review or on the plan is the pack's to choose.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from daemon.decide.due.office import Calendar
from daemon.decide.duties.obligations import Deciding
from daemon.decide.record.reading import read_record
from daemon.domain.obligation import Obligation
from daemon.domain.times import OfficeHours
from daemon.rulebook import load_days, load_texts, shipped, sources
from tests.dates.slow import CLAUSES, PREFIX, duties
from tests.dates.slow_days import london_day
from tests.dates.slow_duty import Duty

# Sentences printed once for the first and once for a later review: one rule may carry both.
SAME = {"STK-113": "STK-096", "STK-118": "STK-111"}
# No record can show it: the review date of the procedure itself is the pack's (`review_by`).
NOT_OF_A_CASE = {"STK-001"}


@dataclass(frozen=True)
class Disagreement:
    """A clause of a record on which the two differ."""

    clause: str
    what: str
    expected: Duty | None
    found: Obligation | None

    def __str__(self) -> str:
        lines = [f"{self.clause}: {self.what}"]
        if self.expected:
            one = self.expected
            lines.append(
                f"  by the documents: {one.subject}, due {one.due}, {' or '.join(sorted(one.states))}, late {one.late}"
            )
            lines += [f"    {step}" for step in one.working]
        if self.found:
            two = self.found
            lines.append(
                f"  by the service:   {two.id}, due {two.due_at}, {two.state}, late {two.late}"
            )
            lines.append(f"    {two.because}")
            lines += [f"    {step.date} {step.why}" for step in two.working[:1] + two.working[-2:]]
        return "\n".join(lines)


@cache
def deciding() -> Deciding:
    return under(dict(sources(shipped())))


def under(texts: dict[str, str]) -> Deciding:
    """Return what decides by the policies in these texts, by their files."""
    book, problems = load_texts(texts)
    assert book is not None, problems
    return Deciding(book, Calendar(load_days(shipped(), "england-and-wales"), OfficeHours()))


@cache
def carried(pathway: str) -> frozenset[str]:
    """Return the deadline clauses that the pack of a pathway carries by its rules."""
    pack = deciding().rulebook.packs.get(pathway)
    if pack is None:
        return frozenset()
    return frozenset(c for rule in pack.rules for c in pack.clauses(rule) if c in CLAUSES)


def all_carried() -> frozenset[str]:
    return frozenset().union(*(carried(pathway) for pathway in PREFIX))


def compare(
    body: dict[str, Any], at: datetime, by: Deciding | None = None
) -> Iterator[Disagreement]:
    """Yield where the service and the documents differ on one record."""
    by = by or deciding()
    wanted = carried(body["pathway"]) - NOT_OF_A_CASE
    if body.get("plan_held_by"):
        # "no clocks of ours", and yet "both directions": a pack may have it or not
        wanted -= {"MAN-074"}
    if not wanted:
        return
    record = read_record(body, by.words).record
    assert record is not None
    obligations = by.decide(record, at).obligations
    expected = [one for one in duties(body, at) if one.clause in wanted]
    for clause in sorted({SAME.get(clause, clause) for clause in wanted}):
        names = {clause, *(name for name, same in SAME.items() if same == clause)}
        theirs = [one for one in obligations if names & set(one.clauses)]
        ours = [one for one in expected if one.clause in names]
        for basis in sorted({one.basis or "" for one in ours} | {""}):
            mine = [one for one in ours if (one.basis or "") == basis]
            found = [one for one in theirs if not ours_by_basis(ours) or basis_of(one) == basis]
            yield from _pair(clause, mine, found)


def ours_by_basis(ours: list[Duty]) -> bool:
    return any(one.basis for one in ours)


def basis_of(one: Obligation) -> str:
    return "statutory" if one.basis == "statutory" else "local"


def _pair(clause: str, mine: list[Duty], found: list[Obligation]) -> Iterator[Disagreement]:
    left = list(found)
    unpaired = []
    for one in mine:
        same = next((two for two in left if _subject(two) == one.subject), None)
        if same is None:
            unpaired.append(one)
        else:
            left.remove(same)
            yield from _differ(clause, one, same)
    for one in unpaired:
        same = next((two for two in left if _may_be(one, two)), None)
        if same is not None:
            left.remove(same)
            yield from _differ(clause, one, same)
        elif "none" not in one.states:
            yield Disagreement(clause, "the service has no such obligation", one, None)
    for two in left:
        # a duty that the pack adds of its own
        if two.state != "withdrawn" and two.basis != "house":
            yield Disagreement(clause, "the documents know of no such duty", None, two)


def _may_be(one: Duty, two: Obligation) -> bool:
    """Return whether an obligation may be the duty under another subject: by its due moment, else by its kind."""
    if one.due is not None:
        return one.due == two.due_at
    return "/" not in one.subject and "/" not in str(two.subject)


def _differ(clause: str, one: Duty, two: Obligation) -> Iterator[Disagreement]:
    if one.due is not None and one.due != two.due_at:
        yield Disagreement(clause, "due at another moment", one, two)
    elif one.opens and (two.opens_at is None or london_day(two.opens_at) != one.opens):
        yield Disagreement(clause, f"opens at another moment than {one.opens}", one, two)
    elif str(two.state) not in one.states:
        yield Disagreement(clause, "in another state", one, two)
    elif one.late is not None and two.state == "met" and two.late != one.late:
        yield Disagreement(clause, "late or not", one, two)


def _subject(one: Obligation) -> str:
    return re.sub(r"\.\d+/", "/", str(one.subject))
