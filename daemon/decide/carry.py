"""What of a decision still stands a moment later: a duty that reads nothing of what is new is not decided again.

It is the same decision, made once: `obligation` has the same facts, scene and rule before it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from daemon.decide.clock import BOOKED_WHEN
from daemon.decide.scene import Scene
from daemon.decide.standing import ENDS_EVERYTHING, WAIVED
from daemon.decide.subjects import Case
from daemon.decide.timeline import BIRTH, KIND_OF_FACT, LOOKED_AFTER
from daemon.domain.obligation import Obligation
from daemon.domain.rules import Pack, Rule

CHANGES_ALL = frozenset({*ENDS_EVERYTHING, WAIVED})
HELD_AND_BOOKED = frozenset(KIND_OF_FACT)
# The facts by which a subject has a trait; none where that is its scene's or its record's. What looks at
# the day itself (an age) or at everybody's facts (presence, invitation) is not among them.
READ_BY_TRAIT: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("number", "attempt", "agency", "kind", "direction", "mode"), frozenset()),
    **dict.fromkeys(("role", "required", "report_expected", "response"), frozenset()),
    "plan": frozenset({"icpc_held", "plan_started", "plan_ended"}),
    "meeting": HELD_AND_BOOKED,
    "looked_after": frozenset({LOOKED_AFTER}),
    "unborn": frozenset({BIRTH, "unborn_child_flag"}),
}
FRAME = tuple(name for name in Scene.__slots__ if name not in ("facts", "terms", "_seen"))

Made = tuple[tuple[Scene, Obligation | None], ...]


@dataclass(frozen=True, slots=True)
class Readers:
    """The rules of a pack by what they look at; `always` look at more than facts."""

    of_fact: Mapping[str, frozenset[str]]
    of_subject: Mapping[str, frozenset[str]]
    always: frozenset[str]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A decision of the same record under the same pack: the case as it was, and what each rule made of it."""

    case: Case
    made: Mapping[str, Made]
    readers: Readers


def carried(earlier: Earlier, case: Case) -> dict[str, Made]:
    """Return what each rule made of an earlier moment that it would make of the case again."""
    since, readers = earlier.case.at, earlier.readers
    fresh = {one.fact.name for one in case.facts.placed if since < one.fact.at <= case.at}
    if not fresh.isdisjoint(CHANGES_ALL):
        return {}
    anew = set(readers.always)
    for name in fresh:
        anew |= readers.of_fact.get(name, frozenset())
    for subject, rules in readers.of_subject.items():
        if not rules <= anew and _frames(earlier.case, subject) != _frames(case, subject):
            anew |= rules
    return {name: made for name, made in earlier.made.items() if name not in anew}


def _frames(case: Case, subject: str) -> list[list[object]]:
    """Return all of a subject's scenes but the facts themselves."""
    return [[getattr(scene, name) for name in FRAME] for scene in case.of(subject)]


def readers_of(pack: Pack) -> Readers:
    """Return which rules look at what."""
    of_fact: dict[str, set[str]] = defaultdict(set)
    of_subject: dict[str, set[str]] = defaultdict(set)
    always = set()
    for rule in pack.rules:
        of_subject[rule.subject].add(rule.name)
        reads = _reads(rule, pack)
        if reads is None:
            always.add(rule.name)
        for name in reads or ():
            of_fact[name].add(rule.name)
    return Readers(_frozen(of_fact), _frozen(of_subject), frozenset(always))


def _frozen(table: Mapping[str, set[str]]) -> dict[str, frozenset[str]]:
    return {name: frozenset(rules) for name, rules in table.items()}


def _reads(rule: Rule, pack: Pack) -> frozenset[str] | None:
    """Return the facts that a rule looks at; None for one that looks at more than facts."""
    conditions = [rule.when, *(remark.when for remark in rule.remarks)]
    conditions += [rule.withdrawn_when] if rule.withdrawn_when else []
    traits = {name for condition in conditions for name in condition.traits}
    if not traits <= READ_BY_TRAIT.keys():
        return None
    legs = (*rule.due.legs, *((rule.opens,) if rule.opens else ()))
    found = {*rule.met_by, *(leg.anchor for leg in legs)}
    found.update(*(condition.facts for condition in conditions))
    found.update(*(READ_BY_TRAIT[name] for name in traits))
    if "plan" in traits:
        found.update(pack.transfer_needs)
    if any(leg.is_backward for leg in legs):
        found.update(BOOKED_WHEN, _stood_in_by(pack))
    return frozenset(found)


def _stood_in_by(pack: Pack) -> Iterable[str]:
    """Yield what says by when a meeting that is not booked is due: any rule that it meets may."""
    yield from HELD_AND_BOOKED
    for other in pack.rules:
        if not HELD_AND_BOOKED.isdisjoint(other.met_by):
            yield from other.when.facts
            yield from (leg.anchor for leg in other.due.legs)
