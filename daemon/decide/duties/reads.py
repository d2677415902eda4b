"""Which facts each rule of a pack looks at: what it must be decided again for, and what it need not.

It says so by what each rule asks of a fact: whether its clock starts, by when a meeting that is not booked
would be due, or how the duty stands.
"""

from collections import defaultdict
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from daemon.decide.case.subjects import OF_A_PLAN
from daemon.decide.case.traits import TOLD
from daemon.decide.case.view import TRANSFER
from daemon.decide.conference.conferences import LOOKED_AT
from daemon.decide.duties.clock import BOOKED_WHEN, stands_in_by
from daemon.decide.duties.family import RELEASED
from daemon.decide.duties.standing import ENDS_EVERYTHING, WAIVED
from daemon.decide.record.timeline import BIRTH, HELD_FACTS, LOOKED_AFTER
from daemon.domain.condition import Condition
from daemon.domain.obligation import Obligation, State
from daemon.domain.record import SCHEDULED_AND_HELD
from daemon.domain.rules import Pack, Rule

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


class Reads(NamedTuple):
    """What a rule looks at: facts of its own subject, and of the whole case.

    `begins` are those from which its clock and its window start, `stand_in` those by which it counts while
    its meeting is not booked. Of all others of its subject, `applies` are those by which it is a duty at all,
    `stands` those by which it is met or late, and `ends` those that matter to one that is not met.
    """

    applies: frozenset[str]
    stands: frozenset[str]
    ends: frozenset[str]
    begins: frozenset[str]
    stand_in: frozenset[str]
    anywhere: frozenset[str]

    @property
    def every(self) -> frozenset[str]:
        """Return all that the rule looks at."""
        return frozenset().union(*self)

    def touches(self, one: Obligation | None, names: frozenset[str]) -> bool:
        """Return whether any of these facts of its subject may change how a duty stands, but for its clock."""
        asked = [self.applies]
        if one is not None:
            asked += [self.stands] if one.state is State.MET else [self.stands, self.ends]
        return any(not each.isdisjoint(names) for each in asked)


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

    def alone(self, names: Collection[str]) -> "Readers":
        """Return some of the rules, by these names; they are asked at the same moments as all of them together."""
        subjects = {self.rules[name].subject for name in names}
        return replace(
            self,
            rules={name: rule for name, rule in self.rules.items() if name in names},
            of_fact={fact: rules.intersection(names) for fact, rules in self.of_fact.items()},
            of_subject={one: self.of_subject[one].intersection(names) for one in subjects},
            frames={one: self.frames[one] for one in subjects},
        )


def readers_of(pack: Pack, only: Container[str] | None = None) -> Readers:
    """Return which rules look at what; of those `only`, where they are named."""
    rules = {rule.name: rule for rule in pack.rules if only is None or rule.name in only}
    reads = {name: _reads(rule, pack) for name, rule in rules.items()}
    of_fact: dict[str, set[str]] = defaultdict(set)
    of_subject: dict[str, set[str]] = defaultdict(set)
    for name, rule in rules.items():
        of_subject[rule.subject].add(name)
        for fact in reads[name].every:
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
    ending = [remark.when for remark in rule.remarks]
    ending += [rule.withdrawn_when] if rule.withdrawn_when else []
    conditions = [rule.when, *ending]
    stands = {*rule.met_by}
    begins = {leg.anchor for leg in (*rule.due.legs, *((rule.opens,) if rule.opens else ()))}
    stand_in: set[str] = set()
    if any(leg.is_backward for leg in rule.due.legs):
        stands |= {*BOOKED_WHEN}
        others = list(stands_in_by(pack.rules, kind))
        conditions += [other.when for other in others]
        stand_in |= {*filter(None, SCHEDULED_AND_HELD.get(kind, ()))}
        stand_in |= {leg.anchor for other in others for leg in other.due.legs}
        stand_in |= set(_of_conditions([other.when for other in others], kind))
    begins |= {"icpc_held"} if TRANSFER in begins else set()
    stand_in |= {"icpc_held"} if TRANSFER in stand_in else set()
    anywhere = frozenset(_of_traits(conditions, pack))
    applies, ends = (frozenset(_of_conditions(each, kind)) for each in ([rule.when], ending))
    return Reads(applies, frozenset(stands), ends, frozenset(begins), frozenset(stand_in), anywhere)


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
