"""The deadline clauses about the conference itself and what is owed before it, counted back from its booking."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from tests.dates.slow_before import day, held
from tests.dates.slow_case import Case, Conference
from tests.dates.slow_days import close, wd
from tests.dates.slow_duty import (
    Duty,
    View,
    at_or_by,
    back,
    before,
    latest_booking,
    no_conference,
    settle,
)
from tests.dates.slow_record import Fact


def chair_call(case: Case, one: Conference) -> Iterator[Duty]:
    """STK-050, 052, 054 two working days before the conference; the sharing and the call towards each parent.

    While nothing is booked they count from Day 15 (DOMAIN section 3). STK-054 is WD(icpc, -2) (READINGS).
    """
    subject, ends = f"icpc-{one.number}", no_conference(case, one)
    counted = _backward(case, one, 2)
    if counted is None:
        return
    due, working = counted
    parents = case.parents(one.meetings)
    for clause, fact in (
        ("STK-050", "conference_report_shared"),
        ("STK-052", "chair_parent_contact_recorded"),
    ):
        yield from towards_parents(
            case, clause, fact, one, parents, due, ends=ends, working=working
        )
    met = before(case, one).first("chair_checklist_started", start=one.strategy)
    yield settle(
        case,
        "STK-054",
        subject,
        due,
        met,
        ends=ends,
        may_end=held(one),
        began=one.decided,
        working=working,
    )


def towards_parents(
    case: Case, clause: str, fact: str, one: Conference, parents: Sequence[dict[str, Any]], due: datetime | None, *,
    ends: Sequence[Fact], working: Sequence[str] = (),
) -> Iterator[Duty]:  # fmt: skip
    """READINGS section 2, 4: each parent is a separate subject; nobody on the list, the conference is."""
    for parent in parents or (None,):
        view = before(case, one, [parent] if parent else None)
        subject = f"icpc-{one.number}" + (f"/parent-{parent['id']}" if parent else "")
        met = view.first(fact, start=one.strategy)
        yield settle(
            case,
            clause,
            subject,
            due,
            met,
            ends=ends,
            may_end=held(one),
            began=one.decided,
            working=working,
        )


class Counted(NamedTuple):
    """A due moment (None: it cannot be compared) and how it was counted."""

    due: datetime | None
    working: list[str]


def _backward(case: Case, one: Conference, count: int) -> Counted | None:
    """Return when what is counted back from a conference is due; None where nothing says when that is to be."""
    booked = case.booked(one.meetings, "icpc_scheduled", one.since, one.until)
    if booked:
        due = back(booked, count, latest_booking(before(case, one)))
        is_told = due is not None and due >= close(one.since)
        return Counted(due if is_told else None, [f"{count} before {booked.at}"])
    if one.held or one.strategy is None:
        return None
    by = wd(one.strategy.day, 14 if case.record["pathway"] == "stoke-on-trent" else 15)
    return Counted(close(wd(by, -count)), [f"nothing booked: {count} before {at_or_by(by)}"])


def limit(case: Case, one: Conference) -> Iterator[Duty]:
    """STK-055: Day 15, and 15 working days as its own obligation; WOR-017: 15 working days (DOMAIN section 3)."""
    if one.strategy is None:
        return
    ends, subject = no_conference(case, one), f"icpc-{one.number}"
    met = one.held
    statutory = close(wd(one.strategy.day, 15))
    yield settle(
        case,
        "STK-055",
        subject,
        day(15, one.strategy),
        met,
        ends=ends,
        began=one.decided,
        basis="local",
    )
    yield settle(
        case, "STK-055", subject, statutory, met, ends=ends, began=one.decided, basis="statutory"
    )
    yield settle(case, "WOR-017", subject, statutory, met, ends=ends, began=one.decided)


def reports(case: Case, one: Conference) -> Iterator[Duty]:
    """What is owed before the conference without a figure, or with Devon's two working days.

    DEV-017 two working days before, each agency; DEV-019, DEV-037, MAN-015, MAN-020, MAN-021,
    STK-026, STK-038: no figure in the documents, none in READINGS.
    """
    booked = case.booked(one.meetings, "icpc_scheduled", one.since, one.until)
    if booked is None:
        return
    ends, subject = no_conference(case, one), f"icpc-{one.number}"
    due, working = _backward(case, one, 2) or Counted(None, [])
    for agency, people in case.agencies(one.meetings).items():
        view, own = before(case, one, people), f"{subject}/{agency}"
        for clause, fact, when in (
            ("DEV-017", "agency_report_submitted", due),
            ("DEV-019", "agency_report_shared_with_family", None),
            ("DEV-037", "agency_report_shared_with_family", None),
        ):
            met = view.first(fact)
            yield settle(
                case,
                clause,
                own,
                when,
                met,
                ends=ends,
                may_end=held(one),
                began=one.decided,
                working=working,
            )
    parents = case.parents(one.meetings)
    shared = towards_parents(
        case, "MAN-020", "conference_report_shared", one, parents, None, ends=ends
    )
    yield from shared
    contacts = ("chair_parent_contact_recorded", "chair_child_contact_recorded")
    if not case.named(*contacts):  # how many of the contacts meet it, and whose, has no figure
        yield from towards_parents(case, "MAN-015", contacts[0], one, parents, None, ends=ends)
    view = before(case, one)
    met = view.first("conference_report_authorised", start=one.strategy)
    yield settle(
        case, "MAN-021", subject, None, met, ends=ends, may_end=held(one), began=one.decided
    )
    yield from without_figure(case, one, view)


def without_figure(case: Case, one: Conference, view: View) -> Iterator[Duty]:
    """STK-026 starts with the police's receipt of the list, STK-038 with a risk at the venue."""
    ends, subject = no_conference(case, one), f"icpc-{one.number}"
    if one.strategy is None:
        return
    receipts = [f for f in view.of("invite_list_received") if f.about in (None, "police")]
    if receipts:
        met = view.first("police_report_received")
        yield settle(
            case, "STK-026", subject, None, met, ends=ends, may_end=held(one), began=one.decided
        )
    talks = view.of("venue_risk_discussion_recorded")
    if talks and talks[-1].value == "risk":
        met = view.first("venue_risk_assessment_completed", start=talks[-1])
        yield settle(
            case, "STK-038", subject, None, met, ends=ends, may_end=held(one), began=one.decided
        )
