"""Exclusions that keep nobody out: shown under the records, and the operator hears of each at once."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256

from daemon.decide.people.exclusions import UNKNOWN, unknown
from daemon.decide.trying.walk import group_of
from daemon.domain.errors import Problem
from daemon.domain.record import Record
from daemon.engine.house import House
from daemon.engine.telling.operator import may_read, tell_operator
from daemon.store import Tx


def ineffective(
    tx: Tx, house: House, record: Record, before: Collection[Problem], now: datetime
) -> tuple[Problem, ...]:
    """Return what is wrong with a case's exclusions; the operator is told of what was not so `before`.

    Until the directory has been read nobody is known, and nothing is doubted.
    """
    if not record.excluded or tx.people.read_at() is None:
        return ()
    found = tuple(unknown(record, house.people(tx), house.terms.internal))
    if new := [one for one in found if one not in before]:
        is_shown = not record.restricted and may_read(tx, house, record)
        where = record.ref if is_shown else "a case"
        mark, minute = sha256(record.ref.encode()).hexdigest()[:12], int(now.timestamp()) // 60
        said = f"{where}: excluded: {UNKNOWN} ({len(new)})"
        topic = f"quarantine/excluded people/{mark}"
        group = f"excluded/{group_of(record)}"
        tell_operator(tx, house, now, topic, "operator-quarantine", said, minute, group)
    return found


def look_again(tx: Tx, now: datetime) -> None:
    """Have the cases whose exclusions are doubted assessed: the directory has changed."""
    tx.cases.touch(sorted({ref for ref, one in tx.cases.problems() if one.what == UNKNOWN}), now)
