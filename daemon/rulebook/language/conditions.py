"""Conditions on facts, compiled to closures that answer True, False or None (unknown).

The last fact of a name counts. One that is present without a value that we know answers None,
whatever is asked of it, and None goes through and, or, not as Kleene's logic has it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from daemon.domain.condition import Condition, FactsInView
from daemon.domain.facts import Fact
from daemon.domain.vocabulary import Vocabulary, guess
from daemon.rulebook.language.phrases import Misread, parse

if TYPE_CHECKING:
    from lark import Token, Tree

YES_NO = ("yes", "no")
NUMBERS = ("number", "attempt", "age")
TRAITS: dict[str, tuple[str, ...]] = {  # empty: a code of the vocabulary's agencies or roles
    **dict.fromkeys((*NUMBERS, "agency", "role"), ()),
    "kind": ("icpc", "pre_birth", "transfer_in", "rcpc", "core_group"),
    "direction": ("in", "out"),
    "mode": ("in_person", "virtual", "hybrid"),
    "meeting": ("unbooked", "booked", "held", "failed"),
    "response": ("none", "accepted", "tentative", "declined"),
    "invitation": ("in_time", "unknown", "late", "bounced", "none", "unaddressed"),
    "plan": ("over", "running"),
    "presence": ("present", "represented", "excused", "absent", "unknown"),
    **dict.fromkeys(("required", "report_expected", "looked_after", "unborn"), YES_NO),
}
Test = Callable[[FactsInView], bool | None]


def condition(text: str, vocabulary: Vocabulary) -> Condition:
    """Return the compiled condition, every fact, trait and value of it known. Raises Misread."""
    facts: set[str] = set()
    traits: set[str] = set()
    test = _compile(parse("condition", text), vocabulary, facts, traits)
    return Condition(text, test, frozenset(facts), frozenset(traits))


def both(first: Condition, second: Condition) -> Condition:
    """Return the condition that both hold."""
    test = _fold((first.test, second.test), decisive=False)
    text = second.text if first.text == "always" else f"{first.text}, and {second.text}"
    return Condition(text, test, first.facts | second.facts, first.traits | second.traits)


def qualifying(text: str, vocabulary: Vocabulary) -> tuple[str, frozenset[str]]:
    """Return a fact's name and those of its values that count, all of them where none is named. Raises Misread."""
    name, *values = (str(part) for part in parse("fact", text).children)
    fact_name(name, vocabulary)
    return name, frozenset(_value(name, value, vocabulary) for value in values)


def fact_name(name: str, vocabulary: Vocabulary) -> str:
    """Return the name if it is a fact's. Raises Misread."""
    if name not in vocabulary.facts:
        raise Misread(f'no fact is called "{name}"', guess(name, vocabulary.facts))
    return name


def _compile(
    tree: "Tree[Token]", vocabulary: Vocabulary, facts: set[str], traits: set[str]
) -> Test:
    if tree.data == "always":
        return lambda _: True
    if tree.data in ("all_of", "any_of", "negation"):
        tests = [_compile(part, vocabulary, facts, traits) for part in tree.children]  # type: ignore[arg-type]  # these hold trees alone
        if tree.data == "negation":
            return _negation(tests[0])
        return _fold(tuple(tests), decisive=tree.data == "any_of")
    name, *rest = (str(part) for part in tree.children)
    if name in TRAITS and name not in vocabulary.facts:
        traits.add(name)
        return _trait(name, str(tree.data), rest, vocabulary)
    if tree.data in ("trait_at_least", "trait_is"):
        raise Misread(f'"{name}" is no number', guess(name, NUMBERS))
    facts.add(fact_name(name, vocabulary))
    if tree.data == "count_at_least":
        *values, least = rest
        traits.add("count")  # no single fact shows whether it can ever hold
        return _count(name, {_value(name, value, vocabulary) for value in values}, int(least))
    if not rest:
        return _presence(name, wanted=tree.data == "is_recorded")
    if tree.data == "is_one_of":
        return _comparison(name, {_value(name, one, vocabulary) for one in rest})
    value = {_value(name, rest[0], vocabulary)}
    if tree.data == "is_not_value":
        return _comparison(name, value, wanted=False, if_missing=True)
    return _comparison(name, value, if_missing=tree.data == "is_value_or_missing")


def _value(name: str, value: str, vocabulary: Vocabulary) -> str:
    values = vocabulary.facts[name].values
    if value in ("missing", "recorded"):
        raise Misread(f'"is not {value}" is not read', 'write "is recorded" or "is missing"')
    if not values:
        raise Misread(f"{name} carries no value", f'write "{name} is recorded"')
    if value not in values:
        raise Misread(f'"{value}" is no value of {name}', guess(value, values))
    return value


def _last(view: FactsInView, name: str) -> Fact | None:
    facts = view.of(name)
    return facts[-1] if facts else None


def _comparison(
    name: str, values: set[str], *, wanted: bool = True, if_missing: bool = False
) -> Test:
    def test(view: FactsInView) -> bool | None:
        fact = _last(view, name)
        if fact is None:
            return if_missing
        return (fact.value in values) is wanted if fact.known else None

    return test


def _count(name: str, values: set[str], least: int) -> Test:
    def test(view: FactsInView) -> bool:
        facts = view.of(name)
        return sum(not values or fact.value in values for fact in facts) >= least

    return test


def _presence(name: str, *, wanted: bool) -> Test:
    def test(view: FactsInView) -> bool | None:
        fact = _last(view, name)
        if fact is None:
            return not wanted
        return wanted if fact.known else None

    return test


def _negation(inner: Test) -> Test:
    def test(view: FactsInView) -> bool | None:
        answer = inner(view)
        return None if answer is None else not answer

    return test


def _fold(tests: tuple[Test, ...], *, decisive: bool) -> Test:
    """Return "or" where True is decisive, "and" where False is."""

    def test(view: FactsInView) -> bool | None:
        unknown = False
        for inner in tests:
            answer = inner(view)
            if answer is decisive:
                return decisive
            unknown = unknown or answer is None
        return None if unknown else not decisive

    return test


def _trait(name: str, form: str, rest: list[str], vocabulary: Vocabulary) -> Test:
    """Return the test of what a subject is like; a trait that it has not is no value at all."""
    if name in NUMBERS:
        if form not in ("trait_is", "trait_at_least"):
            raise Misread(f"{name} is a number", f'write "{name} is at least 2"')
        number, is_least = int(rest[0]), form == "trait_at_least"

        def counts(view: FactsInView) -> bool:
            found = view.trait(name)
            if not isinstance(found, int):
                return False
            return found >= number if is_least else found == number

        return counts
    choices = TRAITS[name] or {**vocabulary.agencies, **vocabulary.roles}
    if form not in ("is_value", "is_not_value", "is_one_of"):
        raise Misread(f"{name} is compared with a word", f'write "{name} is {min(choices)}"')
    for word in rest:
        if word not in choices:
            raise Misread(f'{name} is never "{word}"', guess(word, tuple(choices)))
    wanted = frozenset(rest)

    def is_like(view: FactsInView) -> bool:
        found = view.trait(name)
        has = isinstance(found, frozenset) and not wanted.isdisjoint(found)
        return has is not (form == "is_not_value")

    return is_like
