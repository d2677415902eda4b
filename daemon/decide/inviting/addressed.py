"""Which entry reaches whom: one address has one entry a conference, one member of the family one letter."""

from collections.abc import Mapping
from typing import NamedTuple

from daemon.decide.inviting.invitations import PARENTS, Entry, Item
from daemon.decide.people.recipients import People
from daemon.domain.errors import Problem, Severity
from daemon.domain.invitation import CALENDAR, LETTER

CHILD = "child"  # as the lists call the child whom the case is about


class Standing(NamedTuple):
    """What stands with whom it is for, what else is on the list under the address of one of them, and what is wrong."""

    items: list[tuple[str, Item]]
    beside: list[tuple[str, Item]]
    problems: list[Problem]


def family_mark(invitee: str, role: str | None, ref: str) -> str:
    """Return by what a letter's reader is known: their place on the list of a case, and as what they stand there.

    Each list's child is its own, whatever number it has there.
    """
    kin = "" if role in (None, PARENTS) else f"/{role}"
    return f"{LETTER}:{invitee}{kin}{f'/{ref}' if role == CHILD else ''}"


def standing_by_person(items: Mapping[Entry, Item], people: People, ref: str) -> Standing:
    """Return what stands with whom it is for: one address has one entry a conference.

    A member of the family, for whom somebody writes a letter, is named by their place on the list and as what they
    stand there: the lists of brothers and sisters may count anew, and their fathers be two.
    """
    found: list[tuple[str, Item]] = []
    beside: list[tuple[str, Item]] = []
    problems: list[Problem] = []
    taken: set[tuple[str, ...]] = set()
    for entry, item in items.items():
        person = people.get(item.to) if item.to else None
        if item.via == CALENDAR and person is None:
            continue
        if person is None:
            who = family_mark(entry.invitee, item.listed_as, ref)
        else:
            who = person.id if person.id in people.by_id else person.id.casefold()
        mark = (who, item.meeting, entry.invitation)
        if mark in taken:
            beside.append((who, item))
            what = "it has the address of somebody else on this list; both share one invitation"
            mend = "give each their own address; until then ask whose an answer is"
            where = f"{ref}: meetings.{item.meeting}.invitees.{entry.invitee}"
            problems.append(Problem(where, what, mend, Severity.WARNING))
            continue
        taken.add(mark)
        found.append((who, item))
    return Standing(found, beside, problems)
