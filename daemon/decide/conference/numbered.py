"""Which number a conference of a case has, and keeps."""

from collections.abc import Mapping, Sequence
from datetime import date

NEAR_DAYS = 10  # a corrected strategy date is the same enquiry; one further off is another


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
