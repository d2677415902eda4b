"""Cases about which nothing goes out for the time being."""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime

from daemon.domain.track import Track
from daemon.engine.house import House
from daemon.store import CaseRow, Tx


def quiet_until(
    tx: Tx, cases: Mapping[str, CaseRow], again_at: datetime
) -> tuple[dict[str, datetime], dict[str, datetime]]:
    """Return when to look again at those cases whose family is held, at `again_at`, and at those that are silenced.

    Where one is silenced, not before that is over; whoever ends it sooner wakes its ladders. It is no silence
    for a duty that never rests: the safety plan of a child who goes home.

    Source: READINGS section 2, 3 and 14.
    """
    ends = {ref: row.until_at for ref, row in tx.silenced.all().items() if ref in cases}
    held = dict.fromkeys(resting_refs(tx, cases), again_at)
    return held, {ref: max(end, again_at) for ref, end in ends.items()}


def unsilenced(
    house: House, tracks: Iterable[Track], cases: Mapping[str, CaseRow], silenced: Container[str]
) -> frozenset[str]:
    """Return the obligations of silenced cases that never rest: those are told all the same."""
    found = (one for one in tracks if one.ref in silenced)
    rules = ((one.id, house.rule_of(one, cases[one.ref].pathway)) for one in found)
    return frozenset(name for name, rule in rules if rule and rule.never_rests)


def resting_refs(tx: Tx, cases: Mapping[str, CaseRow]) -> frozenset[str]:
    """Return those cases about which nothing goes out, because another of their family is closed.

    Source: READINGS section 2, 3.
    """
    families = tx.cases.closed_families({one.family for one in cases.values() if one.family})
    return frozenset(
        ref for ref, one in cases.items() if one.family in families and not one.is_closed
    )
