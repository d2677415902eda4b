"""What `check` says of a people.csv where a role reaches nobody, one of a family, or again who was told before."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from daemon.cli.examining.staff_file import roles_of
from daemon.decide.people.recipients import FAMILY
from daemon.decide.telling.wording import say_list
from daemon.domain.errors import Problem, Severity
from daemon.rulebook.rules.ladder import MANAGERS
from daemon.rulebook.wording.saying import say_role

if TYPE_CHECKING:
    from datetime import date

    from daemon.domain.person import Person
    from daemon.domain.rules import Pack, Rule


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


def same_again(
    people: "Sequence[Person]", boxes: Mapping[str, str], pack: "Pack", where: str, today: "date"
) -> Iterator[Problem]:
    """Yield a warning of the rules whose ladder passes from manager to manager and stays with one address.

    `boxes` are the addresses of roles that are mailboxes. A warning, not an error: a service that lacks
    a manager for a month is told all the same, and who tries the service out stands for everybody.
    """
    reached: dict[str, set[str]] = {role: {box.casefold()} for role, box in boxes.items()}
    for one in people:
        mail = (
            {one.addresses["email"].casefold()}
            if "email" in one.addresses
            else {*one.addresses.values()}
        )
        for post in one.posts:
            if post.role and not post.has_ended(today):
                reached.setdefault(post.role, set()).update(mail)
    found = {rule.name: passed for rule in pack.rules if (passed := _passed(rule, reached))}
    if found:
        roles = sorted({role for passed in found.values() for role in passed})
        many = "1 rule tells" if len(found) == 1 else f"{len(found)} rules tell"
        said = say_list([say_role(one) for one in roles])
        what = f"{said} have one address: {many} it again where somebody else should hear"
        mend = "give the roles to different people, so that an escalation reaches one more"
        yield Problem(where, what, mend, Severity.WARNING)


def _passed(rule: "Rule", reached: Mapping[str, set[str]]) -> set[str]:
    """Return the managers of a rule's ladder where a later one is told at the only address that was told before."""
    told: set[str] = set()
    for rung in rule.ladder:
        new = (MANAGERS & set(rung.to)) - told
        before = {one for role in told for one in reached.get(role, ())}
        now = {one for role in new for one in reached.get(role, ())}
        if len(now) == 1 and now == before:
            return {role for role in told | new if reached.get(role)}
        told |= new
    return set()
