"""Everything that a record says has happened, with the meeting, plan or action that it belongs to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from daemon.domain.facts import Fact
from daemon.domain.record import Meeting, Plan, Record, Status
from daemon.domain.times import day_of, london
from daemon.domain.vocabulary import Vocabulary

SCHEDULED_AND_HELD: dict[str, tuple[str | None, str]] = {
    "strategy": ("strategy_discussion_scheduled", "strategy_discussion_held"),
    "icpc": ("icpc_scheduled", "icpc_held"),
    "rcpc": ("rcpc_scheduled", "rcpc_held"),
    "core_group": ("core_group_scheduled", "core_group_held"),
    "midpoint_review": (None, "midpoint_review_recorded"),
    "cin_review": (None, "cin_plan_reviewed"),
    "partnership_supervision": (None, "partnership_supervision_held"),
    "family_group": (None, "family_group_conference_held"),
    "transfer_out": (None, "receiving_conference_held"),
}
BIRTH, LOOKED_AFTER = "child_date_of_birth", "child_looked_after"
KIND_OF_FACT = {name: kind for kind, names in SCHEDULED_AND_HELD.items() for name in names if name}
HELD_FACTS = {kind: held for kind, (_, held) in SCHEDULED_AND_HELD.items()}


def kind_of(meeting: Meeting) -> str:
    """Return the kind under which a meeting is counted: pre-birth and transfer-in are initial conferences."""
    if meeting.is_initial:
        return "icpc"
    return "transfer_out" if meeting.kind == "transfer_in" else meeting.kind


@dataclass(frozen=True, slots=True)
class Placed:
    """A fact with where it stands: on a meeting, on one of its invitees, on a plan, on an action, or on the case."""

    fact: Fact
    meeting: Meeting | None = None
    invitee: str | None = None
    plan: str | None = None
    action: str | None = None


def placed_facts(record: Record) -> Iterator[Placed]:
    """Yield every fact of the record, those that meetings and plans carry by their dates included.

    A meeting that failed has neither a booked nor a held date (READINGS section 2, 12), and a
    case-level "held" of the same kind on the same day is overridden by it.
    """
    for meeting in record.meetings:
        yield from _of_meeting(meeting)
    for plan in record.plans:
        yield from _of_plan(plan)
    if record.born_on and not any(fact.name == BIRTH for fact in record.facts):
        yield Placed(Fact(BIRTH, london(record.born_on), whole_day=True))
    if record.expected_on:
        yield Placed(Fact("birth_expected", london(record.expected_on), whole_day=True))
    if record.looked_after and not any(fact.name == LOOKED_AFTER for fact in record.facts):
        known_at = record.as_known_at or london(date.min.replace(year=1970))
        yield Placed(Fact(LOOKED_AFTER, london(day_of(known_at)), whole_day=True))
    for action in record.actions:
        if action.due_on:
            due = Fact("plan_action_due", london(action.due_on), whole_day=True)
            yield Placed(due, action=action.id)
        yield from (Placed(fact, action=action.id) for fact in action.facts)
    failed = _days(one for one in record.meetings if one.failed)
    failed -= _days(
        one for one in record.meetings if not one.failed and one.status is not Status.CANCELLED
    )
    for fact in record.facts:
        kind = KIND_OF_FACT.get(fact.name)
        if kind is None or HELD_FACTS[kind] != fact.name or (kind, fact.day) not in failed:
            yield Placed(fact)


def _days(meetings: Iterable[Meeting]) -> set[tuple[str, date]]:
    """Return the kinds and days on which meetings were booked or held."""
    return {
        (kind_of(meeting), Fact("", *when).day)
        for meeting in meetings
        for when in (meeting.held, meeting.scheduled)
        if when
    }


def _of_meeting(meeting: Meeting) -> Iterator[Placed]:
    scheduled, held = SCHEDULED_AND_HELD.get(kind_of(meeting), (None, ""))
    if held and meeting.held and not meeting.failed:
        yield Placed(Fact(held, *meeting.held), meeting)
    is_booked = not meeting.failed and meeting.status is not Status.CANCELLED
    if scheduled and meeting.scheduled and is_booked:
        yield Placed(Fact(scheduled, *meeting.scheduled), meeting)
    never = (scheduled, held) if meeting.failed else ()
    yield from (Placed(fact, meeting) for fact in meeting.facts if fact.name not in never)
    for invitee in meeting.invitees:
        for fact in invitee.facts:
            yield Placed(fact, meeting, invitee.id)


def _of_plan(plan: Plan) -> Iterator[Placed]:
    if plan.started_on:
        yield Placed(Fact("plan_started", london(plan.started_on), whole_day=True), plan=plan.id)
    if plan.ended_on and not any(fact.name == "plan_ended" for fact in plan.facts):
        ended = Fact("plan_ended", london(plan.ended_on), whole_day=True, known=False)
        yield Placed(ended, plan=plan.id)
    yield from (Placed(fact, plan=plan.id) for fact in plan.facts)


@dataclass(frozen=True, slots=True)
class Timeline:
    """What of a record counts at one moment, oldest first; `later` is when the next fact will count."""

    placed: tuple[Placed, ...]
    later: datetime | None
    record: Record
    at: datetime

    def of(self, name: str) -> tuple[Placed, ...]:
        """Return the placed facts of one name, oldest first."""
        return tuple(item for item in self.placed if item.fact.name == name)


def timeline(record: Record, at: datetime, words: Vocabulary) -> Timeline:
    """Return what counts at `at`: a fact dated later does not yet, unless its nature is to lie ahead.

    Source: DOMAIN section 2.
    """
    now: list[Placed] = []
    later: datetime | None = None
    for item in placed_facts(record):
        word = words.facts.get(item.fact.name)
        if item.fact.at <= at or (word is not None and word.future):
            now.append(item)
        elif later is None or item.fact.at < later:
            later = item.fact.at
    now.sort(key=lambda item: item.fact.at)
    return Timeline(tuple(now), later, record, at)
