"""What one case's pack holds: what was due, who was told, what is known of it being seen, what was done."""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from daemon.decide.duties.obligations import Deciding
from daemon.decide.people.recipients import Access, People, may_know
from daemon.domain.invitation import Invitation
from daemon.domain.named import base, mark
from daemon.domain.person import Person
from daemon.domain.times import iso
from daemon.engine.records.casebook import as_told, explain_case, read_stored
from daemon.engine.records.rename import names_of, now_called
from daemon.evidence.page import case_page
from daemon.store import Tx

READ_BACK = frozenset({"message.delivered", "message.bounced"})


def case_evidence(
    tx: Tx, ref: str, deciding: Deciding, order: Mapping[str, Sequence[str]], at: datetime, why: Mapping[str, str],
) -> dict[str, bytes] | None:  # fmt: skip
    """Return the files of a case's pack; None where no feed has shown it. `why`: for whom it is made, and by whom.

    A case that has had other references is one case: the pack is the same whichever of them is asked for.
    """
    ref, *formerly = names = names_of(tx, now_called(tx, ref))
    said = explain_case(tx, ref, deciding, order, at)
    if said is None:
        return None
    tracks = tx.obligations.of([ref]).get(ref, [])
    before = [one for each in tx.obligations.of(formerly).values() for one in each]
    rules = {one.id: one.rule for one in [*tracks, *before]}
    entries = _entries(tx, names)
    topics = sorted({one.topic for _, one in entries})
    asked = [
        as_told(tx, one) for each in tx.notices.of_obligations(topics).values() for one in each
    ]
    # what had not gone under an old reference went on under the new one, and stands there
    asked += [
        as_told(tx, one)
        for track in before for one in tx.notices.of_obligation(track.id) if one.message_id
    ]  # fmt: skip
    told = sorted([*said["told"], *asked], key=lambda one: (one["at"], one["rung"]))
    ids = sorted({one["message"] for one in told if one["message"]})
    seen = _seen(tx, ids)
    number, head = tx.journal.head()
    whole = {
        "ref": ref, "formerly": formerly, "authority": tx.authority, "made_at": iso(at), "why": dict(why),
        "journal_head": {"number": number, "hash": head},
        "due": said["obligations"], "problems": said["problems"],
        "titles": _titles(deciding, rules),
        "state": [
            {"obligation": one.id, "state": str(one.state), "due_at": _iso(one.due_at), "met_at": _iso(one.met_at),
             "late": one.late, "first_seen_at": iso(one.opened_at)}
            for one in sorted(tracks, key=lambda one: (one.due_at or at, one.id))
        ],
        "told": [
            {**one, "attempts": seen[one["message"]]["attempts"], "seen": seen[one["message"]]["seen"]}
            if one["message"] in seen else {**one, "attempts": [], "seen": []}
            for one in told
        ],
        "invited": [_invited(kind, one) for kind, one in entries],
        "done": _done(tx, names),
    }  # fmt: skip
    proofs = _proofs(tx, names, [*topics, *ids])
    lines = [json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in proofs]
    hidden = _named(
        _not_theirs(
            tx, names, [one for _, one in entries], ids, why.get("for", ""), deciding, order
        )
    )
    lines = [one for one in lines if hidden is None or not hidden.search(one)]
    text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return {
        "case.json": text.encode(),
        "case.html": case_page(whole).encode(),
        "journal.jsonl": "".join(lines).encode(),
    }


def may_have(
    tx: Tx, ref: str, reader: str, deciding: Deciding, order: Mapping[str, Sequence[str]]
) -> bool:
    """Return whether somebody may have a case's pack: nobody who is excluded, and of a restricted one a holder alone.

    Asked of the record as it stands and as it was last assessed: neither a service that is stopped nor a
    feed that cannot be read lets anybody through.

    Source: READINGS section 2, 1 and 2.
    """
    ref = now_called(tx, ref)
    row, reading = tx.cases.get(ref), read_stored(tx, ref, deciding, order)
    if row is None or row.access is None or reading is None or reading.record is None:
        return False
    people = tx.people.all()
    return all(
        _is_open_to(reader, access, people)
        for access in (row.access, deciding.access(reading.record))
    )


def _is_open_to(reader: str, access: Access, everybody: Sequence[Person]) -> bool:
    marks = [{mark(name) for name in one.marks} for one in everybody]
    is_excluded = _all_of({mark(reader), base(reader)}, marks) & {*map(mark, access.excluded)}
    is_holder = _all_of({mark(reader)}, marks) & {*map(mark, access.holders)}
    people = People(everybody)
    person = people.get(reader)
    if person and not may_know(person, access, people):  # whoever opens their mailbox counts, too
        return False
    return not is_excluded and (not access.restricted or bool(is_holder))


def _all_of(marks: set[str], everybody: Sequence[set[str]]) -> set[str]:
    """Return some marks with every other of those in the directory who have one of them."""
    return marks.union(*(own for own in everybody if own & marks))


def _not_theirs(
    tx: Tx, names: Collection[str], entries: Sequence[Invitation], ids: Collection[str], reader: str,
    deciding: Deciding, order: Mapping[str, Sequence[str]],
) -> list[str]:  # fmt: skip
    """Return the other cases that the same messages and entries are about, and that the reader must not have."""
    seats = tx.invitations.seats([one.uid for one in entries]).values()
    others = {seat.ref for each in seats for seat in each}
    others = others.union(*tx.purging.refs_of(ids).values()) - {*names}
    return [one for one in sorted(others) if not may_have(tx, one, reader, deciding, order)]


def _named(refs: Sequence[str]) -> re.Pattern[str] | None:
    """Return what finds one of some cases in an entry as JSON, None where there is none to find."""
    any_of = "|".join(re.escape(json.dumps(ref, ensure_ascii=False)[1:-1]) for ref in refs)
    return re.compile(rf'"(?:{any_of})(?:\\?"|[/|])') if refs else None


def _proofs(tx: Tx, names: Sequence[str], topics: Sequence[str]) -> list[dict[str, Any]]:
    """Return the sealed entries about a case under each of its references, and about these, in order."""
    found = {
        one["entry"]["number"]: one
        for name in names
        for one in tx.evidence.proofs(f"{name}/", [name, *topics])
    }
    return [found[number] for number in sorted(found)]


def _titles(deciding: Deciding, rules: Mapping[str, str]) -> dict[str, str]:
    """Return the title of each duty, by its id; of one whose rule is gone, the rule's name in words."""
    titles = {
        name: rule.title
        for pack in deciding.rulebook.packs.values()
        for name, rule in {**pack.as_written, **{one.name: one for one in pack.rules}}.items()
    }
    return {id_: titles.get(rule, rule.replace("-", " ")) for id_, rule in rules.items()}


def _entries(tx: Tx, names: Sequence[str]) -> list[tuple[str, Invitation]]:
    """Return what stands or stood in calendars for a case, and its letters, each with the kind of its meeting."""
    seats = [one for each in tx.invitations.of_cases(names).values() for one in each]
    rows = tx.invitations.get([one.uid for one in seats])
    found = [(one.kind, rows[one.uid]) for one in seats if one.uid in rows]
    return sorted(found, key=lambda one: (one[1].starts_at, one[1].person))


def _invited(kind: str, one: Invitation) -> dict[str, Any]:
    return {
        "invitation": one.topic,
        "meeting": kind,
        "starts_at": iso(one.starts_at),
        "person": one.person,
        "role": one.role,
        "agency": one.agency,
        "via": one.via,
        "state": str(one.state),
        "invited_at": _iso(one.invited_at),
        "delivered": one.delivered,
        "response": one.response,
        "response_at": _iso(one.response_at),
    }


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


def _done(tx: Tx, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return what people answered to us about the case, in order."""
    return [
        {"at": iso(one.said_at), "fact": one.name, "value": one.value, "about": one.about, "as_of": iso(one.at),
         "by": one.by, "way": str(one.way), "reason": one.reason}
        for one in sorted(
            (one for each in tx.answers.of(names).values() for one in each), key=lambda one: one.said_at
        )
    ]  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return iso(at) if at else None
