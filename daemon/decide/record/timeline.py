"""Everything that a record says has happened, with the meeting, plan or action that it belongs to."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from daemon.domain.facts import Fact
from daemon.domain.record import (
    CALLED_OFF,
    SCHEDULED_AND_HELD,
    Invitee,
    Meeting,
    Plan,
    Record,
    Status,
)
from daemon.domain.times import DAY, day_of, london
from daemon.domain.vocabulary import Vocabulary

TIME_PASSED = "booked_time_passed"  # no feed says it: the clock does
DEPUTY = "deputy_nominated"  # a list that shows whose place somebody takes says it, too
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
        yield from _of_meeting(meeting, record.as_known_at)
    yield from _awaited(record.meetings)
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


def _awaited(meetings: Iterable[Meeting]) -> Iterator[Placed]:
    """Yield when the time of each meeting has passed of which nothing says how it went."""
    for one in meetings:
        is_booked = one.status in (Status.REQUESTED, Status.BOOKED)
        if one.scheduled and is_booked and not (one.held or one.failed):
            at, whole_day = one.scheduled
            over_at = at + DAY if whole_day else at
            yield Placed(Fact(TIME_PASSED, over_at, whole_day=whole_day), one)


def _of_meeting(meeting: Meeting, as_known_at: datetime | None) -> Iterator[Placed]:
    scheduled, held = SCHEDULED_AND_HELD.get(kind_of(meeting), (None, ""))
    if held and meeting.held and not meeting.failed:
        yield Placed(Fact(held, *meeting.held), meeting)
    is_booked = not meeting.failed and meeting.status is not Status.CANCELLED
    if scheduled and meeting.scheduled and is_booked:
        yield Placed(Fact(scheduled, *meeting.scheduled), meeting)
    if meeting.scheduled and not (meeting.failed or is_booked) and scheduled == "rcpc_scheduled":
        yield Placed(Fact(CALLED_OFF, *meeting.scheduled), meeting)
    never = (scheduled, held) if meeting.failed else ()
    yield from (Placed(fact, meeting) for fact in meeting.facts if fact.name not in never)
    for invitee in meeting.invitees:
        for fact in invitee.facts:
            yield Placed(fact, meeting, invitee.id)
        if invitee.deputy_for and (deputised := _deputised(meeting, invitee, as_known_at)):
            yield Placed(deputised, meeting, invitee.deputy_for)


def _deputised(meeting: Meeting, deputy: Invitee, as_known_at: datetime | None) -> Fact | None:
    """Return that somebody was named in another's place; who declines in turn, or was left out, stands in for nobody.

    A list shows no moment of it: the first at which they were seen there counts, or were invited. A record
    that nobody has read before shows it as it is known, or as the meeting begins.
    """
    if deputy.response == "declined" or deputy.excluded_by_chair:
        return None
    seen = [at for at in (deputy.deputy_named_at, deputy.invited_at) if at]
    begins = meeting.scheduled[0] if meeting.scheduled else as_known_at
    at = min(seen) if seen else as_known_at and begins and min(as_known_at, begins)
    return Fact(DEPUTY, at, whole_day=False) if at else None


def _of_plan(plan: Plan) -> Iterator[Placed]:
    if plan.started_on:
        yield Placed(Fact("plan_started", london(plan.started_on), whole_day=True), plan=plan.id)
    if plan.ended_on and not any(fact.name == "plan_ended" for fact in plan.facts):
        ended = Fact("plan_ended", london(plan.ended_on), whole_day=True, known=False)
        yield Placed(ended, plan=plan.id)
    yield from (Placed(fact, plan=plan.id) for fact in plan.facts)


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a record shows, oldest first, and by name; `ahead` may count before its day, for that is its nature."""

    every: tuple[Placed, ...]
    by_name: Mapping[str, tuple[Placed, ...]]
    ahead: frozenset[str]

    def between(self, since: datetime, upto: datetime) -> tuple[Placed, ...]:
        """Return what is dated after one moment, up to and with another."""
        first, last = (bisect_right(self.every, at, key=_at) for at in (since, upto))
        return self.every[first:last]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What of a record counts at one moment, oldest first."""

    record: Record
    at: datetime
    shown: Shown
    _found: dict[str, tuple[Placed, ...]] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def of(self, name: str) -> tuple[Placed, ...]:
        """Return the placed facts of one name, oldest first; looked for once."""
        found = self._found.get(name)
        if found is None:
            found = self.shown.by_name.get(name, ())
            if found and found[-1].fact.at > self.at and name not in self.shown.ahead:
                found = found[: bisect_right(found, self.at, key=_at)]
            self._found[name] = found
        return found

    @property
    def placed(self) -> tuple[Placed, ...]:
        """Everything that counts; what lies ahead comes last."""
        upto = bisect_right(self.shown.every, self.at, key=_at)
        ahead = (one for one in self.shown.every[upto:] if one.fact.name in self.shown.ahead)
        return (*self.shown.every[:upto], *ahead)

    @property
    def to_come(self) -> Iterator[Placed]:
        """What will count later and does not yet, the next one first."""
        upto = bisect_right(self.shown.every, self.at, key=_at)
        return (one for one in self.shown.every[upto:] if one.fact.name not in self.shown.ahead)


def timeline(
    record: Record, at: datetime, words: Vocabulary, before: Timeline | None = None
) -> Timeline:
    """Return what counts at `at`: a fact dated later does not yet, unless its nature is to lie ahead.

    `before` is the same record's at another moment.

    Source: DOMAIN section 2.
    """
    return Timeline(record, at, before.shown if before else _shown(record, words))


def _shown(record: Record, words: Vocabulary) -> Shown:
    every = tuple(sorted(placed_facts(record), key=_at))
    by_name: dict[str, list[Placed]] = {}
    for item in every:
        by_name.setdefault(item.fact.name, []).append(item)
    ahead = frozenset(name for name in by_name if (word := words.facts.get(name)) and word.future)
    return Shown(every, {name: tuple(items) for name, items in by_name.items()}, ahead)


def _at(item: Placed) -> datetime:
    return item.fact.at
