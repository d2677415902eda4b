"""Retention: what has been kept long enough goes, kind by kind; what is under a legal hold stays."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from daemon.decide.due.deadlines import add_months
from daemon.domain.times import day_of, london
from daemon.store import EVERYTHING, KEPT_DAYS, Tx

# kinds of entries that are about no case
OF_THE_SERVICE = (
    *("rulebook.", "state.", "sending.", "feed.", "directory.", "restore.", "audit.", "journal."),
    *("inbox.", "brake.", "hold.", "report.", "person.left"),
)
MESSAGE = "message."


@dataclass(frozen=True, slots=True)
class Plan:
    """What would go: cases, messages whose words go, numbers of journal entries whose words go.

    `held` are cases that only a legal hold keeps, `open` those of which a duty is still open, `told`
    those about which a message went so lately that it is still kept outside the database.
    """

    cases: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    entries: tuple[int, ...] = ()
    held: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def plan(tx: Tx, periods: Mapping[str, int | None], now: datetime) -> Plan:
    """Return what has been kept for longer than its period, in months by kind; nothing of a kind without one."""
    holds = tx.holds.all()
    cut = {kind: london(add_months(day_of(now), -many)) for kind, many in periods.items() if many}
    unseen = tx.purging.unseen(cut["cases"]) if "cases" in cut else []
    still_open = tx.purging.still_open(unseen)
    is_all_held = EVERYTHING in holds
    held = [ref for ref in unseen if is_all_held or ref in holds]
    over = [ref for ref in unseen if ref not in still_open and ref not in held]
    # a message that is known outside and not here would say that an older database was put back
    told = tx.purging.told_since(over, now - timedelta(days=KEPT_DAYS))
    going = [ref for ref in over if ref not in told]
    if is_all_held:
        return Plan(held=tuple(held), open=tuple(sorted(still_open)))
    ids = tx.purging.wordy(cut["messages"]) if "messages" in cut else []
    about = tx.purging.refs_of(ids)
    ids = [id_ for id_ in ids if not about.get(id_, set()) & holds.keys()]
    entries = _entries(tx, cut["journal"], {*going}, {*holds}) if "journal" in cut else ()
    return Plan(
        tuple(going),
        tuple(ids),
        entries,
        tuple(held),
        tuple(sorted(still_open)),
        tuple(sorted(told)),
    )


def purge(tx: Tx, found: Plan, now: datetime, by: str) -> dict[str, int]:
    """Have what was planned go, and say so in the journal; return how many of each. No reference is written down."""
    rows = tx.purging.forget(found.cases)
    tx.purging.blank(found.messages)
    name = f"purge/{uuid4().hex}"
    done = {"cases": len(found.cases), "messages": len(found.messages)}
    if any(done.values()):
        tx.journal.write(
            now, "journal.forgot", name, f"its time is over; by {by}", done | {"rows": rows}
        )
    because = f"their time is over; by {by}"
    return done | {"entries": tx.evidence.purge(now, name, found.entries, because)}


def _entries(
    tx: Tx, before: datetime, going: Collection[str], held: Collection[str]
) -> tuple[int, ...]:  # fmt: skip
    """Return the entries about cases that are stored no longer, or that go now.

    One about a message goes with the last of the cases that the message spoke of.
    """
    kept = ({*tx.cases.refs()} - {*going}) | {*held}
    old = [one for one in tx.purging.old_entries(before) if not one[1].startswith(OF_THE_SERVICE)]
    spoken = tx.purging.refs_of({about for _, kind, about, _ in old if kind.startswith(MESSAGE)})
    return tuple(
        number
        for number, _, about, data in old
        if not any(_is_of(each, kept) for each in (about, *_named(data)))
        and not spoken.get(about, set()) & kept
    )


def _named(data: Mapping[str, Any]) -> list[str]:
    """Return the notices that an entry's data names."""
    named = data.get("notices", ())
    return [str(one) for one in named] if isinstance(named, list) else []


def _is_of(about: str, refs: Collection[str]) -> bool:
    """Return whether what an entry is about belongs to one of some cases; a reference may hold slashes itself."""
    cuts = [at for at, letter in enumerate(about) if letter == "/"]
    return about in refs or any(about[:at] in refs for at in cuts)
