"""One look at the whole installation: opened for it alone, and closed behind it.

Nothing is kept from one look to the next, so that no memory of ours can be wrong: neither of the rules, nor of
the database, which may have been restored meanwhile.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from daemon.app import NO_RUN, NOTHING, utc_now
from daemon.domain.errors import Refusal
from daemon.domain.times import say
from daemon.engine.house import House, Terms
from daemon.engine.rules.editions import Editions
from daemon.engine.rules.rules_folder import RulesFolder
from daemon.engine.standing.audit import Auditor, Balance
from daemon.engine.standing.books import odds, since
from daemon.engine.standing.guard import BEAT, HELD
from daemon.engine.standing.oversight import watched
from daemon.ports import Clock
from daemon.rulebook import shipped
from daemon.settings.whole import Settings
from daemon.store import FIRST_START, Store

STALE = timedelta(seconds=60)  # a leader says so every second
ClockOf = Callable[[Store | None], Clock]


def clock_of(store: Store | None) -> Clock:
    """Return the time by which the service lives, else that of this machine."""
    return (store.clock() if store else None) or utc_now


@dataclass(frozen=True, slots=True)
class Look:
    """What one look found, and what it was found with. `leader` is what is wrong with the service itself."""

    store: Store
    house: House
    balance: Balance
    leader: str


@contextmanager
def looking(settings: Settings, clock_of: ClockOf, is_over: Callable[[], bool]) -> Iterator[Look]:
    """Yield one look; raises Refusal, StoreUnavailable, or whatever else goes wrong with it. It only reads."""
    with closing(Store.open(settings.database, settings.authority, thorough=False)) as store:
        clock = clock_of(store)
        house = onlooker(store, settings)
        now = clock()
        with store.read() as tx:
            balanced_at = watched(tx).balanced_at
        found = Auditor(store, house).look(now, is_over)
        books = odds(store, house.deciding.calendar, now, since(now, balanced_at))
        missed = tuple(one for one in found.missed if one.what != "waiting")  # the books name each
        balance = replace(found, missed=missed + books.missed, unexplained=books.unexplained)
        yield Look(store, house, balance, _ill(store, clock()))


def onlooker(store: Store, settings: Settings) -> House:
    """Return the house under the rules in force, without a feed, a channel or the links' key.

    Raises Refusal where no run has used the database yet.
    """
    terms = Terms(settings.title, settings.operator, settings.fallback or "", "", b"")
    house = House(NOTHING, terms, {}, {}, order=settings.feed_order)
    with store.read() as tx:
        first = tx.marks.moment(FIRST_START)
    house.first_on = first.date() if first else None
    folder = RulesFolder(settings.rulebook or shipped())
    editions = Editions(store, house, folder, settings.terms())
    editions.follow()
    if editions.edition is None:
        raise Refusal(NO_RUN)
    return house


def _ill(store: Store, now: datetime) -> str:
    """Return what is wrong with the service though its books may balance."""
    with store.read() as tx:
        beaten_at, held = tx.marks.moment(BEAT), tx.marks.get(HELD)
    if held:
        return f"nothing is sent: {held}"
    if beaten_at is None:
        return "no run has led yet"
    return f"no run has led since {say(beaten_at)}" if now - beaten_at > STALE else ""
