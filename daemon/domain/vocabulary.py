"""The words that records and rules may use, with what each means."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

BOOKED = "_scheduled"  # how the facts end that say for when a meeting is booked
YOUR_ROLE = "your role is "
LISTED = 12  # more choices than this are not read in one line


@dataclass(frozen=True, slots=True)
class FactWord:
    """A fact's name in words, the closed list of its values, and whether it may lie in the future."""

    label: str
    values: tuple[str, ...] = ()
    default: str | None = None
    future: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Facts, roles, agencies, meeting kinds, channels, documents and figures, each code with its title.

    `ours` are the names under which the authority itself is known, as `decide.record.elsewhere` folds them.
    `told_because` says to whoever holds a role that is no post why a message comes to them.
    """

    facts: Mapping[str, FactWord]
    roles: Mapping[str, str]
    agencies: Mapping[str, str]
    meetings: Mapping[str, str]
    channels: Mapping[str, str]
    feed_roles: Mapping[str, str]
    documents: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)
    told_because: Mapping[str, str] = field(default_factory=dict)
    ours: frozenset[str] = frozenset()

    def label(self, fact: str) -> str:
        """Return the fact in words: "the strategy discussion"."""
        word = self.facts.get(fact)
        return word.label if word else fact.replace("_", " ")

    def dated(self, fact: str, day: str) -> str:
        """Return the fact in words with its day: "the strategy discussion on Monday 2 March 2026".

        What is booked is booked *for* that day, and another date that may lie ahead stands beside its name.
        """
        word = self.facts.get(fact)
        if word is None or not word.future:
            return f"{self.label(fact)} on {day}"
        return f"{word.label} for {day}" if fact.endswith(BOOKED) else f"{word.label}, {day}"

    def on_its_day(self, fact: str) -> str:
        """Return the fact in words where its day stands beside it: "the initial conference booked for this day"."""
        return f"{self.label(fact)} for this day" if fact.endswith(BOOKED) else self.label(fact)

    def role(self, code: str) -> str:
        """Return the role in words: "safeguarding service manager"."""
        return self.roles.get(code) or code.replace("_", " ")

    def because(self, code: str) -> str:
        """Return why a reader is told, as it ends "You get this message because …": "your role is team manager"."""
        return self.told_because.get(code) or f"{YOUR_ROLE}{self.role(code)}"

    def agency(self, code: str) -> str:
        """Return the agency in words: "adult services"."""
        return self.agencies.get(code) or code.replace("_", " ")


def guess(
    word: str,
    choices: Mapping[str, object] | tuple[str, ...] | frozenset[str],
    otherwise: str = "see policies/vocabulary.yaml for the list",
) -> str:
    """Return how to mend a misspelt word: a guess, the list where it is short, or what else is said."""
    close = get_close_matches(word, list(choices), n=1, cutoff=0.7)
    if close:
        return f'did you mean "{close[0]}"?'
    names = sorted(choices)
    return f"use one of: {', '.join(names)}" if len(names) <= LISTED else otherwise
