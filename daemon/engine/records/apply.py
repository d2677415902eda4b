"""apply(tx, record, decision, now): one decision about an obligation: journalled, and corrected to whoever was told."""

from collections.abc import Sequence
from datetime import datetime

from daemon.decide.duties.moves import Change, Decision
from daemon.decide.duties.standing import ENDS_EVERYTHING
from daemon.decide.trying.walk import group_of
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.record import Record
from daemon.engine.records.rename import former_ids
from daemon.store import Tx

ENDS = (Change.MET, Change.WAIVED, Change.WITHDRAWN)


def apply(tx: Tx, record: Record, decision: Decision, now: datetime) -> None:
    """Write down what was decided, call off what waits of a duty that has ended, and correct what was told."""
    track, earlier = decision.track, _before(decision)
    was = (
        {"was_due_at": earlier, "was_digest": decision.before.pack_digest}
        if earlier and decision.before
        else {}
    )
    tx.journal.write(
        now, f"obligation.{decision.change}", track.id, decision.because,
        {"due_at": track.due_at.isoformat() if track.due_at else None, "occurrence": track.occurrence,
         "digest": track.pack_digest, **was},
    )  # fmt: skip
    told = _told(tx, record, decision)
    if decision.change in ENDS:
        tx.notices.cancel(track.id, f"{decision.change}: {decision.because}")
    if decision.correction is None or any(one.name in ENDS_EVERYTHING for one in record.facts):
        return  # after a death no word goes out by itself (READINGS section 2, 3)
    new = {}
    for one in told:
        key = Key(track.id, decision.correction, track.revision, one.key.person, one.key.channel)
        new[key] = Notice(
            key, Kind.CORRECT, decision.correction, now, now, Lane.ROUTINE, one.role, (record.ref,),
            group_of(record), decision.because, one.agency, after_due=False, detail=earlier,
        )  # fmt: skip
    for notice in tx.notices.insert(list(new.values())):
        tx.journal.write(now, "notice.fired", str(notice.key), notice.because, {"kind": "correct"})


def _told(tx: Tx, record: Record, decision: Decision) -> Sequence[Notice]:
    """Return what was told of the obligation that a correction answers; read before anything is called off."""
    if decision.correction is None:
        return ()
    after_due = True if decision.overdue_only else None
    told = [
        notice
        for name in (decision.track.id, *former_ids(decision.track, record))
        for notice in tx.notices.told(name, after_due=after_due)
    ]
    if decision.change is Change.REOPENED:
        return [one for one in told if one.key.rung == "now-received"]
    return [one for one in told if one.kind is not Kind.CORRECT]


def _before(decision: Decision) -> str:
    """Return the moment that people were told before, for the correction to name."""
    if (
        decision.change is not Change.MOVED
        or decision.before is None
        or decision.before.due_at is None
    ):
        return ""
    return decision.before.due_at.isoformat()
