"""What the rules in force ask for: no trials, bank holidays that reach far enough, people in every role, fresh data."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

from daemon.app import edition_in_force, in_force
from daemon.cli.examining.machine import horizon_in_words
from daemon.decide.people.recipients import FAMILY
from daemon.domain.errors import Refusal
from daemon.domain.times import day_of
from daemon.examined import Finding, doubt, fault, fine
from daemon.ports import Clock
from daemon.rulebook import for_trials
from daemon.settings.whole import Settings
from daemon.store import Store

SHOWN = 5
Found = tuple[str, Finding]


def examine_rules(settings: Settings, clock: Clock) -> Iterator[Found]:
    """Yield how it stands with each; nothing where there is no database to say what is in force."""
    try:
        store = Store.open(settings.database, settings.authority, thorough=False)
    except Refusal:
        return
    with closing(store):
        try:
            yield from _examine(store, settings, clock)
        except Refusal as refusal:
            for problem in refusal.problems:
                yield "rulebook", fault(problem.what, problem.mend)


def _examine(store: Store, settings: Settings, clock: Clock) -> Iterator[Found]:
    edition, now = edition_in_force(store, settings), clock()
    deciding, terms = in_force(store, settings, edition), edition.authority or settings.terms()
    for name in for_trials(edition.texts):
        what = f"the pack {name} is for trials: nothing holds it against the statutory limits that ship"
        yield "rulebook", doubt(what, 'take "trial: true" out of it before anybody relies on it')
    known_until = deciding.calendar.days.known_until
    ends = horizon_in_words(known_until, day_of(now))
    yield from (("calendar", doubt(*what.split("; "))) for what in ends)
    if not ends:
        yield "calendar", fine(f"the published bank holidays reach to {known_until}")
    with store.read() as tx:
        people, feeds = tx.people.all(), tx.feeds.all()
    pack = deciding.rulebook.packs.get(deciding.default_pathway or "")
    if people and pack:
        told = {role for rule in pack.rules for rung in rule.ladder for role in rung.to} - {*FAMILY}
        held = {post.role for one in people for post in one.posts if post.is_held(day_of(now))}
        lacking = sorted(told - held - terms.mailboxes.keys() - {terms.fallback})
        yield "people", _of_roles(lacking, terms.fallback)
    for name, feed in settings.feeds.items():
        state, within = feeds.get(name), terms.fresh_for(feed.jobs) or timedelta(0)
        if state is not None and state.as_known_at is not None and within:
            old = now - state.as_known_at
            hours = f"{old / timedelta(hours=1):.1f} hours old, and may be {within / timedelta(hours=1):g}"
            mend = "see whether its export still runs; what relies on it is held"
            what = f"what a run read last is {hours}"
            yield f"feeds.{name}", doubt(what, mend) if old > within else fine(what)


def _of_roles(lacking: list[str], fallback: str) -> Finding:
    """Return whether somebody holds each role that the rules tell, as the directory was last read."""
    if not lacking:
        return fine("somebody holds each role that the rules tell")
    more = f" and {len(lacking) - SHOWN} more" if len(lacking) > SHOWN else ""
    what = f"nobody holds {len(lacking)} of the roles that the rules tell: {', '.join(lacking[:SHOWN])}{more}"
    return doubt(what, f"add somebody; unless a record names one, the {fallback} is told instead")
