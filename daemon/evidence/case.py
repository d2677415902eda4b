"""What one case's pack holds: what was due, who was told, what is known of it being seen, what was done."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from daemon.decide.obligations import Deciding
from daemon.domain.times import iso
from daemon.engine.records.casebook import explain_case
from daemon.evidence.page import case_page
from daemon.store import Tx

READ_BACK = frozenset({"message.delivered", "message.bounced"})


def case_evidence(
    tx: Tx, ref: str, deciding: Deciding, order: Mapping[str, Sequence[str]], at: datetime, why: Mapping[str, str],
) -> dict[str, bytes] | None:  # fmt: skip
    """Return the files of a case's pack; None where no feed has shown it. `why`: for whom it is made, and by whom."""
    said = explain_case(tx, ref, deciding, order, at)
    if said is None:
        return None
    tracks = tx.obligations.of([ref]).get(ref, [])
    ids = sorted({one["message"] for one in said["told"] if one["message"]})
    seen = _seen(tx, ids)
    number, head = tx.journal.head()
    whole = {
        "ref": ref, "authority": tx.authority, "made_at": iso(at), "why": dict(why),
        "journal_head": {"number": number, "hash": head},
        "due": said["obligations"], "problems": said["problems"],
        "state": [
            {"obligation": one.id, "state": str(one.state), "due_at": _iso(one.due_at), "met_at": _iso(one.met_at),
             "late": one.late, "first_seen_at": iso(one.opened_at)}
            for one in sorted(tracks, key=lambda one: (one.due_at or at, one.id))
        ],
        "told": [
            {**one, "attempts": seen[one["message"]]["attempts"], "seen": seen[one["message"]]["seen"]}
            if one["message"] in seen else {**one, "attempts": [], "seen": []}
            for one in said["told"]
        ],
        "done": _done(tx, ref),
    }  # fmt: skip
    entries = tx.evidence.proofs(f"{ref}/", [ref, *ids])
    lines = [json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in entries]
    text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return {
        "case.json": text.encode(),
        "case.html": case_page(whole).encode(),
        "journal.jsonl": "".join(lines).encode(),
    }


def may_have(tx: Tx, ref: str, reader: str) -> bool:
    """Return whether somebody may have a case's pack: nobody who is excluded, and of a restricted one a holder alone.

    Source: READINGS section 2, 1 and 2.
    """
    row = tx.cases.get(ref)
    access = row.access if row else None
    if access is None:
        return False
    marks = {reader.casefold()}
    for one in tx.people.all():
        own = {one.id.casefold(), *(each.casefold() for each in one.addresses.values())}
        marks |= own if marks & own else set()
    excluded = {one.casefold() for one in access.excluded}
    holders = {one.casefold() for one in access.holders}
    return not marks & excluded and (not access.restricted or bool(marks & holders))


def _seen(tx: Tx, ids: Sequence[str]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return, a message, each attempt at it, and each sign that somebody had it: nothing else proves a reading."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for id_ in ids:
        attempts = [
            {"started_at": iso(one.started_at), "ended_at": _iso(one.ended_at),
             "outcome": one.outcome and str(one.outcome), "reason": one.reason}
            for one in tx.messages.attempts(id_)
        ]  # fmt: skip
        signs: list[dict[str, Any]] = [
            {"at": iso(one.at), "what": one.kind, "because": one.because}
            for one in tx.journal.of(id_) if one.kind in READ_BACK
        ]  # fmt: skip
        signs += [
            {"at": iso(one.used_at), "what": "link.used", "because": f"its reader chose: {one.action}"}
            for one in tx.links.of_message(id_) if one.used_at
        ]  # fmt: skip
        found[id_] = {"attempts": attempts, "seen": sorted(signs, key=lambda one: str(one["at"]))}
    return found


def _done(tx: Tx, ref: str) -> list[dict[str, Any]]:
    """Return what people answered to us about the case, in order."""
    return [
        {"at": iso(one.said_at), "fact": one.name, "value": one.value, "about": one.about, "as_of": iso(one.at),
         "by": one.by, "way": str(one.way), "reason": one.reason}
        for one in tx.answers.of([ref]).get(ref, [])
    ]  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return iso(at) if at else None
