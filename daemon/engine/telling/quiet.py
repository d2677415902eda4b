"""Cases about which nothing goes out for the time being."""

from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from daemon.domain.obligation import State
from daemon.domain.track import Track
from daemon.engine.house import House
from daemon.store import CaseRow, Tx


def quiet_until(
    tx: Tx, cases: Mapping[str, CaseRow], again_at: datetime
) -> tuple[dict[str, datetime | None], dict[str, datetime | None]]:
    """Return when to look again at those cases whose family is held, and at those that are silenced.

    Of a family that is held nobody looks (None) until `wake` does. Where a case is silenced, not before that is
    over, nor before `again_at`; whoever ends it sooner wakes its ladders. It is no silence for a duty that never
    rests: the safety plan of a child who goes home.

    Source: READINGS section 2, 3 and 14.
    """
    ends = {ref: row.until_at for ref, row in tx.silenced.all().items() if ref in cases}
    held: dict[str, datetime | None] = dict.fromkeys(resting_refs(tx, cases))
    return held, {ref: max(end, again_at) for ref, end in ends.items()}


def settled(
    tx: Tx, before: Mapping[str, CaseRow], after: Collection[CaseRow], lost: Collection[str],
    again: Collection[str], now: datetime,
) -> None:  # fmt: skip
    """Record how cases stand; wake whoever slept because of them, and have those of `again` looked at once more."""
    tx.cases.assessed(list(after))
    wake(tx, before, after, lost, now)
    tx.cases.touch(sorted(again), now)


def wake(
    tx: Tx, before: Mapping[str, CaseRow], after: Iterable[CaseRow], lost: Collection[str], now: datetime
) -> None:  # fmt: skip
    """Have ladders look now that slept because their family was held, where one of its cases holds it no longer.

    `lost` are cases of which nobody can tell how they stood `before`.
    """
    refs: set[str] = set()
    for one in after:
        was = before.get(one.ref)
        has_moved = was is not None and was.family != one.family
        if has_moved:
            refs.add(one.ref)
        freed = (
            {was.family} if was and was.is_closed and (has_moved or not one.is_closed) else set()
        )
        for family in freed | ({one.family} if one.ref in lost else set()):
            refs.update(tx.cases.family_refs(family) if family else ())
    if not refs:
        return
    found = tx.obligations.of(sorted(refs), to_change=True).values()
    tx.obligations.save(
        [replace(one, next_at=now) for each in found for one in each if is_asleep(one)]
    )


def is_asleep(track: Track) -> bool:
    """Return whether a ladder looks at nothing by itself, because its family is held."""
    return track.state is State.OPEN and track.next_at is None and track.held_since is not None


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
