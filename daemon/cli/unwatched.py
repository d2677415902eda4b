"""What `check` says of rules that the feeds of the settings cannot watch: a line a rule, or a few lines in all."""

from collections.abc import Iterable, Iterator

from daemon.app import feeds_of, utc_now
from daemon.decide.watched import Unwatched, left_out, watchable
from daemon.domain.errors import Problem, Refusal, Severity
from daemon.domain.rules import Rulebook
from daemon.engine.carried import carried_by
from daemon.rulebook.saying import say_list
from daemon.settings import Settings

NAMED = 3  # facts of a group that its line names


def unwatched(
    settings: Settings, book: Rulebook, pathway: str, *, is_whole: bool
) -> Iterator[Problem]:
    """Yield a note of each rule that is not watched, or of each group of them; else what is wrong with the feeds."""
    try:
        feeds = feeds_of(settings, utc_now)
    except Refusal as refusal:
        yield from refusal.problems
        return
    signs_in = settings.web.sign_in is not None
    carried = carried_by((feed.source for feed in feeds.values()), signs_in=signs_in)
    found = left_out(watchable(book, carried), [pathway])
    yield from (each(one) for one in found) if is_whole else by_feed(found, book, pathway)


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
        facts = sorted({fact for one in rules for fact in one.facts})
        more = len(facts) - NAMED
        named = say_list([*facts[:NAMED], f"{more} more"] if more > 1 else facts)
        feed = say_list([f"the {book.vocabulary.feed_roles.get(role, role)}" for role in roles])
        rely = "1 rule that relies" if len(rules) == 1 else f"{len(rules)} rules that rely"
        what = f"{rely} on {feed or 'no feed'}: not watched, for no feed carries {named}"
        yield Problem("feeds", what, "--verbose lists each", Severity.NOTE)
