"""The brake: more escalations than this authority expects are held until an operator releases them (DOMAIN 5.11).

What is held has fired: it is met, moved or withdrawn as ever, and then never goes out. Reminders,
corrections, invitations and what the operator hears are no escalations, and go on.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from daemon.domain.brake import Braking
from daemon.domain.notice import Kind, Notice, NoticeState
from daemon.domain.times import day_of, iso, london
from daemon.engine.house import House
from daemon.engine.telling.old_data import is_due
from daemon.engine.telling.operator import tell_operator
from daemon.store import Store, Tx

log = structlog.get_logger("daykeeper.brake")
ON, PASS, DAY = "brake/on", "brake/pass", "brake/day"  # the marks: what is held, and the two counts
RELEASED, REMINDED = "brake/released", "brake/reminded"
RUNGS = frozenset({Kind.TELL, Kind.ASK})
AT_ONCE = timedelta(minutes=5)  # one pass may take several rounds
LONGEST_WAIT, MOST = timedelta(days=14), 1_000_000  # of what waits for the next opening; all of it
AGAIN = timedelta(hours=4)  # the operator hears of it as often until it is released


def braking(tx: Tx) -> Braking | None:
    """Return what the brake holds, None where it is off."""
    kept = tx.marks.get(ON)
    if not kept:
        return None
    since, why, people = json.loads(str(kept))
    return Braking(datetime.fromisoformat(since), why, frozenset(people))


def brake(
    tx: Tx, house: House, fired: Sequence[Notice], own: Mapping[str, frozenset[str]], now: datetime
) -> None:
    """Weigh what has just fired, in the transaction that fired it; hold it where it is too much.

    `own`: by obligation, the roles that are to do it themselves.
    """
    escalations = [one for one in fired if one.after_due and one.kind in RUNGS]
    if not escalations:
        return
    before = braking(tx)
    if before is not None and not before.people:
        _hold(tx, escalations)
        return
    begun, many = _in_this_pass(tx, escalations, now)
    each = _to_each_today(tx, escalations, own, now)
    limits = house.terms.brake
    too_many = limits.one_pass is not None and many > limits.one_pass
    flooded = {
        person
        for person, number in each.items()
        if limits.one_person is not None and number > limits.one_person
    }
    if too_many:
        why = f"more than {limits.one_pass} fell due at once"
        _engage(tx, house, Braking(now, why), before, tx.notices.since(begun), now)
    elif flooded and (before is None or not flooded <= before.people):
        people = flooded | (before.people if before else set())
        whom = "one person" if len(people) == 1 else f"each of {len(people)} people"
        why = f"more than {limits.one_person} to {whom} in one day"
        today = tx.notices.since(london(day_of(now)))
        _engage(tx, house, Braking(now, why, frozenset(people)), before, today, now)
    elif before is not None:
        _hold(tx, [one for one in escalations if before.holds(one.key.person)])


def apply(store: Store, house: House, now: datetime, by: str, why: str) -> bool:
    """Hold every escalation from now on, and all that has not gone out yet; False where that is so already."""
    with store.write() as tx:
        before = braking(tx)
        if before is not None and not before.people:
            return False
        on = Braking(now, f"put on by {by} ({why})")
        _engage(tx, house, on, before, tx.notices.waiting(None, now + LONGEST_WAIT, MOST), now, by)
    return True


def remind(store: Store, house: House, now: datetime) -> None:
    """Tell the operator again, every four hours, of what is held."""
    with store.read() as tx:
        on, reminded = braking(tx), tx.marks.moment(REMINDED)
    if on is None or not is_due(reminded, now, AGAIN):
        return
    with store.write() as tx:
        if on := braking(tx):
            _tell(tx, house, on, now)


@dataclass(frozen=True, slots=True)
class Held:
    """What the brake holds at this moment; `on` None: it is off."""

    on: Braking | None
    notices: tuple[Notice, ...]


def held(tx: Tx) -> Held:
    """Return what waits for an operator's word."""
    return Held(braking(tx), tuple(tx.notices.held()))


def in_json(found: Held) -> dict[str, Any]:
    """Return it as plain values."""
    on = found.on
    return {
        "on": on is not None,
        "since": iso(on.since) if on else None,
        "why": on.why if on else None,
        "people": sorted(on.people) if on else [],
        "held": [
            {"notice": str(one.key), "message": one.message, "role": one.role, "to": one.key.person,
             "at": iso(one.at), "because": one.because}
            for one in found.notices
        ],
    }  # fmt: skip


def release(store: Store, now: datetime, by: str, why: str) -> list[Notice]:
    """Let go out what is held and still holds; return it. The counts begin anew."""
    with store.write() as tx:
        held, on = tx.notices.held(), braking(tx)
        if on is None:
            return []
        tx.notices.free([one.key for one in held])
        for mark in (ON, PASS, DAY):
            tx.marks.put(mark, "")
        tx.marks.put(RELEASED, now)
        detail = {"by": by, "since": iso(on.since), "notices": len(held)}
        tx.journal.write(now, "brake.released", tx.authority, why, detail)
    log.info("brake.released", notices=len(held))
    return held


def _engage(
    tx: Tx, house: House, on: Braking, before: Braking | None, fired: Sequence[Notice], now: datetime, by: str = ""
) -> None:  # fmt: skip
    """Hold from now on, and of what has fired whatever has not gone out yet; `by` whoever says so, if anybody does."""
    if before is not None:
        on = Braking(before.since, on.why, on.people)
    tx.marks.put(ON, json.dumps([iso(on.since), on.why, sorted(on.people)]))
    _hold(
        tx,
        [
            one
            for one in fired
            if one.state is NoticeState.WAITING
            and one.after_due
            and one.kind in RUNGS
            and on.holds(one.key.person)
        ],
    )
    detail = {"people": len(on.people)} | ({"by": by} if by else {})
    tx.journal.write(now, "brake.engaged", tx.authority, on.why, detail)
    log.warning("brake.engaged", people=len(on.people))
    _tell(tx, house, on, now)


def _hold(tx: Tx, notices: Sequence[Notice]) -> None:
    held = tx.notices.hold([one.key for one in notices])
    if held:
        log.info("notices.held", notices=len(held))


def _tell(tx: Tx, house: House, on: Braking, now: datetime) -> None:
    tx.marks.put(REMINDED, now)
    detail = on.in_words(len(tx.notices.held()))
    tell_operator(tx, house, now, "brake", "operator-brake", detail, int(now.timestamp()))


def _in_this_pass(tx: Tx, fired: Sequence[Notice], now: datetime) -> tuple[datetime, int]:
    """Return when this pass began, and how many rungs have fired in it."""
    begun, many = _count_of(tx, PASS, now, 0)
    if not timedelta(0) <= now - begun < AT_ONCE:
        begun, many = now, 0
    many += len({_rung(one) for one in fired})
    tx.marks.put(PASS, json.dumps([iso(begun), many]))
    return begun, many


def _to_each_today(
    tx: Tx, fired: Sequence[Notice], own: Mapping[str, frozenset[str]], now: datetime
) -> dict[str, int]:
    """Return how many rungs each person has been told today that somebody else is to see to."""
    begun, each = _count_of(tx, DAY, now, {})
    if day_of(begun) != day_of(now):
        each = {}
    rungs = defaultdict(set)
    for one in fired:
        if one.role not in own.get(one.key.obligation, ()):
            rungs[one.key.person].add(_rung(one))
    for person, new in rungs.items():
        each[person] = each.get(person, 0) + len(new)
    tx.marks.put(DAY, json.dumps([iso(now), each]))
    return {person: each[person] for person in rungs}


def _count_of(tx: Tx, mark: str, now: datetime, nothing: Any) -> tuple[datetime, Any]:
    """Return since when a count runs, and how far it has come."""
    kept = tx.marks.get(mark)
    if not kept:
        return now, nothing
    begun, many = json.loads(str(kept))
    return datetime.fromisoformat(begun), many


def _rung(notice: Notice) -> tuple[str, str, int]:
    return notice.key.obligation, notice.key.rung, notice.key.occurrence
