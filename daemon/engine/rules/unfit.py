"""What a folder is refused for although each of its lines is sound: it would not fit what is in force."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from daemon.domain.authority import Authority
from daemon.domain.errors import Problem, Severity
from daemon.domain.times import day_of
from daemon.engine.house import House
from daemon.engine.rules.rules_folder import Found
from daemon.engine.telling.alone import alone
from daemon.rulebook import Edition
from daemon.rulebook.checks.places import place
from daemon.rulebook.checks.reach import untold
from daemon.rulebook.own.authority import AUTHORITY_FILE
from daemon.rulebook.own.quiet import changes_gone


def fitting(
    found: Found, house: House, terms: Authority, own: str, now: datetime, before: Mapping[str, str]
) -> Found:
    """Return the same, refused where it cannot decide for the feeds that there are, or would tell nobody.

    `terms` hold where it has none of its own, `own` is the folder's name, `before` what the edition in
    force was made from.
    """
    if found.edition is None:
        return found
    unfit = [
        *_without_age(found.edition, house, terms, own),
        *alone(found.edition.book.packs.values(), house.channels),
        *changes_gone(before, found.edition.written, own),
    ]
    untold_of = untold(found.edition, own, day_of(now))
    unfit += [one for one in untold_of if one.severity is Severity.ERROR]
    return replace(found, edition=None, problems=(*found.problems, *unfit)) if unfit else found


def too_soon(own: str) -> Problem:
    """Return what is wrong where the first rules of all are to wait for a day."""
    where = f"{own}/{AUTHORITY_FILE}: effective_from"
    what = "it lies ahead, and no rules are in force before it"
    return Problem(where, what, "leave this line out at the first start")


def _without_age(edition: Edition, house: House, terms: Authority, own: str) -> Iterator[Problem]:
    fresh_within = (edition.authority or terms).fresh_within
    where = place(edition.written, own, "feeds")
    for role in sorted(
        {job for one in house.feeds.values() for job in one.jobs} - fresh_within.keys()
    ):
        what = f"it does not say how old the data of the {role} may be"
        yield Problem(where, what, f'add "{role}: 4 hours"')
