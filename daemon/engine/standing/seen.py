"""What one moment of the database shows of how everything stands, before it is put into words or JSON."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from daemon.decide.duties.explain import say_problems
from daemon.decide.duties.obligations import Deciding
from daemon.decide.duties.watched import Unbegun
from daemon.domain.answer import FEED as ANSWERS
from daemon.domain.brake import Braking
from daemon.domain.errors import Problem
from daemon.domain.message import Lane
from daemon.domain.pause import Pause
from daemon.domain.times import iso
from daemon.engine.records.carried import get_carried
from daemon.engine.records.rows_read import by_feed
from daemon.engine.sending.bundle import RESTING, UNREADABLE
from daemon.engine.sending.pause import paused
from daemon.engine.sending.refused import Refused, refused
from daemon.engine.sending.waiting import waited_since
from daemon.engine.standing.guard import BEAT, HELD
from daemon.engine.standing.learn import UNRECORDED
from daemon.engine.standing.oversight import Watch, watched
from daemon.engine.standing.presence import Process, agreed, listed, processes
from daemon.engine.standing.rules_shown import idle_rules, rules_by_hand, rules_in_json
from daemon.engine.standing.vacancies import Found
from daemon.engine.telling.brake import braking
from daemon.store import Queue, SilencedRow, Summary, Tx

UNDER_WAY = ("sending", "will-retry", "unknown")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one reading of the database shows, with what the settings say beside it; moments are UTC."""

    now: datetime
    summary: Summary
    feeds: Sequence[Mapping[str, Any]]
    rules: Mapping[str, Any]
    rules_wrong: Sequence[str]
    by_hand: Sequence[Mapping[str, Any]]
    unfed: Mapping[str, int]
    idle: Sequence[Unbegun]
    pathways: Collection[str | None]
    records: Sequence[tuple[str, Problem]]
    undelivered: Sequence[Refused]
    put_off: Sequence[tuple[str, str, int]]
    waits_since: datetime | None
    kept_back: Mapping[str, int]
    held: str | None  # why nothing is sent from a database that was put back
    pause: Pause | None
    braking: Braking | None
    held_families: int
    silenced: Sequence[SilencedRow]
    vacant: Sequence[Found]
    queues: Mapping[Lane, Queue]
    processes: list[Process]
    agreed: Mapping[str, str]
    at_work: Sequence[Mapping[str, Any]]
    watch: Watch
    missed: int  # by the run's own audit, as `expected` and `audited_at`
    expected: int
    audited_at: datetime | None
    beaten_at: datetime | None

    @property
    def workers(self) -> list[str]:
        """The names of the workers that are at work."""
        return [one.name for one in self.processes if not one.is_run]

    @property
    def quarantine(self) -> list[dict[str, Any]]:
        """What was set aside because it cannot be read, each with its feed."""
        return [
            {"feed": one.feed, **say_problems([one.problem])[0], "seen_at": iso(one.seen_at)}
            for one in self.summary.quarantine
        ]


def look(
    tx: Tx,
    now: datetime,
    feeds: Mapping[str, tuple[Sequence[str], timedelta]],
    deciding: Deciding | None,
    wrong: Sequence[Problem],
    vacant: Sequence[Found],
) -> Seen:
    """Return how everything stands; `vacant` is what nobody can be told of, or answer."""
    summary, found, by, held = tx.summary(now), processes(tx, now), agreed(tx), tx.marks.get(HELD)
    pathways, carried = tx.cases.pathways(), get_carried(tx)
    rules, rules_wrong = rules_in_json(tx, deciding, wrong)
    return Seen(
        now=now,
        summary=summary,
        feeds=[_feed(name, *of, summary, now) for name, of in feeds.items()],
        rules=rules,
        rules_wrong=rules_wrong,
        by_hand=rules_by_hand(deciding, pathways, carried),
        unfed=_unfed(tx, {job for jobs, _ in feeds.values() for job in jobs}, deciding),
        idle=idle_rules(deciding, pathways, carried),
        pathways=pathways,
        records=tx.cases.problems(),
        undelivered=refused(tx),
        put_off=tx.messages.put_off_for(),
        waits_since=waited_since(tx, deciding.calendar if deciding else None, now),
        kept_back=held_back(tx, summary),
        held=str(held) if held else None,
        pause=paused(tx),
        braking=braking(tx),
        held_families=tx.cases.held_families(),
        silenced=[*tx.silenced.all().values()],
        vacant=vacant,
        queues=tx.ledger.queues(now),
        processes=found,
        agreed=by,
        at_work=listed(tx, found, now, by),
        watch=watched(tx),
        missed=int(tx.marks.get("audit/missed") or 0),
        expected=int(tx.marks.get("audit/expected") or 0),
        audited_at=tx.marks.moment("audit/at"),
        beaten_at=tx.marks.moment(BEAT),
    )


def _unfed(tx: Tx, roles: set[str], deciding: Deciding | None) -> Mapping[str, int]:
    """Return how many duties are held for data that no feed brings, by the words for the feed's role."""
    if deciding is None:
        return {}
    packs, found = deciding.rulebook.packs, Counter[str]()
    if all(
        roles >= {*rule.relies_on} - {ANSWERS} for pack in packs.values() for rule in pack.rules
    ):
        return {}
    for track in tx.obligations.held():
        rule = packs[track.pack].rule(track.rule) if track.pack in packs else None
        found.update({*(rule.relies_on if rule else ())} - {ANSWERS, *roles})
    return {deciding.words.feed_roles.get(role, role): many for role, many in found.items()}


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


def _feed(
    name: str, jobs: Sequence[str], within: timedelta, summary: Summary, now: datetime
) -> dict[str, Any]:
    state = summary.feeds.get(name)
    known = state.as_known_at if state else None
    return {
        "name": name,
        "role": jobs[0],
        "also": [*jobs[1:]],
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
