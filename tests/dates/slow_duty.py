"""What the slow calculation expects of one clause and one subject, and how a state follows from what is recorded."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from tests.dates.slow_case import NEVER, Case, Conference
from tests.dates.slow_days import close, is_working, london_day, wd
from tests.dates.slow_record import Fact, moment

OPEN, MET, ENDED = frozenset({"open"}), frozenset({"met"}), frozenset({"withdrawn", "none"})


@dataclass(frozen=True)
class Duty:
    """One clause for one subject. `due` None: no figure to compare; `states`: the answers that the documents allow."""

    clause: str
    subject: str
    due: datetime | None
    states: frozenset[str]
    late: bool | None = None
    basis: str | None = None
    working: tuple[str, ...] = ()
    opens: date | None = None  # of a window: from when on it may be done

    def window(self, opens: date) -> "Duty":
        return replace(self, opens=opens)

    def untold(self) -> "Duty":
        """Return the duty where what it counts from contradicts itself: nobody is alarmed (FEEDS 2.3)."""
        states = frozenset("withdrawn" if one == "open" else one for one in self.states)
        said = (*self.working, "the record contradicts itself")
        return replace(self, states=states, working=said)


def is_at_or_after(one: Fact, start: Fact) -> bool:
    return one.day >= start.day if one.whole or start.whole else one.at >= start.at


def is_after(one: Fact, other: Fact) -> bool:
    return one.day > other.day if one.whole or other.whole else one.at > other.at


def is_in_time(one: Fact, due: datetime) -> bool:
    """DOMAIN section 2: a fact dated on the due date is in time."""
    return one.day <= london_day(due) if one.whole else one.at <= due


def settle(
    case: Case,
    clause: str,
    subject: str,
    due: datetime | None,
    met: Fact | None,
    *,
    ends: Iterable[Fact] = (),
    may_end: Iterable[Fact] = (),
    began: date = date.min,
    basis: str | None = None,
    working: Iterable[str] = (),
) -> Duty:
    """Return the duty with the states that the documents allow.

    `ends` are facts that end it by the documents' words; `may_end` such as no document speaks of:
    then a pack may keep it open or not. A fact that meets it before its end meets it; one after may,
    and so may one that lies before `began`, the day from which it applied at all.
    """
    hard = [*ends, *case.named("child_died", "pregnancy_ended")]  # READINGS section 2, 3
    soft = list(may_end)
    states, late = OPEN, None
    if met is not None:
        states = MET
        if any(one.day <= max(met.day, began) for one in [*hard, *soft]) or case.named(
            "child_died", "pregnancy_ended"
        ):
            states |= ENDED
        late = None if due is None else not is_in_time(met, due)
        if met.name.endswith("_scheduled"):
            late = None  # a booked date does not say when it was booked
    elif hard:
        states = ENDED
    elif soft:
        states |= ENDED
    said = (*working, f"met by {met.name} {met.at:%Y-%m-%d %H:%M}" if met else "not met")
    said += tuple(f"ended by {one.name} {one.value or ''} {one.day}" for one in [*hard, *soft])
    return Duty(clause, subject, due, states, late, basis, said)


def last(facts: list[Fact]) -> Fact | None:
    return facts[-1] if facts else None


class View:
    """The facts that one subject sees: its meeting's own, and the case's by their day."""

    def __init__(
        self,
        case: Case,
        meetings: list[dict[str, Any]],
        since: date,
        until: date = NEVER,
        people: list[dict[str, Any]] | None = None,
    ) -> None:
        self.case, self.since, self.until = case, since, until
        self.meetings = {one["id"] for one in meetings}
        self.people = people

    def all(self, *names: str) -> list[Fact]:
        return [one for one in self.case.named(*names) if self._sees(one)]

    def of(self, *names: str) -> list[Fact]:
        return [one for one in self.all(*names) if one.known]

    def _sees(self, one: Fact) -> bool:
        if self.people is not None:
            names = {person["id"] for person in self.people}
            names |= {person.get("agency") for person in self.people if not person.get("is_family")}
            if one.invitee is not None and one.invitee not in names:
                return False
            if one.invitee is None and one.about is not None and one.about not in names:
                return False
        if one.meeting is not None:
            return one.meeting in self.meetings
        return self.since <= one.day < self.until

    def first(self, *names: str, start: Fact | None = None) -> Fact | None:
        for one in self.of(*names):
            if start is None or is_at_or_after(one, start):
                return one
        return None


def before(case: Case, one: Conference, people: list[dict[str, Any]] | None = None) -> View:
    """Return what belongs to an enquiry and its conference."""
    return View(case, one.meetings, one.since, one.until, people)


def after(case: Case, one: Conference) -> View:
    """Return what follows a conference that was held, until the next one is."""
    return View(case, one.meetings, one.held.day if one.held else one.since, one.next_held)


def no_conference(case: Case, one: Conference) -> list[Fact]:
    """Return what withdraws the limit and everything before it (READINGS section 1, first row)."""
    view = before(case, one)
    found = view.of("icpc_not_required")
    threshold = last(view.all("icpc_threshold_decision_recorded"))
    if threshold and threshold.value == "not_met":
        found.append(threshold)
    concluded = last(view.all("s47_concluded"))
    liaison = view.of("agency_liaison_recorded")
    if concluded and concluded.value == "not_at_risk" and liaison:
        found.append(max(concluded, liaison[0], key=lambda fact: fact.at))
    return found


def plan_ends(case: Case, since: date, until: date = NEVER) -> list[Fact]:
    """Return what ends a plan of ours between two days.

    Source: READINGS section 1, DEV-039 and MAN-075: a transfer ends it only with the receiving
    conference held, and in Devon and Stoke with the written acceptance too. A reason that is
    missing or unknown ends nothing (DOMAIN section 2).
    """
    found = []
    for one in case.named("plan_ended"):
        if (
            not one.known
            or not since <= one.day < until
            or _is_of_an_earlier_plan(case, one, since)
        ):
            continue
        if one.value == "moved":
            needed = ["receiving_conference_held"]
            if case.record["pathway"] in ("devon", "stoke-on-trent"):
                needed.append("transfer_accepted")
            if not all(case.named(name) for name in needed):
                continue
        found.append(one)
    return found


def _is_of_an_earlier_plan(case: Case, ended: Fact, since: date) -> bool:
    starts = {plan["id"]: plan.get("started_on") for plan in case.record.get("plans", ())}
    start = starts.get(ended.part)
    has_another = any(one.day >= since for one in case.named("plan_started"))
    return has_another and start is not None and date.fromisoformat(start) < since


def no_plan(case: Case, one: Conference) -> list[Fact]:
    """Return the decision that there is no plan; a missing or unknown one silences nothing."""
    decided = [
        f
        for f in case.named("conference_decision_recorded")
        if (f.meeting in {m["id"] for m in one.meetings} if f.meeting else f.day >= one.since)
        and f.day < one.next_held
    ]
    final = last(decided)
    return [final] if final and final.known and final.value == "no_plan" else []


def back(booked: Fact, count: int, made: Fact | None) -> datetime | None:
    """Return close of business `count` working days before a booking; None where it cannot be said.

    A booking that puts it into the past gives the next working day, or the meeting's start.
    Source: READINGS section 1, last row.
    """
    due = close(wd(booked.day, -count))
    if made is not None and made.at > due:
        due = close(wd(made.day, 1))
        if not booked.whole:
            due = min(due, booked.at)
    return due


def latest_booking(case: Case, one: Conference, booked: Fact) -> Fact | None:
    """Return when the booking was made, where that can have pushed something into the past.

    A note from after the meeting says nothing of it. Put off from an earlier day it pushes nothing:
    what prepares it was due before.
    """
    days = [
        moment(meeting["scheduled_at"])[0]
        for meeting in one.meetings
        if meeting.get("scheduled_at")
    ]
    if any(day < booked.at for day in days):
        return None
    notes = before(case, one).of("icpc_booked", "icpc_rearranged")
    return last([note for note in notes if not is_after(note, booked)])


def at_or_by(day: date) -> str:
    return f"{day:%a %d %b %Y}{'' if is_working(day) else ' (no working day)'}"
