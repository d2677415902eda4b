"""When the clock of one rule starts, opens and ends for one subject of a case (DOMAIN section 3)."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from typing import NamedTuple

from daemon.decide.case.invited import own_meetings
from daemon.decide.case.scene import Scene
from daemon.decide.due.deadlines import Due, due
from daemon.decide.due.office import Calendar
from daemon.decide.record.timeline import HELD_FACTS, KIND_OF_FACT
from daemon.domain.deadline import Deadline, Finish, LateStart, Roll, Which
from daemon.domain.facts import Fact
from daemon.domain.obligation import Step
from daemon.domain.record import SCHEDULED_AND_HELD
from daemon.domain.rules import Basis, Rule
from daemon.domain.times import LONDON, day_of, london, say_day
from daemon.domain.vocabulary import Vocabulary

Steps = Callable[[], tuple[Step, ...]]
BOOKED_WHEN = ("icpc_booked", "icpc_rearranged")


class Clock(NamedTuple):
    """What a duty counts from, and its moments. `is_provisional`: it counts back from a meeting that is not booked."""

    anchor: Fact
    opens_at: datetime | None
    due_at: datetime | None
    steps: Steps
    is_provisional: bool


def start(scene: Scene, deadline: Deadline) -> Fact | None:
    """Return the fact that a deadline counts from, None where there is none yet."""
    if deadline.which is Which.OWN or _begins_with_itself(scene, deadline):
        return scene.own_fact(deadline.anchor)
    if deadline.which is Which.BEFORE:
        return scene.after
    if deadline.which is Which.LATEST:
        return (scene.of(deadline.anchor) or (None,))[-1]
    if deadline.which is Which.NTH:
        return (*scene.of(deadline.anchor)[deadline.nth - 1 : deadline.nth], None)[0]
    return scene.anchor(deadline.anchor)


def _begins_with_itself(scene: Scene, deadline: Deadline) -> bool:
    """Return whether "the latest" asks for what this meeting of a row is: only its own is meant."""
    is_latest = deadline.which is Which.LATEST and scene.is_counted
    return is_latest and deadline.anchor == HELD_FACTS.get(scene.own_kind or "")


def wind(
    rule: Rule, scene: Scene, rules: Iterable[Rule], words: Vocabulary, calendar: Calendar
) -> Clock | None:
    """Return the clock of a rule for a subject, None where it has not started.

    `rules` are those of the same pack: the limit of a meeting that is not booked stands among them.
    Raises OverflowError where the count leaves the calendar that is known.
    """
    started = [(leg, found) for leg in rule.due.legs if (found := start(scene, leg))]
    is_provisional = not started
    if not started:
        found = _stand_in(rule.due, scene, rules, words, calendar)
        if found is None:
            return None
        started = [(rule.due, found)]
    anchor = started[0][1]
    opens = start(scene, rule.opens) if rule.opens else None
    opens_at = None
    if rule.opens and opens:
        begins = due(_on_its_day(rule.opens), opens, "", calendar)
        opens_at = london(day_of(begins.at))
    if not rule.due.is_limit:
        begins_with = partial(_say_beginning, anchor, words.on_its_day(rule.due.anchor))
        return Clock(anchor, opens_at, None, begins_with, is_provisional)
    is_booked = not is_provisional
    dues = [_leg(leg, found, scene, words, calendar, is_booked=is_booked) for leg, found in started]
    at, steps = min(dues, key=lambda one: one.at)
    if rule.late_start and (late := _began_late(rule.late_start, anchor, calendar)):
        at, step = late
        steps = partial(_say_other, steps, 1, step)
    if is_provisional:
        steps = partial(_say_stand_in, steps, words.label(rule.due.anchor))
    return Clock(anchor, opens_at, at, steps, is_provisional)


@lru_cache(maxsize=500)  # as many as rules have windows
def _on_its_day(opens: Deadline) -> Deadline:
    """Return the beginning of a window: on whatever day it falls."""
    return replace(opens, roll=Roll.NOT)


def _say_beginning(anchor: Fact, label: str) -> tuple[Step, ...]:
    return (Step(anchor.day, counted=False, why=f"begins with {label}"),)


def _say_other(steps: Steps, kept: int | None, last: Step) -> tuple[Step, ...]:
    """Return the days as counted, the first `kept` of them, with another end."""
    return (*steps()[:kept], last)


def _say_stand_in(steps: Steps, label: str) -> tuple[Step, ...]:
    begin, *others = steps()
    what = f"{label} is not recorded: counted from the day by which it is due"
    return (Step(begin.date, counted=False, why=what), *others)


def _leg(
    leg: Deadline, anchor: Fact, scene: Scene, words: Vocabulary, calendar: Calendar, *, is_booked: bool
) -> Due:  # fmt: skip
    """Return when one limit falls due; one that counts back from a booking gives time where that came late."""
    since = _ended(scene, anchor) if leg.finish is Finish.SAME_TIME else anchor
    at, steps = due(leg, since, words.on_its_day(leg.anchor), calendar)
    if leg.is_backward and is_booked and (short := _short_notice(scene, leg, anchor, at, calendar)):
        at, step = short
        steps = partial(_say_other, steps, None, step)
    return Due(at, steps)


def _stand_in(
    deadline: Deadline, scene: Scene, rules: Iterable[Rule], words: Vocabulary, calendar: Calendar
) -> Fact | None:
    """Return the day by which a meeting that is not booked is due, as if it were booked for it.

    Source: READINGS section 1, "backward duties"; DOMAIN section 3.
    """
    if not deadline.is_backward:
        return None
    booked, held = SCHEDULED_AND_HELD.get(scene.own_kind or "", (None, ""))
    if deadline.anchor != booked:
        return None
    if took_place := scene.own_fact(held):
        return replace(took_place, name=booked)
    limits = [
        due(rule.due, anchor, words.label(rule.due.anchor), calendar).at
        for rule in stands_in_by(rules, scene.subject.kind)
        if rule.when.test(scene) is not False and (anchor := start(scene, rule.due))
    ]
    return Fact(booked, min(limits), whole_day=True) if limits else None


def stands_in_by(rules: Iterable[Rule], kind: str) -> Iterator[Rule]:
    """Yield the rules that say by when a meeting of a kind must be held; as we would have it is no limit."""
    _, held = SCHEDULED_AND_HELD.get(kind, (None, ""))
    for rule in rules:
        is_limit = rule.due.is_limit and not rule.due.is_backward and rule.basis is not Basis.HOUSE
        if is_limit and rule.subject == kind and held in rule.met_by:
            yield rule


def _ended(scene: Scene, held: Fact) -> Fact:
    """Return a meeting's held fact with the time at which the meeting ended; a date alone where none is known.

    Source: STK-076, READINGS section 1.
    """
    if held.name not in KIND_OF_FACT:
        return held
    for meeting in scene.facts.record.meetings:
        if meeting.id in scene.own and meeting.ends_at and day_of(meeting.ends_at) == held.day:
            return replace(held, at=meeting.ends_at, whole_day=False)
    return replace(held, at=london(held.day), whole_day=True)


def _began_late(late: LateStart, anchor: Fact, calendar: Calendar) -> tuple[datetime, Step] | None:
    """Return noon of the next working day for what began too late in its day, or on no working day."""
    local = anchor.at.astimezone(LONDON)
    is_working = calendar.days.is_working(anchor.day)
    if is_working and (anchor.whole_day or local.time() <= late.start):
        return None
    day = calendar.days.shift(anchor.day, 1)
    why = f"begun after {late.start:%H:%M}" if is_working else "begun on no working day"
    return london(day, late.due), Step(day, counted=True, why=f"{why}: due by {late.due:%H:%M}")


def _short_notice(
    scene: Scene, leg: Deadline, booked: Fact, at: datetime, calendar: Calendar
) -> tuple[datetime, Step] | None:
    """Return the next working day, or the meeting's start, where the booking came after the due moment.

    Where nothing says when it was booked, it was when its feed first showed a date. So does a booking that
    brings the meeting forward, of what was not due yet by its former date. What takes the place of an
    earlier attempt's date gives none: what prepares it was due before.
    """
    attempts = own_meetings(scene.facts.record.meetings, scene)
    notes: list[Fact] = []
    if not any(one.scheduled and one.scheduled[0] < booked.at for one in attempts):
        names = BOOKED_WHEN if scene.own_kind == "icpc" else ()
        notes = [fact for name in names for fact in scene.of(name)]
        seen = (one.dated_at for one in attempts)
        notes = notes or [Fact("", at, whole_day=False) for at in seen if at]
    for one in attempts:
        since, was = one.brought_forward_at, one.brought_forward_from
        if since and was and one.scheduled and one.scheduled[0] == booked.at:
            former = due(leg, replace(booked, at=was), "", calendar).at
            notes += [Fact("", since, whole_day=False)] if former >= since else []
    noted = max((one for one in notes if one.at <= booked.at), key=_moment, default=None)
    if noted is None:
        return None
    if (noted.day <= day_of(at)) if noted.whole_day else (noted.at <= at):
        return None
    following = calendar.hours.close_of_business(calendar.days.shift(noted.day, 1))
    begins = calendar.opens(booked.day) if booked.whole_day else booked.at
    granted = max(min(following, begins), at)
    why = f"short notice: booked on {say_day(noted.day)}, after it would have been due"
    return granted, Step(day_of(granted), counted=True, why=why)


def _moment(fact: Fact) -> datetime:
    return fact.at
