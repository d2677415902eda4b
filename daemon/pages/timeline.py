"""A pathway's days as a drawing: one line a rule, from the day on which its clock starts to its last day, each time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import wrap
from typing import TypeAlias

from daemon.domain.rules import Basis
from daemon.domain.times import MONTHS, WEEKDAYS, say, say_day
from daemon.pages.example import ENDS_ON, STARTS_ON, Dated

# Units of the drawing; the middle is the scale. The sides are wide enough for the widest of common typefaces.
WIDTH, LEFT, RIGHT = 1000, 340, 240
TOP, LANE, LINE, FOOT = 44, 26, 18, 12
FIRST_DAYS, SHADED_DAYS = 42, 100
SATURDAY, LAST_MONTH = 5, 14
LABEL_LETTERS = 34  # in a line; a longer title takes another
PLAIN = {Basis.STATUTORY: "statutory", Basis.LOCAL: "local", Basis.HOUSE: "our default"}
SHAPES = {Basis.STATUTORY: "square", Basis.LOCAL: "circle", Basis.HOUSE: "triangle"}
Scale: TypeAlias = Callable[[date], float]


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on the scale with its words."""

    x: float
    says: str


@dataclass(frozen=True, slots=True)
class Span:
    """One duty: a line from `begins` to `due` and its mark; `opens` is where a window begins."""

    begins: float
    opens: float | None
    due: float
    says: str


@dataclass(frozen=True, slots=True)
class Lane:
    """The duties of one rule, in order. `y` is the middle of the first line of its label."""

    y: int
    label: tuple[str, ...]
    spans: tuple[Span, ...]
    shape: str
    when: str


@dataclass(frozen=True, slots=True)
class Row:
    """The same duty in a table."""

    title: str
    rule: str
    starts: str
    opens: str
    due: str
    basis: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """One stretch of a pathway, and the same as a table."""

    id: str
    title: str
    says: str
    height: int
    ticks: tuple[Mark, ...]
    shaded: tuple[tuple[float, float], ...]
    lanes: tuple[Lane, ...]
    rows: tuple[Row, ...]


def drawings(duties: Sequence[Dated]) -> list[Drawing]:
    """Return the first weeks and the months after them; a stretch without duties is left out."""
    split = STARTS_ON + timedelta(days=FIRST_DAYS)
    first = min((one.starts_on or one.due_on for one in duties), default=STARTS_ON)
    first = max(min(first, STARTS_ON), STARTS_ON - timedelta(days=14))
    early = [one for one in duties if one.due_on <= split]
    late = [one for one in duties if one.due_on > split]
    stretches = (
        ("weeks", "The first six weeks", early, first, split, _mondays(first, split)),
        ("months", "Up to 14 months", late, STARTS_ON, ENDS_ON, _months(STARTS_ON, ENDS_ON)),
    )
    return [
        _drawing(name, title, own, begins, ends, tuple(ticks))
        for name, title, own, begins, ends, ticks in stretches
        if own
    ]


def _drawing(
    name: str, title: str, duties: Sequence[Dated], first: date, last: date, ticks: tuple[tuple[date, str], ...]
) -> Drawing:  # fmt: skip
    days = (last - first).days + 1

    def x(on: date) -> float:
        inside = min(max(on, first), last)
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (((inside - first).days + 0.5) / days), 1)

    lanes, bottom, by_rule = [], TOP, dict[str, list[Dated]]()
    for one in duties:
        by_rule.setdefault(one.rule.name, []).append(one)
    for each in by_rule.values():
        lane = _lane(each, bottom + LANE // 2, x)
        lanes.append(lane)
        bottom += LANE + LINE * (len(lane.label) - 1)
    return Drawing(
        id=name,
        title=title,
        says=f"{len(duties)} duties from {say_day(first)} to {say_day(last)}, each a line from the day on "
        "which its clock starts to its last day; what comes again stands on one line. The table below says the same.",
        height=bottom + FOOT,
        ticks=tuple(Mark(x(on), words) for on, words in ticks),
        shaded=tuple(_weekends(first, last, x)) if days < SHADED_DAYS else (),
        lanes=tuple(lanes),
        rows=tuple(_row(one) for one in duties),
    )


def _weekends(first: date, last: date, x: Scale) -> Iterator[tuple[float, float]]:
    """Yield where each weekend begins, and how wide it is."""
    day = x(first + timedelta(days=1)) - x(first)
    on = first + timedelta(days=(SATURDAY - first.weekday()) % 7)
    while on < last:
        yield round(x(on) - day / 2, 1), round(day * 2, 1)
        on += timedelta(days=7)


def _lane(duties: Sequence[Dated], y: int, x: Scale) -> Lane:
    first = duties[0]
    basis = PLAIN[first.rule.basis]
    when = f"{_short(first.due_on)}, {basis}"
    if len(duties) > 1:  # the day of the week gives way: the margin holds some thirty letters
        when = f"{_short(first.due_on).partition(' ')[2]}, {basis}, {len(duties)} ×"
    spans = tuple(_span(one, basis, x) for one in duties)
    return Lane(
        y, tuple(wrap(first.rule.title, LABEL_LETTERS)), spans, SHAPES[first.rule.basis], when
    )


def _span(one: Dated, basis: str, x: Scale) -> Span:
    due = x(one.due_on)
    return Span(
        min(x(one.starts_on), due) if one.starts_on else due,
        x(one.opens_on) if one.opens_on else None,
        due,
        f"{one.rule.title}: {basis} limit, due {say(one.due_at)}",
    )


def _row(one: Dated) -> Row:
    return Row(
        title=one.rule.title,
        rule=one.rule.name,
        starts=say_day(one.starts_on) if one.starts_on else "when it is booked",
        opens=say_day(one.opens_on) if one.opens_on else "",
        due=say(one.due_at),
        basis=PLAIN[one.rule.basis],
    )


def _short(on: date) -> str:
    return f"{WEEKDAYS[on.weekday()][:3]} {on.day} {MONTHS[on.month - 1][:3]} {on.year % 100:02}"


def _mondays(first: date, last: date) -> Iterator[tuple[date, str]]:
    on = first + timedelta(days=-first.weekday() % 7)
    while on <= last:
        yield on, f"{on.day} {MONTHS[on.month - 1][:3]}"
        on += timedelta(days=7)


def _months(first: date, last: date) -> Iterator[tuple[date, str]]:
    """Yield the same day of every second month, counted from the first."""
    for months in range(0, LAST_MONTH + 1, 2):
        year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
        on = date(year, month + 1, first.day)
        if on <= last:
            yield (
                on,
                "start"
                if not months
                else f"{months} months"
                if months == LAST_MONTH
                else str(months),
            )
