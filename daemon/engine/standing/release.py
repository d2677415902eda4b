"""After a restore: what went out that this database does not know, and how it learns of it (RELIABILITY F18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from daemon.decide.due.recall import recall
from daemon.decide.duties.moves import Change, Decision
from daemon.decide.duties.obligations import Deciding
from daemon.domain.delivery import DeliveryState
from daemon.domain.notice import Kind, Notice, NoticeState
from daemon.domain.rules import Rule
from daemon.domain.sent import Head, Sent
from daemon.domain.times import iso
from daemon.domain.track import Track
from daemon.engine.conference.outlived import catch_up
from daemon.engine.rules.pinned import pinned
from daemon.engine.standing.guard import HELD, RELEASED, fault, kept_in
from daemon.engine.standing.learn import is_known, learn
from daemon.store import Outside, Store, Tx

BATCH = 1000
NEW_KINDS = frozenset({Change.OPENED, Change.REOPENED})


@dataclass(frozen=True, slots=True)
class Difference:
    """What this database lacks. `fault` None: it is the one that was left here.

    `sent` went out and is not recorded as such; `waiting` are those of their notices that it would
    send (again). `kept_from`: on which day what is kept outside begins.
    """

    fault: str | None
    held: str | None
    kept: Head | None
    stands: Head | None
    sent: tuple[Sent, ...]
    waiting: tuple[Notice, ...]
    kept_from: date | None

    @property
    def unsure(self) -> tuple[Sent, ...]:
        """Those whose answer was lost: they may have arrived, and are tried again as they were."""
        return tuple(one for one in self.sent if one.outcome is not DeliveryState.ACCEPTED)

    @property
    def is_empty(self) -> bool:
        """There is nothing to release."""
        return self.fault is None and self.held is None

    @property
    def reaches_back(self) -> bool:
        """What is kept outside goes back to where this database ends."""
        if self.kept_from is None or self.stands is None:
            return False
        return self.kept_from <= self.stands.at.date()


def compare(store: Store, outside: Outside, now: datetime) -> Difference:
    """Return the difference; raises Refusal where what is kept outside cannot be read."""
    kept, sent = kept_in(outside), outside.sent()
    with store.read() as tx:
        known = tx.messages.of([one.id for one in sent])
        missing = tuple(one for one in sent if not is_known(one, known.get(one.id)))
        keys = [notice.key for one in missing for notice in one.notices]
        waiting = [one for one in tx.notices.get(keys) if one.state is NoticeState.WAITING]
        held = tx.marks.get(HELD)
        return Difference(
            fault(tx, kept, now), str(held) if held else None, kept.head,
            tx.journal.kept_head(), missing, tuple(waiting), outside.kept_from(),
        )  # fmt: skip


def release(
    store: Store, outside: Outside, deciding: Deciding, now: datetime, by: str
) -> Difference:
    """Let this database know what was sent, seal that, and make it the one that stands here from now on."""
    found = compare(store, outside, now)
    with store.write() as tx:
        for one in found.sent:
            learn(tx, one, now)
        _remember(tx, found.sent, deciding, pinned(tx, deciding, {}))
        catch_up(tx, found.sent, now, is_all=found.reaches_back)
        ended = tx.sessions.end_all(now)
        tx.marks.put(HELD, "")
        tx.marks.put(RELEASED, found.kept.at if found.kept else now)
        tx.journal.write(
            now, "restore.released", store.authority, f"{found.fault or found.held}; released by {by}",
            {"by": by, "messages": len(found.sent), "unsure": len(found.unsure), "waiting": len(found.waiting),
             "kept": found.kept.number if found.kept else None, "sessions_ended": ended,
             "stood": found.stands.number if found.stands else None},
        )  # fmt: skip
    more = True
    while more:
        with store.write() as tx:
            more = bool(tx.journal.seal(now, BATCH))
    with outside.locked(), store.read() as tx:
        if head := tx.journal.kept_head():
            outside.keep(head)
    return found


def in_json(found: Difference) -> dict[str, Any]:
    """Return the difference as plain values."""
    return {
        "fault": found.fault or found.held,
        "noticed_here": found.fault is not None,
        "kept": _plain(found.kept),
        "stands": _plain(found.stands),
        "kept_from": found.kept_from.isoformat() if found.kept_from else None,
        "reaches_back": found.reaches_back,
        "sent": [
            {"message": one.id, "at": iso(one.at), "channel": one.channel, "to": one.person,
             "outcome": str(one.outcome), "notices": [str(each.key) for each in one.notices]}
            for one in found.sent
        ],
        "waiting": [str(one.key) for one in found.waiting],
        "unsure": [one.id for one in found.unsure],
    }  # fmt: skip


def remember(tx: Tx, decision: Decision, deciding: Deciding) -> Decision:
    """Return a decision to open or reopen whose ladder knows what people were told before the restore."""
    track = decision.track
    if decision.change not in NEW_KINDS:
        return decision
    told, rule = tx.notices.of_obligation(track.id), _rule(deciding, track)
    if not told or rule is None:
        return decision
    if decision.change is Change.REOPENED:
        again = recall(track, rule, told, deciding.calendar, since=track.occurrence)
    else:
        again = recall(track, rule, told, deciding.calendar)
        again = replace(again, revision=max(track.revision, _corrections(told)))
    return replace(decision, track=again)


def _remember(
    tx: Tx, sent: Sequence[Sent], deciding: Deciding, older: Mapping[str, Deciding]
) -> None:
    """Put behind the ladders that there are what their people were told; `older` are those that some go on under."""
    refs = {ref for one in sent for notice in one.notices for ref in notice.refs}
    named = {notice.key.obligation for one in sent for notice in one.notices}
    saved = []
    for tracks in tx.obligations.of(refs, to_change=True).values():
        for track in tracks:
            rule = _rule(older.get(track.pack_digest, deciding), track)
            if track.id in named and rule is not None:
                told = tx.notices.of_obligation(track.id)
                again = recall(track, rule, told, deciding.calendar)
                # it is found again, and told once
                replayed = max(track.revision, _corrections(told) - 1)
                saved.append(replace(again, revision=replayed))
    tx.obligations.save(saved)


def _corrections(told: Sequence[Notice]) -> int:
    return max((one.key.occurrence for one in told if one.kind is Kind.CORRECT), default=0)


def _rule(deciding: Deciding, track: Track) -> Rule | None:
    packs = [pack for pack in deciding.rulebook.packs.values() if pack.name == track.pack]
    return next((rule for pack in packs if (rule := pack.rule(track.rule))), None)


def _plain(head: Head | None) -> dict[str, Any] | None:
    return {"number": head.number, "hash": head.hash, "at": iso(head.at)} if head else None
