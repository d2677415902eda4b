"""What of a decision still stands a moment later: a duty that reads nothing of what is new is not decided again.

It is the same decision, made once: `obligation` has the same facts, scene and rule before it.
"""

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from daemon.decide.clock import BOOKED_WHEN
from daemon.decide.conferences import LOOKED_AT
from daemon.decide.deadlines import add_months
from daemon.decide.family import RELEASED
from daemon.decide.scene import Scene
from daemon.decide.standing import ENDS_EVERYTHING, WAIVED
from daemon.decide.subjects import OF_A_PLAN, Case
from daemon.decide.timeline import BIRTH, HELD_FACTS, KIND_OF_FACT, LOOKED_AFTER
from daemon.decide.traits import age
from daemon.domain.condition import Condition
from daemon.domain.obligation import Obligation
from daemon.domain.rules import Pack, Rule
from daemon.domain.times import day_of, london

CHANGES_ALL = frozenset({*ENDS_EVERYTHING, WAIVED})
HELD_AND_BOOKED = frozenset(KIND_OF_FACT)
ABOUT, AGE = "whatever is about somebody", "the child's age"  # they are no fact's name
# The facts by which a subject has a trait; none where that is its scene's or its record's.
READ_BY_TRAIT: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("number", "attempt", "agency", "kind", "direction", "mode"), frozenset()),
    **dict.fromkeys(("role", "required", "report_expected", "response"), frozenset()),
    **dict.fromkeys(("invitation", "count"), frozenset()),  # a count's fact stands beside it
    "plan": frozenset({"icpc_held", "plan_started", "plan_ended"}),
    "meeting": HELD_AND_BOOKED,
    "looked_after": frozenset({LOOKED_AFTER}),
    "unborn": frozenset({BIRTH, "unborn_child_flag"}),
    "age": frozenset({BIRTH, AGE}),
    "presence": frozenset({ABOUT}),
}
FRAME = tuple(name for name in Scene.__slots__ if name not in ("facts", "terms", "_seen"))

Made = tuple[tuple[Scene, Obligation | None], ...]


@dataclass(frozen=True, slots=True)
class Readers:
    """Rules of a pack by what they look at; `frames` are the facts that may change a subject's scenes.

    `facts` are all that any of them looks at. `by_age`: one asks for the child's age.
    """

    pack: Pack
    rules: Mapping[str, Rule]
    of_fact: Mapping[str, frozenset[str]]
    of_subject: Mapping[str, frozenset[str]]
    frames: Mapping[str, frozenset[str]]
    facts: frozenset[str]
    by_age: bool


@dataclass(frozen=True, slots=True)
class Course:
    """A case as it was last decided on its way through time: what each rule made of it, some of them `anew`."""

    case: Case
    made: Mapping[str, Made]
    readers: Readers
    anew: Collection[str]

    @property
    def looks_again_at(self) -> datetime | None:
        """When anything changes that one of its rules looks at."""
        return look_again(self.case, self.readers.facts, by_age=self.readers.by_age)


def anew_since(before: Course, case: Case) -> Collection[str]:
    """Return the rules that may make something else of the same record at a later moment."""
    readers, fresh = before.readers, _fresh(before, case)
    if not fresh.isdisjoint(CHANGES_ALL):
        return readers.rules.keys()
    anew: set[str] = set()
    for name in fresh:
        anew |= readers.of_fact.get(name, frozenset())
    for subject, names in readers.frames.items():
        rules = readers.of_subject[subject]
        if names.isdisjoint(fresh) or rules <= anew:
            continue
        if _frames(before.case, subject) != _frames(case, subject):
            anew |= rules
    return anew


def _fresh(before: Course, case: Case) -> set[str]:
    """Return the names of what counts now and did not then."""
    items = case.facts.shown.between(before.case.at, case.at)
    fresh = {one.fact.name for one in items}
    if any(one.invitee or one.fact.about for one in items):
        fresh.add(ABOUT)
    if AGE in before.readers.of_fact and age(before.case.facts) != age(case.facts):
        fresh.add(AGE)
    return fresh


def _frames(case: Case, subject: str) -> list[list[object]]:
    """Return all of a subject's scenes but the facts themselves."""
    return [[getattr(scene, name) for name in FRAME] for scene in case.of(subject)]


def look_again(case: Case, names: Container[str] | None, *, by_age: bool) -> datetime | None:
    """Return when the next fact of these names counts (None: of any), or the child's next birthday `by_age`."""
    to_come = (one.fact for one in case.facts.to_come)
    later = next((fact.at for fact in to_come if names is None or fact.name in names), None)
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
    of_fact: dict[str, set[str]] = defaultdict(set)
    of_subject: dict[str, set[str]] = defaultdict(set)
    for name, rule in rules.items():
        of_subject[rule.subject].add(name)
        for fact in _reads(rule, pack):
            of_fact[fact].add(name)
    frames = {subject: _framed_by(subject) for subject in of_subject}
    facts = {*of_fact, *CHANGES_ALL, RELEASED}.union(*frames.values())
    for one in pack.invitations:
        facts |= {*_read_by(one.when, pack), *_framed_by(one.subject)}
    by_age = any("age" in rule.when.traits for rule in rules.values())
    return Readers(
        pack, rules, _frozen(of_fact), _frozen(of_subject), frames, frozenset(facts), by_age
    )


def _frozen(table: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(rules) for name, rules in table.items()}


def _reads(rule: Rule, pack: Pack) -> Iterator[str]:
    """Yield the facts that a rule looks at."""
    yield from rule.met_by
    for condition in (rule.when, rule.withdrawn_when, *(remark.when for remark in rule.remarks)):
        if condition:
            yield from _read_by(condition, pack)
    legs = (*rule.due.legs, *((rule.opens,) if rule.opens else ()))
    yield from (leg.anchor for leg in legs)
    if any(leg.is_backward for leg in legs):
        yield from BOOKED_WHEN
        yield from _stood_in_by(pack)


def _read_by(condition: Condition, pack: Pack) -> Iterator[str]:
    yield from condition.facts
    for trait in condition.traits:
        yield from READ_BY_TRAIT[trait]
        if trait == "plan":
            yield from pack.transfer_needs


def _stood_in_by(pack: Pack) -> Iterable[str]:
    """Yield what says by when a meeting that is not booked is due: any rule that it meets may."""
    yield from HELD_AND_BOOKED
    for other in pack.rules:
        if not HELD_AND_BOOKED.isdisjoint(other.met_by):
            yield from other.when.facts
            yield from (leg.anchor for leg in other.due.legs)


def _framed_by(subject: str) -> frozenset[str]:
    """Return the facts by which a case has its scenes for a `for:`, in the row in which they stand."""
    kind = subject.rpartition(" of ")[2]
    if kind == "icpc":
        return LOOKED_AT
    if kind == "plan":
        return frozenset({"plan_started"})
    if kind in ("case", "action"):
        return frozenset()
    return frozenset({HELD_FACTS[kind], *(("icpc_held",) if kind in OF_A_PLAN else ())})
