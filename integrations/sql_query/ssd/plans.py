"""A child's plans with their reviews: which review is of which plan, and whose plan it is."""

from collections.abc import Callable
from dataclasses import dataclass, field

from daemon.domain.body import Body
from daemon.mapping.cells import flag, words
from daemon.mapping.rows import Record
from integrations.sql_query.ssd import outcomes

OTHER_AUTHORITY = "other"
FOR_EVER = "9999-12-31"
NO_PLAN = "no plan of the child covers its day, and it names none"
Doubt = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Span:
    """A plan from its first day to its last, `FOR_EVER` while it is open; `is_ours`: no other authority's."""

    id: str | None
    start: str
    end: str
    is_ours: bool

    def overlaps(self, other: "Span") -> bool:
        """Return whether both run on some day, the day of a handover aside."""
        return self.start < other.end and other.start < self.end


@dataclass(slots=True)
class Plans:
    """The plans of one child as they are read, and their reviews once all plans are known."""

    spans: list[Span] = field(default_factory=list)

    def add(self, row: Record) -> None:
        """Keep a plan; raises ValueError for one that never began."""
        start, end = row["cppl_cp_plan_start_date"], row["cppl_cp_plan_end_date"]
        if start is None:
            raise ValueError("cppl_cp_plan_start_date is empty")
        is_ours = not flag(row["cppl_cp_plan_ola"])
        self.spans.append(
            Span(words(row["cppl_cp_plan_id"]), start[:10], (end or FOR_EVER)[:10], is_ours)
        )

    def put(self, body: Body, today: str) -> None:
        """Put the plans on a child's body.

        A temporary one of another authority is left out beside one of ours, and is the child's only
        where no plan of ours is open.
        """
        ours = [one for one in self.spans if one.is_ours]
        shown = [one for one in self.spans if one.is_ours or not any(map(one.overlaps, ours))]
        body["plans"] = [_say(one) for one in shown]
        still_open = [one for one in self.spans if one.end > today]
        if still_open and not any(one.is_ours for one in still_open):
            body["plan_held_by"] = OTHER_AUTHORITY

    def of(self, row: Record, day: str | None, doubt: Doubt) -> str | None:
        """Return the plan of a review: the one that it names, else the one that runs on its day, or is open.

        Source: FEEDS 1.3, point (f).
        """
        named = words(row["cppr_cp_plan_id"])
        if any(one.id == named for one in self.spans if named):
            return named
        runs = [one for one in self.spans if one.start <= (day or FOR_EVER)[:10] <= one.end]
        if day and not runs:
            doubt(NO_PLAN)
        return max(runs, key=lambda one: (one.is_ours, one.start)).id if runs else None


def put_review(body: Body, plan: str | None, row: Record, meeting: Body | None) -> None:
    """Put a review on a child's body: as a meeting where it was held, else the day that is set for the next one."""
    if meeting is not None:
        meeting |= {"plan": plan} if plan else {}
    elif due := row[outcomes.REVIEW.target]:
        for one in body.get("plans", ()):
            if one.get("id") == plan and "ended_on" not in one:
                one["review_target_on"] = max(due, one.get("review_target_on", due))


def _say(one: Span) -> Body:
    return {
        "id": one.id,
        "started_on": one.start,
        **({} if one.end == FOR_EVER else {"ended_on": one.end}),
    }
