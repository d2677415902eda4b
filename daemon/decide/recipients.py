"""Who is told: role holders found when sending, never a person who must not know (READINGS section 2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from daemon.domain.person import Person
from daemon.domain.record import Record

BY_SUBJECT = frozenset({"invited_person", "action_owner"})
AGENCY_LEAD = "safeguarding_lead_agency"
MEETINGS = ("icpc-", "rcpc-", "core_group-", "strategy-")
FAMILY = frozenset({"child", "parents_carers", "family_members", "family_network", "supporter"})


class Why(StrEnum):
    """How a person came to be told."""

    HOLDER = "holder"
    DELEGATE = "delegate"
    MANAGER = "manager"  # the only holder is excluded from this case
    FALLBACK = "fallback"
    NOBODY = "nobody"  # restricted, and no holder may be told: the operator hears of it without the reference


class Resolution(NamedTuple):
    """The people for one role, and why them."""

    people: tuple[Person, ...]
    why: Why


@dataclass(frozen=True, slots=True)
class Access:
    """Who may know of one case: what of the record decides about recipients."""

    roles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    team: str | None = None
    restricted: bool = False
    holders: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()


def access_of(record: Record, stands_in: Mapping[str, str] | None = None) -> Access:
    """Return who may know of a case; people on its meetings' lists hold their agency, role and place there.

    `stands_in` gives the role whose holder is told where nobody holds another in this case.
    A family's are left out, and whom the chair has excluded (READINGS section 2, 1 and 4).
    """
    seats: dict[str, list[str]] = {}
    for meeting in record.meetings:
        for one in meeting.invitees:
            if one.person and not (one.is_family or one.excluded_by_chair):
                for name in filter(None, (one.agency, one.role, f"invitee-{one.id}")):
                    seats.setdefault(name, []).append(one.person)
    for action in record.actions:
        if action.owner:
            seats[f"action-{action.id}"] = [action.owner]
    listed = {name: tuple(dict.fromkeys(people)) for name, people in seats.items()}
    roles = {**listed, **record.roles}
    for role, other in (stands_in or {}).items():
        if role not in roles and other in roles:
            roles[role] = roles[other]
    return Access(
        roles,
        record.team,
        record.restricted,
        frozenset(record.holders),
        frozenset(record.excluded),
    )


def seat(role: str, obligation: str) -> str:
    """Return where a role's holder stands in the record: whom a duty is about is found by its subject.

    The lead of one agency never hears of another's (READINGS section 2, 7).
    """
    place, _, part = obligation.rpartition("/")
    if role in BY_SUBJECT:
        return part
    is_of_agency = role == AGENCY_LEAD and place.rpartition("/")[2].startswith(MEETINGS)
    return f"{role}/{part}" if is_of_agency else role


class People:
    """A directory in memory, by id, by address and by role."""

    def __init__(
        self,
        people: Iterable[Person],
        fallback: str | None = None,
        fallback_role: str = "duty_mailbox",
    ) -> None:
        """Take everybody, and the id or address of the duty mailbox where no one holds its role."""
        self.by_id = {person.id: person for person in people}
        self.by_address = {
            address.casefold(): person
            for person in self.by_id.values()
            for address in person.addresses.values()
        }
        self.by_role: dict[str, list[Person]] = {}
        for person in self.by_id.values():
            for role in person.roles:
                self.by_role.setdefault(role, []).append(person)
        self._fallback, self.fallback_role = fallback, fallback_role

    def get(self, name: str) -> Person | None:
        """Return the person of an id or address; an address that nobody has is a person of its own."""
        person = self.by_id.get(name) or self.by_address.get(name.casefold())
        if person is None and "@" in name:
            return Person(name, {"email": name, "teams": name})
        return person

    def holding(self, role: str, team: str | None) -> list[Person]:
        """Return the role's holders: those of the team, else those of the whole authority."""
        everybody = self.by_role.get(role, [])
        return [p for p in everybody if team and p.team == team] or [
            p for p in everybody if p.team is None
        ]

    def fallback(self) -> Person | None:
        """Return the duty mailbox."""
        held = self.by_role.get(self.fallback_role)
        if held:
            return held[0]
        return self.get(self._fallback) if self._fallback else None

    def is_one_of(self, person: Person, names: frozenset[str]) -> bool:
        """Return whether a person is named in a list of ids or addresses."""
        if not names:
            return False
        marks = {
            person.id.casefold(),
            *(address.casefold() for address in person.addresses.values()),
        }
        return any(name.casefold() in marks for name in names)


def resolve(role: str, access: Access, people: People, today: date) -> Resolution:
    """Return who is told as `role` of a case, today.

    The case's own holders come before the directory's. Excluded people are off every path: the
    only holder's post passes to that post's manager, never to their delegate. In a restricted
    case only its named holders are told. Nothing goes to a family by itself. Who is
    away is stood in for by the delegate; chains that loop end at the fallback.

    Source: DOMAIN 5.9, READINGS section 2, 1, 2 and 4.
    """
    named = [people.get(name) for name in access.roles.get(role, ())]
    holders = [person for person in named if person] or people.holding(role, access.team)
    if role in FAMILY:
        holders = []
    why = Why.HOLDER
    allowed = [person for person in holders if may_know(person, access, people)]
    if not allowed and holders and not access.restricted:
        managers = [people.get(person.manager or "") for person in holders]
        allowed = [person for person in managers if person and may_know(person, access, people)]
        why = Why.MANAGER
    found: dict[str, Person] = {}
    for person in allowed:
        stand_in = _present(person, access, people, today)
        if stand_in is not None:
            found[stand_in.id] = stand_in
            why = Why.DELEGATE if stand_in.id != person.id else why
    if found:
        return Resolution(tuple(found.values()), why)
    if access.restricted:
        return Resolution((), Why.NOBODY)
    fallback = people.fallback()
    if fallback is None or not may_know(fallback, access, people):
        return Resolution((), Why.NOBODY)
    return Resolution((fallback,), Why.FALLBACK)


def may_know(person: Person, access: Access, people: People) -> bool:
    """Return whether a person may be told of the case at all; asked again just before the wire."""
    if people.is_one_of(person, access.excluded):
        return False
    return not access.restricted or people.is_one_of(person, access.holders)


def _present(person: Person, access: Access, people: People, today: date) -> Person | None:
    """Return the person, or whoever stands in along the chain of delegates; None where it loops or ends."""
    seen: set[str] = set()
    at: Person | None = person
    while at is not None and at.id not in seen and may_know(at, access, people):
        if not at.is_away(today):
            return at
        seen.add(at.id)
        at = people.get(at.delegate) if at.delegate else None
    return None
