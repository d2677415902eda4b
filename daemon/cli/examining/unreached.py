"""What `check` says of a people.csv in which a role is held and nobody is reached: no address, or one of a family."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from daemon.cli.examining.staff_file import roles_of
from daemon.decide.people.recipients import FAMILY
from daemon.domain.errors import Problem, Severity

if TYPE_CHECKING:
    from datetime import date

    from daemon.domain.person import Person
    from daemon.domain.rules import Pack


def unreached(
    people: "Sequence[Person]", pack: "Pack", where: str, today: "date"
) -> Iterator[Problem]:
    """Yield each role that is told and that only people without an address hold, and each of a family's that is there.

    Source: READINGS section 2, 4.
    """
    held = roles_of(people, today)
    told = {role for rule in pack.rules for rung in rule.ladder for role in rung.to}
    found = roles_of([one for one in people if one.addresses], today)
    for role in sorted((held & told) - found - FAMILY):
        what = f"whoever holds the role {role} has no address, and is told of nothing"
        yield Problem(where, what, "write their mail address", Severity.WARNING)
    for role in sorted(held & FAMILY):
        what = f"somebody has the role {role}: no address of a family is held"
        yield Problem(where, what, "take the row out: letters to them are somebody's task")
