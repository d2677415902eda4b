"""The same records under two rulebooks: the present one, and a draft that might take its place."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daemon.decide.duties.obligations import Deciding
from daemon.decide.people.recipients import People
from daemon.decide.record.timeline import HELD_FACTS
from daemon.decide.trying.simulate import Simulation
from daemon.decide.trying.tally import Difference, Tally, differences
from daemon.decide.trying.told import Notice
from daemon.domain.record import Record
from daemon.domain.rules import Pack


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two rulebooks in three parts: the rules that both have word for word are walked once, for both."""

    shared: Simulation
    present: Simulation
    draft: Simulation


def compare(
    present: Deciding, draft: Deciding, people: People, forced: str | None = None
) -> Comparison:
    """Return what to walk; `forced` is the pack to decide under, whatever pathway the records name.

    One authority tries both: it bears the same names, wherever the draft lies.
    """
    draft = _known_alike(draft, present)
    ours, theirs = present.rulebook.packs, draft.rulebook.packs
    kept = {
        name: _alike(pack, theirs[name])
        for name, pack in ours.items()
        if name in theirs and present.words == draft.words and _frame(pack) == _frame(theirs[name])
    }
    shared = Simulation(_without_calendar(present, ours.keys() - kept.keys()), people, forced, kept)
    parts = (
        Simulation(_without_calendar(one, kept.keys()), people, forced, _others(one, kept))
        for one in (present, draft)
    )
    return Comparison(shared, *parts)


def rehearse(
    comparison: Comparison, records: Sequence[Record], start: datetime, end: datetime
) -> Tally:
    """Return what would have been told between `start` and `end` of these records, under both rulebooks.

    A case that stands here once is taken as known all along, each fact from its own day: it is the
    history as it was written down in the end. One that stands here in several versions is taken as
    each was known.
    """
    versions = Counter(one.ref for one in records)
    known = [replace(one, as_known_at=None) if versions[one.ref] == 1 else one for one in records]
    both, ours, theirs = (
        list(part.notices(known, start, end)) if any((part.only or {}).values()) else []
        for part in (comparison.shared, comparison.present, comparison.draft)
    )
    tally = Tally(cases=len(versions))
    for one in _of_cases(both):
        tally.note(Difference(one, one.at, one.at))
    for difference in differences(_of_cases(ours), _of_cases(theirs)):
        tally.note(difference)
    tally.gather(both + ours, both + theirs)
    return tally


def _known_alike(draft: Deciding, present: Deciding) -> Deciding:
    """Return the draft with the names under which the authority is known by the present rulebook."""
    words = replace(draft.words, ours=present.words.ours)
    return replace(draft, rulebook=replace(draft.rulebook, vocabulary=words))


def _alike(pack: Pack, other: Pack) -> frozenset[str]:
    """Return the names of the rules that say the same in both packs.

    What counts back from a meeting that is not booked yet counts from the limits of other rules, so it
    is the same only where these are.
    """
    changed = {rule.name for rule in pack.rules if rule != other.rule(rule.name)}
    changed |= {rule.name for rule in other.rules if pack.rule(rule.name) is None}
    every = (*pack.rules, *other.rules)
    met = {fact for rule in every if rule.name in changed for fact in rule.met_by}
    if not met.isdisjoint(HELD_FACTS.values()):
        changed |= {one.name for one in every if any(leg.is_backward for leg in one.due.legs)}
    return frozenset(rule.name for rule in pack.rules) - changed


def _frame(pack: Pack) -> Pack:
    """Return all of a pack but its rules that has a say in who is told."""
    return replace(pack, rules=(), title="", digest="", carries={}, effective_from=None)


def _others(deciding: Deciding, kept: Mapping[str, frozenset[str]]) -> dict[str, frozenset[str]]:
    return {
        name: frozenset(rule.name for rule in pack.rules) - kept.get(name, frozenset())
        for name, pack in deciding.rulebook.packs.items()
    }


def _without_calendar(deciding: Deciding, names: Iterable[str]) -> Deciding:
    """Return what decides without the invitations and lists of some packs: another part has them."""
    book = deciding.rulebook
    bare = {
        name: replace(book.packs[name], invitations=(), digests=())
        for name in names
        if name in book.packs
    }
    return replace(deciding, rulebook=replace(book, packs={**book.packs, **bare}))


def _of_cases(notices: Sequence[Notice]) -> list[Notice]:
    return [one for one in notices if one.ref is not None]
