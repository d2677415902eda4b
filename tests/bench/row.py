"""One line of the bench: our figure, the peer's from the same run, and the goal that it is held to."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

HEADINGS = ("no.", "what", "workers", "ours", "the peer", "times better", "goal", "met", "under")

COUNTS = (1, 2, 4)  # of processes of `worker`


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured. `runs` are those of which the median counts, after a warm-up."""

    runs: int = 7
    cases: int = 100_000
    few_cases: int = 1_000
    pairs: int = 2_000  # of a date and a count
    years: int | None = None  # compared date by date; None: up to the horizon
    letters: int = 1_000  # sent to a mail server that takes them at once
    slow_letters: int = 400  # sent to one that takes its time
    waiting: int = 1_000_000  # rungs
    few_waiting: int = 1_000
    most_waiting: int = 0  # where so many are measured, too
    looks: int = 200  # of each kind, while nothing is due
    due: int = 1_000  # of those that wait
    herd: int = 30_000  # due in one minute
    changes: int = 10_000  # cases that change at once
    long_runs: int = 3  # of what takes many seconds
    rehearsed: int = 10_000  # records of a quarter
    decided: int = 5_000  # cases; 100,000 with --full
    replanned: int = 2_000  # stored cases; 100,000 with --full
    handed_over: int = 300  # messages by each channel
    reported: int = 10_000  # stored cases
    workers: int = 4  # the most processes of `worker` beside what is measured

    @property
    def counts(self) -> tuple[int, ...]:
        """How many processes of `worker` there are beside what is measured, one after the other."""
        return tuple(many for many in COUNTS if many <= self.workers)


FULL = Sizes(most_waiting=10_000_000, decided=100_000, replanned=100_000)
SMALL = Sizes(1, 20, 10, 20, 1, 8, 8, 300, 30, 0, 5, 20, 60, 5, 1, 12, 10, 6, 3, 12, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One figure in its unit. A goal is either the most that ours may be, or the least ratio."""

    number: int
    what: str
    ours: float
    unit: str
    peer: float | None = None
    peer_is: str = ""
    more_is_better: bool = False
    at_most: float | None = None
    at_least_times: float | None = None
    note: str = ""  # the settings under which both were measured
    workers: int | None = None  # processes of `worker` beside; None: it has nothing to do with them

    @property
    def ratio(self) -> float | None:
        """How many times better ours is than the peer's; above 1 is better."""
        if not self.peer or not self.ours:
            return None
        return self.ours / self.peer if self.more_is_better else self.peer / self.ours

    @property
    def goal(self) -> str:
        """The goal in words; nothing where the figure is for information."""
        if self.at_most is not None:
            return f"at most {say(self.at_most)} {self.unit}"
        return f"at least {say(self.at_least_times)} ×" if self.at_least_times else ""

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.at_most is not None:
            return self.ours <= self.at_most
        if self.at_least_times is not None:
            return self.ratio is not None and self.ratio >= self.at_least_times
        return None

    def as_json(self) -> dict[str, object]:
        """Return everything that the table shows, for a machine."""
        return {
            "number": self.number, "what": self.what, "workers": self.workers, "unit": self.unit, "ours": self.ours,
            "peer": self.peer, "peer_is": self.peer_is or None, "ratio": self.ratio,
            "goal": self.goal or None, "met": self.met, "note": self.note or None,
        }  # fmt: skip

    def cells(self) -> tuple[str, ...]:
        """Return the row as the table shows it."""
        peer = "" if self.peer is None else f"{say(self.peer)} {self.unit}: {self.peer_is}"
        return (
            str(self.number), self.what, "" if self.workers is None else str(self.workers),
            f"{say(self.ours)} {self.unit}", peer,
            "" if self.ratio is None else say(self.ratio), self.goal,
            {True: "yes", False: "NO", None: ""}[self.met], self.note,
        )  # fmt: skip


def say(figure: float | None) -> str:
    """Return a figure with three digits that count."""
    if figure is None:
        return ""
    return f"{figure:,.0f}" if figure == int(figure) or figure >= 100 else f"{figure:.3g}"


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the table."""
    yield from _aligned([HEADINGS, *(row.cells() for row in rows)])


def by_workers(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a line for each figure that was taken with several counts of workers: a column a count.

    Beside each figure stands how many times better it is than the peer's with as many.
    """
    found: dict[tuple[str, str, str], dict[int, Row]] = defaultdict(dict)
    for row in rows:
        if row.workers is not None:
            found[str(row.number), row.what, row.unit][row.workers] = row
    counts = sorted({count for each in found.values() for count in each})
    if len(counts) > 1:
        headings = ("no.", "what", "in", *(f"{count} workers" for count in counts), "goal", "met")
        table = [
            (*key, *(_beside(each.get(count)) for count in counts), *_met(each))
            for key, each in found.items()
        ]
        yield from _aligned([headings, *table])


def _beside(row: Row | None) -> str:
    if row is None:
        return ""
    return say(row.ours) if row.ratio is None else f"{say(row.ours)} ({say(row.ratio)} ×)"


def _met(each: dict[int, Row]) -> tuple[str, str]:
    held = {count: row for count, row in each.items() if row.goal}
    missed = [str(count) for count, row in held.items() if not row.met]
    goal = next((row.goal for row in held.values()), "")
    return goal, f"NO with {', '.join(missed)}" if missed else "yes" if held else ""


def _aligned(table: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        pairs = zip(cells, widths, strict=True)
        yield "  ".join(cell.ljust(width) for cell, width in pairs).rstrip()


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes."""
    start = perf_counter()
    work()
    return perf_counter() - start


def medians(runs: int, *works: Callable[[], float]) -> list[float]:
    """Return the median of each figure: taken in turns, so that a noisy moment falls on all of them.

    The first round warms up and does not count, unless it is the only one.
    """
    warm_up = runs > 1
    rounds = [[work() for work in works] for _ in range(runs + warm_up)][warm_up:]
    return [median(figures) for figures in zip(*rounds, strict=True)]
