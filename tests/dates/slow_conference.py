"""The deadline clauses about the conference itself and what is owed before it, counted back from its booking."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

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

    They start with the booking, not with the enquiry (READINGS); while nothing is booked they count
    from Day 15 (DOMAIN section 3). STK-054 is WD(icpc, -2), whatever "D13" says (READINGS).
    """
    counted = _backward(case, one, 2)
    yield from towards_parents(case, "STK-050", "conference_report_shared", one, counted)
    yield from towards_parents(case, "STK-052", "chair_parent_contact_recorded", one, counted)
    met = before(case, one).first("chair_checklist_started")
    yield _owed(case, "STK-054", f"icpc-{one.number}", one, counted, met)


def towards_parents(
    case: Case, clause: str, fact: str, one: Conference, counted: "Counted"
) -> Iterator[Duty]:
    """READINGS section 2, 4: each parent is a separate subject; with nobody on the list it is owed all the same."""
    for parent in case.parents(one.meetings) or (None,):
        view = before(case, one, [parent] if parent else None)
        subject = f"icpc-{one.number}/parent" + (f"-{parent['id']}" if parent else "")
        yield _owed(case, clause, subject, one, counted, view.first(fact))


def _owed(
    case: Case, clause: str, subject: str, one: Conference, counted: "Counted", met: Fact | None
) -> Duty:
    """Return what is owed before a conference.

    No document says what becomes of it once the conference was held, nor whether a transfer to us
    asks for it. Whether it was late cannot be said while nothing is booked.
    """
    soft = [*held(one), *(f for f in counted.doubts)]
    duty = settle(
        case, clause, subject, counted.due, met, ends=no_conference(case, one), may_end=soft,
        began=one.decided, working=counted.working,
    )  # fmt: skip
    return duty if counted.is_booked else replace(duty, late=None)


class Counted(NamedTuple):
    """A due moment (None: it cannot be compared), how it was counted, and what makes the duty itself doubtful."""

    due: datetime | None
    working: list[str]
    is_booked: bool = True
    doubts: tuple[Fact, ...] = ()


def _backward(case: Case, one: Conference, count: int) -> Counted:
    """Return when what is counted back from a conference is due."""
    booked = case.booked(one.meetings, "icpc_scheduled", one.since, one.until)
    if booked:
        due = back(booked, count, latest_booking(case, one, booked))
        is_told = due is not None and (one.strategy is None or due >= close(one.since))
        is_transfer = any(meeting["kind"] == "transfer_in" for meeting in one.meetings)
        return Counted(
            due if is_told else None, [f"{count} before {booked.at}"], doubts=(booked,) if is_transfer else ()
        )  # fmt: skip
    if one.held or one.strategy is None:
        doubts = (one.held,) if one.held else tuple(case.facts[:1])
        return Counted(None, ["never booked"], is_booked=False, doubts=doubts)
    by = wd(one.strategy.day, 14 if case.record["pathway"] == "stoke-on-trent" else 15)
    working = [f"nothing booked: {count} before {at_or_by(by)}"]
    return Counted(close(wd(by, -count)), working, is_booked=False)


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
    STK-026, STK-038: no figure in the documents, none in READINGS. Before the booking they may be told.
    """
    subject, counted = f"icpc-{one.number}", _backward(case, one, 2)
    unsaid = counted._replace(due=None)
    if not counted.is_booked:
        since = (one.strategy,) if one.strategy else ()
        unsaid = unsaid._replace(doubts=(*counted.doubts, *since))
    for agency, people in case.agencies(one.meetings).items():
        view = before(case, one, people)
        for clause, fact, when in (
            ("DEV-017", "agency_report_submitted", counted),
            ("DEV-019", "agency_report_shared_with_family", unsaid),
            ("DEV-037", "agency_report_shared_with_family", unsaid),
        ):
            yield _owed(case, clause, f"{subject}/{agency}", one, when, view.first(fact))
    yield from towards_parents(case, "MAN-020", "conference_report_shared", one, unsaid)
    contacts = ("chair_parent_contact_recorded", "chair_child_contact_recorded")
    if not case.named(*contacts):  # how many of the contacts meet it, and whose, has no figure
        yield from towards_parents(case, "MAN-015", contacts[0], one, unsaid)
    view = before(case, one)
    met = view.first("conference_report_authorised")
    yield _owed(case, "MAN-021", subject, one, unsaid, met)
    yield from without_figure(case, one, view, unsaid)


def without_figure(case: Case, one: Conference, view: View, unsaid: Counted) -> Iterator[Duty]:
    """STK-026 starts with the police's receipt of the list, STK-038 with a risk at the venue (or an unknown answer)."""
    subject = f"icpc-{one.number}"
    receipts = view.of("invite_list_received")
    starts = any(fact.about in (None, "police") for fact in receipts)
    # a pack may ask for it before: the safe side
    doubts = () if starts else tuple(view.case.facts[:1])
    asked = unsaid._replace(doubts=(*unsaid.doubts, *doubts))
    yield _owed(case, "STK-026", subject, one, asked, view.first("police_report_received"))
    talks = view.all("venue_risk_discussion_recorded")
    if talks and talks[-1].value != "no_risk":
        done = view.first("venue_risk_assessment_completed")
        later = view.first("venue_risk_assessment_completed", start=talks[-1])
        duty = _owed(
            case, "STK-038", subject, one, asked if one.strategy is None else unsaid, later
        )
        if done and not later:  # made before the talk: whether it will do, nobody says
            duty = replace(duty, states=duty.states | {"met"})
        yield duty
