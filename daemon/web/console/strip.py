"""A case's weeks on one line each: what happened, what was due, when people were told."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeAlias

from daemon.domain.facts import Fact
from daemon.domain.obligation import Obligation, State
from daemon.domain.times import MONTHS, day_of, london, say, say_day
from daemon.domain.track import Track

TOP, LANE, FOOT = 52, 56, 24  # pixels
FIRST, SPAN = 2.0, 95.0  # per cent of the width
MOST_LABELS = 6
MOST_NAMED = 6
WEEK = timedelta(days=7)
BACK, AHEAD = 104 * WEEK, 26 * WEEK  # what lies further off would squeeze the rest to nothing
Scale: TypeAlias = Callable[[datetime], float]  # a moment to per cent of the width


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing on a line: `x` in per cent of the width; `says` is what it is, in words."""

    x: float
    shape: str
    says: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One duty's line from its start to its end, at `y` pixels."""

    title: str
    y: int
    begins: float
    ends: float
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Strip:
    """All that the drawing needs; `says` tells the same in words, and `beside` what is not drawn."""

    height: int
    weeks: tuple[Mark, ...]
    days: tuple[Mark, ...]
    lanes: tuple[Lane, ...]
    now: float
    says: str
    beside: tuple[str, ...] = ()


def strip(
    facts: Sequence[tuple[str, Fact]],
    duties: Sequence[tuple[str, Obligation, Track | None]],
    now: datetime,
) -> Strip | None:
    """Return the drawing of a case: facts and duties come with their titles. None where nothing is dated.

    What lies more than half a year ahead, or two years before the last that has happened, is not drawn, but named:
    a mistyped year would leave nothing of the weeks that count.
    """
    moments = [fact.at for _, fact in facts] + [at for _, one, _ in duties for at in _moments(one)]
    if not moments:
        return None
    begin = max((at for at in moments if at <= now), default=now) - BACK
    near = [at for at in (*moments, now) if begin <= at <= now + AHEAD]
    first = london(day_of(min(near)))
    last = max(near) + timedelta(days=1)

    def x(at: datetime) -> float:
        return round(FIRST + SPAN * ((min(max(at, first), last) - first) / (last - first)), 2)

    def is_drawn(at: datetime) -> bool:
        return first <= at <= last

    by_day: dict[date, list[str]] = defaultdict(list)
    for title, fact in facts:
        by_day[fact.day].append(title)
    told = {day: f"{say_day(day)}: {'; '.join(titles)}" for day, titles in sorted(by_day.items())}
    lanes = [
        _lane(title, one, [mark for at, mark in _marks(one, track, x) if is_drawn(at)], now, x)
        for title, one, track in duties
        if any(map(is_drawn, _moments(one))) or not any(_moments(one))
    ]
    return Strip(
        TOP + FOOT + LANE * len(lanes),
        tuple(_weeks(first, last, x)),
        tuple(
            Mark(x(london(day)), "fact", says)
            for day, says in told.items()
            if is_drawn(london(day))
        ),
        tuple(replace(one, y=TOP + FOOT + LANE * index) for index, one in enumerate(lanes)),
        x(now),
        f"From {say_day(day_of(first))} to {say_day(day_of(last))}. "
        + " ".join(f"{one.title}: {'; '.join(m.says for m in one.marks)}." for one in lanes),
        tuple(_named([says for day, says in told.items() if not is_drawn(london(day))])),
    )


def _moments(one: Obligation) -> list[datetime]:
    return [at for at in (one.starts_at, one.due_at, one.met_at) if at]


def _lane(title: str, one: Obligation, marks: Sequence[Mark], now: datetime, x: Scale) -> Lane:
    runs_on = now if one.state is State.OPEN else None
    ends = [at for at in (one.due_at, one.met_at, runs_on) if at] or [one.starts_at or now]
    return Lane(title, 0, x(one.starts_at or min(ends)), x(max(ends)), tuple(marks))


def _named(outside: Sequence[str]) -> Iterator[str]:
    """Yield what is not drawn, in words; of much the latest, for that is what a mistyped year makes."""
    yield from outside[-MOST_NAMED:]
    if more := len(outside[:-MOST_NAMED]):
        yield f"{more} earlier {'day' if more == 1 else 'days'}: see what the record says"


def _marks(one: Obligation, track: Track | None, x: Scale) -> Iterator[tuple[datetime, Mark]]:
    for fired in track.fired if track else ():
        if not fired.skipped:
            name = fired.rung.replace("-", " ")
            yield fired.at, Mark(x(fired.at), "told", f"{name}, told on {say(fired.at)}")
    if one.due_at:
        yield one.due_at, Mark(x(one.due_at), "due", f"due {say(one.due_at)}")
    if one.met_at:
        late = "late, " if one.late else ""
        shape = "late" if one.late else "met"
        yield one.met_at, Mark(x(one.met_at), shape, f"met {late}{say(one.met_at)}")


def _weeks(first: datetime, last: datetime, x: Scale) -> Iterator[Mark]:
    """Yield the Mondays, few enough for the names to fit on a phone."""
    step = WEEK * (1 + (last - first) // WEEK // MOST_LABELS)
    day = day_of(first) + timedelta(days=-day_of(first).weekday() % 7)
    while london(day) < last:
        yield Mark(x(london(day)), "week", f"{day.day} {MONTHS[day.month - 1][:3]}")
        day += step
