"""What `check` says of questions that nobody could answer: by the directory, and in the cases that there are."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from daemon.decide.people.answerers import deciders
from daemon.decide.telling.wording import say_list
from daemon.domain.errors import Problem, Refusal, Severity

if TYPE_CHECKING:
    from datetime import date, datetime

    from daemon.domain.person import Person, Post
    from daemon.domain.rules import Pack
    from daemon.settings.whole import Settings

NAMED = 3  # rules that a line names


def by_directory(
    people: "Sequence[Person]", pack: "Pack", where: str, today: "date"
) -> Iterator[Problem]:
    """Yield each role that must answer and that nobody in a people.csv holds."""
    held = {post.role for _, post in _posts(people, today)}
    for role, rules in sorted(deciders(pack).items()):
        if role not in held:
            more = len(rules) - NAMED
            said = [rule.name for rule in rules[:NAMED]] + ([f"{more} more"] if more > 0 else [])
            what = f"nobody holds the role {role}, and its answer is needed by {say_list(said)}"
            mend = "give it to somebody who signs in, or have records name one; the duty mailbox can answer nothing"
            yield Problem(where, what, mend, Severity.WARNING)


def by_one_alone(
    people: "Sequence[Person]", pack: "Pack", where: str, today: "date"
) -> Iterator[Problem]:
    """Yield one note of the roles that must answer and hang on one person, with no manager to answer in their place."""
    teams: dict[tuple[str, str | None], list[tuple[str, str | None]]] = {}
    for person, post in _posts(people, today):
        own = teams.setdefault((post.role or "", post.team), [])
        own.append((person.id, post.manager or person.manager))
    alone = {
        role
        for (role, _), held in teams.items()
        if len({one for one, _ in held}) == 1 and not any(manager for _, manager in held)
    }
    if roles := sorted(alone & deciders(pack).keys()):
        what = f"one person alone answers as {say_list(roles)}: in a case that excludes them nobody can"
        mend = "give them a manager_id, or the role to a second person"
        yield Problem(where, what, mend, Severity.NOTE)


def _posts(people: "Sequence[Person]", today: "date") -> "list[tuple[Person, Post]]":
    return [
        (person, post)
        for person in people
        for post in person.posts
        if post.role and not post.has_ended(today)
    ]


def by_cases(settings: "Settings", now: "datetime") -> Iterator[Problem]:
    """Yield the cases of which nobody may be told, or in which nobody may answer; none without a database."""
    from daemon.app import edition_in_force, in_force
    from daemon.cli.given import stored
    from daemon.engine.standing.vacancies import vacancies

    try:
        with stored(settings) as store:
            edition = edition_in_force(store, settings)
            boxes = (edition.authority or settings.terms()).mailboxes
            deciding = in_force(store, settings, edition)
            with store.read() as tx:
                found = [*vacancies(tx, deciding, boxes, settings.operator, now)]
    except Refusal:  # none is there yet, or it is `doctor` who says what is wrong with it
        return
    for where, what, mend in found:
        yield Problem(where, what, mend, Severity.WARNING)
