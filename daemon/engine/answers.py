"""What people answer to us becomes part of the case record at once: no feed must come round first."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from daemon.decide.answered import fragment_of
from daemon.domain.answer import FEED, Said
from daemon.engine.assess import Assessor
from daemon.engine.house import canonical
from daemon.store import FragmentRow, Tx

PLACE = "answered here"


def give(tx: Tx, assessor: Assessor, said: Sequence[Said], now: datetime) -> None:
    """Keep some answers and settle their cases, in the transaction that is under way.

    After it no rung fires, and nothing is sent, that the answers have made needless.
    """
    tx.answers.add(said)
    refs = sorted({one.place.ref for one in said})
    rows = []
    for ref, answers in tx.answers.of(refs).items():
        body = fragment_of(ref, answers)
        mark = sha256(canonical(body).encode()).hexdigest()[:32]
        rows.append(FragmentRow(ref, body, mark, PLACE, now))
    tx.fragments.save(FEED, rows, now)
    tx.cases.touch(refs, now)
    assessor.settle(tx, refs, now)
