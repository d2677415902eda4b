"""Who is there and holds which role, as a people.csv says it."""

from pathlib import Path
from typing import TYPE_CHECKING

from daemon.domain.errors import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from daemon.domain.person import Person
    from daemon.domain.vocabulary import Vocabulary


def staff_in(
    file: Path, where: str, words: "Vocabulary | None"
) -> "tuple[Sequence[Person], list[Problem]]":
    """Return the people in the file, and what is wrong with or doubtful in its rows."""
    from datetime import UTC, datetime

    from daemon.decide.people.staffing import doubts
    from daemon.domain.times import day_of
    from daemon.plugins import load
    from daemon.ports import Unreadable

    directory = load(
        "people_csv", "directory", {"file": str(file.resolve())},
        base=file.parent, clock=lambda: datetime.now(UTC), where=where,
    )  # fmt: skip
    try:
        people = directory.people()
    except Unreadable as error:
        return (), [Problem(where, str(error), "mend the file, or take it away")]
    today = day_of(datetime.now(UTC))
    doubted = doubts(people, directory.places, words, today, file.name) if words else []
    wrong = [
        Problem(
            f"{where.rpartition('/')[0]}/{one.where}", one.what, one.mend,
            one.severity if one.severity is Severity.NOTE else Severity.WARNING,
        )
        for one in (*directory.problems, *doubted)
    ]  # fmt: skip
    return people, wrong


def roles_of(people: "Iterable[Person]", today: "date") -> frozenset[str]:
    """Return the roles that somebody holds or is about to."""
    return frozenset(
        post.role for one in people for post in one.posts if post.role and not post.has_ended(today)
    )
