"""Who holds which role, as a people.csv says it."""

from pathlib import Path

from daemon.domain.errors import Problem, Severity


def roles_in(file: Path, where: str) -> tuple[frozenset[str], list[Problem]]:
    """Return the roles that somebody in the file has, and what is wrong with its rows."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from daemon.plugins import load  # noqa: PLC0415
    from daemon.ports import Unreadable  # noqa: PLC0415

    directory = load(
        "people_csv", "directory", {"file": str(file.resolve())},
        base=file.parent, clock=lambda: datetime.now(UTC), where=where,
    )  # fmt: skip
    try:
        people = directory.people()
    except Unreadable as error:
        return frozenset(), [Problem(where, str(error), "mend the file, or take it away")]
    wrong = [
        Problem(f"{where.rpartition('/')[0]}/{one.where}", one.what, one.mend, Severity.WARNING)
        for one in directory.problems
    ]
    return frozenset(role for person in people for role in person.roles), wrong
