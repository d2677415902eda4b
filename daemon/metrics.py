"""The figures that machines watch: what each means, in the form that Prometheus reads. No case data in any."""

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest

SPACE = "daykeeper"


class Metrics:
    """Every figure that the service shows to Prometheus, in a registry of its own.

    What the database knows is read from it when Prometheus asks, so that every process of an
    installation tells the same and a restart loses nothing.
    """

    def __init__(self, holder: str = "", *, is_queued: bool = True) -> None:
        """`holder`: by what name this run leads, if it does; `is_queued`: Redis is to be used."""
        self.holder, self.is_queued = holder, is_queued
        self.registry = CollectorRegistry()
        self.database_ok = self._gauge("database_ok", "0 while the database cannot be used.")
        self.time = self._gauge(
            "time_seconds", "What a clock shows, since 1970: the machine's, and the one of all decisions.",
            "clock",
        )  # fmt: skip
        self.leader = self._gauge("leader", "1 while this run leads: it decides what is due.")
        self.beat_age = self._gauge(
            "beat_age_seconds", "Time since a run last led; +Inf before any has."
        )
        self.workers = self._gauge("workers", "Workers that are there.")
        self.worker_seen = self._gauge(
            "worker_seen_seconds", "Time since a worker has said that it is there.", "worker"
        )
        self.redis_ok = self._gauge("redis_ok", "0 while Redis is to be used and cannot be.")
        self.state_kept = self._gauge(
            "state_kept", "0 while a machine cannot write its state file."
        )
        self.held = self._gauge(
            "held", "What is held: for data, by the brake, a restore, a pause, unreadable.", "why"
        )
        self.paused = self._gauge("paused", "1 while an operator has switched all sending off.")
        self.unheard = self._gauge("unheard", "Refused messages that reached nobody else either.")
        self.notices = self._gauge("notices", "Notices, by state.", "state")
        self.messages = self._gauge(
            "messages", "Messages, by channel and state.", "channel", "state"
        )
        self.journal_entries = self._gauge("journal_entries", "Entries sealed into the chain.")
        self.journal_unsealed = self._gauge("journal_unsealed", "Entries that wait to be sealed.")
        self.obligations = self._gauge("obligations", "Obligations, by state.", "state")
        self.due_unsent_oldest = self._gauge(
            "due_unsent_oldest_seconds", "Age of the oldest notice that is due and not sent."
        )
        self.held_notices = self._gauge(
            "held_notices", "Ladders that wait for data: held{why=data}."
        )
        self.feed_age = self._gauge("feed_age_seconds", "Age of what a feed last told.", "feed")
        self.feed_fresh_within = self._gauge(
            "feed_fresh_within_seconds", "How old the data of a feed may be.", "feed"
        )
        self.feed_ok = self._gauge("feed_ok", "1 while a feed can be read.", "feed")
        self.audit_age = self._gauge(
            "audit_age_seconds", "Time since the audit last ended; +Inf before it first has."
        )
        self.audit_missed = self._gauge(
            "audit_missed", "What should have gone out by then, and had not."
        )
        self.feed_rows = self._gauge("feed_rows", "Rows of the last good whole reading.", "feed")
        self.feed_unreadable = self._gauge(
            "feed_unreadable_rows", "Rows of a feed that cannot be used, each once.", "feed"
        )
        self.rulebook_ok = self._gauge("rulebook_ok", "1 while the policies on disk are in force.")
        self.invitations = self._gauge(
            "invitations",
            "Calendar entries by state; bounced and unanswered of those ahead.",
            "state",
        )
        self.quarantine_records = self._gauge("quarantine_records", "Records that are unreadable.")
        self.auditor_age = self._gauge(
            "auditor_age_seconds", "Time since the auditor last came to its end; +Inf before."
        )
        self.auditor_found = self._gauge(
            "auditor_found", "What the auditor last found: missed, unexplained.", "what"
        )
        self.heard_age = self._gauge(
            "auditor_heard_age_seconds",
            "Time since a way of the auditor's last took it: heartbeat, mail, alive.",
            "way",
        )
        self.tick = Histogram(
            "tick_seconds", "Time that one pass takes.", namespace=SPACE, registry=self.registry
        )

    def render(self) -> bytes:
        """Return the figures in Prometheus' text form."""
        return generate_latest(self.registry)

    def render_lost(self) -> bytes:
        """Return what can be said without the database: that it is away, and nothing that was true before."""
        self.database_ok.set(0)
        return generate_latest(self.registry.restricted_registry([f"{SPACE}_database_ok"]))

    def _gauge(self, name: str, means: str, *labels: str) -> Gauge:
        return Gauge(name, means, labels, namespace=SPACE, registry=self.registry)
