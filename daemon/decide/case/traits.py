"""What a subject is like, for conditions that do not ask for a fact: its number, its mode, the child's age."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from daemon.decide.case.invited import list_of, own_meetings
from daemon.decide.case.view import View
from daemon.decide.conference.foresight import sharing
from daemon.decide.conference.presence import presence
from daemon.decide.record.timeline import BIRTH, HELD_FACTS, LOOKED_AFTER, Timeline
from daemon.domain.facts import Fact
from daemon.domain.record import SCHEDULED_AND_HELD, Invitee, Meeting
from daemon.domain.times import day_of

# the best of an agency's first
INVITED = ("in_time", "unknown", "late", "bounced", "none", "unaddressed")
NOTICE_WORKING_DAYS = 5
NO_ANSWER = "none"
BEST_ANSWER = ("accepted", "tentative", "declined", NO_ANSWER)
TOLD = "receiving_authority_notified"
OVER, RUNNING = frozenset({"over"}), frozenset({"running"})
YES, NO = frozenset({"yes"}), frozenset({"no"})


def of(view: View, name: str) -> frozenset[str] | int | None:
    """Return a trait's words or its number; None where the subject has none."""
    if name in OF_SUBJECT:
        return OF_SUBJECT[name](view)
    record = view.facts.record
    meeting = next(reversed(own_meetings(record.meetings, view)), None)
    if name == "meeting":
        return frozenset({_stage(view, meeting)})
    if name == "direction" and _comes_to_us(view):
        return frozenset({"in"})
    if name in ("kind", "direction", "mode"):
        return frozenset(filter(None, (getattr(meeting, name),))) if meeting else None
    return _of_people(view, name)


def _comes_to_us(view: View) -> bool:
    """Return whether the child moves to us: another authority holds the plan, or only such a conference is booked."""
    record = view.facts.record
    if view.own_kind == "transfer_out":
        told = [item.fact for item in view.facts.of(TOLD)]
        transfers = [one for one in record.meetings if one.kind == "transfer_in"]
        is_over = any(one.held and told and one.held[0] < told[-1].at for one in transfers)
        comes = {one.direction for one in transfers} == {"in"} and not is_over
        return bool(record.plan_held_by) or comes
    return bool(record.plan_held_by) and view.own_kind == "icpc"


def age(facts: Timeline) -> int | None:
    """Return how old the child is, in years; None where nobody knows."""
    births = facts.of(BIRTH)
    if not births:
        return None
    born, today = births[-1].fact.day, day_of(facts.at)
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _plan(view: View) -> frozenset[str] | None:
    """Return whether the subject's plan is over; a child who moved stays ours until the other authority has them.

    Source: READINGS section 1 (DEV-039, STK-127, MAN-075).
    """
    ended = _endings(view)
    if not ended:
        return RUNNING
    if not ended[-1].known:
        return None
    if ended[-1].value == "moved":
        since = [item.fact for name in view.terms.transfer_needs for item in view.facts.of(name)]
        shown = {fact.name for fact in since if view.since is None or fact.day >= view.since}
        return OVER if shown >= set(view.terms.transfer_needs) else RUNNING
    return OVER


def _endings(view: View) -> tuple[Fact, ...]:
    """Return what the record shows of the end of the plan in which the subject stands."""
    if view.plan is not None or view.subject.kind == "plan":
        return view.of("plan_ended")
    begins = sorted({
        item.fact.day for name in ("icpc_held", "plan_started") for item in view.facts.of(name)
    })  # fmt: skip
    if view.own_kind == "icpc":
        upto = view.until
        since = next((day for day in begins if view.since is None or day >= view.since), None)
    else:
        now = view.held.day if view.held else day_of(view.facts.at)
        since = next((day for day in reversed(begins) if day <= now), None)
        upto = None
    conferences = {item.fact.day for item in view.facts.of("icpc_held")}
    upto = upto or min((day for day in conferences if since and day > since), default=None)
    return tuple(
        item.fact
        for item in view.facts.of("plan_ended")
        if (since is None or since <= item.fact.day) and (upto is None or item.fact.day < upto)
    )


def _is_unborn(view: View) -> bool:
    record = view.facts.record
    if view.facts.of(BIRTH):
        return False
    flags = view.facts.of("unborn_child_flag")
    return record.expected_on is not None or (bool(flags) and flags[-1].fact.value == "yes")


def _stage(view: View, meeting: Meeting | None) -> str:
    booked, held = SCHEDULED_AND_HELD.get(view.own_kind or "", (None, ""))
    if view.own_fact(HELD_FACTS.get(view.own_kind or "", held)):
        return "held"
    if booked and view.of(booked):
        return "booked"
    return "failed" if meeting and meeting.failed else "unbooked"


def _people(view: View) -> list[Invitee]:
    """Return whom the subject covers, as the newest list has them; what they said of an earlier date counts no more."""
    ids = view.invitees or frozenset()
    return [one for one in _everybody(view) if one.id in ids]


def _everybody(view: View) -> list[Invitee]:
    meetings = view.facts.record.meetings
    last = {
        one.id: one for meeting in own_meetings(meetings, view)[-1:] for one in meeting.invitees
    }
    return [_as_of(one, last.get(one.id, Invitee(one.id))) for one in list_of(meetings, view)]


def _as_of(one: Invitee, now: Invitee) -> Invitee:
    """Return somebody on a list with how they stand to the last attempt."""
    if one is now:
        return one
    return replace(
        one, invited_at=now.invited_at, delivered=now.delivered, response=now.response,
        attendance=now.attendance,
    )  # fmt: skip


def _of_people(view: View, name: str) -> frozenset[str] | None:
    people = _people(view)
    if not people:
        return None
    if name == "role":
        return frozenset(one.role for one in people if one.role)
    if name == "required":
        return YES if any(one.key for one in people) else NO
    if name == "report_expected":
        return YES if any(one.report_expected for one in people) else NO
    if name == "response":
        return _response(people, _everybody(view))
    if name == "invitation":
        return frozenset({min((_invitation(view, one) for one in people), key=INVITED.index)})
    facts = {
        item.fact.name
        for item in view.facts.placed
        if (item.invitee or item.fact.about) and view.sees(item, view.since, view.until)
    }
    return frozenset({str(presence(people, facts, view.attendance))})


def _response(people: Sequence[Invitee], everybody: Sequence[Invitee]) -> frozenset[str]:
    """Return the best answer of some people; no word where somebody else has answered from their own address.

    One entry goes there: they cannot answer it a second time, and whose answer it is people ask one another.
    """
    best = min((one.response for one in people), key=BEST_ANSWER.index)
    if best == NO_ANSWER and all(
        any(other.response != NO_ANSWER for other in sharing(one, everybody)) for one in people
    ):
        return frozenset()
    return frozenset({best})


def _invitation(view: View, one: Invitee) -> str:
    """Return whether somebody was invited in time: 5 working days before (house; READINGS, STK-067).

    Whether it was is unknown where nobody says that it arrived, or when the meeting is: in doubt no
    agency is charged with anything (READINGS section 2, 10).
    """
    if one.delivered is False:
        return "bounced"
    if one.invited_at is None:
        return "none" if one.person else "unaddressed"
    meeting = own_meetings(view.facts.record.meetings, view)[-1]
    days = view.terms.days
    if meeting.scheduled is None or days is None:
        return "unknown"
    last = days.shift(day_of(meeting.scheduled[0]), -NOTICE_WORKING_DAYS)
    if day_of(one.invited_at) > last:
        return "late"
    return "in_time" if one.delivered else "unknown"


OF_SUBJECT: dict[str, Callable[[View], frozenset[str] | int | None]] = {
    "number": lambda view: view.ordinal,
    "attempt": lambda view: view.subject.attempt,
    "age": lambda view: age(view.facts),
    "looked_after": lambda view: YES if view.facts.of(LOOKED_AFTER) else NO,
    "unborn": lambda view: YES if _is_unborn(view) else NO,
    "agency": lambda view: frozenset(filter(None, (view.subject.agency,))),
    "plan": _plan,
}
