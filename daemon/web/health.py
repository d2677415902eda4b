"""What machines ask: alive, ready, and figures. No case data in any of them."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from math import inf
from time import time

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from daemon.domain.delivery import DeliveryState
from daemon.domain.errors import Severity
from daemon.engine.house import House
from daemon.engine.records.rows_read import by_feed
from daemon.engine.rules.editions import WRONG
from daemon.engine.sending.pause import paused
from daemon.engine.sending.refused import UNHEARD
from daemon.engine.sending.spoilt_rows import ASIDE
from daemon.engine.sending.waiting import waited_since
from daemon.engine.standing.attention import unheard_in_words, unsent_in_words
from daemon.engine.standing.disks import Disk, Disks
from daemon.engine.standing.guard import BEAT
from daemon.engine.standing.oversight import watched
from daemon.engine.standing.presence import ALIVE_S, LEADER, WORKER, processes, unkept_on
from daemon.engine.standing.seen import held_back
from daemon.metrics import Metrics
from daemon.ports import Clock
from daemon.store import Store, StoreLost, StoreUnavailable, Summary, Tx


def routes(
    store: Store,
    house: House,
    clock: Clock,
    metrics: Metrics | None,
    ready: Callable[[], list[str]],
    *,
    disks: Disks = tuple,
    wall: Callable[[], float] = time,
) -> list[Route]:
    """Return the doors for machines; `ready` lists why the service is not ready, in plain words.

    `disks`: where this run writes, and how much room there is there.
    `wall`: the seconds since 1970 by this machine's own clock.
    """

    def show_live(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    def show_ready(_: Request) -> Response:
        try:
            reasons = [*ready(), *_unsent(store)]
        except (StoreLost, StoreUnavailable):
            reasons = ["the database cannot be used"]
        return PlainTextResponse(
            "".join(f"{one}\n" for one in reasons or ["ready"]), 503 if reasons else 200
        )

    found = [Route("/health/live", show_live), Route("/health/ready", show_ready)]
    if metrics is None:
        return found

    def show_metrics(_: Request) -> Response:
        try:
            now = clock()
            with store.read() as tx:
                summary = tx.summary(now)
                measure_processes(metrics, tx, summary, now)
                measure_rounds(metrics, tx, now)
                waits_since = waited_since(tx, house.deciding.calendar, now)
        except (StoreLost, StoreUnavailable):
            return Response(metrics.render_lost(), media_type=CONTENT_TYPE_LATEST)
        for channel in house.channels:  # 0 from the start: an alarm asks what has become of it
            metrics.messages.labels(channel, DeliveryState.REFUSED)
        measure(metrics, summary, now)
        metrics.due_unsent_oldest.set((now - waits_since).total_seconds() if waits_since else 0)
        measure_limits(metrics, house)
        measure_disks(metrics, disks())
        metrics.time.labels("machine").set(wall())
        metrics.time.labels("decisions").set(clock().timestamp())
        metrics.database_ok.set(1)
        return Response(metrics.render(), media_type=CONTENT_TYPE_LATEST)

    return [*found, Route("/metrics", show_metrics)]


def _unsent(store: Store) -> list[str]:
    with store.read() as tx:
        unheard, aside = (int(tx.marks.get(name) or 0) for name in (UNHEARD, ASIDE))
        pause = paused(tx)
    return [pause.in_short()] if pause else unheard_in_words(unheard) + unsent_in_words(aside)


def measure(metrics: Metrics, summary: Summary, now: datetime) -> None:
    """Set the gauges by how everything stands."""
    for state, many in summary.notices.items():
        metrics.notices.labels(state).set(many)
    for channel, states in summary.messages.items():
        for state, many in states.items():
            metrics.messages.labels(channel, state).set(many)
    metrics.journal_entries.set(summary.journal_head[0])
    metrics.journal_unsealed.set(summary.journal_unsealed)
    for state, many in summary.obligations.items():
        metrics.obligations.labels(state).set(many)
    metrics.held_notices.set(summary.obligations["held"])
    for state, many in summary.invitations.items():
        metrics.invitations.labels(state).set(many)
    wrong = [one for one in summary.quarantine if one.problem.severity is Severity.ERROR]
    metrics.quarantine_records.set(len(wrong))
    unreadable = by_feed(summary.quarantine)
    for name, feed in summary.feeds.items():
        metrics.feed_ok.labels(name).set(feed.ok)
        metrics.feed_rows.labels(name).set(feed.rows)
        metrics.feed_unreadable.labels(name).set(unreadable.get(name, 0))
        if feed.as_known_at is not None:
            metrics.feed_age.labels(name).set((now - feed.as_known_at).total_seconds())


def measure_limits(metrics: Metrics, house: House) -> None:
    """Set how old each feed's data may be, as the rules in force say."""
    metrics.feed_fresh_within.clear()  # a feed that has no limit has no figure
    for name, feed in house.feeds.items():
        if feed.fresh_within:
            metrics.feed_fresh_within.labels(name).set(feed.fresh_within.total_seconds())


def measure_disks(metrics: Metrics, disks: Iterable[Disk]) -> None:
    """Set how much room there is; a disk that cannot be looked at has none that anybody could count on."""
    for one in disks:
        metrics.disk_free.labels(one.what.removeprefix("the ")).set(one.free_bytes or 0)


def measure_rounds(metrics: Metrics, tx: Tx, now: datetime) -> None:
    """Set the gauges by when a run last led, what the audit last found, and whether the rules are sound."""

    def age_s(mark: str) -> float:
        at = tx.marks.moment(mark)
        return inf if at is None else abs((now - at).total_seconds())  # ahead is as wrong as behind

    metrics.beat_age.set(age_s(BEAT))
    metrics.audit_age.set(age_s("audit/at"))
    metrics.audit_missed.set(int(tx.marks.get("audit/missed") or 0))
    metrics.rulebook_ok.set(not tx.marks.get(WRONG))


def measure_processes(metrics: Metrics, tx: Tx, summary: Summary, now: datetime) -> None:
    """Set the gauges by which processes are there, what they found, and what is held."""
    metrics.leader.set(metrics.holder in tx.leases.held(LEADER, now))
    metrics.workers.set(len(tx.leases.held(WORKER, now)))
    metrics.worker_seen.clear()  # one that is gone for good is no figure any more
    for worker, until in tx.leases.ends(WORKER).items():
        seen_at = until - timedelta(seconds=ALIVE_S)
        metrics.worker_seen.labels(worker).set((now - seen_at).total_seconds())
    found = processes(tx, now)
    metrics.redis_ok.set(not (metrics.is_queued and any(one.redis for one in found)))
    metrics.state_kept.set(not unkept_on(found))
    metrics.paused.set(paused(tx) is not None)
    for why, many in held_back(tx, summary).items():
        metrics.held.labels(why).set(many)
    metrics.unheard.set(int(tx.marks.get(UNHEARD) or 0))
    measure_auditor(metrics, tx, now)


def measure_auditor(metrics: Metrics, tx: Tx, now: datetime) -> None:
    """Set the gauges by what the auditor last said of itself; one that has said nothing is older than any limit."""
    watch = watched(tx)
    ways = {"heartbeat": watch.heartbeat_at, "mail": watch.mail_at, "alive": watch.alive_at}
    metrics.auditor_age.set((now - watch.at).total_seconds() if watch.at else float("inf"))
    if watch.at is not None:
        metrics.auditor_found.labels("missed").set(watch.missed)
        metrics.auditor_found.labels("unexplained").set(watch.unexplained)
    for way, at in ways.items():
        if at is not None:
            metrics.heard_age.labels(way).set((now - at).total_seconds())
