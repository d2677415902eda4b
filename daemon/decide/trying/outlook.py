"""What a case comes to in the time that is shown, decided first: of its past only what bears upon that is walked.

Most duties are over before that time begins, and stay so until it ends. Whatever was told of them, nobody hears
of them again: their past is walked for nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from daemon.decide.duties.carry import Course
from daemon.decide.duties.obligations import Deciding
from daemon.decide.duties.reads import Readers
from daemon.domain.obligation import Obligation, State
from daemon.domain.record import Record


@dataclass(slots=True)
class Outlook:
    """How a case stands `just_before` the time that is shown, and each time that it is decided in it.

    `past` are the rules whose past is walked, `settled` the obligations that are over throughout.
    """

    just_before: datetime
    courses: list[Course]
    past: Readers
    settled: frozenset[str]

    def is_past(self, now: datetime) -> bool:
        """Return whether a moment lies before the time that is shown."""
        return now <= self.just_before

    def follow(
        self, deciding: Deciding, record: Record, now: datetime, before: Course | None
    ) -> tuple[Course | None, Course]:
        """Return how the case stood when it was decided last, `before` now, and how it stands at `now`."""
        if self.is_past(now):
            return before, deciding.follow(record, now, self.past, before)
        last = self.courses.pop(0)
        return last, self.courses[0]


def outlook(
    deciding: Deciding, record: Record, readers: Readers, before: datetime, end: datetime
) -> Outlook:
    """Return what a record that is known all along comes to from just `before` the time that is shown to its `end`."""
    course = deciding.follow(record, before, readers)
    courses = [course]
    while (at := course.looks_again_at) is not None and at <= end:
        course = deciding.follow(record, at, readers, course)
        courses.append(course)
    stood = obligations(courses[0], readers.rules)
    over = {name for name, one in stood.items() if one.state is not State.OPEN}
    rules = {name: one.rule for name, one in stood.items()}
    for one, other in pairwise(courses):
        was, becomes = obligations(one, other.anew), obligations(other, other.anew)
        over.difference_update(
            name for name in was.keys() | becomes.keys() if was.get(name) != becomes.get(name)
        )
        rules |= {name: one.rule for name, one in becomes.items()}
    alive = {rule for name, rule in rules.items() if name not in over}
    return Outlook(before, courses, readers.alone(alive), frozenset(over))


def obligations(course: Course, rules: Iterable[str]) -> dict[str, Obligation]:
    """Return the obligations of some rules by their ids."""
    return {one.id: one for name in rules for _, one in course.made.get(name, ()) if one}
