"""Who must be able to answer: the roles that a pathway puts questions to, and where nobody may answer as one."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from daemon.decide.people.recipients import (
    AGENCY_LEAD,
    BY_SUBJECT,
    FAMILY,
    Access,
    People,
    Why,
    may_know,
    resolve,
)
from daemon.domain.rules import Pack, Rule

OUTSIDE = FAMILY | BY_SUBJECT | {AGENCY_LEAD}


def answering(rule: Rule) -> tuple[str, ...]:
    """Return the roles of which one must answer a rule's question, or look at its draft; none where it has neither."""
    drafted = [role for rung in rule.ladder if rung.is_decided_by_its_reader for role in rung.to]
    roles = [rule.approval.of] if rule.approval else drafted
    if rule.approval and rule.approval.of_all_told:
        roles += [*rule.responsible, *drafted]
    return tuple(role for role in dict.fromkeys(roles) if role not in OUTSIDE)


def deciders(pack: Pack) -> Mapping[str, list[Rule]]:
    """Return the roles that must answer something under a pack, each with the rules that ask it alone."""
    found: dict[str, list[Rule]] = {}
    for rule in pack.rules:
        roles = answering(rule) if rule.name not in pack.unwatched else ()
        if len(roles) == 1:
            found.setdefault(roles[0], []).append(rule)
    return found


def barred(
    roles: Collection[str], access: Access, people: People, today: date
) -> Iterator[str]:  # fmt: skip
    """Yield the roles as which nobody may answer in a case although somebody holds them: they must not know of it."""
    for role in roles:
        if resolve(role, access, people, today).why is Why.BARRED:
            yield role


def is_closed_to_all(access: Access, people: People) -> bool:
    """Return whether a restricted case names nobody who may be told of it."""
    named = (people.get(name) for name in access.holders)
    return access.restricted and not any(one and may_know(one, access, people) for one in named)
