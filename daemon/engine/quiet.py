"""Cases about which nothing goes out for the time being."""

from collections.abc import Mapping
from datetime import datetime

from daemon.store import CaseRow, Tx


def quiet_refs(tx: Tx, cases: Mapping[str, CaseRow]) -> frozenset[str]:
    """Return those cases about which nothing goes out: their family is held, or they are silenced.

    Source: READINGS section 2, 3 and 14.
    """
    return resting_refs(tx, cases) | tx.silenced.among(cases.keys())


def quiet_until(tx: Tx, cases: Mapping[str, CaseRow], again_at: datetime) -> dict[str, datetime]:
    """Return when to look again at each of those cases: at `again_at` where its family is held.

    Where it is silenced, not before that is over; whoever ends it sooner wakes its ladders.
    """
    ends = {ref: row.until_at for ref, row in tx.silenced.all().items() if ref in cases}
    held = dict.fromkeys(resting_refs(tx, cases), again_at)
    return {ref: max(end, again_at) for ref, end in ends.items()} | held


def resting_refs(tx: Tx, cases: Mapping[str, CaseRow]) -> frozenset[str]:
    """Return those cases about which nothing goes out, because another of their family is closed.

    Source: READINGS section 2, 3.
    """
    families = tx.cases.closed_families({one.family for one in cases.values() if one.family})
    return frozenset(
        ref for ref, one in cases.items() if one.family in families and not one.is_closed
    )
