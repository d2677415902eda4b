"""What of a decision still stands a moment later: a duty that sees nothing of what is new is not decided again.

It is the same decision, made once: `obligation` has the same facts, scene and rule before it.
"""

from collections import defaultdict
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from operator import attrgetter
from typing import NamedTuple

from daemon.decide.clock import BOOKED_WHEN, stands_in_by, start
from daemon.decide.conferences import LOOKED_AT
from daemon.decide.deadlines import add_months
from daemon.decide.family import RELEASED
from daemon.decide.presence import begins_at
from daemon.decide.scene import TRANSFER, Scene
from daemon.decide.standing import ENDS_EVERYTHING, WAIVED
from daemon.decide.subjects import OF_A_PLAN, Case
from daemon.decide.timeline import (
    BIRTH,
    HELD_FACTS,
    LOOKED_AFTER,
    SCHEDULED_AND_HELD,
    Placed,
)
from daemon.decide.traits import TOLD, age
from daemon.domain.condition import Condition
from daemon.domain.obligation import Obligation
from daemon.domain.rules import Pack, Rule
from daemon.domain.times import day_of, london

CHANGES_ALL = frozenset({*ENDS_EVERYTHING, WAIVED})
ABOUT, AGE = "whatever is about somebody", "the child's age"  # they are no fact's name
BEGUN, ABSENT = "a meeting that begins", "absent agency of "
NOTHING: frozenset[str] = frozenset()
# The facts of the whole case by which a subject has a trait. All other traits are its scene's or its record's.
READ_BY_TRAIT: Mapping[str, frozenset[str]] = {
    "plan": frozenset({"icpc_held", "plan_started", "plan_ended"}),
    "looked_after": frozenset({LOOKED_AFTER}),
    "unborn": frozenset({BIRTH, "unborn_child_flag"}),
    "age": frozenset({BIRTH, AGE}),
    "direction": frozenset({TOLD}),
}
FRAME = attrgetter(*(name for name in Scene.__slots__ if name not in ("facts", "terms", "_seen")))

Entry = tuple[Scene, Obligation | None]
Made = tuple[Entry, ...]


class Reads(NamedTuple):
    """What a rule looks at: facts of its own subject, and of the whole case."""

    own: frozenset[str]
    anywhere: frozenset[str]


@dataclass(frozen=True, slots=True)
class Readers:
    """Rules of a pack by what they look at; `frames` are the facts that may change a subject's scenes.

    `facts` are all that any of them looks at. `by_age`: one asks for the child's age.
    """

    pack: Pack
    rules: Mapping[str, Rule]
    reads: Mapping[str, Reads]
    of_fact: Mapping[str, frozenset[str]]
    of_subject: Mapping[str, frozenset[str]]
    frames: Mapping[str, frozenset[str]]
    facts: frozenset[str]
    by_age: bool


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
        if not before or not reads.anywhere.isdisjoint(self.names):
            return (None,) * len(scenes)
        seen = self.seen[rule.subject]
        same = [one is not None and reads.own.isdisjoint(one) for one in seen]
        return [
            before[index] if same[index] and _is_followed_alike(rule, scenes, same, index) else None
            for index in range(len(scenes))
        ]


def _is_followed_alike(
    rule: Rule, scenes: Sequence[Scene], same: Sequence[bool], index: int
) -> bool:
    """Return whether the duty of the next subject begins when it did: the window of this one's ends there."""
    number = scenes[index].subject.number
    for scene, is_same in zip(scenes[index + 1 :], same[index + 1 :], strict=True):
        if number is None or scene.subject.number != number:
            if not is_same:
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


def readers_of(pack: Pack, only: Container[str] | None = None) -> Readers:
    """Return which rules look at what; of those `only`, where they are named."""
    rules = {rule.name: rule for rule in pack.rules if only is None or rule.name in only}
    reads = {name: _reads(rule, pack) for name, rule in rules.items()}
    of_fact: dict[str, set[str]] = defaultdict(set)
    of_subject: dict[str, set[str]] = defaultdict(set)
    for name, rule in rules.items():
        of_subject[rule.subject].add(name)
        for fact in reads[name].own | reads[name].anywhere:
            of_fact[fact].add(name)
    frames = {subject: _framed_by(subject) for subject in of_subject}
    facts = {*of_fact, *CHANGES_ALL, RELEASED}.union(*frames.values())
    for one in pack.invitations:
        kind = one.subject.rpartition(" of ")[2]
        facts |= {*_of_conditions([one.when], kind), *_of_traits([one.when], pack)}
        facts |= _framed_by(one.subject)
    by_age = any("age" in rule.when.traits for rule in rules.values())
    return Readers(
        pack, rules, reads, _frozen(of_fact), _frozen(of_subject), frames, frozenset(facts), by_age
    )


def _frozen(table: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(rules) for name, rules in table.items()}


def _reads(rule: Rule, pack: Pack) -> Reads:
    """Return the facts that a rule looks at."""
    kind = rule.subject.rpartition(" of ")[2]
    conditions = [rule.when, *(remark.when for remark in rule.remarks)]
    conditions += [rule.withdrawn_when] if rule.withdrawn_when else []
    legs = [*rule.due.legs, *((rule.opens,) if rule.opens else ())]
    own = {*rule.met_by}
    if any(leg.is_backward for leg in legs):
        own |= {*BOOKED_WHEN, *filter(None, SCHEDULED_AND_HELD.get(kind, ()))}
        others = list(stands_in_by(pack.rules, kind))
        conditions += [other.when for other in others]
        legs += [other.due for other in others]
    own |= {leg.anchor for leg in legs} | set(_of_conditions(conditions, kind))
    own |= {"icpc_held"} if TRANSFER in own else set()
    return Reads(frozenset(own), frozenset(_of_traits(conditions, pack)))


def _of_conditions(conditions: Sequence[Condition], kind: str) -> Iterator[str]:
    """Yield the facts of its own subject that conditions look at."""
    for condition in conditions:
        yield from condition.facts
        if "meeting" in condition.traits:
            yield from filter(None, SCHEDULED_AND_HELD.get(kind, ()))
        if "presence" in condition.traits:
            yield ABOUT


def _of_traits(conditions: Sequence[Condition], pack: Pack) -> Iterator[str]:
    """Yield the facts of the whole case that conditions look at."""
    for trait in {trait for condition in conditions for trait in condition.traits}:
        yield from READ_BY_TRAIT.get(trait, NOTHING)
        if trait == "plan":
            yield from pack.transfer_needs


def _framed_by(subject: str) -> frozenset[str]:
    """Return the facts by which a case has its scenes for a `for:`, in the row in which they stand."""
    if subject.startswith(ABSENT):
        return _framed_by(subject.removeprefix(ABSENT)) | {BEGUN}
    kind = subject.rpartition(" of ")[2]
    if kind == "icpc":
        return LOOKED_AT
    if kind == "plan":
        return frozenset({"plan_started"})
    if kind in ("case", "action"):
        return NOTHING
    return frozenset({HELD_FACTS[kind], *(("icpc_held",) if kind in OF_A_PLAN else ())})
