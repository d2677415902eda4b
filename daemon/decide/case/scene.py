"""One subject of a case, as rules look at it: the facts that it sees, and what it is like."""

from dataclasses import dataclass

from daemon.decide.case import traits
from daemon.decide.case.view import View


@dataclass(frozen=True, slots=True)
class Scene(View):
    """One subject with its facts and its traits."""

    def trait(self, name: str) -> frozenset[str] | int | None:
        """Return what the subject is like: see daemon.decide.case.traits."""
        return traits.of(self, name)
