"""Which section 47 enquiries a case has, and which initial conference, by number and attempt, each leads to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from daemon.decide.timeline import Timeline, kind_of
from daemon.domain.facts import Fact
from daemon.domain.record import Meeting, Record

STALE_DAYS = 91  # an enquiry that shows no end after three months swallows no present one
NEAR_DAYS = 10  # a corrected strategy date is the same enquiry; one further off is another


@dataclass(frozen=True, slots=True)
class Conference:
    """The n-th initial conference of a case, from before it is booked.

    `strategy` is the discussion that initiated its enquiry, None for one that came without (a
    transfer to us). `until` is the day from which facts belong to the next one. `attempts` are its
    meetings in date order: a rearranged one is the next attempt of the same number.
    """

    number: int
    anchor_on: date
    strategy: Fact | None
    until: date | None
    attempts: tuple[Meeting, ...]


def enquiries(facts: Timeline) -> list[Fact]:
    """Return the strategy discussions that initiated a section 47 enquiry, oldest first.

    A discussion held while an enquiry is still open initiates none: the clock of that enquiry runs
    from the discussion that began it.

    Source: READINGS section 1, "several strategy discussions".
    """
    discussions = facts.of("strategy_discussion_held")
    found: list[Fact] = []
    for item in facts.of("s47_decision_recorded"):
        decision = item.fact
        if decision.known and decision.value != "section_47":
            continue
        before = [placed.fact for placed in discussions if placed.fact.day <= decision.day]
        if not before:
            continue
        start = before[-1]
        if not found or (start.day > found[-1].day and _has_ended(facts, found[-1], start.day)):
            found.append(start)
    return found


def _has_ended(facts: Timeline, enquiry: Fact, by: date) -> bool:
    """Return whether an enquiry came to its conference or was found not to need one before a day."""
    ends = {
        "icpc_held": None,
        "icpc_not_required": None,
        "s47_concluded": "not_at_risk",
        "icpc_threshold_decision_recorded": "not_met",
    }
    if (by - enquiry.day).days > STALE_DAYS:
        return True
    return any(
        enquiry.day <= item.fact.day < by and ends[item.fact.name] in (None, item.fact.value)
        for item in facts.placed
        if item.fact.name in ends
    )


def _on_a_plan(facts: Timeline, day: date) -> bool:
    started, ended = (
        max((item.fact.day for item in facts.of(name) if item.fact.day < day), default=date.min)
        for name in ("plan_started", "plan_ended")
    )
    return started > ended


def conferences(
    record: Record, facts: Timeline, kept: Mapping[date, int]
) -> tuple[Conference, ...]:
    """Return the case's initial conferences in order of their anchors.

    An enquiry that starts while the child is on a plan raises none by itself, unless a conference
    is requested or booked for it. `kept` are the numbers that the store has already given, by
    anchor day: they never change.

    Source: DOMAIN section 2 (identity), READINGS section 1 ("second s47 while on a plan").
    """
    meetings = [meeting for meeting in record.meetings if kind_of(meeting) == "icpc"]
    starts = enquiries(facts)
    begun: list[tuple[date, Fact | None, list[Meeting]]] = []
    for index, start in enumerate(starts):
        until = starts[index + 1].day if index + 1 < len(starts) else None
        own = [
            meeting
            for meeting in meetings
            if meeting.kind != "transfer_in" and _falls(meeting, start.day, until)
        ]
        asked = any(
            start.day <= item.fact.day and (until is None or item.fact.day < until)
            for item in facts.of("conference_requested")
        )
        if own or asked or not _on_a_plan(facts, start.day):
            begun.append((start.day, start, own))
    taken = {meeting.id for _, _, own in begun for meeting in own}
    for meeting in sorted((m for m in meetings if m.id not in taken), key=_sort_key):
        day = _day(meeting)
        home = next(
            (entry for entry in begun if entry[1] is None and _follows(meeting, entry[2])), None
        )
        if home:
            home[2].append(meeting)
        elif day is not None:
            begun.append((day, None, [meeting]))
        elif begun:
            begun[-1][2].append(meeting)
    begun = _asked_of_us(record, facts, begun)
    begun.sort(key=lambda entry: entry[0])
    numbers = assign([entry[0] for entry in begun], kept)
    found = []
    for index, (day, strategy, own) in enumerate(begun):
        until = begun[index + 1][0] if index + 1 < len(begun) else None
        found.append(
            Conference(numbers[index], day, strategy, until, tuple(sorted(own, key=_sort_key)))
        )
    return tuple(found)


def _asked_of_us(
    record: Record, facts: Timeline, begun: list[tuple[date, Fact | None, list[Meeting]]]
) -> list[tuple[date, Fact | None, list[Meeting]]]:
    """Return the conferences, a transfer to us from the day on which its authority told us of it.

    Source: MAN-074.
    """
    told = [item.fact.day for item in facts.of("receiving_authority_notified")]
    found = []
    for day, strategy, own in begun:
        is_transfer = strategy is None and any(one.kind == "transfer_in" for one in own)
        near = [one for one in told if one <= day and (day - one).days <= STALE_DAYS]
        found.append((near[-1], strategy, own) if is_transfer and near else (day, strategy, own))
    known = {day for day, _, _ in found}
    if record.plan_held_by and told and told[-1] not in known:
        found.append((told[-1], None, []))
    return found


def assign(anchors: Sequence[date], kept: Mapping[date, int]) -> list[int]:
    """Return a number for each anchor day: the one it already has, else that of a near one, else the next.

    A back-filled row never renames: a new anchor before the others gets a new number.
    """
    free = dict(kept)
    numbers: dict[int, int] = {}
    for index, day in enumerate(anchors):
        if day in free:
            numbers[index] = free.pop(day)
    for index, day in enumerate(anchors):
        if index not in numbers and free:
            near = min(free, key=lambda other: abs((other - day).days))
            if abs((near - day).days) <= NEAR_DAYS:
                numbers[index] = free.pop(near)
    following = max(kept.values(), default=0)
    for index in range(len(anchors)):
        if index not in numbers:
            following += 1
            numbers[index] = following
    return [numbers[index] for index in range(len(anchors))]


def _day(meeting: Meeting) -> date | None:
    when = meeting.held or meeting.scheduled
    if when:
        return Fact("", *when).day
    return meeting.facts[0].day if meeting.facts else None


def _sort_key(meeting: Meeting) -> tuple[int, date, str]:
    return (meeting.attempt or 0, _day(meeting) or date.max, meeting.id)


def _falls(meeting: Meeting, start: date, until: date | None) -> bool:
    day = _day(meeting)
    if day is None:
        return until is None
    return start <= day and (until is None or day < until)


def _follows(meeting: Meeting, earlier: Sequence[Meeting]) -> bool:
    return any(other.failed and other.rearranged_to == meeting.id for other in earlier)
