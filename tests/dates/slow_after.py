"""The deadline clauses after an initial conference: decisions, core groups and the first mid-point."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from tests.dates.slow_case import NEVER, Case, Conference
from tests.dates.slow_days import LONDON, clock, close, rolled_back, wd
from tests.dates.slow_duty import (
    Duty,
    View,
    after,
    at_or_by,
    is_at_or_after,
    no_plan,
    plan_ends,
    settle,
)
from tests.dates.slow_record import Fact, moment

FIRST_CORE_GROUP = ("STK-081", "DEV-022", "WOR-036", "MAN-050")


def papers(case: Case, one: Conference) -> Iterator[Duty]:
    """STK-076, 086, 087: from the conference that was held, whatever day that was (READINGS section 1)."""
    if one.held is None:
        return
    view, subject = after(case, one), f"icpc-{one.number}"
    met = view.first("decisions_draft_sent", start=one.held)
    yield settle(case, "STK-076", subject, the_next_day(one), met)
    met = view.first("minutes_available", start=one.held)
    yield settle(case, "STK-086", subject, close(wd(one.held.day, 20)), met)
    due = close(wd(one.held.day, 21))
    for parent in case.parents(one.meetings) or (None,):
        people = [parent] if parent else None
        seen = View(case, one.meetings, one.held.day, one.next_held, people)
        name = f"{subject}/parent" + (f"-{parent['id']}" if parent else "")
        met = seen.first("minutes_shared_with_family", start=one.held)
        yield settle(case, "STK-087", name, due, met)


def the_next_day(one: Conference) -> datetime:
    """Return the time of day at which it ended, on WD(held, 1); close of business if no end is known."""
    day = wd(one.held.day, 1)
    for meeting in one.meetings:
        if meeting["id"] == one.held.meeting and meeting.get("ends_at"):
            end, whole = moment(meeting["ends_at"])
            if not whole:
                return clock(day, end.astimezone(LONDON).time())
    return close(day)


def first_core_group(case: Case, one: Conference) -> Iterator[Duty]:
    """STK-081 and its like: ten working days after the conference held, unless there is no plan."""
    if one.held is None:
        return
    met = first_held(case, "core_group", one)
    due = close(wd(one.held.day, 10))
    ends = plan_ends(case, one.held.day, one.next_held)
    for clause in FIRST_CORE_GROUP:
        yield settle(
            case, clause, f"icpc-{one.number}", due, met, ends=no_plan(case, one), may_end=ends,
            working=[f"held {at_or_by(one.held.day)}"],
        )  # fmt: skip


def first_held(case: Case, kind: str, one: Conference) -> Fact | None:
    for fact in case.held(kind):
        if is_at_or_after(fact, one.held) and fact.day < one.next_held:
            return fact
    return None


def core_group_papers(case: Case) -> Iterator[Duty]:
    """STK-084: five working days after each core group that was held."""
    groups = case.gatherings("core_group")
    for index, one in enumerate(groups[:-1]):
        following = groups[index + 1].held
        view = View(case, one.meetings, one.held.day, following.day if following else NEVER)
        met = view.first("core_group_pack_sent", start=one.held)
        ends = plan_ends(case, date.min)
        subject = f"core_group-{one.number}"
        yield settle(case, "STK-084", subject, close(wd(one.held.day, 5)), met, may_end=ends)


def week_six(case: Case) -> Iterator[Duty]:
    """STK-088: +41 days after the start of the plan, rolled back (READINGS section 1 and 4).

    A plan whose start is not recorded starts with its conference (clauses.csv: plan start = ICPC date),
    though no document says so in so many words: then a pack may have it or not.
    """
    starts = {one.day: one for one in reversed(case.named("plan_started"))}
    for one in case.conferences:
        is_known = one.held and any(one.held.day <= day < one.next_held for day in starts)
        if one.held and not is_known and not no_plan(case, one):
            starts.setdefault(one.held.day, one.held)
    for day in sorted(starts):
        start = starts[day]
        later = [other for other in starts if other > day]
        if start.name == "plan_started":
            later = [other for other in later if starts[other].name == "plan_started"]
        until = min(later, default=NEVER)
        looks = [f for f in case.held("midpoint_review") if day <= f.day < until]
        soft = [f for f in case.held("rcpc") if day <= f.day < until]
        soft += [
            f
            for one in case.conferences
            for f in no_plan(case, one)
            if one.held and one.held.day == day
        ]
        soft += [*plan_ends(case, day, until), *([start] if start.name == "icpc_held" else [])]
        due = close(rolled_back(day + timedelta(days=41)))
        met = looks[0] if looks else None
        duty = settle(case, "STK-088", f"plan-{day}", due, met, may_end=soft)
        if start.part in overlapping(case):
            duty = duty.untold()
        yield duty.window(day + timedelta(days=35))


def overlapping(case: Case) -> set[str]:
    """Return the plans that begin before another one has ended, and those others (FEEDS 2.3: 8935, 8940)."""
    found: set[str] = set()
    plans = [plan for plan in case.record.get("plans", ()) if plan.get("started_on")]
    for one in plans:
        for other in plans:
            begins, ends = other["started_on"], one.get("ended_on", f"{NEVER}")
            if one is not other and one["started_on"] <= begins < ends:
                found |= {one["id"], other["id"]}
    return found
