"""Who may come in, and as what: by the provider's word and the case's own record, never by the directory's."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from daemon.decide.recipients import Access, People, may_know
from daemon.domain.person import Person
from daemon.domain.rules import Rulebook
from daemon.domain.who import Who


class Denied(StrEnum):
    """Why somebody whom the provider knows does not come in; each has its page."""

    NO_NAME = "no-name"  # the token lacks the claim that names the person
    NO_PERSON = "no-person"
    TWO_PEOPLE = "two-people"  # of the directory have that address
    NO_ROLE = "no-role"
    NO_TEAM = "no-team"
    ANOTHER_TIME = "another-time"  # this attempt has signed somebody in before


def whose(name: str, everybody: Iterable[Person]) -> Person | Denied:
    """Return the one person of the directory with this id or address.

    An id is compared to the letter, an address without regard to case. An address that two people
    share is nobody's.
    """
    folded = name.casefold()
    found = []
    for person in everybody:
        if person.id == name:
            return person
        if any(address.casefold() == folded for address in person.addresses.values()):
            found.append(person)
    if len(found) == 1:
        return found[0]
    return Denied.TWO_PEOPLE if found else Denied.NO_PERSON


def words_of(claim: object) -> tuple[str, ...]:
    """Return the words of a claim that holds one or a list; what is no text is left out."""
    many = claim if isinstance(claim, list) else [claim]
    return tuple(one for one in many if isinstance(one, str) and one)


def roles_of(claim: object, ours: Mapping[str, str]) -> frozenset[str]:
    """Return our roles for what the provider says; what `ours` does not name gives none."""
    return frozenset(ours[word] for word in words_of(claim) if word in ours)


def may_see(who: Who, access: Access, people: People) -> bool:
    """Return whether a signed-in person may be shown anything of a case; asked anew for each page.

    Source: READINGS section 2, 1 and 2.
    """
    person = people.by_id.get(who.person)
    return person is not None and may_know(person, access, people)


def holds(who: Who, role: str, access: Access, people: People) -> bool:
    """Return whether they may act as that role in a case.

    Because the case's record names them in it; or by the provider's word, in their own team's cases
    or, without a team, in all. What the directory says of roles counts for nothing here.
    """
    if not may_see(who, access, people):
        return False
    if people.is_one_of(people.by_id[who.person], frozenset(access.roles.get(role, ()))):
        return True
    return role in who.roles and who.team in (None, access.team)


def only_signed_in(book: Rulebook, pathways: Collection[str | None]) -> tuple[str, ...]:
    """Return the rules of some pathways that only somebody who has signed in can answer, by name."""
    packs = {book.pack(pathway).name: book.pack(pathway) for pathway in pathways}
    found = {
        rule.name
        for pack in packs.values()
        for rule in pack.rules
        if rule.name not in pack.unwatched
        and (rule.approval or any(rung.offer for rung in rule.ladder))
    }
    return tuple(sorted(found))
