"""The peer of goals 1 and 2: APScheduler with its SQLAlchemy store, on an engine as durable as ours.

Its jobs do nothing. Those that wait are copies of one row: it reads a row only when that is due.
"""

import logging
from datetime import UTC, datetime, timedelta

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.base import BaseScheduler
from sqlalchemy import Text, cast, insert, select, true

from tests.bench.herd import numbers
from tests.bench.places import Place

LATER = timedelta(days=30)
SPREAD_S = 600_000
NAME = "apscheduler 3.11, SQLAlchemy store"


def nothing() -> None:
    """Do nothing: the job."""


class ByHand(BaseScheduler):  # type: ignore[misc]  # it has no types
    """The scheduler without a thread of its own: `look` is one waking of it."""

    def __init__(self, place: Place, waiting: int) -> None:
        """Make a database of its own with so many jobs, of which none is due."""
        super().__init__(timezone=UTC)
        logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it logs two lines a job
        url = place.bare_url()
        self.kept = SQLAlchemyJobStore(engine=place.bare_engine(url))
        self.add_jobstore(self.kept)
        self.start()
        self._fill(waiting)
        place.tidy(url)

    def look(self) -> None:
        """Read what is due, run it, write it back, and ask when the next is due: as its own thread would."""
        self._process_jobs()

    def fall_due(self, many: int) -> None:
        """Add so many jobs whose moment has come."""
        for _ in range(many):
            self.add_job(nothing, "date", misfire_grace_time=None)

    def wakeup(self) -> None:
        """Wake nobody."""

    def shutdown(self, wait: bool = True) -> None:  # noqa: FBT002 - the library's signature
        """Give everything back."""
        super().shutdown(wait)

    def _fill(self, waiting: int) -> None:
        if not waiting:
            return
        first = datetime.now(UTC) + LATER
        self.add_job(nothing, "date", run_date=first, id="0")
        table, span = self.kept.jobs_t, numbers(1, waiting - 1)
        run_at = table.c.next_run_time + span.c.n % SPREAD_S
        rows = select(cast(span.c.n, Text), run_at, table.c.job_state)
        rows = rows.join_from(table, span, true()).where(table.c.id == "0")
        with self.kept.engine.begin() as connection:
            connection.execute(insert(table).from_select(table.c.keys(), rows))
