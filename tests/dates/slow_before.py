"""The deadline clauses between a strategy discussion and its conference, each with the reading that it follows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time

from tests.dates.slow_case import Case, Conference
from tests.dates.slow_days import LONDON, clock, close, is_working, wd
from tests.dates.slow_duty import (
    ENDED,
    MET,
    OPEN,
    Duty,
    at_or_by,
    back,
    before,
    is_at_or_after,
    last,
    latest_booking,
    no_conference,
    settle,
)
from tests.dates.slow_record import Fact


def day_one(strategy: Fact) -> datetime | None:
    """Return when Day 1 duties are due.

    Source: READINGS section 1, below the table: held on a non-working day or after 15:00, noon on
    the next working day.
    """
    if strategy.at.astimezone(LONDON).time() == time(15) and not strategy.whole:
        return None  # "after 15:00": whether three o'clock itself is after it, nobody says
    if not is_working(strategy.day):
        return clock(wd(strategy.day, 1), time(12))
    if not strategy.whole and strategy.at.astimezone(LONDON).time() > time(15):
        return clock(wd(strategy.day, 1), time(12))
    return close(strategy.day)


def day(number: int, strategy: Fact) -> datetime:
    """Return close of business on Stoke's Day N: WD(strategy, N-1) (DOMAIN section 3)."""
    return close(wd(strategy.day, number - 1))


def strategy_outcome(case: Case) -> Iterator[Duty]:
    """STK-004: every strategy discussion has its outcome on Day 1."""
    held = case.held("strategy")
    for index, one in enumerate(held):
        until = held[index + 1] if index + 1 < len(held) else None
        met = None
        for fact in case.named("s47_decision_recorded"):
            is_own = is_at_or_after(fact, one) and (until is None or fact.day < until.day)
            if fact.known and is_own and met is None:
                met = fact
        after = [fact for fact in case.held("icpc") if fact.day >= one.day]
        yield settle(
            case, "STK-004", f"strategy-{index + 1}", day_one(one), met, may_end=after, working=[at_or_by(one.day)]
        )  # fmt: skip


def concern(case: Case) -> Iterator[Duty]:
    """DEV-009: five working days from the earliest concern (clauses.md Y16)."""
    concerns = case.named("concern_identified")
    if concerns:
        start = concerns[0]
        held = [one for one in case.held("strategy") if is_at_or_after(one, start)]
        met = held[0] if held else None
        after = [fact for fact in case.held("icpc") if fact.day >= start.day]
        yield settle(case, "DEV-009", "case", close(wd(start.day, 5)), met, may_end=after)


def day_one_of_an_enquiry(case: Case, one: Conference) -> Iterator[Duty]:
    """STK-015, 016, 018: start with the decision for section 47, due on Day 1 (READINGS, STK-013 to STK-018)."""
    if one.strategy is None:
        return
    view, ends = before(case, one), no_conference(case, one)
    due, subject = day_one(one.strategy), f"icpc-{one.number}"
    booked = view.first("icpc_booked", start=one.strategy) or case.booked(
        one.meetings, "icpc_scheduled", one.since, one.until
    )
    for clause, met in (
        ("STK-015", view.first("cp_chair_allocated", start=one.strategy)),
        ("STK-016", booked),
        ("STK-018", view.first("weekly_diary_entry_added", start=one.strategy)),
    ):
        soft = held(one)
        if clause == "STK-016" and met is None:  # what was booked and failed had been booked
            soft = [*soft, *(one.strategy for _ in one.meetings[:1])]
        duty = settle(case, clause, subject, due, met, ends=ends, may_end=soft, began=one.decided)
        yield replace(duty, late=None) if clause == "STK-016" else duty


def held(one: Conference) -> list[Fact]:
    """No document says what becomes of a preparation that was not done once the conference is held."""
    return [one.held] if one.held else []


def enquiry(case: Case, one: Conference) -> Iterator[Duty]:
    """STK-022 on Day 5; WOR-009 and WOR-010 without a figure."""
    if one.strategy is None:
        return
    view, ends, subject = before(case, one), no_conference(case, one), f"icpc-{one.number}"
    concluded = view.first("s47_concluded", start=one.strategy)
    # A conclusion is owed whether or not a conference follows: an earlier end may or may not end it.
    yield settle(
        case,
        "STK-022",
        subject,
        day(5, one.strategy),
        concluded,
        may_end=[*ends, *held(one)],
        began=one.decided,
    )
    for clause, fact in (("WOR-009", "child_seen"), ("WOR-010", "family_met")):
        met = view.first(fact, start=one.strategy)
        yield settle(
            case, clause, subject, None, met, may_end=[*ends, *held(one)], began=one.decided
        )


def invite_list(case: Case, one: Conference) -> Iterator[Duty]:
    """STK-025 on Day 5, by its own row of READINGS: at risk, or not yet concluded."""
    if one.strategy is None:
        return
    view = before(case, one)
    ends = view.of("icpc_not_required")
    for name, value in (
        ("icpc_threshold_decision_recorded", "not_met"),
        ("s47_concluded", "not_at_risk"),
    ):
        said = last(view.all(name))
        if said and said.value == value:
            ends.append(said)
    receipts = [f for f in view.of("invite_list_received") if is_at_or_after(f, one.strategy)]
    everybody = {"conference_information_mailbox", "health", "police"}
    met = next((one for one in receipts if one.about is None), None)
    if met is None and everybody <= {one.about for one in receipts}:
        firsts = [next(f for f in receipts if f.about == who) for who in everybody]
        met = max(firsts, key=lambda fact: fact.at)
    yield settle(
        case,
        "STK-025",
        f"icpc-{one.number}",
        day(5, one.strategy),
        met,
        ends=ends,
        may_end=held(one),
        began=one.decided,
    )


def windows(case: Case, one: Conference) -> Iterator[Duty]:
    """STK-032 to STK-047: from the strategy discussion, until the earlier of Day 12 and WD(icpc, -3).

    Source: READINGS section 1, first row and the row of STK-054. STK-037 starts with s47_concluded.
    """
    # without an enquiry no document asks for it: a pack may, before what is booked
    if one.strategy is None:
        for clause in ("STK-032", "STK-035", "STK-037", "STK-039", "STK-046"):
            yield Duty(clause, f"icpc-{one.number}", None, OPEN | MET | ENDED)
        for parent in case.parents(one.meetings) or (None,):
            name = f"icpc-{one.number}/parent" + (f"-{parent['id']}" if parent else "")
            yield Duty("STK-047", name, None, OPEN | MET | ENDED)
        return
    view, ends, subject = before(case, one), no_conference(case, one), f"icpc-{one.number}"
    due = day(12, one.strategy)
    working = [f"day 12: {at_or_by(wd(one.strategy.day, 11))}"]
    booked = case.booked(one.meetings, "icpc_scheduled", one.since, one.until)
    compared: datetime | None = due
    if booked:
        early = back(booked, 3, latest_booking(case, one, booked))
        compared = min(due, early) if early and early >= close(one.strategy.day) else None
        working.append(f"three before the conference: {early}")
    for clause, fact, opens in (
        ("STK-032", "chair_s47_review_recorded", 5),
        ("STK-035", "child_attendance_advice_recorded", 5),
        ("STK-037", "venue_risk_discussion_recorded", 5),
        ("STK-039", "child_voice_work_recorded", 6),
    ):
        soft, began = held(one), one.decided
        if clause == "STK-037":
            concluded = view.all("s47_concluded")
            if not concluded:
                continue
            soft = [*soft, *(f for f in concluded[-1:] if f.value != "at_risk")]
            began = max(one.decided, concluded[0].day)
        met = view.first(fact, start=one.strategy)
        duty = settle(
            case, clause, subject, compared, met, ends=ends, may_end=soft, began=began, working=working
        )  # fmt: skip
        yield duty.window(wd(one.strategy.day, opens - 1))
    for parent in case.parents(one.meetings) or (None,):  # READINGS section 2, 4
        own = before(case, one, [parent] if parent else None)
        met = own.first("parent_arrangements_recorded", start=one.strategy)
        name = f"{subject}/parent" + (f"-{parent['id']}" if parent else "")
        duty = settle(
            case, "STK-047", name, compared, met, ends=ends, may_end=held(one), began=one.decided
        )
        yield duty.window(wd(one.strategy.day, 5))
    # STK-046 sums up: the documents ask for voice, mode and advocacy, the evidence names voice alone.
    parts = [
        view.first(name, start=one.strategy)
        for name in ("child_voice_work_recorded", "child_attendance_mode_recorded", "advocacy_offer_recorded")
    ]  # fmt: skip
    done = [part for part in parts if part]
    met = max(done, key=lambda fact: fact.at) if len(done) == len(parts) else None
    duty = settle(
        case, "STK-046", subject, compared, met, ends=ends, may_end=held(one), began=one.decided
    )
    some = MET if parts[0] and not met else frozenset()
    yield replace(duty, states=duty.states | some, late=None)
