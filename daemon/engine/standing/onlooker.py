"""Who looks at what is held: which cases they are shown, and which they are told of as a number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from daemon.decide.people.recipients import Access, People, may_know
from daemon.domain.person import Person
from daemon.domain.record import Record
from daemon.domain.who import Who
from daemon.engine.answering.questions import holds, stands_for
from daemon.engine.house import House
from daemon.rulebook.language.private import reads_outside
from daemon.store import Tx


class Onlooker(Protocol):
    """Somebody who looks at many cases: what was last assessed passes over most, a record alone shows one.

    What was assessed may be older than the record, so nobody is shown a case by it (READINGS section 2, 1 and 2).
    """

    def may_see(self, access: Access) -> bool:
        """Return whether the record is worth reading, by who might know of the case when it was last assessed."""
        ...

    def sees(self, record: Record) -> bool:
        """Return whether a case is shown."""
        ...


class Unrestricted:
    """Whoever runs the service, on its own machine: they may read the reference of any case that is not restricted."""

    def may_see(self, access: Access) -> bool:
        """Return whether its record is worth reading."""
        return not access.restricted

    def sees(self, record: Record) -> bool:
        """Return whether a case is shown."""
        return not record.restricted


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who has signed in: shown are the cases in which they hold a role, and may know of.

    A role outside the authority shows none: nobody there sees who else was told (DOMAIN section 6).
    """

    who: Who
    person: Person | None
    people: People
    house: House
    now: datetime

    @classmethod
    def of(cls, tx: Tx, house: House, who: Who, now: datetime) -> "SignedIn":
        """Return somebody as the directory has them."""
        people = house.people(tx)
        return cls(who, people.get(who.person), people, house, now)

    def sees(self, record: Record) -> bool:
        """Return whether a case is shown."""
        access = self.house.deciding.access(record)
        if self.person is None or not may_know(self.person, access, self.people):
            return False
        roles = (
            role
            for role in (*self.who.roles, *self._named(record.roles))
            if not reads_outside(role)
        )
        return any(
            holds(self.who, role, role, record, access, self.people, self.now) for role in roles
        )

    def may_see(self, access: Access) -> bool:
        """Return whether its record is worth reading: they hold a role in the case, or it names them."""
        if self.person is None or not may_know(self.person, access, self.people):
            return False
        inside = (role for role in self.who.roles if not reads_outside(role))
        return bool(self._named(access.roles)) or any(
            stands_for(self.who, role, access, self.people, self.now) for role in inside
        )

    def counts(self, access: Access) -> bool:
        """Return whether a case may be told to them as a number: not restricted, nor closed to them."""
        return (
            self.person is not None
            and not access.restricted
            and may_know(self.person, access, self.people)
        )

    def _named(self, roles: Mapping[str, Sequence[str]]) -> list[str]:
        """Return the roles as which they are named."""
        if self.person is None:
            return []
        return [
            role
            for role, one in roles.items()
            if self.people.is_one_of(self.person, frozenset(one))
        ]
