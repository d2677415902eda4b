"""When the weekly summary of open overdue items goes out, and who reads of which cases in it (DOMAIN 5.8)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from daemon.decide.due.office import Calendar
from daemon.decide.people.recipients import Access, People, Why, may_know, resolve
from daemon.domain.parts import WeeklySummary
from daemon.domain.person import Person
from daemon.domain.rules import Pack, Rulebook
from daemon.domain.times import day_of, london


def summary_pack(book: Rulebook, pathway: str | None) -> Pack | None:
    """Return the pack whose summary an authority gets: its own pathway's, else the base's; there is one a week."""
    return next(
        (pack for pack in (book.pack(pathway), book.packs[book.base]) if pack.summary), None
    )


def next_summary(summary: WeeklySummary, after: datetime, calendar: Calendar) -> datetime:
    """Return the first summary moment after `after`; a closed office moves it to the next opening."""
    day = day_of(after)
    day += timedelta(days=(summary.weekday - day.weekday()) % 7 - 7)
    while True:
        at = calendar.opening(london(day, summary.clock))
        if at > after:
            return at
        day += timedelta(days=7)


def readers_of(role: str, people: People, today: date) -> Sequence[Person]:
    """Return who may have something to read: whoever holds a role for everybody or for a team, or stands in.

    Where nobody holds it for everybody the fallback is among them, for the teams without a holder.
    """
    teams = {
        post.team
        for one in people.by_id.values()
        for post in one.posts
        if post.role == role and post.team
    }
    every = (resolve(role, Access(team=team), people, today) for team in (None, *sorted(teams)))
    return list({person.id: person for found in every for person in found.people}.values())


def is_read_by(
    reader: Person, readers: Mapping[str, Sequence[Person]], access: Access, people: People,
    today: date,
) -> bool:  # fmt: skip
    """Return whether a case's items stand in somebody's summary: as a holder for everybody, or in that very case.

    `readers` are who has one, by role. The fallback reads what none of them would: a record may name a holder of its
    own, who has no such list.
    """
    for role, found in readers.items() if may_know(reader, access, people) else ():
        overall, own = resolve(role, Access(), people, today), resolve(role, access, people, today)
        is_last = overall.why is Why.FALLBACK
        if is_last and not {one.id for one in own.people} & {one.id for one in found}:
            own = overall
        theirs = own.people if is_last else (*overall.people, *own.people)
        if any(one.id == reader.id for one in theirs):
            return True
    return False
