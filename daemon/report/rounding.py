"""A table whose counts stand in other tables, too: rounded, so that no difference and no share tells a small one."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import product
from typing import NamedTuple

from daemon.report.suppress import LEAST, with_totals

FEWEST = 2  # times the threshold: a percentage of fewer is too few to say
Shown = int | None
Sums = tuple[int, int]  # of the counts that the share is of, and of the others


class Line(NamedTuple):
    """One line of a table, its total last, as it may be shown. `share`: in a hundred."""

    counts: Sequence[Shown]
    share: float | None


def rounded(count: int, least: int = LEAST) -> Shown:
    """Return the multiple of `least` that is nearest; None for a small count, which is not nought."""
    return None if 0 < count < least else (count + least // 2) // least * least


def rounded_lines(
    counts: Sequence[Sequence[int]], within: frozenset[int], least: int = LEAST
) -> list[Line]:
    """Return a table's lines, that of the totals last. `within`: the columns that the share is of.

    Without a small count each total and share is shown. With one, whoever adds up what is shown could tell
    it by them: there is the whole table's total and its share, where both leave each small count
    another value, and no other of several counts.
    """
    grid = with_totals(counts)
    parts = [[rounded(one, least) for one in line[:-1]] for line in grid[:-1]]
    shares = [_share(_sums(line[:-1], within), least) for line in grid]
    if not any(None in line for line in parts):
        whole = [[*line, rounded(raw[-1], least)] for line, raw in zip(parts, grid, strict=False)]
        whole.append([rounded(one, least) for one in grid[-1]])
        return [Line(line, share) for line, share in zip(whole, shares, strict=True)]
    flat = [(one, at in within) for line in parts for at, one in enumerate(line)]
    total = _total(grid[-1][-1], _ends((one for one, _ in flat), least), least)
    share = shares[-1] if shares[-1] in _sayable(flat, total, least) else None
    sums = [_lone(line) for line in zip(*parts, strict=True)]
    last = Line(
        [total, total] if len(sums) == 1 else [*sums, total], share
    )  # a column alone is its total
    if len(parts) == 1:  # one row is its total
        return [last, last]
    return [*(Line([*line, _lone(line)], None) for line in parts), last]


def _lone(parts: Sequence[Shown]) -> Shown:
    """Return the total of a line that has but one count; None where there are more."""
    counts = [one for one in parts if one != 0]
    return counts[0] if len(counts) == 1 else None if counts else 0


def _total(total: int, ends: Sums, least: int) -> Shown:
    """Return a total rounded; the other way where it is at an end, which would tell all its parts."""
    said = rounded(total, least)
    first, last = ends
    if total == first and rounded(total + 1, least) != said:
        return rounded(total + 1, least)
    if total == last and rounded(total - 1, least) != said:
        return rounded(total - 1, least)
    return said


def _sayable(flat: Sequence[tuple[Shown, bool]], total: Shown, least: int) -> set[int]:
    """Return each share that leaves every small count another value; none, if its absence would not."""
    ends = _ends((one for one, _ in flat), least)
    sides = [[one for one, is_within in flat if is_within is side] for side in (True, False)]
    ranges = [range(first, last + 1) for first, last in (_ends(side, least) for side in sides)]
    alike: dict[Shown, list[Sums]] = defaultdict(list)
    for sums in product(ranges[0], ranges[1]):
        if _total(sum(sums), ends, least) == total:
            alike[_share(sums, least)].append(sums)
    unsaid = alike.pop(None, [])
    told = {share for share, some in alike.items() if _tells(some, sides, ranges)}
    unsaid += [sums for share in told for sums in alike[share]]
    said = {share for share in alike if share is not None and share not in told}
    return set() if unsaid and _tells(unsaid, sides, ranges) else said


def _tells(
    some: Iterable[Sums], sides: Sequence[Sequence[Shown]], ranges: Sequence[range]
) -> bool:  # fmt: skip
    """Return whether a side with a small count has one sum, and its counts with it but one value."""
    for at, side in enumerate(sides):
        sums = {each[at] for each in some}
        is_alone = len([one for one in side if one != 0]) == 1
        if (
            None in side
            and len(sums) == 1
            and (is_alone or sums <= {ranges[at][0], ranges[at][-1]})
        ):
            return True
    return False


def _ends(parts: Iterable[Shown], least: int) -> tuple[int, int]:
    """Return the least and the most that counts may be together that are shown so."""
    spans = [_span(one, least) for one in parts]
    return sum(one[0] for one in spans), sum(one[-1] for one in spans)


def _span(shown: Shown, least: int) -> range:
    if shown is None:
        return range(1, least)
    if shown == 0:
        return range(1)
    return range(max(least, shown - least // 2), shown - least // 2 + least)


def _sums(line: Sequence[int], within: frozenset[int]) -> Sums:
    part = sum(line[at] for at in within)
    return part, sum(line) - part


def _share(sums: Sums, least: int) -> Shown:
    part, whole = sums[0], sum(sums)
    if whole + least // 2 < FEWEST * least or any(0 < one < least for one in sums):
        return None
    return (200 * part + whole) // (2 * whole)
