"""When the clock of one rule starts, opens and ends for one subject of a case (DOMAIN section 3)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from daemon.decide.deadlines import due
from daemon.decide.office import Calendar
from daemon.decide.subjects import Scene
from daemon.decide.timeline import SCHEDULED_AND_HELD
from daemon.domain.deadline import Deadline, Finish, LateStart, Which
from daemon.domain.facts import Fact
from daemon.domain.obligation import Step
from daemon.domain.rules import Rule
from daemon.domain.times import LONDON, day_of, london, say_day
from daemon.domain.vocabulary import Vocabulary

BOOKED_WHEN = ("icpc_booked", "icpc_rearranged")


class Clock(NamedTuple):
    """What a duty counts from, and its moments. `is_provisional`: it counts back from a meeting that is not booked."""

    anchor: Fact
    opens_at: datetime | None
    due_at: datetime | None
    working: tuple[Step, ...]
    is_provisional: bool


def start(scene: Scene, deadline: Deadline) -> Fact | None:
    """Return the fact that a deadline counts from, None where there is none yet."""
    if deadline.which is Which.OWN:
        return scene.own_fact(deadline.anchor)
    if deadline.which is Which.BEFORE:
        return scene.after
    if deadline.which is Which.LATEST:
        return (scene.of(deadline.anchor) or (None,))[-1]
    if deadline.which is Which.NTH:
        return (*scene.of(deadline.anchor)[deadline.nth - 1 : deadline.nth], None)[0]
    return scene.anchor(deadline.anchor)


def wind(
    rule: Rule, scene: Scene, rules: Iterable[Rule], words: Vocabulary, calendar: Calendar
) -> Clock | None:
    """Return the clock of a rule for a subject, None where it has not started.

    `rules` are those of the same pack: the limit of a meeting that is not booked stands among them.
    Raises OverflowError where the count leaves the calendar that is known.
    """
    anchor, is_provisional = start(scene, rule.due), False
    if anchor is None:
        anchor, is_provisional = _stand_in(rule.due, scene, rules, words, calendar), True
    if anchor is None:
        return None
    opens = start(scene, rule.opens) if rule.opens else None
    opens_at = None
    if rule.opens and opens:
        opens_at = london(day_of(due(rule.opens, opens, "", calendar).at))
    if not rule.due.is_limit:
        began = Step(anchor.day, counted=False, why=f"begins with {words.label(rule.due.anchor)}")
        return Clock(anchor, opens_at, None, (began,), is_provisional)
    first, *others = rule.due.legs
    since = _ended(scene, anchor) if first.finish is Finish.SAME_TIME else anchor
    when = due(first, since, words.label(first.anchor), calendar)
    for other in others:
        if second := start(scene, other):
            when = min(
                when,
                due(other, second, words.label(other.anchor), calendar),
                key=lambda one: one.at,
            )
    at, working = when
    if rule.late_start and (late := _began_late(rule.late_start, anchor, calendar)):
        at, step = late
        working = (*working[:1], step)
    if is_provisional:
        what = (
            f"{words.label(first.anchor)} is not recorded: counted from the day by which it is due"
        )
        working = (Step(working[0].date, counted=False, why=what), *working[1:])
    elif first.is_backward and (short := _short_notice(scene, anchor, at, calendar)):
        at, step = short
        working = (*working, step)
    return Clock(anchor, opens_at, at, working, is_provisional)


def _stand_in(
    deadline: Deadline, scene: Scene, rules: Iterable[Rule], words: Vocabulary, calendar: Calendar
) -> Fact | None:
    """Return the day by which a meeting that is not booked is due, as if it were booked for it.

    Source: READINGS section 1, "backward duties"; DOMAIN section 3.
    """
    booked, held = SCHEDULED_AND_HELD.get(scene.own_kind or "", (None, ""))
    if not deadline.is_backward or deadline.anchor != booked:
        return None
    if took_place := scene.own_fact(held):
        return replace(took_place, name=booked)
    limits = [
        due(rule.due, anchor, words.label(rule.due.anchor), calendar).at
        for rule in rules
        if rule.subject == scene.subject.kind and held in rule.met_by
        if rule.due.is_limit and not rule.due.is_backward and rule.when.test(scene) is not False
        if (anchor := start(scene, rule.due))
    ]
    return Fact(booked, min(limits), whole_day=True) if limits else None


def _ended(scene: Scene, held: Fact) -> Fact:
    """Return a meeting's held fact with the time at which the meeting ended; a date alone where none is known.

    Source: STK-076, READINGS section 1.
    """
    for meeting in scene.facts.record.meetings:
        if meeting.held and meeting.id in scene.own and day_of(meeting.held[0]) == held.day:
            if meeting.ends_at and day_of(meeting.ends_at) == held.day:
                return replace(held, at=meeting.ends_at, whole_day=False)
            return replace(held, at=london(held.day), whole_day=True)
    return held


def _began_late(late: LateStart, anchor: Fact, calendar: Calendar) -> tuple[datetime, Step] | None:
    """Return noon of the next working day for what began too late in its day, or on no working day."""
    local = anchor.at.astimezone(LONDON)
    is_working = calendar.days.is_working(anchor.day)
    if is_working and (anchor.whole_day or local.time() < late.start):
        return None
    day = calendar.days.shift(anchor.day, 1)
    why = f"begun from {late.start:%H:%M} on" if is_working else "begun on no working day"
    return london(day, late.due), Step(day, counted=True, why=f"{why}: due by {late.due:%H:%M}")


def _short_notice(
    scene: Scene, booked: Fact, at: datetime, calendar: Calendar
) -> tuple[datetime, Step] | None:
    """Return the next working day, or the meeting's start, where the booking came after the due moment."""
    noted = max(
        (fact for name in BOOKED_WHEN for fact in scene.of(name)),
        key=lambda fact: fact.at,
        default=None,
    )
    if noted is None or day_of(at) >= noted.day:
        return None
    following = calendar.hours.close_of_business(calendar.days.shift(noted.day, 1))
    begins = calendar.opens(booked.day) if booked.whole_day else booked.at
    granted = max(min(following, begins), at)
    why = f"short notice: booked on {say_day(noted.day)}, after it would have been due"
    return granted, Step(day_of(granted), counted=True, why=why)
