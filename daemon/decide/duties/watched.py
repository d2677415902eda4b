"""Which rules can be watched at all: those whose end some feed, or somebody who answers us, can tell.

A duty that nobody could ever show as done would be told as overdue for ever, and true or not nobody
could know. Such a rule is left out and listed, so that it is seen what is not watched. One on which a
child's safety hangs is told all the same (`decide.duties.by_hand`).
"""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

from daemon.decide.duties.beginning import lacking_to_begin
from daemon.decide.duties.by_hand import is_kept, put_to_people
from daemon.domain.answer import FEED as ANSWERS
from daemon.domain.rules import Basis, Pack, Rule, Rulebook
from daemon.domain.vocabulary import Vocabulary

OUR_OWN = frozenset({"obligation_waived", "siblings_released"})  # answered to Daykeeper itself
# said by the chair, on the day
FROM_THE_ROOM = frozenset({"presence_failed", "icpc_held", "rcpc_held"})
RESPONSE = "response"
# among what is carried: whether somebody comes is told, or answered to us
RESPONSES = "invitee.response"


class Unwatched(NamedTuple):
    """A rule that is not watched, and the facts one of which (or all, where it needs all) no feed carries."""

    pack: str
    rule: str
    facts: tuple[str, ...]


class Unbegun(NamedTuple):
    """A rule that nothing can start, and the facts for want of which.

    `is_limit`: a statutory limit of every child's, not one of those who move to us alone, which
    `is_of_movers`. `safety`: a rule of it.
    """

    pack: str
    rule: str
    facts: tuple[str, ...]
    is_limit: bool
    safety: bool
    is_of_movers: bool = False


class ByHand(NamedTuple):
    """A rule of safety that no feed can show as done, and the facts that are lacking.

    `begins`: what it counts from is carried, so that it is told. `can_end`: people can sign in.
    """

    pack: str
    rule: str
    facts: tuple[str, ...]
    counts_from: str
    begins: bool
    can_end: bool


def watchable(book: Rulebook, carried: frozenset[str] | None) -> Rulebook:
    """Return the rulebook in which no rule decides that nothing carried can end.

    `carried` None: any fact may come, and every rule decides. Where the word `daykeeper` is among
    them, people can sign in: what they are asked for, they can answer.
    """
    packs = {name: _watched(pack, carried, book.vocabulary) for name, pack in book.packs.items()}
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


def never_begun(
    book: Rulebook, pathways: Collection[str | None], carried: frozenset[str] | None
) -> tuple[Unbegun, ...]:
    """Return the rules that are watched in the cases of some pathways and that nothing can start, each once.

    Rules of safety that people end are named by `told_by_hand`.
    """
    if carried is None:
        return ()
    packs = {book.pack(pathway).name: book.pack(pathway) for pathway in pathways}
    found = {
        Unbegun(
            rule.pack,
            rule.name,
            facts,
            is_limit=_is_statutory(rule) and not rule.held_elsewhere,
            safety=rule.safety,
            is_of_movers=_is_statutory(rule) and rule.held_elsewhere,
        ): None
        for pack in packs.values()
        for known in [_known(pack.rules, carried)]
        for rule in pack.rules
        if rule.name not in pack.unwatched and rule.name not in pack.by_hand
        if (facts := lacking_to_begin(rule, known, book.vocabulary))
    }
    return tuple(found)


def _is_statutory(rule: Rule) -> bool:
    return rule.basis is Basis.STATUTORY


def told_by_hand(
    book: Rulebook, pathways: Collection[str | None], carried: frozenset[str] | None
) -> tuple[ByHand, ...]:
    """Return the rules of safety in the cases of some pathways that only people can end, each once."""
    packs = {book.pack(pathway).name: book.pack(pathway) for pathway in pathways}
    found = {
        ByHand(one.pack, name, facts, start, start in known, ANSWERS in known): None
        for pack in packs.values()
        for known in [_known(pack.rules, carried or frozenset())]
        for name, facts in pack.by_hand.items()
        for one in [pack.as_written[name]]
        for start in [one.due.anchor]
    }
    return tuple(found)


def _watched(pack: Pack, carried: frozenset[str] | None, words: Vocabulary) -> Pack:
    written = [pack.as_written.get(rule.name, rule) for rule in pack.rules]
    lacking = _lacking(written, carried)
    kept = {rule.name: rule for rule in written if rule.name in lacking and is_kept(rule)}
    signs_in = carried is not None and ANSWERS in carried
    return replace(
        pack,
        rules=tuple(
            put_to_people(rule, lacking[rule.name], written, words)
            if signs_in and rule.name in kept
            else rule
            for rule in written
        ),
        unwatched={name: facts for name, facts in lacking.items() if name not in kept},
        by_hand={name: lacking[name] for name in kept},
        as_written=kept,
    )


def _lacking(rules: Collection[Rule], carried: frozenset[str] | None) -> dict[str, tuple[str, ...]]:
    if carried is None:
        return {}
    known = _known(rules, carried)
    return {
        rule.name: tuple(fact for fact in rule.met_by if fact not in known)
        for rule in rules
        if not (all if rule.needs_all else any)(fact in known for fact in rule.met_by)
        and not (RESPONSES in carried and RESPONSE in rule.when.traits)
    }


def _known(rules: Collection[Rule], carried: frozenset[str]) -> frozenset[str]:
    """Return what is carried, with what is answered to ourselves."""
    if ANSWERS not in carried:
        return carried | OUR_OWN
    answers = (fact for rule in rules for fact in answerable(rule))
    return carried.union(OUR_OWN, FROM_THE_ROOM, answers)


def answerable(rule: Rule) -> Iterator[str]:
    """Yield the facts that people who sign in can give about a duty: to its question, or by sending a draft."""
    if rule.approval is not None:
        yield from (answer.partition(" is ")[0] for answer in rule.approval.answers.values())
    if any(rung.ask == "confirm" for rung in rule.ladder):
        yield from rule.met_by[:1]
    if rule.further:
        yield rule.further
