"""Which rules can be watched at all: those whose end some feed can tell.

A duty that no configured feed can ever show as done would be told as overdue for ever, and true or
not nobody could know. Such a rule is left out and listed, so that it is seen what is not watched.
"""

from dataclasses import replace
from typing import NamedTuple

from daemon.domain.rules import Pack, Rule, Rulebook

OUR_OWN = frozenset({"obligation_waived", "siblings_released"})  # answered to Daykeeper itself


class Unwatched(NamedTuple):
    """A rule that is not watched, and the facts one of which (or all, where it needs all) no feed carries."""

    pack: str
    rule: str
    facts: tuple[str, ...]


def watchable(book: Rulebook, carried: frozenset[str]) -> tuple[Rulebook, tuple[Unwatched, ...]]:
    """Return the rulebook with the rules that the feeds' facts can meet, and those left out."""
    known = carried | OUR_OWN
    packs: dict[str, Pack] = {}
    left_out: dict[Unwatched, None] = {}
    for name, pack in book.packs.items():
        packs[name] = replace(pack, rules=tuple(one for one in pack.rules if can_end(one, known)))
        for rule in pack.rules:
            if not can_end(rule, known):
                lacking = tuple(fact for fact in rule.met_by if fact not in known)
                left_out[Unwatched(rule.pack, rule.name, lacking)] = None
    return replace(book, packs=packs), tuple(left_out)


def can_end(rule: Rule, carried: frozenset[str]) -> bool:
    """Return whether the facts that the feeds carry can meet a rule."""
    return (all if rule.needs_all else any)(fact in carried for fact in rule.met_by)
