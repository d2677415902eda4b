"""How everything stands: what `status` prints and what needs a person's attention (DOMAIN section 4)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from daemon.decide.duties.explain import say_problems
from daemon.decide.duties.obligations import Deciding
from daemon.domain.errors import Problem
from daemon.domain.times import iso
from daemon.engine.sending.unrecorded import unrecorded_in_words
from daemon.engine.standing.attention import (
    endless_in_words,
    families_in_words,
    feeds_in_words,
    idle_in_words,
    invitations_in_words,
    restored_in_words,
    unfed_in_words,
    unheard_in_words,
    unread_in_words,
    waiting_in_words,
)
from daemon.engine.standing.oversight import Expected, in_json, watch_in_words
from daemon.engine.standing.presence import (
    broker_in_words,
    presence_in_words,
    unkept_on,
)
from daemon.engine.standing.rules_shown import (
    unanswerable,
    unwatched,
)
from daemon.engine.standing.seen import Seen, look
from daemon.engine.standing.vacancies import vacancies
from daemon.store import Store, Summary

SHOWN = 50
NO_MAILBOXES: Mapping[str, str] = MappingProxyType({})
WAITED_TOO_LONG = timedelta(minutes=5)
BEAT_TOO_OLD = timedelta(seconds=60)
AUDIT_TOO_OLD = timedelta(minutes=15)


def standing(
    store: Store,
    now: datetime,
    feeds: Mapping[str, tuple[Sequence[str], timedelta]],
    deciding: Deciding | None,
    wrong: Sequence[Problem],
    *,
    is_queued: bool = False,
    can_sign_in: bool = True,
    audited: Expected | None = None,
    mailboxes: Mapping[str, str] = NO_MAILBOXES,
    operator: str | None = None,
) -> dict[str, Any]:
    """Return the status; `feeds` maps a configured feed to the jobs that it does and how old its data may be.

    `is_queued`: workers are expected beside the run, and are woken through Redis. `can_sign_in`: the
    settings name a provider. `audited`: what the settings ask of the auditor, where they name one.
    `mailboxes` are the roles that have one, `operator` is whom the machine tells.
    """
    with store.read() as tx:
        vacant = [*vacancies(tx, deciding, mailboxes, operator, now)] if deciding else []
        seen = look(tx, now, feeds, deciding, wrong, vacant)
    return {
        "at": iso(now),
        "attention": _attention(seen, deciding, audited, is_queued=is_queued),
        "cases": seen.summary.cases,
        "feeds": list(seen.feeds),
        "directory": _directory(seen.summary, now),
        "rulebook": dict(seen.rules),
        "unwatched": unwatched(deciding, seen.pathways, seen.idle),
        "by_hand": list(seen.by_hand),
        "unanswerable": [] if can_sign_in else unanswerable(deciding, seen.pathways),
        **_duties(seen),
        **_messages(seen),
        **_machine(seen, audited, is_queued=is_queued),
    }


def _attention(
    seen: Seen, deciding: Deciding | None, audited: Expected | None, *, is_queued: bool
) -> list[str]:
    """Return what a person ought to look at, a line each, what keeps everything from going out first."""
    now, summary = seen.now, seen.summary
    lines = restored_in_words(seen.held)
    lines += [seen.pause.in_words()] if seen.pause else []
    lines += families_in_words(seen.held_families)
    lines += [f"{what}; {mend}" for _, what, mend in seen.vacant]
    lines += [seen.braking.in_words(summary.notices["held"])] if seen.braking else []
    lines += presence_in_words(seen.processes, seen.agreed)
    lines += [*feeds_in_words(seen.feeds), *seen.rules_wrong]
    lines += unread_in_words([one for one in seen.quarantine if one["severity"] == "error"])
    if many := sum(states["refused"] for states in summary.messages.values()):
        what = "1 message was" if many == 1 else f"{many} messages were"
        lines.append(f"{what} refused: see `daykeeper release refused`")
    lines += unrecorded_in_words(seen.kept_back["unrecorded"])
    lines += unheard_in_words(sum(one.is_unheard for one in seen.undelivered))
    if seen.waits_since is not None and now - seen.waits_since > WAITED_TOO_LONG:
        lines.append(waiting_in_words(seen.waits_since, seen.put_off))
    if seen.missed:
        lines.append(
            f"the audit does not balance: {seen.missed} missed; see `daykeeper audit --once`"
        )
    lines += _not_led_in_words(seen)
    lines += broker_in_words(seen.processes) if is_queued else []
    if is_queued and not seen.workers:
        lines.append(
            "no worker is there: the run sends by itself, slower; start `daykeeper worker`"
        )
    lines += [
        *invitations_in_words(summary),
        *endless_in_words(seen.by_hand),
        *idle_in_words(seen.idle),
        *unfed_in_words(seen.unfed),
    ]
    return lines + watch_in_words(seen.watch, now, audited, deciding.calendar if deciding else None)


def _not_led_in_words(seen: Seen) -> list[str]:
    """Return that nobody leads, or counts again: of a database that is held nobody is to, and that is said first."""
    lines, now = [], seen.now
    if seen.held:
        is_there = any(one.is_run for one in seen.processes)
        return (
            [] if is_there else ["no run is at work: start one, it goes on when this is released"]
        )
    if seen.beaten_at is None or now - seen.beaten_at > BEAT_TOO_OLD:
        since = f"since {iso(seen.beaten_at)}" if seen.beaten_at else "yet"
        lines.append(
            f"no run has led {since}: start one, or see by its log and `daykeeper doctor` why none does"
        )
    if seen.audited_at is None or now - seen.audited_at > AUDIT_TOO_OLD:
        lines.append("no audit in the last 15 minutes: a run that leads makes one, see its log")
    return lines


def _duties(seen: Seen) -> dict[str, Any]:
    """Return how many duties stand how, and what keeps people from being told."""
    summary, counts, pause, on = seen.summary, seen.summary.obligations, seen.pause, seen.braking
    return {
        "due": counts["open"],
        "overdue": counts["overdue"],
        "overdue_since": iso(summary.overdue_since) if summary.overdue_since else None,
        "obligations": counts,
        "held": dict(seen.kept_back),
        "restored": seen.held or None,
        "pause": {"since": iso(pause.since), "until": iso(pause.until), "by": pause.by, "why": pause.why}
        if pause else None,
        "brake": {"since": iso(on.since), "why": on.why, "people": len(on.people) or None} if on else None,
        "silenced": [
            {"ref": one.ref, "until": iso(one.until_at), "by": one.person, "reason": one.reason}
            for one in seen.silenced
        ],
        "waiting": summary.notices.get("waiting", 0),
        "next_at": iso(summary.next_at) if summary.next_at else None,
    }  # fmt: skip


def _messages(seen: Seen) -> dict[str, Any]:
    """Return what became of messages and invitations, and what came that could not be read."""
    return {
        "deliveries": seen.summary.messages,
        "invitations": dict(seen.summary.invitations),
        "refused": [
            {"message": one.message.id, "channel": one.message.channel, "reason": one.message.reason,
             "at": iso(one.message.created_at), "heard": not one.is_unheard}
            for one in seen.undelivered[:SHOWN]
        ],
        "quarantine": seen.quarantine,
        "records": [{"ref": ref, **say_problems([problem])[0]} for ref, problem in seen.records],
    }  # fmt: skip


def _machine(seen: Seen, audited: Expected | None, *, is_queued: bool) -> dict[str, Any]:
    """Return how the processes are, what stands beside them, and whether their books balance."""
    now, beaten_at, unkept = seen.now, seen.beaten_at, unkept_on(seen.processes)
    lost = {one.name: one.redis for one in seen.processes if one.redis}
    return {
        "audit": {
            "at": iso(seen.audited_at) if seen.audited_at else None, "missed": seen.missed,
            "expected": seen.expected, "balances": seen.audited_at is not None and not seen.missed,
        },
        "auditor": in_json(seen.watch, audited),
        "queues": {
            lane: {"many": one.many, "oldest_s": int((now - one.since).total_seconds()) if one.since else None}
            for lane, one in seen.queues.items()
        },
        "processes": list(seen.at_work),
        "workers": seen.workers,
        "redis": {"ok": not lost, "failures": lost} if is_queued else None,
        "state_file": {"ok": not unkept, "failures": unkept},
        "heartbeat": {
            "at": iso(beaten_at) if beaten_at else None,
            "age_s": int((now - beaten_at).total_seconds()) if beaten_at else None,
        },
        "journal": {
            "entries": seen.summary.journal_head[0], "head": seen.summary.journal_head[1],
            "unsealed": seen.summary.journal_unsealed,
        },
    }  # fmt: skip


def _directory(summary: Summary, now: datetime) -> dict[str, Any]:
    """Return when the people were last read, and how long ago; both None where nobody is known."""
    at = summary.directory_read_at
    return {
        "read_at": iso(at) if at else None, "age_s": int((now - at).total_seconds()) if at else None,
    }  # fmt: skip
