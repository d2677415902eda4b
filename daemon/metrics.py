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
        self.database_ok = self._gauge(
            "database_ok", "0 while this run cannot use the database; then it is the only figure."
        )
        self.time = self._gauge(
            "time_seconds",
            "What a clock shows, since 1970: this run's machine, and the one of all decisions. "
            "Whoever asks holds their own against them.",
            "clock",
        )
        self.leader = self._gauge(
            "leader", "1 while this run leads: it decides what is due. The sum over all runs is 1."
        )
        self.beat_age = self._gauge(
            "beat_age_seconds",
            "Time since a run last led; +Inf before any has. Above a minute nothing is decided.",
        )
        self.workers = self._gauge("workers", "Workers that are there.")
        self.worker_seen = self._gauge(
            "worker_seen_seconds", "Time since a worker has said that it is there.", "worker"
        )
        self.redis_ok = self._gauge(
            "redis_ok",
            "0 while a process that is there is to use Redis and cannot. Status names it; "
            "one that is gone counts no more after 15 seconds.",
        )
        self.state_kept = self._gauge(
            "state_kept",
            "0 while a process cannot write its state file, by which a restore is noticed.",
        )
        self.disk_free = self._gauge(
            "disk_free_bytes",
            "Room on this run's machine where it writes: for the database, if it is a file, and for the state file.",
            "what",
        )
        self.held = self._gauge(
            "held",
            "What is held: ladders for data, notices by the brake, messages by a restore, a pause, for a family, "
            "because their case is unreadable, or because their answer is unrecorded.",
            "why",
        )
        self.paused = self._gauge("paused", "1 while an operator has switched all sending off.")
        self.unheard = self._gauge(
            "unheard",
            "Refused messages that reached nobody else either; counted when one arises, "
            "at a release and by the audit.",
        )
        self.notices = self._gauge(
            "notices", "Notices, one a step of a ladder, a person and a channel, by state.", "state"
        )
        self.messages = self._gauge(
            "messages",
            "Messages, by channel and state: accepted is handed over, unknown may have arrived.",
            "channel", "state",
        )  # fmt: skip
        self.journal_entries = self._gauge(
            "journal_entries", "Entries of the journal that are sealed into its chain."
        )
        self.journal_unsealed = self._gauge(
            "journal_unsealed", "Entries of the journal that wait to be sealed, within seconds."
        )
        self.obligations = self._gauge(
            "obligations", "Obligations, by state; overdue are those of the open ones.", "state"
        )
        self.due_unsent_oldest = self._gauge(
            "due_unsent_oldest_seconds",
            "Age of the oldest notice that is due and that no server has accepted; 0 where none waits.",
        )
        self.held_notices = self._gauge(
            "held_notices", "Ladders that wait for data: the same as held{why=data}."
        )
        self.feed_age = self._gauge(
            "feed_age_seconds", "Age of what a feed last told: how old its data is.", "feed"
        )
        self.feed_fresh_within = self._gauge(
            "feed_fresh_within_seconds",
            "How old the data of a feed may be, by the rules in force.", "feed",
        )  # fmt: skip
        self.feed_ok = self._gauge(
            "feed_ok", "1 while a feed can be read; 0 where its last reading failed.", "feed"
        )
        self.audit_age = self._gauge(
            "audit_age_seconds",
            "Time since the run's own audit last ended; +Inf before it first has.",
        )
        self.audit_missed = self._gauge(
            "audit_missed", "What should have gone out by the last audit, and had not."
        )
        self.feed_rows = self._gauge("feed_rows", "Rows of the last good whole reading.", "feed")
        self.feed_unreadable = self._gauge(
            "feed_unreadable_rows", "Rows of a feed that cannot be used, each once.", "feed"
        )
        self.rulebook_ok = self._gauge(
            "rulebook_ok", "1 while the policies on disk are in force; 0 where they have a mistake."
        )
        self.invitations = self._gauge(
            "invitations",
            "Calendar entries by state; bounced and unanswered of those ahead.",
            "state",
        )
        self.quarantine_records = self._gauge(
            "quarantine_records", "Records that are unreadable: nothing is decided about them."
        )
        self.auditor_age = self._gauge(
            "auditor_age_seconds",
            "Time since the auditor, a process of its own, last came to its end; +Inf before.",
        )
        self.auditor_found = self._gauge(
            "auditor_found", "What the auditor last found: missed, unexplained.", "what"
        )
        self.heard_age = self._gauge(
            "auditor_heard_age_seconds",
            "Time since a way of the auditor's last took something: heartbeat, mail, alive.",
            "way",
        )
        self.tick = Histogram(
            "tick_seconds",
            "Time that one pass of deciding takes; it gives way after about half a second.",
            namespace=SPACE,
            registry=self.registry,
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
