"""How everything stands: what `status` prints and what needs a person's attention (DOMAIN section 4)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from daemon.decide.admission import only_signed_in
from daemon.decide.explain import say_problems
from daemon.decide.obligations import Deciding
from daemon.decide.watched import (
    Unbegun,
    Unwatched,
    left_out,
    never_begun,
    told_by_hand,
)
from daemon.domain.errors import Problem, Severity
from daemon.domain.times import iso
from daemon.engine.records.carried import get_carried
from daemon.engine.records.rows_read import by_feed
from daemon.engine.rules.editions import WAITING, in_force
from daemon.engine.rules.editions import WRONG as RULEBOOK_WRONG
from daemon.engine.rules.shadow import DRAFT, SINCE
from daemon.engine.rules.shadow import WRONG as SHADOW_WRONG
from daemon.engine.sending.bundle import RESTING, UNREADABLE
from daemon.engine.sending.pause import paused
from daemon.engine.sending.refused import refused
from daemon.engine.sending.unrecorded import unrecorded_in_words
from daemon.engine.sending.waiting import waited_since
from daemon.engine.standing.attention import (
    endless_in_words,
    families_in_words,
    feeds_in_words,
    idle_in_words,
    invitations_in_words,
    unheard_in_words,
    unread_in_words,
    waiting_in_words,
)
from daemon.engine.standing.guard import BEAT, HELD
from daemon.engine.standing.learn import UNRECORDED
from daemon.engine.standing.oversight import Expected, in_json, watch_in_words, watched
from daemon.engine.standing.presence import (
    agreed,
    broker_in_words,
    listed,
    presence_in_words,
    processes,
    unkept_on,
)
from daemon.engine.standing.vacancies import vacancies
from daemon.engine.telling.brake import braking
from daemon.store import Store, Summary, Tx

UNDER_WAY = ("sending", "will-retry", "unknown")
SHOWN = 50
NO_MAILBOXES: Mapping[str, str] = MappingProxyType({})
WAITED_TOO_LONG = timedelta(minutes=5)
BEAT_TOO_OLD = timedelta(seconds=60)
AUDIT_TOO_OLD = timedelta(minutes=15)


def standing(
    store: Store,
    now: datetime,
    feeds: Mapping[str, tuple[str, timedelta]],
    deciding: Deciding | None,
    wrong: Sequence[Problem],
    *,
    is_queued: bool = False,
    can_sign_in: bool = True,
    audited: Expected | None = None,
    mailboxes: Mapping[str, str] = NO_MAILBOXES,
    operator: str | None = None,
) -> dict[str, Any]:
    """Return the status; `feeds` maps a configured feed to its role and how old its data may be.

    `is_queued`: workers are expected beside the run, and are woken through Redis. `can_sign_in`: the
    settings name a provider. `audited`: what the settings ask of the auditor, where they name one.
    `mailboxes` are the roles that have one, `operator` is whom the machine tells.
    """
    with store.read() as tx:
        summary = tx.summary(now)
        records = tx.cases.problems()
        undelivered = refused(tx)
        missed, expected = (
            int(tx.marks.get(f"audit/{name}") or 0) for name in ("missed", "expected")
        )
        audited_at = tx.marks.moment("audit/at")
        beaten_at = tx.marks.moment(BEAT)
        silenced = tx.silenced.all().values()
        families = tx.cases.held_families()
        held, pause, on = tx.marks.get(HELD), paused(tx), braking(tx)
        waits_since, put_off = (
            waited_since(tx, deciding.calendar if deciding else None, now),
            tx.messages.put_off_for(),
        )
        kept_back, queues = held_back(tx, summary), tx.ledger.queues(now)
        found, by, watch = processes(tx, now), agreed(tx), watched(tx)
        at_work = listed(tx, found, now, by)
        rules = _rules(tx, deciding, wrong)
        pathways, carried = tx.cases.pathways(), get_carried(tx)
        by_hand, idle = _by_hand(deciding, pathways, carried), _idle(deciding, pathways, carried)
        vacant = [*vacancies(tx, deciding, mailboxes, operator, now)] if deciding else []
    states = [_feed(name, role, within, summary, now) for name, (role, within) in feeds.items()]
    unkept, workers = unkept_on(found), [one.name for one in found if not one.is_run]
    quarantine = [
        {"feed": one.feed, **say_problems([one.problem])[0], "seen_at": iso(one.seen_at)}
        for one in summary.quarantine
    ]
    attention = [f"nothing is sent: {held}; see `daykeeper release`"] if held else []
    attention += [pause.in_words()] if pause else []
    attention += families_in_words(families) + [f"{what}; {mend}" for _, what, mend in vacant]
    attention += [on.in_words(summary.notices["held"])] if on else []
    attention += presence_in_words(found, by)
    attention += feeds_in_words(states) + rules.pop("attention")
    attention += unread_in_words([one["feed"] for one in quarantine if one["severity"] == "error"])
    if many := sum(states["refused"] for states in summary.messages.values()):
        what = "1 message was" if many == 1 else f"{many} messages were"
        attention.append(f"{what} refused: see `daykeeper release refused`")
    attention += unrecorded_in_words(kept_back["unrecorded"])
    attention += unheard_in_words(sum(one.is_unheard for one in undelivered))
    if waits_since is not None and now - waits_since > WAITED_TOO_LONG:
        attention.append(waiting_in_words(waits_since, put_off))
    if missed:
        attention.append(f"the audit does not balance: {missed} missed")
    if beaten_at is None or now - beaten_at > BEAT_TOO_OLD:
        since = f"since {iso(beaten_at)}" if beaten_at else "yet"
        attention.append(f"no run has led {since}: is one running?")
    if audited_at is None or now - audited_at > AUDIT_TOO_OLD:
        attention.append("no audit in the last 15 minutes: is the service running?")
    lost = {one.name: one.redis for one in found if one.redis} if is_queued else {}
    attention += broker_in_words(found) if is_queued else []
    if is_queued and not workers:
        attention.append("no worker is there: the run sends by itself, slower")
    attention += [*invitations_in_words(summary), *endless_in_words(by_hand), *idle_in_words(idle)]
    attention += watch_in_words(watch, now, audited, deciding.calendar if deciding else None)
    counts = summary.obligations
    return {
        "at": iso(now),
        "attention": attention,
        "cases": summary.cases,
        "feeds": states,
        "directory": _directory(summary, now),
        "rulebook": rules,
        "unwatched": _unwatched(deciding, pathways, idle),
        "by_hand": by_hand,
        "unanswerable": [] if can_sign_in else _unanswerable(deciding, pathways),
        "due": counts["open"],
        "overdue": counts["overdue"],
        "overdue_since": iso(summary.overdue_since) if summary.overdue_since else None,
        "obligations": counts,
        "held": kept_back,
        "restored": held or None,
        "pause": {"since": iso(pause.since), "until": iso(pause.until), "by": pause.by, "why": pause.why}
        if pause else None,
        "brake": {"since": iso(on.since), "why": on.why, "people": len(on.people) or None} if on else None,
        "silenced": [
            {"ref": one.ref, "until": iso(one.until_at), "by": one.person, "reason": one.reason}
            for one in silenced
        ],
        "waiting": summary.notices.get("waiting", 0),
        "next_at": iso(summary.next_at) if summary.next_at else None,
        "deliveries": summary.messages,
        "invitations": dict(summary.invitations),
        "refused": [
            {"message": one.message.id, "channel": one.message.channel, "reason": one.message.reason,
             "at": iso(one.message.created_at), "heard": not one.is_unheard}
            for one in undelivered[:SHOWN]
        ],
        "quarantine": quarantine,
        "records": [{"ref": ref, **say_problems([problem])[0]} for ref, problem in records],
        "audit": {
            "at": iso(audited_at) if audited_at else None, "missed": missed, "expected": expected,
            "balances": audited_at is not None and not missed,
        },
        "auditor": in_json(watch, audited),
        "queues": {
            lane: {"many": one.many, "oldest_s": int((now - one.since).total_seconds()) if one.since else None}
            for lane, one in queues.items()
        },
        "processes": at_work,
        "workers": workers,
        "redis": {"ok": not lost, "failures": lost} if is_queued else None,
        "state_file": {"ok": not unkept, "failures": unkept},
        "heartbeat": {
            "at": iso(beaten_at) if beaten_at else None,
            "age_s": int((now - beaten_at).total_seconds()) if beaten_at else None,
        },
        "journal": {
            "entries": summary.journal_head[0], "head": summary.journal_head[1],
            "unsealed": summary.journal_unsealed,
        },
    }  # fmt: skip


def _directory(summary: Summary, now: datetime) -> dict[str, Any]:
    """Return when the people were last read, and how long ago; both None where nobody is known."""
    at = summary.directory_read_at
    return {
        "read_at": iso(at) if at else None, "age_s": int((now - at).total_seconds()) if at else None,
    }  # fmt: skip


def held_back(tx: Tx, summary: Summary) -> dict[str, int]:
    """Return how much is held, by why: ladders for data, notices by the brake, messages for the rest."""
    is_restored, is_paused = bool(tx.marks.get(HELD)), paused(tx) is not None
    ready = summary.notices.get("waiting", 0)
    on_their_way = sum(states[word] for states in summary.messages.values() for word in UNDER_WAY)
    return {
        "data": summary.obligations["held"],
        "brake": summary.notices.get("held", 0),
        "restore": ready + on_their_way if is_restored else 0,
        "pause": ready + on_their_way if is_paused else 0,
        "unreadable": tx.messages.many_held(UNREADABLE),
        "unrecorded": tx.messages.many_held(UNRECORDED),
        "family": tx.messages.many_held(RESTING),
    }


def _unwatched(
    deciding: Deciding | None, pathways: Collection[str | None], idle: Sequence[Unbegun]
) -> list[dict[str, Any]]:
    """Return the rules that the feeds cannot watch, with the facts that are lacking; those that never begin last."""
    if deciding is None:
        return []
    found = left_out(deciding.rulebook, {deciding.default_pathway, *pathways})
    listed: list[Unwatched | Unbegun] = [*found, *idle]
    return [
        {"pack": one.pack, "rule": one.rule, "facts": list(one.facts), "never_begins": one in idle}
        for one in listed
    ]


def _idle(
    deciding: Deciding | None, pathways: Collection[str | None], carried: frozenset[str] | None
) -> tuple[Unbegun, ...]:
    """Return the rules that nothing can start: they are watched, and silent."""
    if deciding is None:
        return ()
    return never_begun(deciding.rulebook, {deciding.default_pathway, *pathways}, carried)


def _by_hand(
    deciding: Deciding | None, pathways: Collection[str | None], carried: frozenset[str] | None
) -> list[dict[str, Any]]:
    """Return the rules of safety that no feed can show as done: whether they begin, and whether people can end them."""
    if deciding is None:
        return []
    found = told_by_hand(deciding.rulebook, {deciding.default_pathway, *pathways}, carried)
    return [{**one._asdict(), "facts": list(one.facts)} for one in found]


def _unanswerable(deciding: Deciding | None, pathways: Collection[str | None]) -> list[str]:
    """Return the rules whose question nobody can answer, because nobody can sign in."""
    if deciding is None:
        return []
    return list(only_signed_in(deciding.rulebook, {deciding.default_pathway, *pathways}))


def _rules(tx: Tx, deciding: Deciding | None, wrong: Sequence[Problem]) -> dict[str, Any]:
    """Return which rules are in force, since when and by whom, and what is wrong with the folder."""
    edition = in_force(tx)
    unsound, waits = tx.marks.get(RULEBOOK_WRONG), tx.marks.get(WAITING)
    draft = tx.marks.get(DRAFT)
    said = [f"rulebook: {one}" for one in wrong if one.severity is Severity.ERROR]
    if unsound and not said:
        said = ["rulebook: what lay in the folder was refused; it is read again within seconds"]
    return {
        "ok": not said, "packs": dict(deciding.rulebook.digests) if deciding else {}, "problems": say_problems(wrong),
        "digest": edition.digest if edition else None, "by": edition.written_by if edition else None,
        "since": iso(edition.in_force_from) if edition else None, "waits": waits or None,
        "shadow": {"digest": draft, "since": tx.marks.get(SINCE), "ok": not tx.marks.get(SHADOW_WRONG)}
        if draft else None,
        "attention": said,
    }  # fmt: skip


def _feed(
    name: str, role: str, within: timedelta, summary: Summary, now: datetime
) -> dict[str, Any]:
    state = summary.feeds.get(name)
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
        "unreadable": by_feed(summary.quarantine).get(name, 0),
    }
