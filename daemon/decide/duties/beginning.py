"""Which rules never begin: no feed carries what their clocks count from, or what their conditions ask for.

Such a rule is watched, and silent: nothing that comes can start it. So it is listed, and a statutory
limit that never begins is a mistake (READINGS section 1: a missing start must never silence an alarm).
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice, product

from daemon.decide.record.timeline import TIME_PASSED
from daemon.domain.facts import Fact
from daemon.domain.rules import Rule
from daemon.domain.vocabulary import BOOKED, Vocabulary

MOST_TRIALS = 20_000  # a rule whose conditions name more facts than that is taken on trust
AT = datetime(2026, 1, 1, tzinfo=UTC)


class Shown:
    """A record that shows one fact of each given name, and nothing of what its subject is like."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        """Take the facts by name."""
        self.facts = facts

    def of(self, name: str) -> tuple[Fact, ...]:
        """Return the fact of that name, if there is one."""
        return (self.facts[name],) if name in self.facts else ()

    def trait(self, _: str) -> None:
        """Return nothing: what it is like may always be so."""


def lacking_to_begin(rule: Rule, known: Collection[str], words: Vocabulary) -> tuple[str, ...]:
    """Return the facts for want of which a rule never begins; none where what is `known` can start it."""
    shown = {*known, TIME_PASSED} if any(name.endswith(BOOKED) for name in known) else {*known}
    anchor = rule.due.anchor
    if anchor not in shown:
        return (anchor,)
    if _can_apply(rule, shown, words):
        return ()
    missing = sorted(rule.when.facts - shown)
    alone = tuple(name for name in missing if _can_apply(rule, {*shown, name}, words))
    return alone or tuple(missing)


def _can_apply(rule: Rule, shown: Collection[str], words: Vocabulary) -> bool:
    trials = islice(_trials(rule, shown, words), MOST_TRIALS)
    return any(rule.when.test(trial) is not False for trial in trials)


def _trials(rule: Rule, shown: Collection[str], words: Vocabulary) -> Iterator[Shown]:
    names = sorted(rule.when.facts.intersection(shown))
    choices: list[list[Fact | None]] = []
    for name in names:
        values = (word.values if (word := words.facts.get(name)) else ()) or (None,)
        choices.append([None, *(Fact(name, AT, whole_day=True, value=value) for value in values)])
    for chosen in product(*choices):
        yield Shown({fact.name: fact for fact in chosen if fact})
