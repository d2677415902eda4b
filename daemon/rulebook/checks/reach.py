"""Whether everybody whom the rules tell can be found, and every duty can be met: sense beyond shape."""

from collections.abc import Collection, Iterator
from datetime import date
from functools import partial

from daemon.decide.people.recipients import BY_SUBJECT, FAMILY
from daemon.decide.telling.wording import say_list
from daemon.domain.authority import Authority
from daemon.domain.errors import Problem, Severity
from daemon.domain.rules import Pack
from daemon.rulebook.checks.places import place
from daemon.rulebook.editions.edition import Edition
from daemon.rulebook.own.private_mail import private_mail
from daemon.rulebook.own.quiet import too_far_ahead, too_old, too_short, too_tight
from daemon.rulebook.rules.ladder import OPERATOR
from daemon.rulebook.wording.enclosures import HOUSE_TEXTS
from daemon.rulebook.wording.saying import say_role

PEOPLE_FILE = "people.csv"
NAMED = 3  # rungs that a line names


def out_of_reach(edition: Edition, held: Collection[str] | None, own: str) -> Iterator[Problem]:
    """Yield what nobody would hear of, and what no record could end.

    `held` are the roles that somebody in people.csv has; None where there is no such file. `own` is
    the authority's folder as problems name it.
    """
    authority = edition.authority
    if authority is None:
        return
    pack = edition.book.packs[authority.based_on]
    where = partial(place, edition.written, own)
    yield from _without_holders(authority, pack, held, own, where("fallback"))
    yield from _without_feeds(authority, pack, where("feeds"))
    yield from _without_papers(authority, pack, where("enclosures"))


def untold(edition: Edition, own: str, today: date) -> Iterator[Problem]:
    """Yield what an authority's terms would have nobody told of, or strangers, today or under their pack."""
    if terms := edition.authority:
        where, pack = (
            partial(place, edition.written, own),
            edition.book.pack(edition.authority.based_on),
        )
        yield from too_far_ahead(terms, today, where("enforce_from"))
        yield from too_old(terms, pack, partial(where, "feeds"))
        yield from too_tight(terms, partial(where, "brake"))
        yield from too_short(terms, where("office_hours"))
        yield from private_mail(terms, partial(where, "domains"))


def _without_holders(
    authority: Authority, pack: Pack, held: Collection[str] | None, own: str, where: str
) -> Iterator[Problem]:
    fallback = authority.fallback
    reached = {*authority.mailboxes, *(held or ())}
    if fallback not in reached:
        what = f"nobody holds the role {fallback}, and every ladder ends with it"
        mend = f'write its address below "mailboxes", or give somebody the role in {PEOPLE_FILE}'
        severity = Severity.ERROR if held is not None else Severity.WARNING
        yield Problem(where, what, mend, severity)
    if fallback == OPERATOR:
        what = f"what nobody else can be told comes to the {OPERATOR}, who looks after this service and knows no child"
        mend = "name a role or a mailbox of those who know the cases, such as duty_mailbox"
        yield Problem(where, what, mend, Severity.WARNING)
    if held is None:
        return
    never_there = FAMILY | BY_SUBJECT  # no directory is read for them: the record says who they are
    rungs: dict[str, dict[str, None]] = {}
    for rule in pack.rules:
        for rung in rule.ladder:
            for role in rung.to:
                if role not in reached and role not in never_there:
                    rungs.setdefault(role, {})[rung.name] = None
    for role, each in sorted(rungs.items()):
        names = list(each)
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        said = f"{', '.join(names[:NAMED])}{more}" if more else say_list(names)
        what = f"nobody holds the role {role}, which is told {said}"
        mend = f"add somebody; unless a record names one, the {say_role(fallback)} is told instead"
        yield Problem(f"{own}/{PEOPLE_FILE}", what, mend, Severity.WARNING)


def _without_feeds(authority: Authority, pack: Pack, where: str) -> Iterator[Problem]:
    if not authority.fresh_within:
        return
    waiting: dict[str, list[str]] = {}
    for rule in pack.rules:
        for role in rule.relies_on:
            if role not in authority.fresh_within:
                waiting.setdefault(role, []).append(rule.name)
    for role, names in sorted(waiting.items()):
        what = f"no age is given for the {role}, on which {say_list(names[:NAMED])} {'rely' if names[1:] else 'relies'}"
        mend = f'add "{role}: 4 hours"; what relies on a feed that is missing is held'
        yield Problem(where, what, mend, Severity.WARNING)


def _without_papers(authority: Authority, pack: Pack, where: str) -> Iterator[Problem]:
    """Yield what should travel with an invitation, and of which nothing is there to send."""
    for one in pack.invitations:
        for name in dict.fromkeys((*one.encloses, *one.encloses_for_family)):
            if name not in authority.enclosures and name not in HOUSE_TEXTS:
                what = f"{one.name} encloses {name}, and there is none"
                mend = f'write where it lies: "{name}: https://…"'
                yield Problem(where, what, mend, Severity.WARNING)
