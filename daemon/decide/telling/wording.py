"""From an obligation to the closed set of words that a message may print (DOMAIN section 6)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from math import inf

from daemon.decide.telling.invited import say_meeting, say_somebody
from daemon.domain.message import Level
from daemon.domain.obligation import Obligation, State, Step
from daemon.domain.record import Meeting
from daemon.domain.rules import Basis, Rule, Rung
from daemon.domain.times import MONTHS, WEEKDAYS, day_of, say, say_day
from daemon.domain.vocabulary import YOUR_ROLE, Vocabulary
from daemon.domain.working_days import WorkingDays

NO_DATE = "no date yet"
IN_THE_RECORD, SOME_TIME = "the date in the case record", "some time"
HOUSE = "This reminder is a default of ours, not in the document."
BASIS = {
    Basis.STATUTORY: "a statutory limit",
    Basis.LOCAL: "a local limit",
    Basis.HOUSE: "a default of ours, not in the document",
}
WITHOUT_LIMIT = {  # of what has no day by which it is due
    BASIS[Basis.STATUTORY]: "a statutory rule",
    BASIS[Basis.LOCAL]: "a local rule",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One obligation in words: every text is ours, the pack's or a reference, never a name.

    `code` is the item code of the message and its page. `working` holds lines of
    "day: how it counts". `told` names roles. `agency` is the one that the duty is about. `limits` are what
    runs on meanwhile, each with its last day. `is_late`: it could have been done in time, and was not.
    `meeting` says when the meeting is that it belongs to.
    Empty texts mean that there is nothing to say.
    """

    ref: str
    code: str
    rule: str
    title: str
    source: str
    clauses: tuple[str, ...]
    basis: str
    house: bool
    due: str
    due_at: datetime | None
    overdue: bool
    overdue_by: str
    left: str
    met: str
    was_due: str
    working: tuple[str, ...]
    remarks: tuple[str, ...]
    told: str
    next_step: str
    todo: str
    responsible: str
    agency: str = ""
    limits: tuple[tuple[str, str], ...] = ()
    is_late: bool = False
    meeting: str = ""

    @property
    def standing(self) -> str:
        """How it stands in a few words: "overdue by 2 working days"."""
        if self.met:
            return "recorded"
        if self.overdue:
            return f"overdue by {self.overdue_by}"
        return f"{self.left} left" if self.left else ""

    @property
    def kind(self) -> str:
        """Whose limit it is; what has no day by which it is due is a rule, an invitation for one."""
        return self.basis if self.due else WITHOUT_LIMIT.get(self.basis, self.basis)


def describe(
    obligation: Obligation,
    rule: Rule,
    rung: Rung | None,
    pack_title: str,
    vocabulary: Vocabulary,
    now: datetime,
    days: WorkingDays,
    *,
    code: str,
    next_rung: tuple[Rung, datetime] | None = None,
    told: Sequence[str] = (),
    due_before: datetime | None = None,
    limits: Sequence[tuple[str, datetime]] = (),
    meeting: Meeting | None = None,
) -> Item:
    """Return an obligation in words, as it stands at `now`.

    `rung` is the step that the message is for, if it is for one; `next_rung` the next one with its
    moment; `told` the codes of the roles told besides the reader; `due_before` when it was due
    until the record moved it; `limits` what else runs on for the same conference; `meeting` the one that
    it is about, as its record has it.
    """
    due_at = obligation.due_at
    is_open = obligation.state is State.OPEN
    is_overdue = obligation.is_overdue(now)
    gap = abs(days.between(day_of(now), day_of(due_at))) if due_at and is_open else None
    span = "" if gap is None else say_working_days(gap)
    said = {remark.say: remark.said(is_overdue=is_overdue) for remark in rule.remarks}
    item = Item(
        ref=obligation.ref,
        code=code,
        rule=rule.name,
        title=rule.title,
        source=pack_title,
        clauses=obligation.clauses,
        basis=BASIS[obligation.basis],
        house=obligation.basis is Basis.HOUSE or (rung is not None and rung.house),
        due=say_due(due_at, rule),
        due_at=due_at,
        overdue=is_overdue,
        overdue_by=(span or SOME_TIME) if is_overdue else "",
        left="" if is_overdue else span,
        met=say(obligation.met_at) if obligation.met_at else "",
        was_due=say(due_before) if due_before else "",
        working=tuple(say_working(obligation.working)),
        remarks=tuple(said.get(one, one) for one in obligation.remarks),
        told=", ".join(f"the {vocabulary.role(role)}" for role in dict.fromkeys(told)),
        next_step=say_next(rung, next_rung, vocabulary) if is_open else "",
        todo=rule.todo,
        responsible=say_list([f"the {vocabulary.role(role)}" for role in rule.responsible]),
        agency=vocabulary.agency(obligation.subject.agency or ""),
        limits=tuple((title, f"by {say(at)}") for title, at in limits),
        is_late=is_overdue and not _is_of_today(obligation, now),
        meeting=say_meeting(meeting, now),
    )
    return withheld(item, rule)


def withheld(item: Item, rule: Rule) -> Item:
    """Return the item without whatever would tell its date, where the rule hides that (DOMAIN section 6)."""
    if not rule.hides_date:
        return item
    return replace(
        item, due=say_due(None, rule), due_at=None, overdue_by=SOME_TIME if item.overdue else "",
        left="", was_due="", working=(), next_step="", meeting="",
    )  # fmt: skip


def _is_of_today(obligation: Obligation, now: datetime) -> bool:
    """Return whether it was due the moment it began, and that is today: nobody could have been sooner."""
    begun, due_at = obligation.starts_at, obligation.due_at
    is_at_once = begun is not None and due_at is not None and due_at <= begun
    return is_at_once and due_at is not None and day_of(due_at) == day_of(now)


def say_due(due_at: datetime | None, rule: Rule) -> str:
    """Return when something is due; a date that would tell a date of birth is in the case record alone."""
    if rule.hides_date:
        return IN_THE_RECORD if rule.due.is_limit else ""
    if due_at is None:
        return NO_DATE if rule.due.is_limit else ""
    return say(due_at)


def say_when(item: Item) -> str:
    """Return by when it is to be done, as a verb: "is due by …", and "was due by …" once that has passed."""
    if not item.due:
        return "is to be done"
    if item.due == NO_DATE:
        return f"has {NO_DATE}"
    return f"{'was' if item.is_late else 'is'} due by {item.due}"


def say_working_days(count: int) -> str:
    """Return a number of working days with its unit; a part of one is "less than 1 working day"."""
    if count == 0:
        return "less than 1 working day"
    return f"{count} working day{'' if count == 1 else 's'}"


def say_list(words: Sequence[str]) -> str:
    """Return the words as a list in a sentence: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def say_reasons(reasons: Sequence[str]) -> str:
    """Return why somebody is told of several things, each reason once: "your role is team manager and minute taker"."""
    posts = [one.removeprefix(YOUR_ROLE) for one in reasons if one.startswith(YOUR_ROLE)]
    held = [YOUR_ROLE + say_list(list(dict.fromkeys(posts)))] if posts else []
    others = [one for one in reasons if not one.startswith(YOUR_ROLE)]
    return say_list(list(dict.fromkeys([*held, *others])))


def say_next(
    rung: Rung | None, following: tuple[Rung, datetime] | None, vocabulary: Vocabulary
) -> str:
    """Return what happens if nobody acts: a ladder never falls silent (DOMAIN 5.8)."""
    repeat = rung.repeat_working_days if rung else None
    if rung and repeat and (following is None or following[0].name == rung.name):
        rhythm = "working day" if repeat == 1 else say_working_days(repeat)
        again = f", next on {say(following[1])}" if following else ""
        return f"This is the last step; it repeats every {rhythm}{again}."
    if following is None:
        return ""
    roles = [f"the {vocabulary.role(role)}" for role in following[0].to]
    verb = "is" if len(roles) == 1 else "are"
    return f"If nothing changes, {say_list(roles)} {verb} told on {say(following[1])}."


def say_working(steps: Sequence[Step]) -> Iterator[str]:
    """Yield a line a day of the count; the days of one weekend share a line."""
    for is_weekend, run in groupby(
        steps, key=lambda step: not step.counted and step.why in WEEKDAYS
    ):
        if is_weekend:
            yield f"{say_days([step.date for step in run])}: weekend, not counted"
            continue
        for step in run:
            ending = (
                ", not counted" if not step.counted and step.why.startswith("bank holiday") else ""
            )
            yield f"{say_day(step.date)}: {step.why}{ending}"


def say_days(dates: Sequence[date]) -> str:
    """Return the dates of one run in words: "Saturday 7 and Sunday 8 March 2026"."""
    last = dates[-1]
    months = ["" if day.month == last.month else f" {MONTHS[day.month - 1]}" for day in dates[:-1]]
    words = [
        f"{WEEKDAYS[day.weekday()]} {day.day}{month}"
        for day, month in zip(dates, months, strict=False)
    ]
    return say_list([*words, say_day(last)])


def gather(items: Sequence[Item]) -> list[tuple[Item, ...]]:
    """Return the items as sections of a message: overdue first, then by due moment.

    Siblings for whom everything but reference and code is the same share a section.
    """
    sections: dict[Item, list[Item]] = {}
    for item in sorted(items, key=place):
        sections.setdefault(replace(item, ref="", code=""), []).append(item)
    return [tuple(section) for section in sections.values()]


def place(item: Item) -> tuple[bool, float, str, str]:
    """Return where an item stands among others: overdue first, then what is due soonest."""
    due_s = item.due_at.timestamp() if item.due_at else inf
    return not item.overdue, due_s, item.title, item.ref


def fields(
    section: Sequence[Item],
    level: Level,
    *,
    team: str | None = None,
    as_known_at: datetime | None = None,
) -> dict[str, object]:
    """Return the fields that a message's template may print about one section.

    `ref` names every case of the section. Below L2 `team` is empty and `children` is 0: a template
    cannot print what its reader may not have.

    Source: DOMAIN section 6.
    """
    first, refs = section[0], list(dict.fromkeys(item.ref for item in section))
    return {
        "ref": say_list(refs),
        "refs": say_list(refs),
        "children": len(refs) if level is Level.L2 else 0,
        "team": (team or "") if level is Level.L2 else "",
        "title": first.title,
        "due": first.due,
        "is_due": say_when(first),
        "due_day": say_day(day_of(first.due_at)) if first.due_at else first.due or NO_DATE,
        "was_due": first.was_due,
        "met": first.met,
        "overdue_by": first.overdue_by,
        "left": first.left,
        "remarks": " ".join(first.remarks),
        "basis": first.basis,
        "next_step": first.next_step,
        "todo": first.todo,
        "responsible": first.responsible,
        "agency": first.agency,
        "somebody": say_somebody(first.agency),
        "meeting": first.meeting,
        "code": first.code,
        "count": len(section),
        "as_known": f"as at {say(as_known_at)}" if as_known_at else "",
    }
