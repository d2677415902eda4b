"""What of a decision still stands a moment later: a duty that sees nothing of what is new is not decided again.

It is the same decision, made once: `obligation` has the same facts, scene and rule before it.
"""

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import zip_longest
from operator import attrgetter

from daemon.decide.case.scene import Scene
from daemon.decide.case.subjects import Case
from daemon.decide.case.traits import age
from daemon.decide.conference.presence import begins_at
from daemon.decide.due.deadlines import add_months
from daemon.decide.duties.clock import start
from daemon.decide.duties.reads import ABOUT, AGE, BEGUN, CHANGES_ALL, NOTHING, Readers, Reads
from daemon.decide.record.timeline import BIRTH, Placed
from daemon.domain.obligation import Obligation
from daemon.domain.rules import Rule
from daemon.domain.times import day_of, london

FRAME = attrgetter(
    *(one.name for one in fields(Scene) if one.name not in ("facts", "terms", "_seen"))
)

Entry = tuple[Scene, Obligation | None]
Made = tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """A case as it was last decided on its way through time: what each rule made of it, some of them `anew`.

    `rows` are the scenes of a subject as they were when a rule last looked at them.
    """

    case: Case
    made: Mapping[str, Made]
    readers: Readers
    anew: Collection[str]
    rows: Mapping[str, tuple[Scene, ...]]

    @property
    def looks_again_at(self) -> datetime | None:
        """When anything changes that one of its rules looks at."""
        return look_again(self.case, self.readers.facts, by_age=self.readers.by_age)


@dataclass(frozen=True, slots=True)
class News:
    """What counts now and did not before: by name, and by scene; a scene that is another one has None."""

    rules: Collection[str]
    names: frozenset[str]
    seen: Mapping[str, Sequence[frozenset[str] | None]]

    def stands(
        self, rule: Rule, reads: Reads, before: Made, scenes: Sequence[Scene]
    ) -> Sequence[Entry | None]:
        """Return for each scene what the rule made of it `before`, None where it must look again."""
        if not before:
            return (None,) * len(scenes)
        seen = self.seen[rule.subject]
        is_everywhere = not reads.anywhere.isdisjoint(self.names)
        found: list[Entry | None] = []
        for index, scene in enumerate(scenes):
            names = seen[index]
            if names is None:
                found.append(None)
                continue
            entry = before[index]
            stands = _waits(rule, entry, scene) if reads.begins.isdisjoint(names) else False
            if not stands and not is_everywhere:
                stands = _is_untouched(rule, reads, names, entry, scene)
                stands = stands and _is_followed_alike(rule, reads, scenes, seen, index)
            found.append(entry if stands else None)
        return found


def _waits(rule: Rule, entry: Entry, scene: Scene) -> bool:
    """Return whether a duty has nothing to count from, so that nothing else can matter to it."""
    was, one = entry
    if one is not None or rule.due.is_backward:
        return False
    return not any(start(was, leg) or start(scene, leg) for leg in rule.due.legs)


def _is_untouched(
    rule: Rule, reads: Reads, names: frozenset[str], entry: Entry, scene: Scene
) -> bool:
    """Return whether none of what is new changes how a duty stands towards its subject.

    A later fact of a name may leave the one that the duty counts from as it was. By when a meeting is due
    counts only while it is not booked.
    """
    was, one = entry
    if reads.touches(one, names):
        return False
    is_provisional = one is None or one.is_provisional
    if is_provisional and not reads.stand_in.isdisjoint(names):
        return False
    if reads.begins.isdisjoint(names):
        return True
    legs = (*rule.due.legs, *((rule.opens,) if rule.opens else ()))
    return all(start(was, leg) == start(scene, leg) for leg in legs)


def _is_followed_alike(
    rule: Rule, reads: Reads, scenes: Sequence[Scene], seen: Sequence[frozenset[str] | None], index: int
) -> bool:  # fmt: skip
    """Return whether the duty of the next subject begins when it did: the window of this one's ends there."""
    number = scenes[index].subject.number
    for scene, names in zip(scenes[index + 1 :], seen[index + 1 :], strict=True):
        if number is None or scene.subject.number != number:
            if names is None or not reads.begins.isdisjoint(names):
                return False
            if start(scene, rule.due):
                return True
    return True


def news_since(before: Course, case: Case) -> News | None:
    """Return what is new since a decision of the same record; None where everything is decided again."""
    readers = before.readers
    items = case.facts.shown.between(before.case.at, case.at)
    fresh = {one.fact.name for one in items}
    if not fresh.isdisjoint(CHANGES_ALL):
        return None
    if any(_is_about_somebody(one) for one in items):
        fresh.add(ABOUT)
    if AGE in readers.of_fact and age(before.case.facts) != age(case.facts):
        fresh.add(AGE)
    begins = begins_at(case.record.meetings, before.case.at)
    if begins is not None and begins <= case.at:
        fresh.add(BEGUN)
    rules: set[str] = set()
    for name in fresh:
        rules |= readers.of_fact.get(name, NOTHING)
    subjects = {readers.rules[name].subject for name in rules}
    subjects |= {one for one, names in readers.frames.items() if not names.isdisjoint(fresh)}
    seen: dict[str, list[frozenset[str] | None]] = {}
    for subject in subjects:
        row, old = case.of(subject), before.rows.get(subject, ())
        seen[subject] = [
            frozenset(_seen_by(scene, items)) if _is_same(scene, other) else None
            for scene, other in zip_longest(row, old[: len(row)])
        ]
        if None in seen[subject] or len(row) != len(old):
            rules |= readers.of_subject[subject]
    return News(rules, frozenset(fresh), seen)


def _seen_by(scene: Scene, items: Sequence[Placed]) -> Iterator[str]:
    """Yield the names of what a subject may see, in whatever window."""
    for one in items:
        if scene.sees(one, None, None):
            yield one.fact.name
            if _is_about_somebody(one):
                yield ABOUT


def _is_about_somebody(item: Placed) -> bool:
    return bool(item.invitee or item.fact.about)


def _is_same(scene: Scene, other: Scene | None) -> bool:
    """Return whether two scenes of a subject differ in nothing but the moment."""
    return other is not None and FRAME(scene) == FRAME(other)


def look_again(case: Case, names: Container[str] | None, *, by_age: bool) -> datetime | None:
    """Return when the next fact of these names counts (None: of any), or the child's next birthday `by_age`.

    A meeting begins at its time, too: whoever is recorded as absent counts from then on.
    """
    to_come = (one.fact for one in case.facts.to_come)
    counts = next((fact.at for fact in to_come if names is None or fact.name in names), None)
    begins = begins_at(case.record.meetings, case.at)
    later = min(filter(None, (counts, begins)), default=None)
    births = case.facts.of(BIRTH) if by_age else ()
    if not births:
        return later
    born, today = births[-1].fact.day, day_of(case.at)
    years = today.year - born.year
    ahead = (london(add_months(born, 12 * more)) for more in (years, years + 1))
    following = next(day for day in ahead if day > case.at)
    return min(filter(None, (later, following)))
