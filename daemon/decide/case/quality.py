"""Dates of a record that cannot both be true: nobody is alarmed upon them, and whoever keeps the records is told.

These are rules that the Department for Education's census of children in need checks returns by. They
compare what a source itself says belongs together: `enquiry_on` and `plan` of a meeting.

Source: FEEDS 2.3.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from daemon.decide.case.view import View
from daemon.domain.errors import Problem
from daemon.domain.facts import Fact
from daemon.domain.record import Meeting, Plan, Record
from daemon.domain.times import say_day

MEND = "correct whichever date is wrong; until then nobody is told of what counts from them"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One contradiction: what is wrong, and of which meetings, plans and days nothing can be said."""

    problem: Problem
    meetings: frozenset[str] = frozenset()
    plans: frozenset[str] = frozenset()
    days: frozenset[date] = frozenset()

    def touches(self, view: View) -> bool:
        """Return whether a subject is one of these, or counts from one of these days."""
        if view.subject.kind == "plan":
            return view.subject.id in self.plans
        anchors = (view.begun_on, *(fact.day for fact in (view.began, view.after) if fact))
        return not (self.meetings.isdisjoint(view.own) and self.days.isdisjoint(anchors))


def doubts(record: Record) -> tuple[Doubt, ...]:
    """Return the contradictions of a record, whatever the moment; none in nearly all."""
    held = [
        (one, Fact("", *one.held).day) for one in record.meetings if one.held and not one.failed
    ]
    return (
        *_begun_too_late(record, held),
        *_reviewed_too_early(record, held),
        *_overlapping(record),
    )


def _begun_too_late(record: Record, held: list[tuple[Meeting, date]]) -> Iterator[Doubt]:
    """Yield initial conferences that were held before the enquiry that they come from (rule 8615)."""
    for one, day in held:
        if one.is_initial and one.enquiry_on and one.enquiry_on > day:
            what = (
                f"its enquiry began on {say_day(one.enquiry_on)}, after the conference was held "
                f"on {say_day(day)} (census rule 8615)"
            )
            problem = Problem(f"{record.ref}: meeting {one.id}", what, MEND)
            yield Doubt(problem, frozenset({one.id}), days=frozenset({day, one.enquiry_on}))


def _reviewed_too_early(record: Record, held: list[tuple[Meeting, date]]) -> Iterator[Doubt]:
    """Yield reviews that were held on or before the day on which their plan began (rule 8841)."""
    begun = {plan.id: plan.started_on for plan in record.plans if plan.started_on}
    for one, day in held:
        start = begun.get(one.plan or "")
        if one.kind == "rcpc" and start and day <= start:
            what = (
                f"the review was held on {say_day(day)}, and its plan began on {say_day(start)}, "
                "no day before it (census rule 8841)"
            )
            problem = Problem(f"{record.ref}: meeting {one.id}", what, MEND)
            yield Doubt(problem, frozenset({one.id}), days=frozenset({day}))


def _overlapping(record: Record) -> Iterator[Doubt]:
    """Yield plans two of which are open (rule 8935), or of which one begins before another ends (8940)."""
    plans = sorted(_span(plan) for plan in record.plans if plan.started_on)
    for (_, ended, first), (started, until, second) in combinations(plans, 2):
        if ended <= started:
            continue
        both = f"the plans {first} and {second}"
        what = (
            f"{both} are both open (census rule 8935)"
            if ended == until == date.max
            else f"{both} overlap from {say_day(started)} on (census rule 8940)"
        )
        problem = Problem(f"{record.ref}: plans", what, MEND)
        yield Doubt(problem, plans=frozenset({first, second}))


def _span(plan: Plan) -> tuple[date, date, str]:
    return plan.started_on or date.min, plan.ended_on or date.max, plan.id
