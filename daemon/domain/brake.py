"""The brake: how many escalations an authority expects at once, and what is held where there are more."""

from dataclasses import dataclass
from datetime import datetime

from daemon.domain.times import say


@dataclass(frozen=True, slots=True)
class Limits:
    """More than these are held: a bad import, a wrong clock or a slip in a policy looks like this.

    Both count rungs after the due moment, however many people and channels each tells. `one_pass`: of
    all ladders together, at once. `one_person`: to one person in one day, beside those who are to do
    it themselves. None: no limit.
    """

    one_pass: int | None = 200
    one_person: int | None = 30

    def __str__(self) -> str:
        """Return them as a sentence can hold them."""
        at_once, to_one = (many or "any number" for many in (self.one_pass, self.one_person))
        return f"{at_once} at once or {to_one} to one person in a day"


NO_LIMITS = Limits(None, None)


@dataclass(frozen=True, slots=True)
class Braking:
    """What is held since a moment: all escalations, or those to some people where `people` names them."""

    since: datetime
    why: str
    people: frozenset[str] = frozenset()

    def holds(self, person: str) -> bool:
        """Return whether an escalation to a person is held."""
        return not self.people or person in self.people

    def in_words(self, many: int) -> str:
        """Return what to say to the operator; `many` notices are held at this moment."""
        what = "1 escalation is" if many == 1 else f"{many} escalations are"
        return f"{what} held by the brake since {say(self.since)}: {self.why}; see `daykeeper release brake`"
