"""The books: each notice is explained by an acceptance or a reason, each acceptance by a notice and its duty.

It asks the tables themselves, by queries of its own: what the deliverer thinks of a row counts for nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from daemon.decide.due.office import Calendar
from daemon.decide.telling.digests import PLANNED
from daemon.domain.invitation import TOPIC
from daemon.domain.message import Lane
from daemon.domain.times import DAY
from daemon.engine.answering.silencing import TOPIC as SILENCE
from daemon.engine.sending.bundle import RESTING
from daemon.engine.sending.pause import ENDED, paused
from daemon.engine.sending.waiting import sendable_since
from daemon.engine.standing.audit import ALLOWANCE, Missed
from daemon.engine.standing.learn import FOUND
from daemon.engine.telling.brake import RELEASED
from daemon.engine.telling.operator import OPERATOR
from daemon.engine.telling.weekly import SUMMARY
from daemon.store import Store, Tx

WINDOW = timedelta(days=2)  # an audit looks back so far; after a longer silence, up to the most
MOST = timedelta(days=14)
TOPICS = (f"{OPERATOR}/", PLANNED, TOPIC, SILENCE)  # what a message may be about but a duty
WORDS = {  # what an audit calls what it finds, and what that means
    "unreadable": "what is stored of the case cannot be read",
    "never-opened": "this duty is due and was never opened",
    "never-fired": "this step is past and nobody was told",
    "waiting": "this was to be sent and nobody has accepted it",
    "refused": "this was refused, and nobody has it instead",
    "ended-unsaid": "this was to be told and ended without a reason",
    "no-notice": "this was accepted, and nobody was to be told it",
    "no-attempt": "this counts as accepted, and no attempt at it was",
    "no-duty": "this was told of a duty that there is not",
}


Look = Callable[[Tx, datetime, datetime], Iterable[Missed]]  # at now, back to a moment


IN_SHORT = {  # the same of many, as a heading before their number
    "unreadable": "cases that cannot be read",
    "never-opened": "duties that were never opened",
    "never-fired": "steps of which nobody was told",
    "waiting": "messages that nobody has accepted",
    "refused": "refused, and nobody has it instead",
    "ended-unsaid": "ended without a reason",
    "no-notice": "nobody was to be told them",
    "no-attempt": "no attempt at them was accepted",
    "no-duty": "about a duty that there is not",
}


class Odds(NamedTuple):
    """What the books do not explain, on either side."""

    missed: tuple[Missed, ...]
    unexplained: tuple[Missed, ...]


def since(now: datetime, balanced_at: datetime | None) -> datetime:
    """Return how far back to look: past the last audit that balanced, and not for ever."""
    return max(now - MOST, min(now - WINDOW, (balanced_at or now) - DAY))


def odds(store: Store, calendar: Calendar, now: datetime, since_at: datetime) -> Odds:
    """Return what the books do not explain of what was made since a moment. It only reads."""

    def all_of(*looks: Look) -> tuple[Missed, ...]:
        found: list[Missed] = []
        for look in looks:
            with store.read() as tx:  # one at a time: none is held open for long
                found += look(tx, now, since_at)
        return tuple(found)

    return Odds(all_of(partial(_waiting, calendar), _unsaid), all_of(_out_of_nothing, _no_duty))


def _waiting(calendar: Calendar, tx: Tx, now: datetime, _: datetime) -> Iterator[Missed]:
    """Yield what should have been accepted by now; what was held back counts from when it was let go.

    What is late and not urgent waits for the office to open (DOMAIN 5.5).
    """
    before = now - ALLOWANCE
    since_at = {
        lane: max(sendable_since(calendar, lane, at) for at in (before, now)) for lane in Lane
    }
    let_go = (at for name in (ENDED, RELEASED) if (at := tx.marks.moment(name)))
    if paused(tx) is not None or any(at > before for at in let_go):
        return
    for one in tx.ledger.unaccepted(before, since_at):
        yield Missed("waiting", one.about, one.since)
    for one in tx.ledger.on_their_way(before, since_at, but_for=(RESTING,)):
        yield Missed("waiting", one.about, one.since)


def _unsaid(tx: Tx, _: datetime, since_at: datetime) -> Iterator[Missed]:
    for one in tx.ledger.unsaid(since_at):
        yield Missed("ended-unsaid", one.about, one.since)


def _out_of_nothing(tx: Tx, _: datetime, since_at: datetime) -> Iterator[Missed]:
    for one in tx.ledger.without_a_notice(since_at):
        yield Missed("no-notice", one.about, one.since)
    for one in tx.ledger.without_an_attempt(since_at, but_for=FOUND):
        yield Missed("no-attempt", one.about, one.since)


def _no_duty(tx: Tx, now: datetime, since_at: datetime) -> Iterator[Missed]:
    about = {one for one in tx.ledger.told(since_at) if not is_topic(one)}
    for one in sorted(about - tx.ledger.known(about)):
        yield Missed("no-duty", one, now)


def is_topic(about: str) -> bool:
    """Return whether a message may be about this though no duty is called so."""
    return about == SUMMARY or about.startswith(TOPICS)


def counted(found: Iterable[Missed]) -> str:
    """Return how many there are of each kind, in words."""
    many = Counter(one.what for one in found)
    return "; ".join(f"{IN_SHORT.get(kind, kind)}: {count}" for kind, count in many.items())


def in_words(found: Iterable[Missed], say: Callable[[datetime], str]) -> Iterator[str]:
    """Yield a line for each thing that was found."""
    for one in found:
        yield f"{one.about}: {WORDS.get(one.what, one.what)}; since {say(one.since)}"
