"""How everything stands: what `status` prints and what needs a person's attention (DOMAIN section 4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from daemon.decide.explain import say_problems
from daemon.domain.errors import Problem, Severity
from daemon.domain.rules import Rulebook
from daemon.domain.times import iso
from daemon.engine.guard import BEAT, HELD
from daemon.store import FeedState, Store

WORKER = "worker/"  # the leases of the workers that are there begin so
BROKER_LOST = (
    "broker/lost"  # the mark that says why Redis does not do its work; empty where it does
)
WAITED_TOO_LONG = timedelta(minutes=5)
BEAT_TOO_OLD = timedelta(seconds=60)
AUDIT_TOO_OLD = timedelta(minutes=15)


def standing(
    store: Store,
    now: datetime,
    feeds: Mapping[str, tuple[str, timedelta]],
    book: Rulebook | None,
    wrong: Sequence[Problem],
    *,
    is_queued: bool = False,
) -> dict[str, Any]:
    """Return the status; `feeds` maps a configured feed to its role and how old its data may be.

    `is_queued`: workers are expected beside the run, and are woken through Redis.
    """
    with store.read() as tx:
        summary = tx.summary(now)
        records = tx.cases.problems()
        refused = tx.messages.refused(50)
        marks = {name: tx.marks.get(f"audit/{name}") for name in ("at", "missed", "expected")}
        audited_at = tx.marks.moment("audit/at")
        beaten_at = tx.marks.moment(BEAT)
        held = tx.marks.get(HELD)
        workers = tx.leases.held(WORKER, now)
        lost = tx.marks.get(BROKER_LOST) if is_queued else None
    states = [
        _feed(name, role, within, summary.feeds.get(name), now)
        for name, (role, within) in feeds.items()
    ]
    missed = int(marks["missed"] or 0)
    quarantine = [
        {"feed": one.feed, **say_problems([one.problem])[0], "seen_at": iso(one.seen_at)}
        for one in summary.quarantine
    ]
    attention = [f"nothing is sent: {held}; see `daykeeper release`"] if held else []
    attention += [
        f"the feed {one['name']} cannot be read: {one['failure']}"
        for one in states
        if not one["ok"]
    ]
    attention += [
        f"the data of the feed {one['name']} is older than it may be"
        for one in states
        if one["stale"]
    ]
    attention += [f"rulebook: {problem}" for problem in wrong if problem.severity is Severity.ERROR]
    if silent := sum(one["severity"] == "error" for one in quarantine):
        attention.append(f"{silent} rows cannot be read: each may be a silent child")
    if many := sum(states["refused"] for states in summary.messages.values()):
        what = "1 message was" if many == 1 else f"{many} messages were"
        attention.append(f"{what} refused: see `refused`, and whether others were told instead")
    if summary.oldest_unsent is not None and now - summary.oldest_unsent > WAITED_TOO_LONG:
        attention.append(f"a message has not been accepted since {iso(summary.oldest_unsent)}")
    if missed:
        attention.append(f"the audit does not balance: {missed} missed")
    if beaten_at is None or now - beaten_at > BEAT_TOO_OLD:
        since = f"since {iso(beaten_at)}" if beaten_at else "yet"
        attention.append(f"no run has led {since}: is one running?")
    if audited_at is None or now - audited_at > AUDIT_TOO_OLD:
        attention.append("no audit in the last 15 minutes: is the service running?")
    if lost:
        attention.append(
            f"redis does not do its work ({lost}): messages go out by a look into the database"
        )
    if is_queued and not workers:
        attention.append("no worker is there: the run sends by itself, slower")
    counts = summary.obligations
    return {
        "at": iso(now),
        "attention": attention,
        "cases": summary.cases,
        "feeds": states,
        "rulebook": {
            "ok": book is not None, "packs": dict(book.digests) if book else {}, "problems": say_problems(wrong),
        },
        "due": counts["open"],
        "overdue": counts["overdue"],
        "obligations": counts,
        "held": {"data": counts["held"], "brake": 0},
        "restored": held or None,
        "waiting": summary.notices.get("waiting", 0),
        "next_at": iso(summary.next_at) if summary.next_at else None,
        "deliveries": summary.messages,
        "refused": [
            {"message": one.id, "channel": one.channel, "reason": one.reason, "at": iso(one.created_at)}
            for one in refused
        ],
        "quarantine": quarantine,
        "records": [{"ref": ref, **say_problems([problem])[0]} for ref, problem in records],
        "audit": {
            "at": iso(audited_at) if audited_at else None, "missed": missed, "expected": int(marks["expected"] or 0),
            "balances": audited_at is not None and not missed,
        },
        "workers": workers,
        "redis": {"ok": not lost, "failure": lost or None} if is_queued else None,
        "heartbeat": {"at": iso(beaten_at) if beaten_at else None},
        "journal": {
            "entries": summary.journal_head[0], "head": summary.journal_head[1],
            "unsealed": summary.journal_unsealed,
        },
    }  # fmt: skip


def _feed(
    name: str, role: str, within: timedelta, state: FeedState | None, now: datetime
) -> dict[str, Any]:
    known = state.as_known_at if state else None
    return {
        "name": name,
        "role": role,
        "ok": state is not None and state.ok,
        "failure": (state.failure if state else "it has not been read yet"),
        "read_at": iso(state.read_at) if state and state.read_at else None,
        "as_known_at": iso(known) if known else None,
        "age_s": int((now - known).total_seconds()) if known else None,
        "stale": known is not None and now - known > within,
        "rows": state.rows if state else 0,
        "problems": state.problems if state else 0,
    }
