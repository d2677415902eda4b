"""Which section 47 enquiries a case has, and which initial conference, by number and attempt, each leads to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from daemon.decide.conference.attempts import (
    attempts_of,
    came_to_nothing,
    in_order,
    is_dated,
    shown_on,
)
from daemon.decide.conference.numbered import assign
from daemon.decide.record.timeline import Timeline, kind_of
from daemon.domain.facts import Fact
from daemon.domain.record import Meeting, Record

STALE_DAYS = 91  # an enquiry that shows no end after three months swallows no present one
LOOKED_AT = frozenset({  # the facts by which a case has its conferences
    *("strategy_discussion_held", "s47_decision_recorded", "s47_concluded"),
    *("icpc_held", "icpc_not_required", "icpc_threshold_decision_recorded", "conference_requested"),
    *("plan_started", "plan_ended", "receiving_authority_notified"),
})  # fmt: skip


class Begun(NamedTuple):
    """A conference that is being put together: from which day, by what, with which meetings."""

    day: date
    strategy: Fact | None
    decision: Fact | None
    own: list[Meeting]


@dataclass(frozen=True, slots=True)
class Conference:
    """The n-th initial conference of a case, from before it is booked.

    `strategy` is the discussion that initiated its enquiry and `decision` what it decided, None for
    one that came without (a transfer to us). `until` is the day from which facts belong to the next
    one. `attempts` are its meetings in date order: a rearranged one is the next attempt of the same number;
    `beside` them stand rows that show no date.
    """

    number: int
    anchor_on: date
    strategy: Fact | None
    decision: Fact | None
    until: date | None
    attempts: tuple[Meeting, ...]
    beside: tuple[Meeting, ...] = ()


def enquiries(facts: Timeline) -> list[tuple[Fact, Fact]]:
    """Return the strategy discussions that initiated a section 47 enquiry with their decisions, oldest first.

    A discussion held while an enquiry is still open initiates none: the clock of that enquiry runs
    from the discussion that began it.

    Source: READINGS section 1, "several strategy discussions".
    """
    discussions = facts.of("strategy_discussion_held")
    found: list[tuple[Fact, Fact]] = []
    for item in facts.of("s47_decision_recorded"):
        decision = item.fact
        if decision.known and decision.value != "section_47":
            continue
        before = [placed.fact for placed in discussions if placed.fact.day <= decision.day]
        if not before:
            continue
        start = before[-1]
        last = found[-1][0] if found else None
        if last is None or (start.day > last.day and _has_ended(facts, last, start.day)):
            found.append((start, decision))
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
        enquiry.day <= item.fact.day < by and value in (None, item.fact.value)
        for name, value in ends.items()
        for item in facts.of(name)
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
    begun: list[Begun] = []
    loose = [item.fact for item in facts.of("icpc_held") if item.meeting is None]
    for index, (start, decision) in enumerate(starts):
        until = starts[index + 1][0].day if index + 1 < len(starts) else None
        held_on = min((fact.day for fact in loose if fact.day >= start.day), default=None)
        own = _until_held(
            (
                meeting
                for meeting in meetings
                if meeting.kind != "transfer_in" and _falls(meeting, start.day, until)
            ),
            held_on,
        )
        asked = any(
            start.day <= item.fact.day and (until is None or item.fact.day < until)
            for name in ("conference_requested", "icpc_held")
            for item in facts.of(name)
        )
        if own or asked or not _on_a_plan(facts, start.day):
            begun.append(Begun(start.day, start, decision, own))
    begun += _unasked(loose, begun)
    taken = {meeting.id for one in begun for meeting in one.own}
    left = sorted((meeting for meeting in meetings if meeting.id not in taken), key=in_order)
    told = [item.fact.day for item in facts.of("receiving_authority_notified")]
    for index, meeting in enumerate(left):
        day = shown_on(meeting) or _asked_on(meeting, told, begun)
        is_last = all(came_to_nothing(one) for one in left[index:])
        _place(meeting, day, begun, is_last=is_last)
    begun = _asked_of_us(record, told, begun)
    begun.sort(key=lambda one: one.day)
    numbers = assign([one.day for one in begun], kept)
    found = []
    for index, (day, strategy, decided, own) in enumerate(begun):
        until = begun[index + 1].day if index + 1 < len(begun) else None
        beside, attempts = attempts_of(sorted(own, key=in_order))
        found.append(Conference(numbers[index], day, strategy, decided, until, attempts, beside))
    return tuple(found)


def _asked_on(meeting: Meeting, told: Sequence[date], begun: Sequence[Begun]) -> date | None:
    """Return the day from which a transfer to us that nobody has booked is put together: when we were told of it.

    None where what we were told has another conference already.

    Source: MAN-074.
    """
    if meeting.kind != "transfer_in" or not told:
        return None
    has_one = any(
        each.kind == "transfer_in" for one in begun if one.day >= told[-1] for each in one.own
    )
    return None if has_one else told[-1]


def _place(meeting: Meeting, day: date | None, begun: list[Begun], *, is_last: bool) -> None:
    """Put a meeting that no enquiry claims where it belongs, or begin a conference with it.

    One that is rearranged to another is that one's earlier attempt, whatever their days. One that
    shows no date speaks of the conference that was held before what it carries. One that came to
    nothing and `is_last` is no conference of its own.
    """
    linked = [at for at, one in enumerate(begun) if _is_linked(meeting, one.own)]
    around = sorted((one.day, at) for at, one in enumerate(begun))
    before = [at for began, at in around if day is None or began <= day]
    after = [at for began, at in around if day is not None and began > day]
    is_own = meeting.held is not None and not meeting.failed
    only_held = [
        at
        for began, at in around
        if day is not None
        and began >= day
        and (began == day or not is_own)
        and begun[at].strategy is None
        and not begun[at].own
    ]
    told_of = [at for at in before if not is_dated(meeting) and _shows(begun[at], day)]
    if linked:
        home = linked[0]
    elif told_of:
        home = told_of[-1]
    elif only_held[:1] in ([at] for at in (*before[-1:], *after[:1])):
        # the booking of a conference of which only the case says that it was held
        home = only_held[0]
    elif begun and (day is None or (is_last and came_to_nothing(meeting))):
        home = before[-1] if before else after[0]
    elif day is not None:
        begun.append(Begun(day, None, None, [meeting]))
        return
    else:
        return
    one = begun[home]
    one.own.append(meeting)
    if one.strategy is None and day is not None:
        begun[home] = one._replace(day=min(one.day, day))


def _shows(one: Begun, day: date | None) -> bool:
    """Return whether a row without a date may speak of a conference that was held: what it carries is near it."""
    has_own = any(each.held and not each.failed for each in one.own)
    return has_own and (day is None or (day - one.day).days <= STALE_DAYS)


def _is_linked(meeting: Meeting, others: Sequence[Meeting]) -> bool:
    return _follows(meeting, others) or meeting.rearranged_to in {one.id for one in others}


def _asked_of_us(record: Record, told: Sequence[date], begun: list[Begun]) -> list[Begun]:
    """Return the conferences, a transfer to us from the day on which its authority told us of it.

    Source: MAN-074.
    """
    found = []
    for one in begun:
        is_transfer = one.strategy is None and any(each.kind == "transfer_in" for each in one.own)
        near = [day for day in told if day <= one.day and (one.day - day).days <= STALE_DAYS]
        found.append(one._replace(day=near[-1]) if is_transfer and near else one)
    if record.plan_held_by and told and told[-1] not in {one.day for one in found}:
        found.append(Begun(told[-1], None, None, []))
    return found


def _unasked(loose: Sequence[Fact], begun: Sequence[Begun]) -> list[Begun]:
    """Return the conferences of which the record shows only that they were held: no enquiry leads to them."""
    days = sorted(one.day for one in begun if one.strategy)
    held = {
        shown_on(meeting) for one in begun for meeting in one.own if not came_to_nothing(meeting)
    }
    taken = {one.day for one in begun if any(each.held and not each.failed for each in one.own)}
    found = []
    for fact in loose:
        enquiry = max((day for day in days if day <= fact.day), default=None)
        if fact.day in held or (enquiry is not None and enquiry not in taken):
            taken |= {enquiry} if enquiry else set()
        else:
            found.append(Begun(fact.day, None, None, []))
    return found


def _falls(meeting: Meeting, start: date, until: date | None) -> bool:
    day = shown_on(meeting)
    if day is None:
        return until is None
    return start <= day and (until is None or day < until)


def _until_held(meetings: Iterable[Meeting], held_on: date | None) -> list[Meeting]:
    """Return the attempts up to the one that was held: what comes after it is another conference.

    `held_on` is the day of a conference of which only the case itself says that it was held.
    """
    found = []
    for meeting in sorted(meetings, key=in_order):
        if held_on is not None and (shown_on(meeting) or held_on) > held_on:
            break
        found.append(meeting)
        if meeting.held and not meeting.failed:
            break
    return found


def _follows(meeting: Meeting, earlier: Sequence[Meeting]) -> bool:
    return any(other.failed and other.rearranged_to == meeting.id for other in earlier)
