"""Who is told: role holders found when sending, never a person who must not know (READINGS section 2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import NamedTuple

from daemon.domain.cells import slug
from daemon.domain.named import spellings
from daemon.domain.person import Person, Post, Scope
from daemon.domain.record import Invitee, Meeting, Record

BY_SUBJECT = frozenset({"invited_person", "action_owner"})
AGENCY_LEAD = "safeguarding_lead_agency"
MEETINGS = ("icpc-", "rcpc-", "core_group-", "strategy-")
NEVER = (datetime.min.replace(tzinfo=UTC), True)
FAMILY = frozenset({"child", "parents_carers", "family_members", "family_network", "supporter"})


class Why(StrEnum):
    """How a person came to be told."""

    HOLDER = "holder"
    DELEGATE = "delegate"
    MANAGER = "manager"  # every holder is excluded from this case, or has left the post
    FALLBACK = "fallback"
    # who holds it must not be told of this case, nor is there a manager who may be
    BARRED = "barred"
    AWAY = "away"  # everybody who holds it is away, and nobody stands in: the fallback is told
    NOBODY = "nobody"  # restricted, and no holder may be told: the operator hears of it without the reference


class Resolution(NamedTuple):
    """The people for one role, and why them."""

    people: tuple[Person, ...]
    why: Why


@dataclass(frozen=True, slots=True)
class Access:
    """Who may know of one case: what of the record decides about recipients.

    `places` says where each agency, and each of its people, stands on the latest list that has it;
    None where no case in particular is asked about.
    """

    roles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    team: str | None = None
    restricted: bool = False
    holders: frozenset[str] = frozenset()
    excluded: frozenset[str] = frozenset()
    places: Mapping[str, tuple[Scope, ...]] | None = None


def access_of(record: Record, stands_in: Mapping[str, str] | None = None) -> Access:
    """Return who may know of a case; people on its meetings' lists hold their agency, role and place there.

    `stands_in` gives the role whose holder is told where nobody holds another in this case.
    A family's are left out, and whom the chair has excluded (READINGS section 2, 1 and 4).
    """
    seats: dict[str, list[str]] = {}
    for meeting in record.meetings:
        for one in _professionals(meeting):
            for name in filter(None, (one.agency, one.role, f"invitee-{one.id}")):
                if one.person:
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
        frozenset(mark for name in record.excluded for mark in spellings(name)),
        _places(record.meetings),
    )


def _professionals(meeting: Meeting) -> list[Invitee]:
    return [one for one in meeting.invitees if not (one.is_family or one.excluded_by_chair)]


def _places(meetings: Sequence[Meeting]) -> dict[str, tuple[Scope, ...]]:
    """Return the agency and area of every agency and invitee; a family that moves has a later list."""
    found: dict[str, tuple[Scope, ...]] = {}
    for meeting in sorted(meetings, key=lambda one: (one.scheduled or one.held or NEVER)[0]):
        here: dict[str, list[Scope]] = {}
        for one in _professionals(meeting):
            if one.agency:
                place = Scope(agency=one.agency, area=slug(one.area or "") or None)
                for name in (one.agency, f"invitee-{one.id}"):
                    here.setdefault(name, []).append(place)
        found |= {name: tuple(dict.fromkeys(places)) for name, places in here.items()}
    return found


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
        self.by_mark: dict[str, list[Person]] = {}
        self.by_role: dict[str, list[tuple[Person, Post]]] = {}
        for person in self.by_id.values():
            for mark in person.marks:
                self.by_mark.setdefault(mark, []).append(person)
            for post in person.posts:
                if post.role:
                    self.by_role.setdefault(post.role, []).append((person, post))
        self._fallback, self.fallback_role = fallback, fallback_role

    def get(self, name: str) -> Person | None:
        """Return the person of an id or address; an address that nobody has is a person of its own."""
        person = self.by_id.get(name) or next(iter(self.by_mark.get(name.casefold(), ())), None)
        if person is None and "@" in name:
            return Person(name, {"email": name, "teams": name})
        return person

    def holding(self, role: str, access: Access, today: date) -> list[tuple[Person, Post]]:
        """Return who holds a role today: those of the case's team, else those of the whole authority.

        A post with an area is found only where its agency stands with that area on the case's lists,
        and before one without. A safeguarding lead hears only of cases whose lists have their agency.

        Source: READINGS section 2, 7.
        """
        base, _, part = role.partition("/")
        held = [one for one in self.by_role.get(base, []) if one[1].is_held(today)]
        if part or access.places is not None:
            held = [one for one in held if _is_theirs(base, one[1], part, access.places or {})]
            local = {post.agency for _, post in held if post.area}
            held = [one for one in held if one[1].area or one[1].agency not in local]
        own = [one for one in held if access.team and one[1].team == access.team]
        return own or [one for one in held if one[1].team is None]

    def fallback(self) -> Person | None:
        """Return the duty mailbox, whatever its dates: a ladder must end somewhere."""
        held = self.by_role.get(self.fallback_role)
        if held:
            return held[0][0]
        return self.get(self._fallback) if self._fallback else None

    def is_one_of(self, person: Person, names: frozenset[str]) -> bool:
        """Return whether a person is named in a list of ids or addresses."""
        return any(name.casefold() in person.marks for name in names)

    def readers(self, person: Person) -> frozenset[str]:
        """Return the ids and addresses of all who read what a person is sent, in small letters.

        They are the person, whoever has an address in common with them, and who opens their mailbox.
        """
        kin = [person, *(one for mark in person.marks for one in self.by_mark.get(mark, ()))]
        names = {mark for one in kin for mark in one.marks}
        for name in {name.casefold() for one in kin for name in one.opened_by}:
            names |= {name, *(mark for one in self.by_mark.get(name, ()) for mark in one.marks)}
        return frozenset(names)


def is_of(post: Post, invitee: Invitee) -> bool:
    """Return whether somebody on a meeting's list comes from a post's agency and area."""
    area = slug(invitee.area or "") or None
    return post.agency == invitee.agency and post.area in (None, area)


def _is_theirs(role: str, post: Post, part: str, places: Mapping[str, tuple[Scope, ...]]) -> bool:
    """Return whether a post's agency and area are those that a case has, or that `part` of it has."""
    if part:
        asked = places.get(part, (Scope(agency=part),))
        return any(post.agency == one.agency and post.area in (None, one.area) for one in asked)
    of_agency = places.get(post.agency or "", ())
    if role == AGENCY_LEAD and not of_agency:
        return False
    return post.area is None or any(post.area == one.area for one in of_agency)


def resolve(role: str, access: Access, people: People, today: date) -> Resolution:
    """Return who is told as `role` of a case, today.

    The case's own holders come before the directory's. Excluded people are off every path: the
    only holder's post passes to that post's manager, never to their delegate; so does a post that
    its holder has left, unless just one other person holds it now. In a restricted case only its named
    holders are told. Nothing goes to a family by itself. Who is away is stood in for by the
    delegate; chains that loop end at the fallback.

    Source: DOMAIN 5.6 and 5.9, READINGS section 2, 1, 2 and 4.
    """
    base = role.partition("/")[0]
    holders = [] if base in FAMILY else _holders(role, access, people, today)
    why = Why.HOLDER
    allowed = [one for one, _, is_there in holders if is_there and may_know(one, access, people)]
    if not allowed and holders and not access.restricted:
        managers = [people.get(manager or "") for _, manager, _ in holders]
        allowed = [one for one in managers if one and may_know(one, access, people)]
        why = Why.MANAGER
    found: dict[str, Person] = {}
    for person in allowed:
        stand_in = _present(person, access, people, today)
        if stand_in is not None:
            found[stand_in.id] = stand_in
            why = Why.DELEGATE if stand_in.id != person.id else why
    if found:
        return Resolution(tuple(found.values()), why)
    fallback = people.fallback()
    is_barred = not (allowed or access.restricted) and any(one.is_there for one in holders)
    if access.restricted or fallback is None or not may_know(fallback, access, people):
        return Resolution((), Why.BARRED if is_barred else Why.NOBODY)
    why = Why.BARRED if is_barred else Why.FALLBACK
    return Resolution((fallback,), Why.AWAY if allowed else why)


def can_answer(found: Resolution) -> bool:
    """Return whether somebody is found who holds the role, or stands in for whoever does: they can answer for it."""
    return found.why in (Why.HOLDER, Why.DELEGATE, Why.MANAGER, Why.AWAY)


class Holder(NamedTuple):
    """Somebody who holds a post, that post's manager, and whether they are still there."""

    person: Person
    manager: str | None
    is_there: bool = True


def _holders(role: str, access: Access, people: People, today: date) -> list[Holder]:
    """Return a role's holders: the case's own, or the directory's where the case names nobody known."""
    named = [
        _named(person, role, access, today)
        for name in access.roles.get(role, ())
        if (person := people.get(name))
    ]
    if any(one.is_there for one in named):
        return named
    posted = [
        Holder(person, post.manager or person.manager)
        for person, post in people.holding(role, access, today)
    ]
    return posted if not named or len(posted) == 1 else named


def _named(person: Person, role: str, access: Access, today: date) -> Holder:
    """Return somebody whom the case names; the directory knows better only that they have left."""
    own = [one for one in person.posts if one.role == role and one.team in (None, access.team)]
    has_left = bool(own) and all(one.has_ended(today) for one in own)
    manager = next((one.manager for one in own if one.manager), person.manager)
    return Holder(person, manager, person.is_here(today) and not has_left)


def may_know(person: Person, access: Access, people: People) -> bool:
    """Return whether a person may be told of the case at all; asked again just before the wire."""
    if access.excluded:
        excluded = {name.casefold() for name in access.excluded}
        if not people.readers(person).isdisjoint(excluded):
            return False
    return not access.restricted or people.is_one_of(person, access.holders)


def _present(person: Person, access: Access, people: People, today: date) -> Person | None:
    """Return the person, or whoever stands in along the chain of delegates; None where it loops or ends.

    Somebody who only has the day off is told all the same where nobody stands in: they are back in a
    day or two, and the next rung waits for them.
    """
    seen: set[str] = set()
    off: Person | None = None
    at: Person | None = person
    while at and at.id not in seen and at.is_here(today) and may_know(at, access, people):
        if not at.is_away(today):
            if not at.is_off(today):
                return at
            off = off or at
        seen.add(at.id)
        at = people.get(at.delegate) if at.delegate else None
    return off
