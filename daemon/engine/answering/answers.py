"""What people answer to us becomes part of the case record at once: no feed must come round first."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias

from daemon.decide.duties.moves import NOW_RECEIVED
from daemon.decide.record.answered import fragment_of
from daemon.domain.answer import FEED, Said
from daemon.domain.notice import Notice, NoticeState
from daemon.engine.house import canonical
from daemon.store import FragmentRow, Tx

PLACE = "answered here"
THEIR_OWN = "they have answered it themselves"
# decides some cases at once; how many duties changed
Settle: TypeAlias = Callable[[Tx, Sequence[str], datetime], int]


def keep(tx: Tx, said: Sequence[Said], now: datetime) -> list[str]:
    """Keep some answers for the next round to decide by; return the cases that they are about."""
    tx.answers.add(said)
    refs = sorted({one.place.ref for one in said})
    rows = []
    for ref, answers in tx.answers.of(refs).items():
        body = fragment_of(ref, answers)
        mark = sha256(canonical(body).encode()).hexdigest()[:32]
        rows.append(FragmentRow(ref, body, mark, PLACE, now))
    tx.fragments.save(FEED, rows, now)
    tx.cases.touch(refs, now)
    return refs


def give(tx: Tx, settle: Settle, said: Sequence[Said], now: datetime) -> None:
    """Keep some answers and settle their cases, in the transaction that is under way.

    After it no rung fires, and nothing is sent, that the answers have made needless. Whoever gave them hears
    nothing of what they have just done themselves, whatever duty it was that ended with it.
    """
    by = {one.by for one in said}
    refs = sorted({one.place.ref for one in said})
    before = {one.key for one in _done(tx, by, refs)}
    settle(tx, keep(tx, said, now), now)
    own = [one.key for one in _done(tx, by, refs) if one.key not in before]
    tx.notices.cancel(own, THEIR_OWN)


def _done(tx: Tx, people: Collection[str], refs: Sequence[str]) -> list[Notice]:
    """Return what tells some people of cases that something is done, and has not gone out."""
    return [
        one
        for person in people
        for ref in refs
        for one in tx.notices.to_person(person, f"{ref}/")
        if one.key.rung == NOW_RECEIVED and one.state is NoticeState.WAITING
    ]
