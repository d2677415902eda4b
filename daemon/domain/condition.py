"""A condition of a rule, compiled, and what it looks at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from daemon.domain.facts import Fact


class FactsInView(Protocol):
    """What a condition may look at: the facts and traits of one subject at one moment."""

    def of(self, name: str) -> tuple[Fact, ...]:
        """Return the subject's facts of that name, oldest first."""
        ...

    def trait(self, name: str) -> frozenset[str] | int | None:
        """Return what the subject is like: its words of that name, or a number; None where it has none."""
        ...


@dataclass(frozen=True, slots=True)
class Condition:
    """A compiled condition: True, False, or None where a value that it needs is unknown.

    Two of the same text are equal: it says all that they test.
    """

    text: str
    test: Callable[[FactsInView], bool | None] = field(compare=False)
    facts: frozenset[str]
    traits: frozenset[str] = frozenset()
