"""What a subject is like, for conditions that do not ask for a fact: its number, its mode, the child's age."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from daemon.decide.case.invited import list_of, own_meetings
from daemon.decide.conference.foresight import sharing
from daemon.decide.conference.presence import presence
from daemon.decide.record.timeline import BIRTH, HELD_FACTS, LOOKED_AFTER, Timeline
from daemon.domain.facts import Fact
from daemon.domain.record import SCHEDULED_AND_HELD, Invitee, Meeting
from daemon.domain.times import day_of

if TYPE_CHECKING:
    from daemon.decide.case.scene import Scene

# the best of an agency's first
INVITED = ("in_time", "unknown", "late", "bounced", "none", "unaddressed")
NOTICE_WORKING_DAYS = 5
NO_ANSWER = "none"
BEST_ANSWER = ("accepted", "tentative", "declined", NO_ANSWER)
TOLD = "receiving_authority_notified"
OVER, RUNNING = frozenset({"over"}), frozenset({"running"})
YES, NO = frozenset({"yes"}), frozenset({"no"})


def of(scene: "Scene", name: str) -> frozenset[str] | int | None:
    """Return a trait's words or its number; None where the subject has none."""
    if name in OF_SUBJECT:
        return OF_SUBJECT[name](scene)
    record = scene.facts.record
    meeting = next(reversed(own_meetings(record.meetings, scene)), None)
    if name == "meeting":
        return frozenset({_stage(scene, meeting)})
    if name == "direction" and _comes_to_us(scene):
        return frozenset({"in"})
    if name in ("kind", "direction", "mode"):
        return frozenset(filter(None, (getattr(meeting, name),))) if meeting else None
    return _of_people(scene, name)


def _comes_to_us(scene: "Scene") -> bool:
    """Return whether the child moves to us: another authority holds the plan, or only such a conference is booked."""
    record = scene.facts.record
    if scene.own_kind == "transfer_out":
        told = [item.fact for item in scene.facts.of(TOLD)]
        transfers = [one for one in record.meetings if one.kind == "transfer_in"]
        is_over = any(one.held and told and one.held[0] < told[-1].at for one in transfers)
        comes = {one.direction for one in transfers} == {"in"} and not is_over
        return bool(record.plan_held_by) or comes
    return bool(record.plan_held_by) and scene.own_kind == "icpc"


def age(facts: Timeline) -> int | None:
    """Return how old the child is, in years; None where nobody knows."""
    births = facts.of(BIRTH)
    if not births:
        return None
    born, today = births[-1].fact.day, day_of(facts.at)
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _plan(scene: "Scene") -> frozenset[str] | None:
    """Return whether the subject's plan is over; a child who moved stays ours until the other authority has them.

    Source: READINGS section 1 (DEV-039, STK-127, MAN-075).
    """
    ended = _endings(scene)
    if not ended:
        return RUNNING
    if not ended[-1].known:
        return None
    if ended[-1].value == "moved":
        since = [item.fact for name in scene.terms.transfer_needs for item in scene.facts.of(name)]
        shown = {fact.name for fact in since if scene.since is None or fact.day >= scene.since}
        return OVER if shown >= set(scene.terms.transfer_needs) else RUNNING
    return OVER


def _endings(scene: "Scene") -> tuple[Fact, ...]:
    """Return what the record shows of the end of the plan in which the subject stands."""
    if scene.plan is not None or scene.subject.kind == "plan":
        return scene.of("plan_ended")
    begins = sorted({
        item.fact.day for name in ("icpc_held", "plan_started") for item in scene.facts.of(name)
    })  # fmt: skip
    if scene.own_kind == "icpc":
        upto = scene.until
        since = next((day for day in begins if scene.since is None or day >= scene.since), None)
    else:
        now = scene.held.day if scene.held else day_of(scene.facts.at)
        since = next((day for day in reversed(begins) if day <= now), None)
        upto = None
    conferences = {item.fact.day for item in scene.facts.of("icpc_held")}
    upto = upto or min((day for day in conferences if since and day > since), default=None)
    return tuple(
        item.fact
        for item in scene.facts.of("plan_ended")
        if (since is None or since <= item.fact.day) and (upto is None or item.fact.day < upto)
    )


def _is_unborn(scene: "Scene") -> bool:
    record = scene.facts.record
    if scene.facts.of(BIRTH):
        return False
    flags = scene.facts.of("unborn_child_flag")
    return record.expected_on is not None or (bool(flags) and flags[-1].fact.value == "yes")


def _stage(scene: "Scene", meeting: Meeting | None) -> str:
    booked, held = SCHEDULED_AND_HELD.get(scene.own_kind or "", (None, ""))
    if scene.own_fact(HELD_FACTS.get(scene.own_kind or "", held)):
        return "held"
    if booked and scene.of(booked):
        return "booked"
    return "failed" if meeting and meeting.failed else "unbooked"


def _people(scene: "Scene") -> list[Invitee]:
    """Return whom the subject covers, as the newest list has them; what they said of an earlier date counts no more."""
    ids = scene.invitees or frozenset()
    return [one for one in _everybody(scene) if one.id in ids]


def _everybody(scene: "Scene") -> list[Invitee]:
    meetings = scene.facts.record.meetings
    last = {
        one.id: one for meeting in own_meetings(meetings, scene)[-1:] for one in meeting.invitees
    }
    return [_as_of(one, last.get(one.id, Invitee(one.id))) for one in list_of(meetings, scene)]


def _as_of(one: Invitee, now: Invitee) -> Invitee:
    """Return somebody on a list with how they stand to the last attempt."""
    return replace(
        one, invited_at=now.invited_at, delivered=now.delivered, response=now.response,
        attendance=now.attendance,
    )  # fmt: skip


def _of_people(scene: "Scene", name: str) -> frozenset[str] | None:
    people = _people(scene)
    if not people:
        return None
    if name == "role":
        return frozenset(one.role for one in people if one.role)
    if name == "required":
        return YES if any(one.key for one in people) else NO
    if name == "report_expected":
        return YES if any(one.report_expected for one in people) else NO
    if name == "response":
        return _response(people, _everybody(scene))
    if name == "invitation":
        return frozenset({min((_invitation(scene, one) for one in people), key=INVITED.index)})
    facts = {
        item.fact.name
        for item in scene.facts.placed
        if (item.invitee or item.fact.about) and scene.sees(item, scene.since, scene.until)
    }
    return frozenset({str(presence(people, facts, scene.attendance))})


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


def _invitation(scene: "Scene", one: Invitee) -> str:
    """Return whether somebody was invited in time: 5 working days before (house; READINGS, STK-067).

    Whether it was is unknown where nobody says that it arrived, or when the meeting is: in doubt no
    agency is charged with anything (READINGS section 2, 10).
    """
    if one.delivered is False:
        return "bounced"
    if one.invited_at is None:
        return "none" if one.person else "unaddressed"
    meeting = own_meetings(scene.facts.record.meetings, scene)[-1]
    days = scene.terms.days
    if meeting.scheduled is None or days is None:
        return "unknown"
    last = days.shift(day_of(meeting.scheduled[0]), -NOTICE_WORKING_DAYS)
    if day_of(one.invited_at) > last:
        return "late"
    return "in_time" if one.delivered else "unknown"


OF_SUBJECT: dict[str, Callable[["Scene"], frozenset[str] | int | None]] = {
    "number": lambda scene: scene.ordinal,
    "attempt": lambda scene: scene.subject.attempt,
    "age": lambda scene: age(scene.facts),
    "looked_after": lambda scene: YES if scene.facts.of(LOOKED_AFTER) else NO,
    "unborn": lambda scene: YES if _is_unborn(scene) else NO,
    "agency": lambda scene: frozenset(filter(None, (scene.subject.agency,))),
    "plan": _plan,
}
