"""The answer of `daykeeper explain` in the form that outside tools read (DOMAIN section 4)."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from daemon.decide.case.scene import Scene
from daemon.decide.due.plan import planned
from daemon.decide.duties.obligations import Deciding
from daemon.decide.duties.shares import decide_in_shares
from daemon.domain.errors import Problem
from daemon.domain.obligation import Obligation, Subject
from daemon.domain.record import Record
from daemon.domain.rules import Pack, Rule
from daemon.domain.times import iso
from daemon.domain.track import Track


def _iso(instant: datetime | None) -> str | None:
    return iso(instant) if instant else None


def track_of(one: Obligation, family: str | None, opened_at: datetime) -> Track:
    """Return a track for an obligation that was opened at `opened_at` and has told nobody yet."""
    return Track(
        id=one.id, ref=one.ref, family=family, rule=one.rule, pack=one.pack, pack_digest=one.pack_digest,
        subject=str(one.subject), state=one.state, opened_at=opened_at, starts_at=one.starts_at,
        due_at=one.due_at, met_at=one.met_at, late=one.late, is_provisional=one.is_provisional,
    )  # fmt: skip


def say_obligation(one: Obligation, rule: Rule, deciding: Deciding, at: datetime) -> dict[str, Any]:
    """Return one obligation of the output contract, with the moments of its rungs."""
    track = track_of(one, None, one.starts_at or at)
    return {
        "id": one.id,
        "rule": one.rule,
        "pack": one.pack,
        "pack_digest": one.pack_digest,
        "clauses": list(one.clauses),
        "basis": str(one.basis),
        "subject": _subject(one.subject),
        "state": str(one.state),
        "overdue": one.is_overdue(at),
        "late": one.late,
        "responsible": list(one.responsible),
        "relies_on": list(one.relies_on),
        "starts_at": _iso(one.starts_at),
        "opens_at": _iso(one.opens_at),
        "due_at": _iso(one.due_at),
        "met_at": _iso(one.met_at),
        "met_by_any": list(one.met_by_any),
        "because": one.because,
        "working": [{"date": step.date.isoformat(), "counted": step.counted, "why": step.why} for step in one.working],
        "rungs": [
            {
                "name": rung.name, "at": iso(when), "kind": rung.kind, "to": list(rung.to), "via": list(rung.via),
                "message": rung.message, "from_document": not rung.house,
            }
            for rung, when in planned(track, rule, deciding.calendar).rungs
        ],
    }  # fmt: skip


def _subject(one: Subject) -> dict[str, Any]:
    return {
        "kind": one.kind, "number": one.number, "attempt": one.attempt,
        "id": one.id, "agency": one.agency,
    }  # fmt: skip


def say_not_started(
    rule: Rule, scene: Scene, record: Record, pack: Pack, deciding: Deciding
) -> dict[str, Any]:
    """Return a rule that has nothing to count from yet, in the same form."""
    return {
        "id": f"{record.ref}/{rule.name}/{scene.subject}", "rule": rule.name, "pack": rule.pack,
        "clauses": list(pack.clauses(rule)), "basis": str(rule.basis), "state": "not-started",
        "pack_digest": deciding.rulebook.digests.get(rule.pack, ""), "subject": _subject(scene.subject),
        "overdue": False, "late": None, "responsible": list(rule.responsible), "relies_on": list(rule.relies_on),
        "starts_at": None, "opens_at": None, "due_at": None, "met_at": None, "met_by_any": list(rule.met_by),
        "because": f"it counts from {rule.due.anchor}, and its condition is: {rule.when.text}",
        "working": [], "rungs": [],
    }  # fmt: skip


def say_problems(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Return problems in the form of the output contract."""
    return [
        {"where": one.where, "what": one.what, "mend": one.mend, "severity": str(one.severity)}
        for one in problems
    ]


def explain(
    record: Record,
    problems: Iterable[Problem],
    deciding: Deciding,
    at: datetime,
    *,
    everything: bool = False,
    kept: Mapping[date, int] | None = None,
    older: Mapping[str, Deciding] | None = None,
    own: Mapping[str, Track] | None = None,
) -> dict[str, Any]:
    """Return how one case stands at `at`: its obligations, and what is wrong with its record.

    Those of its `own` that are pinned to one of the `older` rulebooks stand with its dates and its ladder.
    """
    answer, shares = decide_in_shares(deciding, older or {}, record, at, kept or {}, own or {})
    said = [
        say_obligation(one, rule, deciding, at)
        for share in shares
        for one in share.obligations
        if (rule := share.pack.rule(one.rule))
    ]
    if everything:
        said += [
            say_not_started(rule, scene, record, answer.pack, deciding)
            for rule, scene in answer.not_started
        ]
    return {
        "ref": record.ref,
        "at": iso(at),
        "obligations": said,
        "problems": say_problems([*problems, *answer.problems]),
    }
