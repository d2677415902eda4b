"""A staff list, row by row: who is on it, what they hold and when; the same for a sheet and for a query."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from daemon.domain.cells import Row, UnusableError, slug
from daemon.domain.errors import Problem, Severity
from daemon.domain.mail import parse_address
from daemon.domain.person import Person, Post
from daemon.domain.teams import parse_teams_address

COLUMN_NAMES = """
staff_id name email teams_address role team agency area valid_from valid_to works manager_id
absent_from absent_to delegate_id opened_by
"""
COLUMNS = tuple(COLUMN_NAMES.split())
REQUIRED = ("staff_id", "role")
VARIANTS = {  # as people head their columns; what the settings map stands above them
    "staff_id": "id, staff number, employee number, employee no, worker id, person id",
    "email": "e-mail, email address, e-mail address, mail",
    "teams_address": "teams, upn, user principal name",
    "role": "roles, post, job role, position",
    "team": "team id, team code, team name",
    "agency": "organisation, organization",
    "area": "locality, district",
    "valid_from": "from, start date, starts on, in post from",
    "valid_to": "to, until, end date, ends on, in post to, last day",
    "works": "working days, works on, days worked",
    "manager_id": "manager, line manager, line manager id",
    "absent_from": "away from, leave from, absence from",
    "absent_to": "away to, away until, leave to, absence to",
    "delegate_id": "delegate, deputy, deputy id, cover",
    "opened_by": "mailbox members, members, can open",
}
ALSO = {header: column for column, heads in VARIANTS.items() for header in heads.split(", ")}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NO_DAY = re.compile(r"9999-12-31|31/12/9999|1900-01-01|01/01/1900")  # what databases write for none
LEAST_LETTERS = 2  # "We" is a Wednesday, and "T" no day


@dataclass(slots=True)
class Roster:
    """Everybody by id, what was wrong, and where each person's rows stand, by id and role."""

    people: dict[str, Person] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    places: dict[tuple[str, str | None], str] = field(default_factory=dict)


def gather(rows: Iterable[Row], words: Mapping[str, str] | None = None) -> Roster:
    """Return who stands in the rows: one a person and role. A bad row leaves out itself.

    `words` maps a list's own words for roles and agencies to ours. Names are never kept.
    """
    known = {slug(theirs): ours for theirs, ours in (words or {}).items()}
    roster = Roster()
    for row in rows:
        try:
            person = _person(row, known)
            before = roster.people.get(person.id)
            roster.people[person.id] = _joined(before, person, row, roster) if before else person
        except UnusableError as error:
            roster.problems.append(row.problem(error))
            continue
        for role in (None, *(post.role for post in person.posts)):
            roster.places.setdefault((person.id, role), row.place)
    return roster


def _person(row: Row, words: Mapping[str, str]) -> Person:
    addresses = {"email": _address(row, "email"), "teams": _address(row, "teams_address")}
    return Person(
        row.needed("staff_id"),
        {channel: address for channel, address in addresses.items() if address},
        posts=_posts(row, words),
        manager=row.identity("manager_id"),
        absences=_absences(row),
        works=_weekdays(row),
        delegate=row.identity("delegate_id"),
        opened_by=frozenset(_parts(row, "opened_by")),
    )


def _joined(before: Person, more: Person, row: Row, roster: Roster) -> Person:
    """Return somebody with what a further row of theirs adds."""
    for channel, address in more.addresses.items():
        known = before.addresses.get(channel, address)
        if known.casefold() != address.casefold():
            mend = "give everybody an own id; the first row is used"
            raise UnusableError("staff_id", "stands for two addresses", mend)
    if more.delegate and before.delegate not in (None, more.delegate):
        what = "delegate_id: another one than in an earlier row of the same person"
        mend = "give everybody one delegate; the first is used"
        roster.problems.append(row.wrong(what, mend, Severity.WARNING))
    adds = [one for one in more.posts if one.role or one.valid_from or one.valid_to]
    return replace(
        before,
        addresses={**more.addresses, **before.addresses},
        posts=tuple(dict.fromkeys((*before.posts, *adds))),
        manager=before.manager or more.manager,
        absences=tuple(dict.fromkeys((*before.absences, *more.absences))),
        works=before.works or more.works,
        delegate=before.delegate or more.delegate,
        opened_by=before.opened_by | more.opened_by,
    )


def _posts(row: Row, words: Mapping[str, str]) -> tuple[Post, ...]:
    first, last = _span(row, "valid_from", "valid_to")
    codes = [words.get(slug(part), slug(part)) for part in _parts(row, "role")]
    agency = row.code("agency")
    place = Post(
        None, row.identity("team"), words.get(agency or "", agency), row.code("area"),
        first, last, row.identity("manager_id"),
    )  # fmt: skip
    if codes:
        return tuple(replace(place, role=code) for code in codes)
    return (place,) if replace(place, manager=None) != Post() else ()


def _parts(row: Row, column: str) -> list[str]:
    return [part.strip() for part in re.split("[;,]", row.text(column) or "") if part.strip()]


def _address(row: Row, column: str) -> str | None:
    text = row.text(column)
    parse = parse_teams_address if column == "teams_address" else parse_address
    try:
        return parse(text) if text else None
    except ValueError as error:
        what, _, mend = str(error).partition("; ")
        mend = mend or "write one address, as name@council.example"
        raise UnusableError(column, what, mend) from None


def _absences(row: Row) -> tuple[tuple[date, date], ...]:
    """Return the first and last whole day away; somebody away with no end stays away."""
    first, last = _span(row, "absent_from", "absent_to")
    if first is None and last is not None:
        mend = "give the first day away too"
        raise UnusableError("absent_to", "stands without absent_from", mend)
    return ((first, last or date.max),) if first else ()


def _span(row: Row, begins: str, ends: str) -> tuple[date | None, date | None]:
    first, last = _day(row, begins), _day(row, ends)
    if first and last and last < first:
        raise UnusableError(ends, f"lies before {begins}", "check both days")
    return first, last


def _day(row: Row, column: str) -> date | None:
    if NO_DAY.match(row.text(column) or ""):
        return None
    day = row.day(column)
    return day.date() if isinstance(day, datetime) else day


def _weekdays(row: Row) -> frozenset[int]:
    """Return the days that somebody works: "Mon-Wed, Fri", "Tuesday Thursday"; none for every day."""
    found: set[int] = set()
    text = re.sub(r"\s*(-|\u2013|\bto\b)\s*", "-", (row.text("works") or "").casefold())
    for part in re.split(r"[\s;,/&+]+|\band\b", text):
        if part:
            first, _, last = part.partition("-")
            begin, end = _weekday(first), _weekday(last or first)
            found |= {day % 7 for day in range(begin, end + 1 if end >= begin else end + 8)}
    return frozenset(found)


def _weekday(word: str) -> int:
    for number, name in enumerate(WEEKDAYS):
        if len(word) >= LEAST_LETTERS and name.startswith(word.rstrip(".")):
            return number
    raise UnusableError("works", "is no list of weekdays", "write it as Mon-Wed, Fri")
