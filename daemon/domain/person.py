"""People who are told: found by role and scope, reached through addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff or a mailbox. `addresses` maps a channel word to an address.

    `absent` is the first and last whole day away; `delegate` and `manager` are person ids.
    `team` None means the whole authority. Never logged.
    """

    id: str
    addresses: Mapping[str, str] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    team: str | None = None
    agency: str | None = None
    area: str | None = None
    manager: str | None = None
    absent: tuple[date, date] | None = None
    delegate: str | None = None

    def is_away(self, day: date) -> bool:
        """Return whether the directory says that they are absent on that London date."""
        return self.absent is not None and self.absent[0] <= day <= self.absent[1]


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a role is looked for: one case's team, and for partners an agency and area."""

    team: str | None = None
    agency: str | None = None
    area: str | None = None
