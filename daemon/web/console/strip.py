"""A case's weeks on one line each: what happened, what was due, when people were told."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeAlias

from daemon.domain.facts import Fact
from daemon.domain.obligation import Obligation, State
from daemon.domain.times import MONTHS, day_of, london, say, say_day
from daemon.domain.track import Track

TOP, LANE, FOOT = 52, 56, 24  # pixels
FIRST, SPAN = 2.0, 95.0  # per cent of the width
MOST_LABELS = 6
WEEK = timedelta(days=7)
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
    """All that the drawing needs; `says` tells the same in words."""

    height: int
    weeks: tuple[Mark, ...]
    days: tuple[Mark, ...]
    lanes: tuple[Lane, ...]
    now: float
    says: str


def strip(
    facts: Sequence[tuple[str, Fact]],
    duties: Sequence[tuple[str, Obligation, Track | None]],
    now: datetime,
) -> Strip | None:
    """Return the drawing of a case: facts and duties come with their titles. None where nothing is dated."""
    moments = [fact.at for _, fact in facts] + [
        at for _, one, _ in duties for at in (one.starts_at, one.due_at, one.met_at) if at
    ]
    if not moments:
        return None
    first = london(day_of(min(moments)))
    last = max(*moments, now) + timedelta(days=1)

    def x(at: datetime) -> float:
        return round(FIRST + SPAN * ((at - first) / (last - first)), 2)

    by_day: dict[date, list[str]] = defaultdict(list)
    for title, fact in facts:
        by_day[fact.day].append(title)
    lanes = []
    for index, (title, one, track) in enumerate(duties):
        runs_on = now if one.state is State.OPEN else None
        ends = [at for at in (one.due_at, one.met_at, runs_on) if at] or [one.starts_at or now]
        begins = one.starts_at or min(ends)
        marks = tuple(_marks(one, track, x))
        y = TOP + FOOT + LANE * index
        lanes.append(Lane(title, y, x(begins), x(max(ends)), marks))
    return Strip(
        TOP + FOOT + LANE * len(lanes),
        tuple(_weeks(first, last, x)),
        tuple(
            Mark(x(london(day)), "fact", f"{say_day(day)}: {'; '.join(titles)}")
            for day, titles in sorted(by_day.items())
        ),
        tuple(lanes),
        x(now),
        f"From {say_day(day_of(first))} to {say_day(day_of(last))}. "
        + " ".join(f"{one.title}: {'; '.join(m.says for m in one.marks)}." for one in lanes),
    )


def _marks(one: Obligation, track: Track | None, x: Scale) -> Iterator[Mark]:
    for fired in track.fired if track else ():
        if not fired.skipped:
            name = fired.rung.replace("-", " ")
            yield Mark(x(fired.at), "told", f"{name}, told on {say(fired.at)}")
    if one.due_at:
        yield Mark(x(one.due_at), "due", f"due {say(one.due_at)}")
    if one.met_at:
        late = "late, " if one.late else ""
        yield Mark(x(one.met_at), "late" if one.late else "met", f"met {late}{say(one.met_at)}")


def _weeks(first: datetime, last: datetime, x: Scale) -> Iterator[Mark]:
    """Yield the Mondays, few enough for the names to fit on a phone."""
    step = WEEK * (1 + (last - first) // WEEK // MOST_LABELS)
    day = day_of(first) + timedelta(days=-day_of(first).weekday() % 7)
    while london(day) < last:
        yield Mark(x(london(day)), "week", f"{day.day} {MONTHS[day.month - 1][:3]}")
        day += step
