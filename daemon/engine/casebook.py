"""One stored case as `explain --ref` and its page show it: how it stands, who was told, what comes next."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from daemon.decide.explain import explain
from daemon.decide.merge import merge
from daemon.decide.obligations import Deciding
from daemon.decide.reading import read_record
from daemon.domain.notice import Notice
from daemon.domain.times import iso
from daemon.store import Tx


def explain_case(
    tx: Tx, ref: str, deciding: Deciding, order: Mapping[str, Sequence[str]], at: datetime
) -> dict[str, Any] | None:
    """Return the answer of `explain` for a stored case, with `told` and `next`; None where no feed shows it."""
    stored = tx.fragments.of([ref]).get(ref)
    if not stored:
        return None
    reading = read_record(
        merge([(one.feed, one.body) for one in stored], order), deciding.words, ref
    )
    if reading.record is None:
        return None
    kept = {
        one.anchor_on: one.number for one in tx.numbers.of([ref]).get(ref, []) if one.kind == "icpc"
    }
    said = explain(reading.record, reading.problems, deciding, at, kept=kept)
    tracks = tx.obligations.of([ref]).get(ref, [])
    notices = [notice for track in tracks for notice in tx.notices.of_obligation(track.id)]
    said["told"] = [
        _told(tx, notice) for notice in sorted(notices, key=lambda one: (one.made_at, one.key.rung))
    ]
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


def _told(tx: Tx, notice: Notice) -> dict[str, Any]:
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
