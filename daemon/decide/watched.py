"""Which rules can be watched at all: those whose end some feed can tell.

A duty that no configured feed can ever show as done would be told as overdue for ever, and true or
not nobody could know. Such a rule is left out and listed, so that it is seen what is not watched.
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

from daemon.domain.answer import FEED as ANSWERS
from daemon.domain.rules import Rule, Rulebook

OUR_OWN = frozenset({"obligation_waived", "siblings_released"})  # answered to Daykeeper itself


class Unwatched(NamedTuple):
    """A rule that is not watched, and the facts one of which (or all, where it needs all) no feed carries."""

    pack: str
    rule: str
    facts: tuple[str, ...]


def watchable(book: Rulebook, carried: frozenset[str] | None) -> Rulebook:
    """Return the rulebook in which no rule decides that the feeds' facts cannot meet.

    `carried` None: any fact may come, and every rule decides. Where the word `daykeeper` is among
    them, people can sign in: what they are asked for, they can answer.
    """
    packs = {
        name: replace(pack, unwatched=_lacking(pack.rules, carried))
        for name, pack in book.packs.items()
    }
    return replace(book, packs=packs)


def left_out(book: Rulebook, pathways: Collection[str | None]) -> tuple[Unwatched, ...]:
    """Return the rules that are not watched in the cases of some pathways, each once."""
    packs = {book.pack(pathway).name: book.pack(pathway) for pathway in pathways}
    found = {
        Unwatched(rule.pack, rule.name, pack.unwatched[rule.name]): None
        for pack in packs.values()
        for rule in pack.rules
        if rule.name in pack.unwatched
    }
    return tuple(found)


def _lacking(rules: Collection[Rule], carried: frozenset[str] | None) -> dict[str, tuple[str, ...]]:
    if carried is None:
        return {}
    known = carried | OUR_OWN
    if ANSWERS in carried:
        known |= frozenset(fact for rule in rules for fact in answerable(rule))
    return {
        rule.name: tuple(fact for fact in rule.met_by if fact not in known)
        for rule in rules
        if not (all if rule.needs_all else any)(fact in known for fact in rule.met_by)
    }


def answerable(rule: Rule) -> Iterator[str]:
    """Yield the facts that people who sign in can give about a duty: to its question, or by sending a draft."""
    if rule.approval is not None:
        yield from (answer.partition(" is ")[0] for answer in rule.approval.answers.values())
    if any(rung.ask == "confirm" for rung in rule.ladder):
        yield from rule.met_by[:1]
    if rule.further:
        yield rule.further
