"""What machines ask: alive, ready, and figures. No case data in any of them."""

from collections.abc import Callable
from datetime import datetime

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from daemon.ports import Clock
from daemon.store import Store, StoreLost, StoreUnavailable, Summary
from daemon.telemetry import Metrics


def routes(
    store: Store, clock: Clock, metrics: Metrics | None, ready: Callable[[], list[str]]
) -> list[Route]:
    """Return the doors for machines; `ready` lists why the service is not ready, in plain words."""

    def show_live(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    def show_ready(_: Request) -> Response:
        try:
            reasons = ready()
        except (StoreLost, StoreUnavailable):
            reasons = ["the database cannot be used"]
        return PlainTextResponse(
            "".join(f"{one}\n" for one in reasons or ["ready"]), 503 if reasons else 200
        )

    found = [Route("/health/live", show_live), Route("/health/ready", show_ready)]
    if metrics is None:
        return found

    def show_metrics(_: Request) -> Response:
        now = clock()
        try:
            with store.read() as tx:
                summary = tx.summary(now)
        except (StoreLost, StoreUnavailable):
            return PlainTextResponse("the database cannot be used\n", 503)
        measure(metrics, summary, now)
        return Response(metrics.render(), media_type=CONTENT_TYPE_LATEST)

    return [*found, Route("/metrics", show_metrics)]


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
    oldest = summary.oldest_unsent
    metrics.due_unsent_oldest.set((now - oldest).total_seconds() if oldest else 0)
    metrics.held_notices.set(summary.obligations["held"])
    metrics.quarantine_records.set(len(summary.quarantine))
    for name, feed in summary.feeds.items():
        metrics.feed_ok.labels(name).set(feed.ok)
        if feed.as_known_at is not None:
            metrics.feed_age.labels(name).set((now - feed.as_known_at).total_seconds())
