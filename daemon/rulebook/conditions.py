"""Conditions on facts, compiled to closures that answer True, False or None (unknown).

The last fact of a name counts. One that is present without a value that we know answers None,
whatever is asked of it, and None goes through and, or, not as Kleene's logic has it.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from daemon.domain.condition import Condition, FactsInView
from daemon.domain.facts import Fact
from daemon.domain.vocabulary import Vocabulary, guess
from daemon.rulebook.phrases import Misread, parse

if TYPE_CHECKING:
    from lark import Token, Tree

Test = Callable[[FactsInView], bool | None]


def condition(text: str, vocabulary: Vocabulary) -> Condition:
    """Return the compiled condition, every fact and value of it known. Raises Misread."""
    facts: set[str] = set()
    test = _compile(parse("condition", text), vocabulary, facts)
    return Condition(text, test, frozenset(facts))


def fact_name(name: str, vocabulary: Vocabulary) -> str:
    """Return the name if it is a fact's. Raises Misread."""
    if name not in vocabulary.facts:
        raise Misread(f'no fact is called "{name}"', guess(name, vocabulary.facts))
    return name


def _compile(tree: "Tree[Token]", vocabulary: Vocabulary, facts: set[str]) -> Test:
    if tree.data in ("all_of", "any_of", "negation"):
        tests = [_compile(part, vocabulary, facts) for part in tree.children]  # type: ignore[arg-type]
        if tree.data == "negation":
            return _negation(tests[0])
        return _fold(tuple(tests), decisive=tree.data == "any_of")
    name, *rest = (str(part) for part in tree.children)
    facts.add(fact_name(name, vocabulary))
    if not rest:
        return _presence(name, wanted=tree.data == "is_recorded")
    value = _value(name, rest[0], vocabulary)
    if tree.data == "is_not_value":
        return _comparison(name, value, wanted=False, if_missing=True)
    return _comparison(name, value, wanted=True, if_missing=tree.data == "is_value_or_missing")


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


def _comparison(name: str, value: str, *, wanted: bool, if_missing: bool) -> Test:
    def test(view: FactsInView) -> bool | None:
        fact = _last(view, name)
        if fact is None:
            return if_missing
        return (fact.value == value) is wanted if fact.known else None

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
