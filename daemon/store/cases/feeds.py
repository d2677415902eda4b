"""How each feed's last reading went, and the rows that could not be read at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Boolean, Column, ColumnElement, Integer, Text, bindparam, func

from daemon.domain.errors import Problem, Severity
from daemon.store.ground.columns import Choice, Instant, table
from daemon.store.ground.gateway import Gateway, values

feeds = table(
    "feeds",
    Column("feed", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("read_at", Instant),
    Column("as_known_at", Instant),
    Column("cursor", Text),
    Column("rows", Integer, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("failure", Text),
    Column("problems", Integer, nullable=False),
    Column("failed_at", Instant),
)
quarantine = table(
    "quarantine",
    Column("feed", Text, primary_key=True),
    Column("where", Text, primary_key=True),
    Column("what", Text, primary_key=True),
    Column("mend", Text, nullable=False),
    Column("severity", Choice(Severity), nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("gone_at", Instant),
)


@dataclass(frozen=True, slots=True)
class FeedState:
    """One feed. All is of its last good reading, but for `ok`, `failure` and `failed_at`."""

    role: str
    read_at: datetime | None = None
    as_known_at: datetime | None = None
    cursor: str | None = None
    rows: int = 0
    whole: bool = False
    ok: bool = True
    failure: str | None = None
    problems: int = 0
    failed_at: datetime | None = None

    def is_due(self, now: datetime, every: timedelta) -> bool:
        """Return whether it is to be read again. What was tried later than now was by a clock that was ahead."""
        tried = [at for at in (self.read_at, self.failed_at) if at and at <= now]
        return not tried or max(tried) + every <= now


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A row that cannot be read: a silent child until somebody mends it."""

    feed: str
    problem: Problem
    seen_at: datetime


STATE = [feeds.c[name] for name in FeedState.__slots__]


class Feeds(Gateway):
    """Feeds by name."""

    def saw(self, feed: str, state: FeedState) -> bool:
        """Record a good reading; return False, writing nothing, where a newer one is recorded."""
        row = values(state, feeds) | {"feed": feed}
        return bool(self._upsert(feeds, [row], newer_by="as_known_at"))

    def failed(self, feed: str, now: datetime, failure: str) -> None:
        """Record a reading that failed; the last good one stands."""
        first = FeedState(role="", ok=False)
        self._insert(feeds, [values(first, feeds) | {"feed": feed}])
        change = self._update(feeds).where(feeds.c.feed == feed)
        self._change(change.values(ok=False, failure=failure, failed_at=now))

    def all(self) -> dict[str, FeedState]:
        """Return every feed that was ever tried."""
        query = self._select(feeds, feeds.c.feed, *STATE).order_by(feeds.c.feed)
        return {feed: FeedState(*state) for feed, *state in self._found(query)}

    def get(self, feed: str) -> FeedState | None:
        """Return one feed."""
        return self.all().get(feed)


class Quarantine(Gateway):
    """Problems by feed, place and fault."""

    def put(self, feed: str, problems: Sequence[Problem], now: datetime) -> list[Problem]:
        """Replace what a feed's last reading complained of; return the problems that are new."""
        return self.amend(feed, lambda _: True, problems, now)

    def amend(
        self,
        feed: str,
        about: Callable[[Problem], bool],
        problems: Sequence[Problem],
        now: datetime,
    ) -> list[Problem]:
        """Replace what was complained of these rows; what is wrong with others stands, whoever tells it meanwhile."""
        stands = (row.problem for row in self._open(quarantine.c.feed == feed))
        held = {(one.where, one.what) for one in stands if about(one)}
        shown = {(problem.where, problem.what): problem for problem in problems}
        new = [problem for key, problem in shown.items() if key not in held]
        self._upsert(
            quarantine,
            [
                values(problem, quarantine) | {"feed": feed, "seen_at": now, "gone_at": None}
                for problem in new
            ],
        )
        if gone := held - shown.keys():
            c = quarantine.c
            change = self._update(quarantine).where(
                c.feed == feed, c.where == bindparam("at"), c.what == bindparam("fault")
            )
            self.connection.execute(
                change.values(gone_at=now), [{"at": where, "fault": what} for where, what in gone]
            )
        return new

    def add(self, feed: str, problems: Sequence[Problem], now: datetime) -> list[Problem]:
        """Add to what was complained of; return the problems that are new."""
        held = [row.problem for row in self._open(quarantine.c.feed == feed)]
        new = [problem for problem in problems if problem not in held]
        return self.put(feed, [*held, *problems], now) if new else []

    def open(self) -> list[Quarantined]:
        """Return what is still wrong, by feed and place."""
        return self._open()

    def count(self, feed: str) -> int:
        """Return how much is wrong with what a feed shows."""
        c = quarantine.c
        query = self._select(quarantine, func.count())
        return int(self._found(query.where(c.gone_at.is_(None), c.feed == feed))[0][0])

    def _open(self, *which: ColumnElement[bool]) -> list[Quarantined]:
        c = quarantine.c
        query = self._select(quarantine, c.feed, c.seen_at, c.where, c.what, c.mend, c.severity)
        query = query.where(c.gone_at.is_(None), *which)
        rows = self._found(query.order_by(c.feed, c.where, c.what))
        return [Quarantined(feed, Problem(*rest), seen_at) for feed, seen_at, *rest in rows]
