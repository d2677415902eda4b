"""One stored case as `explain --ref` and its page show it: how it stands, who was told, what comes next."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from daemon.decide.duties.explain import explain
from daemon.decide.duties.obligations import Deciding
from daemon.decide.record.merge import merge
from daemon.decide.record.reading import Reading, read_record
from daemon.domain.notice import Notice
from daemon.domain.obligation import State
from daemon.domain.record import Record
from daemon.domain.times import iso
from daemon.engine.rules.pinned import older
from daemon.store import Tx


def read_stored(
    tx: Tx, ref: str, deciding: Deciding, order: Mapping[str, Sequence[str]]
) -> Reading | None:
    """Return a case's record as the feeds show it at this moment; None where none shows it."""
    stored = tx.fragments.of([ref]).get(ref)
    if not stored:
        return None
    return read_record(merge([(one.feed, one.body) for one in stored], order), deciding.words, ref)


def explain_case(
    tx: Tx, ref: str, deciding: Deciding, order: Mapping[str, Sequence[str]], at: datetime
) -> dict[str, Any] | None:
    """Return the answer of `explain` for a stored case; None where no feed shows it.

    Beside it stand `told`, `next`, and in `unwatched` the duties that the feeds cannot watch.
    """
    reading = read_stored(tx, ref, deciding, order)
    if reading is None or reading.record is None:
        return None
    kept = {
        one.anchor_on: one.number for one in tx.numbers.of([ref]).get(ref, []) if one.kind == "icpc"
    }
    tracks = tx.obligations.of([ref]).get(ref, [])
    own = {track.id: track for track in tracks}
    said = explain(
        reading.record, reading.problems, deciding, at,
        kept=kept, older=older(tx, deciding, {track.pack_digest for track in tracks}), own=own,
    )  # fmt: skip
    said["unwatched"] = _unwatched(reading.record, deciding, at, kept)
    notices = [notice for track in tracks for notice in tx.notices.of_obligation(track.id)]
    said["told"] = [
        as_told(tx, notice)
        for notice in sorted(notices, key=lambda one: (one.made_at, one.key.rung))
    ]
    silenced = tx.silenced.all().get(ref)
    said["silenced_until"] = iso(silenced.until_at) if silenced else None
    said["next"] = [
        {
            "at": iso(track.next_at),
            "obligation": track.id,
            "resting_until": iso(track.rest_until) if track.rest_until else None,
        }
        for track in sorted(tracks, key=lambda one: one.next_at or at)
        if track.next_at is not None
    ]
    return said


def _unwatched(
    record: Record, deciding: Deciding, at: datetime, kept: Mapping[date, int]
) -> list[dict[str, Any]]:
    """Return the duties that would be open, and are not watched: no feed carries these facts."""
    pack, _ = deciding.pack_for(record)
    answer = deciding.decide(record, at, pack=replace(pack, unwatched={}), kept=kept)
    return [
        {"id": one.id, "rule": one.rule, "facts": list(pack.unwatched[one.rule])}
        for one in answer.obligations
        if one.rule in pack.unwatched and one.state is State.OPEN
    ]


def as_told(tx: Tx, notice: Notice) -> dict[str, Any]:
    """Return a notice as `told` has it: to whom, by which way, and what became of its message."""
    message = tx.messages.get(notice.message_id) if notice.message_id else None
    return {
        "at": iso(notice.made_at), "rung_at": iso(notice.at), "obligation": notice.key.obligation,
        "rung": notice.key.rung, "occurrence": notice.key.occurrence, "kind": str(notice.kind), "role": notice.role,
        "person": notice.key.person, "channel": notice.key.channel, "because": notice.because,
        "state": str(message.state) if message else str(notice.state),
        "accepted_at": iso(message.accepted_at) if message and message.accepted_at else None,
        "message": notice.message_id,
        "may_have_arrived_twice": bool(message and message.ambiguous),
    }  # fmt: skip
