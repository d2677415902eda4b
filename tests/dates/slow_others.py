"""The deadline clauses that belong to a plan's actions, a move, and a birthday."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from tests.dates.slow_case import Case
from tests.dates.slow_days import close, is_working, london_day, months, wd
from tests.dates.slow_duty import ENDED, MET, OPEN, Duty, last, plan_ends, settle
from tests.dates.slow_record import moment


def actions(case: Case) -> Iterator[Duty]:
    """WOR-028, MAN-023, MAN-055: each action by its own date; one on no working day is not compared."""
    for action in case.record.get("actions", ()):
        if not action.get("due_on"):
            continue
        day = london_day(moment(action["due_on"])[0])
        own = [one for one in case.facts if one.part == action["id"]]
        done = next((one for one in own if one.name == "plan_action_completed"), None)
        updated = next((one for one in own if one.name == "plan_updated"), None)
        due = close(day) if is_working(day) else None
        ends = plan_ends(case, date.min)
        subject = f"action-{action['id']}"
        for clause in ("WOR-028", "MAN-023", "MAN-055"):
            soft = [*ends, *([updated] if updated and clause == "MAN-055" else [])]
            yield settle(case, clause, subject, due, done, may_end=soft)


def transfer(case: Case) -> Iterator[Duty]:
    """MAN-074: fifteen working days after the receiving authority was told of a permanent move, whichever of us it is.

    A notice while a conference for a child who moved to us is to come is about that one.
    """
    told = case.named("receiving_authority_notified")
    if not told:
        return
    start, due = told[0], close(wd(told[0].day, 15))
    moved = last(case.named("child_moved_area"))
    soft = [] if moved else [start]  # the move itself is not recorded
    soft += plan_ends(case, date.min)
    for one in case.conferences:
        is_to_us = any(meeting["kind"] == "transfer_in" for meeting in one.meetings)
        if is_to_us and (one.held is None or one.held.day >= start.day):
            yield settle(case, "MAN-074", f"icpc-{one.number}", due, one.held, may_end=[start])
            soft.append(start)
    met = next((f for f in case.held("transfer_out") if f.day >= start.day), None)
    duty = settle(case, "MAN-074", "case", due, met, may_end=soft)
    if moved and moved.value == "temporary":
        duty = replace(duty, states=ENDED | (MET if met else ENDED))
    yield duty


def birthday(case: Case) -> Iterator[Duty]:
    """MAN-076: a review by the eighteenth birthday, never rolled; born on 29 February, by the 28th (READINGS).

    How early a review counts, and from what age it is asked for, have no figure: then either answer is allowed.
    """
    born = case.record.get("born_on")
    started = case.named("plan_started")
    if not born or not started:
        return
    birth = date.fromisoformat(born)
    day, near = months(birth, 18 * 12), months(birth, 18 * 12 - 3)
    reviews = [fact for fact in case.held("rcpc") if fact.day >= months(birth, 17 * 12)]
    soft = [*reviews, *plan_ends(case, date.min), *(started if london_day(case.at) < near else [])]
    duty = settle(case, "MAN-076", "case", close(day), None, may_end=soft)
    duty = replace(duty, states=duty.states | MET) if soft else duty
    yield duty
    for _ in range(2 * len(started)):  # a pack may ask of each plan for its review, and for its end
        yield replace(duty, states=OPEN | MET | ENDED)
