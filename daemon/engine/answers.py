"""What people answer to us becomes part of the case record at once: no feed must come round first."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias

from daemon.decide.answered import fragment_of
from daemon.domain.answer import FEED, Said
from daemon.engine.house import canonical
from daemon.store import FragmentRow, Tx

PLACE = "answered here"
Settle: TypeAlias = Callable[
    [Tx, Sequence[str], datetime], int
]  # decides some cases at once; how many duties changed


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

    After it no rung fires, and nothing is sent, that the answers have made needless.
    """
    refs = keep(tx, said, now)
    settle(tx, refs, now)
