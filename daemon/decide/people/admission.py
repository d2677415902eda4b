"""Who may come in, and as what: by the provider's word, never by the directory's."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from daemon.domain.person import Person
from daemon.domain.rules import Rulebook


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
