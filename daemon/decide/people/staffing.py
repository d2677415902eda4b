"""What is doubtful in a staff directory: words that nobody knows, chains that lead nowhere, agencies nobody leads."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from daemon.decide.people.recipients import AGENCY_LEAD
from daemon.domain.errors import Problem, Severity
from daemon.domain.person import Person
from daemon.domain.vocabulary import Vocabulary, guess

Places = Mapping[tuple[str, str | None], str]
LONGEST_AWAY = timedelta(
    days=366
)  # from today: a year of leave is usual, a century a year that was mistyped


def doubts(
    people: Sequence[Person], places: Places, words: Vocabulary, today: date, where: str
) -> list[Problem]:
    """Return what a person should look at; nobody is left out for it.

    `places` says where each person's rows stand, by id and role; `where` names the directory. No
    address and no name is repeated.
    """
    by_id = {person.id: person for person in people}
    found = [
        problem
        for person in people
        for problem in (
            *_unknown_words(person, places, words, where),
            *_lost_threads(person, by_id, places, today, where),
            *_away_for_years(person, places, today, where),
        )
    ]
    return [
        *found,
        *_circles(by_id, places, where),
        *_shared(people, places, where),
        *_unled(people, words, today, where),
    ]


def _warning(place: str, what: str, mend: str) -> Problem:
    return Problem(place, what, mend, Severity.WARNING)


def _place(person: Person, places: Places, where: str, role: str | None = None) -> str:
    return places.get((person.id, role)) or f"{where}: {person.id}"


def _unknown_words(
    person: Person, places: Places, words: Vocabulary, where: str
) -> Iterator[Problem]:
    for post in person.posts:
        place = _place(person, places, where, post.role)
        if post.role and post.role not in words.roles:
            what = f'role: nobody is told as "{post.role}"'
            yield _warning(place, what, guess(post.role, words.roles))
        if post.agency and post.agency not in words.agencies:
            what = f'agency: no agency is called "{post.agency}"'
            yield _warning(place, what, guess(post.agency, words.agencies))


def _lost_threads(
    person: Person, by_id: Mapping[str, Person], places: Places, today: date, where: str
) -> Iterator[Problem]:
    place = _place(person, places, where)
    managers = dict.fromkeys((person.manager, *(post.manager for post in person.posts)))
    for column, ids in (("manager_id", managers), ("delegate_id", (person.delegate,))):
        for other in filter(None, ids):
            if other not in by_id:
                mend = "add a row for that person, or leave the cell empty"
                yield _warning(place, f"{column}: nobody in the directory has it", mend)
            elif other == person.id and column == "manager_id":
                # a delegate of oneself is a circle, told below; in a case that excludes them nobody would step in
                mend = "name whoever manages them, or leave the cell empty"
                yield _warning(place, f"{column}: it is their own id", mend)
            elif not by_id[other].is_here(today) and person.is_here(today):
                mend = "name somebody who is there; the duty mailbox is told instead"
                yield _warning(place, f"{column}: {other} holds nothing today", mend)
    for name in sorted(person.opened_by):
        if "@" not in name and name not in by_id:
            mend = "add a row for that person: who is excluded from a case must be known here"
            yield _warning(place, "opened_by: nobody in the directory has one of these ids", mend)


def _away_for_years(person: Person, places: Places, today: date, where: str) -> Iterator[Problem]:
    """Yield an absence with a last day that lies years ahead; one without a last day is open on purpose."""
    if any(today + LONGEST_AWAY < last < date.max for _, last in person.absences):
        mend = (
            "check the year: a leaver has a valid_to, and whoever has no known return no absent_to"
        )
        what = "absent_to: lies more than a year ahead, and nothing is told to them until then"
        yield _warning(_place(person, places, where), what, mend)


def _circles(by_id: Mapping[str, Person], places: Places, where: str) -> Iterator[Problem]:
    said: set[str] = set()
    for person in by_id.values():
        chain: list[str] = []
        at: Person | None = person
        while at is not None and at.id not in chain and at.id not in said:
            chain.append(at.id)
            at = by_id.get(at.delegate or "")
        if at is not None and at.id in chain:
            ring = [*chain[chain.index(at.id) :], at.id]
            mend = "name somebody outside; the duty mailbox is told when all of them are away"
            yield _warning(
                _place(at, places, where), f"delegate_id: goes round: {', '.join(ring)}", mend
            )
        said.update(chain)


def _shared(people: Sequence[Person], places: Places, where: str) -> Iterator[Problem]:
    first: dict[str, Person] = {}
    said: set[tuple[str, str]] = set()
    for person in people:
        for address in dict.fromkeys(map(str.casefold, person.addresses.values())):
            other = first.setdefault(address, person)
            if other is not person and (other.id, person.id) not in said:
                said.add((other.id, person.id))
                what = f"email: {other.id} has the same address"
                mend = "give each their own; both are kept, and who is excluded from a case takes the other along"
                yield _warning(_place(person, places, where), what, mend)


def _unled(
    people: Sequence[Person], words: Vocabulary, today: date, where: str
) -> Iterator[Problem]:
    """Yield one note of the agencies of which nobody is the safeguarding lead, by area where areas are used."""
    leads = [
        post
        for person in people
        for post in person.posts
        if post.role == AGENCY_LEAD and post.agency and post.is_held(today)
    ]
    if not leads:
        return
    used = sorted({post.area for post in leads if post.area})
    lacking = []
    for agency in words.agencies:
        areas = {post.area for post in leads if post.agency == agency}
        if not areas:
            lacking.append(agency)
        elif None not in areas and (gone := [area for area in used if area not in areas]):
            lacking.append(f"{agency} in {' and '.join(gone)}")
    if lacking:
        what = f"nobody is the safeguarding lead of: {', '.join(lacking)}"
        mend = (
            "add those that are invited to conferences; until then the duty mailbox is told instead"
        )
        yield Problem(where, what, mend, Severity.NOTE)
