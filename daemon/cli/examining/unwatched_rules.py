"""What `check` says of rules that the feeds cannot watch: a line a rule, or a few lines in all."""

from collections.abc import Iterable, Iterator

from daemon.app import feeds_of, utc_now
from daemon.decide.duties.watched import (
    ByHand,
    Unbegun,
    Unwatched,
    left_out,
    never_begun,
    told_by_hand,
    watchable,
)
from daemon.decide.telling.wording import say_list
from daemon.domain.errors import Problem, Refusal, Severity
from daemon.domain.invitation import CALENDAR
from daemon.domain.rules import Rulebook
from daemon.engine.records.carried import carried_by
from daemon.settings.whole import Settings

SIGN_IN = "let people sign in and say so (docs/sign-in.md)"
NAMED = 3  # facts of a group that its line names


def unwatched(
    settings: Settings, book: Rulebook, pathway: str, *, is_whole: bool
) -> Iterator[Problem]:
    """Yield a note of each rule that is not watched, or of each group of them; else what is wrong with the feeds.

    Before these comes each rule of safety that no feed can show as done, and each that nothing can start.
    """
    try:
        feeds = feeds_of(settings, utc_now)
    except Refusal as refusal:
        yield from refusal.problems
        return
    carried = carried_by(
        (feed.source for feed in feeds.values()),
        signs_in=settings.web.sign_in is not None,
        hears=bool(CALENDAR in settings.channels and settings.inbox),
    )
    watched = watchable(book, carried)
    yield from map(of_safety, told_by_hand(watched, [pathway], carried))
    idle = never_begun(watched, [pathway], carried)
    named = [one for one in idle if one.is_limit or one.is_of_movers or one.safety or is_whole]
    yield from map(of_beginning, named)
    rest = [one for one in idle if one not in named]
    yield from in_one([fact for one in rest for fact in one.facts], len(rest))
    found = left_out(watched, [pathway])
    yield from (each(one) for one in found) if is_whole else by_feed(found, book, pathway)


def of_safety(one: ByHand) -> Problem:
    """Return what is wrong with a rule of safety whose end no feed can show: an error where nobody can end it."""
    where, lacking = f"{one.pack}: {one.rule}", ", ".join(one.facts)
    carry = f"have a feed carry {lacking}"
    if not one.begins:
        what = f"a rule of safety that never begins: no feed carries {one.counts_from}"
        mend = "have one carry it" if one.can_end else f"have one carry it, or {SIGN_IN}"
        return Problem(where, what, mend, Severity.WARNING)
    if not one.can_end:
        what = "a rule of safety that is told, and that nobody can end: no feed shows it as done"
        return Problem(where, what, f"{carry}, or {SIGN_IN}")
    what = "a rule of safety that is told, and ends only when somebody signs in and says so"
    return Problem(where, what, f"{carry}, or let those whose duty it is know", Severity.WARNING)


def of_beginning(one: Unbegun) -> Problem:
    """Return what is said of a rule that nothing can start: a mistake where it is a statutory limit."""
    where, lacking = f"{one.pack}: {one.rule}", ", ".join(one.facts)
    if one.is_limit:
        what = f"a statutory limit that never begins: no feed carries {lacking}"
        return Problem(
            where, what, "have one carry it: nobody is told of this limit until one does"
        )
    what = f"never begins: no feed carries {lacking}"
    if one.is_of_movers:
        what = f"the statutory limit for a child who moves to us {what}"
    return Problem(where, what, "nothing is told of it until one does", Severity.WARNING)


def in_one(facts: Iterable[str], many: int) -> Iterator[Problem]:
    """Yield one warning of the rules that nothing can start, if there are any."""
    if many:
        rules = "1 rule never begins" if many == 1 else f"{many} rules never begin"
        what = f"{rules}: no feed carries {_some(facts)}"
        yield Problem("feeds", what, "--verbose lists each", Severity.WARNING)


def _some(facts: Iterable[str]) -> str:
    """Return the first few facts by their names, and how many more there are."""
    named = sorted(set(facts))
    more = len(named) - NAMED
    return say_list([*named[:NAMED], f"{more} more"] if more > 1 else named)


def each(one: Unwatched) -> Problem:
    """Return the note of one rule."""
    what = f"not watched: no feed carries {', '.join(one.facts)}"
    mend = "nothing is told of it until one does"
    return Problem(f"{one.pack}: {one.rule}", what, mend, Severity.NOTE)


def by_feed(found: Iterable[Unwatched], book: Rulebook, pathway: str) -> Iterator[Problem]:
    """Yield a note of the rules that rely on the same feeds, the most first: there the facts are missing."""
    groups: dict[tuple[str, ...], list[Unwatched]] = {}
    for one in found:
        rule = book.pack(pathway).rule(one.rule)
        groups.setdefault(rule.relies_on if rule else (), []).append(one)
    for roles, rules in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        named = _some(fact for one in rules for fact in one.facts)
        feed = say_list([f"the {book.vocabulary.feed_roles.get(role, role)}" for role in roles])
        rely = "1 rule that relies" if len(rules) == 1 else f"{len(rules)} rules that rely"
        what = f"{rely} on {feed or 'no feed'}: not watched, for no feed carries {named}"
        yield Problem("feeds", what, "--verbose lists each", Severity.NOTE)
