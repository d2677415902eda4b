"""The deadline clauses of reviews: their limits, what prepares them, and the mid-points after them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from tests.dates.slow_case import NEVER, Case, Conference, Gathering
from tests.dates.slow_days import close, months, rolled_back, wd
from tests.dates.slow_duty import (
    ENDED,
    MET,
    OPEN,
    Duty,
    View,
    at_or_by,
    back,
    no_plan,
    plan_ends,
    settle,
)
from tests.dates.slow_record import Fact, day_of

FIRST_REVIEW = ("STK-095", "DEV-024", "WOR-044", "GLO-016", "MAN-043")


@dataclass(frozen=True)
class Review:
    """The n-th review of a plan that is owed: what it counts from, and by when it is held."""

    within: int  # the ordinal within the plan
    group: Gathering
    start: Fact
    by: date
    ends: tuple[Fact, ...]
    doubts: tuple[Fact, ...]  # a decision to end that was not carried out: a pack may go on asking


def reviews(case: Case) -> Iterator[tuple[Conference, Review]]:
    """Yield each review that is owed: three months after the conference, then six after the last review.

    "First review" is the ordinal within the plan (DOMAIN section 2).
    """
    groups = case.gatherings("rcpc")
    for one in case.conferences:
        if one.held is None:
            continue
        own = [g for g in groups if g.held and one.held.day <= g.held.day < one.next_held]
        if one.next_held == NEVER:
            own.append(groups[-1])
        start, count = one.held, 3
        for within, group in enumerate(own, start=1):
            until = group.held.day if group.held else one.next_held
            ended = [
                f for f in case.named("review_decision_recorded")
                if within > 1 and f.known and f.value == "end" and start.day <= f.day < until
            ]  # fmt: skip
            # a second conference of a child on a plan decides nothing about its reviews
            if within > 1:
                ended += no_plan(case, one)
            ends = (
                *(no_plan(case, one) if within == 1 else ()),
                *(f for f in plan_ends(case, one.held.day, one.next_held) if f.day <= until),
            )
            by = rolled_back(months(start.day, count))
            since = start.day  # a meeting of before is an earlier plan's
            mine = replace(group, meetings=[m for m in group.meetings if day_of(m) >= since])
            yield one, Review(within, mine, start, by, ends, tuple(ended))
            if group.held:
                start, count = group.held, 6


def review_limits(case: Case) -> Iterator[Duty]:
    """STK-095 and its like, STK-112 and its like, and the booking of MAN-060."""
    for _, review in reviews(case):
        subject, due = f"rcpc-{review.group.number}", close(review.by)
        met = review.group.held
        for clause in FIRST_REVIEW if review.within == 1 else ("STK-112",):
            yield settle(
                case, clause, subject, due, met, ends=review.ends, may_end=review.doubts,
                working=[f"counted from {review.start.name} {at_or_by(review.start.day)}"],
            )  # fmt: skip
        booked = case.booked(review.group.meetings, "rcpc_scheduled", review.start.day, NEVER)
        duty = settle(
            case, "MAN-060", subject, None, booked, ends=review.ends, may_end=review.doubts
        )
        if review.group.held:
            duty = replace(duty, states=OPEN | MET | ENDED)
        # booked, and past the limit: the clause would warn of it
        elif booked and booked.day > review.by:
            duty = replace(duty, states=duty.states | OPEN)
        yield duty


def midpoints(case: Case) -> Iterator[Duty]:
    """STK-111 after the first review, STK-118 after each later one: two months and fifteen days, rolled back.

    Withdrawn when the next review is already held (READINGS section 1).
    """
    owed = list(reviews(case))
    for index, (one, review) in enumerate(owed):
        if review.group.held is None:
            continue
        start = review.group.held
        following = next((r.group.held for c, r in owed[index + 1 :] if c is one), None)
        until = following.day if following else one.next_held
        met = next((f for f in case.held("midpoint_review") if start.day <= f.day < until), None)
        ends = [f for f in plan_ends(case, one.held.day, one.next_held) if f.day < until]
        ends += [following] if following else []
        doubts = [f for f in case.held("icpc") if f.day == one.next_held]  # which begins anew
        doubts += [
            f for f in case.named("review_decision_recorded")
            if f.known and f.value == "end" and start.day <= f.day < until
        ]  # fmt: skip
        due = close(rolled_back(months(start.day, 2) + timedelta(days=15)))
        began = NEVER if one.next_held < NEVER else start.day
        clause = "STK-111" if review.within == 1 else "STK-118"
        subject = f"rcpc-{review.group.number + 1}"
        yield settle(case, clause, subject, due, met, ends=ends, may_end=doubts, began=began)


def review_preparation(case: Case) -> Iterator[Duty]:
    """What is owed before each review, counted back from its booking; unbooked, from its limit.

    STK-096/113 ten, STK-099 three, STK-097 two working days, DEV-026 five for each agency;
    STK-101, DEV-019, DEV-037, MAN-062, MAN-070 without a figure.
    """
    for _, review in reviews(case):
        group = review.group
        booked = case.booked(group.meetings, "rcpc_scheduled", review.start.day, NEVER)
        yield from _for_everybody(case, review, booked)
        yield from _for_parents(case, review, booked)
        if booked:
            yield from _for_agencies(case, review, booked)


def _due(review: Review, booked: Fact | None, count: int) -> datetime | None:
    """Return when a review's preparation is due; None where a late booking leaves it open."""
    if booked is None:
        return None if review.group.held else close(wd(review.by, -count))
    due = back(booked, count, None)
    return due if due and due >= close(review.start.day) else None


def _view(case: Case, review: Review, people: list[dict[str, Any]] | None = None) -> View:
    """Return what belongs to a review: its meetings', and the case's after what it counts from, until it is held."""
    until = review.group.held.day + timedelta(days=1) if review.group.held else NEVER
    return View(case, review.group.meetings, review.start.day + timedelta(days=1), until, people)


def _began(review: Review) -> date:
    """Return from when on a review is owed; never, where there is no plan after all."""
    is_none = any(
        one.name == "conference_decision_recorded" for one in (*review.ends, *review.doubts)
    )
    return NEVER if is_none else review.start.day


def _soft(review: Review) -> list[Fact]:
    return [*review.ends, *review.doubts, *([review.group.held] if review.group.held else [])]


def _owed(
    case: Case, clause: str, subject: str, review: Review, booked: Fact | None, count: int, met: Fact | None
) -> Duty:  # fmt: skip
    """Return what is owed before a review; whether it was late cannot be said while nothing is booked."""
    duty = settle(
        case, clause, subject, _due(review, booked, count), met, may_end=_soft(review), began=_began(review)
    )  # fmt: skip
    return duty if booked else replace(duty, late=None)


def _for_everybody(case: Case, review: Review, booked: Fact | None) -> Iterator[Duty]:
    subject, view = f"rcpc-{review.group.number}", _view(case, review)
    lists = "STK-096" if review.within == 1 else "STK-113"
    met = view.first("invite_list_received")
    yield _owed(case, lists, subject, review, booked, 10, met)
    met = view.first("chair_review_check_recorded")
    yield _owed(case, "STK-097", subject, review, booked, 2, met)
    met = view.first("crm_sw_conversation_recorded")
    before_booking = [] if booked else [review.start]  # told only: a pack may ask for it or not
    soft = [*_soft(review), *before_booking]
    yield settle(case, "STK-101", subject, None, met, may_end=soft, began=_began(review))


def _for_parents(case: Case, review: Review, booked: Fact | None) -> Iterator[Duty]:
    for parent in case.parents(review.group.meetings) or (None,):
        name = f"rcpc-{review.group.number}/parent" + (f"-{parent['id']}" if parent else "")
        met = _view(case, review, [parent] if parent else None).first("review_report_shared")
        yield _owed(case, "STK-099", name, review, booked, 3, met)
        soft = [*_soft(review), *([] if booked else [review.start])]
        yield settle(case, "MAN-062", name, None, met, may_end=soft, began=_began(review))


def _for_agencies(case: Case, review: Review, booked: Fact) -> Iterator[Duty]:
    for agency, people in case.agencies(review.group.meetings).items():
        view, own = _view(case, review, people), f"rcpc-{review.group.number}/{agency}"
        met = view.first("agency_report_submitted")
        yield _owed(case, "DEV-026", own, review, booked, 5, met)
        for clause, fact in (
            ("DEV-019", "agency_report_shared_with_family"),
            ("DEV-037", "agency_report_shared_with_family"),
            ("MAN-070", "agency_report_submitted"),
        ):
            yield settle(
                case, clause, own, None, view.first(fact), may_end=_soft(review), began=_began(review)
            )  # fmt: skip
