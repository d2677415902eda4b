"""Which meetings of a conference are its attempts, and which rows only speak of it."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from daemon.domain.facts import Fact
from daemon.domain.record import Meeting, Status


class Attempts(NamedTuple):
    """The attempts of a conference in their order, and the rows `beside` them that show no date."""

    beside: tuple[Meeting, ...]
    attempts: tuple[Meeting, ...]

    @property
    def own(self) -> tuple[str, ...]:
        """The ids of all, those of the attempts last."""
        return tuple(one.id for one in (*self.beside, *self.attempts))


def attempts_of(meetings: Sequence[Meeting]) -> Attempts:
    """Return the meetings of one conference, given in their order, parted into attempts and rows beside them.

    A row without a date is an attempt that somebody arranges. Where one is booked or was held nobody does:
    another feed shows the same conference, and what it says of it counts. One that is linked to another
    (`rearranged_to`) is an attempt in any case.

    Source: DOMAIN section 2 (identity).
    """
    if not any(is_dated(one) and not came_to_nothing(one) for one in meetings):
        return Attempts((), tuple(meetings))
    others = {one.id for one in meetings}
    targets = {one.rearranged_to for one in meetings}
    beside = [
        one for one in meetings
        if not (is_dated(one) or one.id in targets or one.rearranged_to in others)
    ]  # fmt: skip
    return Attempts(tuple(beside), tuple(one for one in meetings if one not in beside))


def is_dated(meeting: Meeting) -> bool:
    """Return whether a meeting shows when it is, or was."""
    return meeting.held is not None or meeting.scheduled is not None


def came_to_nothing(meeting: Meeting) -> bool:
    """Return whether a meeting failed or was cancelled."""
    return meeting.failed or meeting.status is Status.CANCELLED


def in_order(meeting: Meeting) -> tuple[date, int, str]:
    """Return what puts the attempts of a conference in their order; one that is still to be dated comes last."""
    undated = date.min if came_to_nothing(meeting) else date.max
    return (shown_on(meeting) or undated, meeting.attempt or 0, meeting.id)


def shown_on(meeting: Meeting) -> date | None:
    """Return the day on which a meeting was held or is booked, else that of its first fact."""
    when = meeting.held or meeting.scheduled
    if when:
        return Fact("", *when).day
    return meeting.facts[0].day if meeting.facts else None
