"""A SQL database as a feed: a whole reading in one snapshot, of which nothing is made where nothing has changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from daemon.domain.facts import moment as instant
from daemon.domain.times import day_of
from daemon.mapping.cells import moment
from daemon.mapping.rows import Cases, carried
from daemon.ports import Clock, Page, Unreadable
from integrations.sql_query.config import Config
from integrations.sql_query.queries import read_queries
from integrations.sql_query.reader import Reader, reading
from integrations.sql_query.ssd.carried import CARRIED
from integrations.sql_query.ssd.preset import read_ssd
from integrations.sql_query.unchanged import mark_of

WHOLE_EVERY = timedelta(days=1)


class SqlQuery:
    """Case records from a SQL database. It is only ever read."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self.config, self.clock = config, clock
        self._last: Page | None = None  # without its records: they are the store's to keep

    @property
    def carries(self) -> frozenset[str]:
        """Every fact that the tables or queries can show."""
        shown = carried(self.config.queries.values())
        return shown | CARRIED if self.config.preset else shown

    def read(self, cursor: str | None) -> Page:
        """Return everything that the tables hold; no records where nothing has changed since `cursor`.

        Raises Unreadable.
        """
        read_at, last = self.clock(), self._last
        cases = Cases()
        with reading(self.config) as reader:
            mark = mark_of(reader, self.config, day_of(read_at).isoformat())
            if last and last.cursor == cursor == mark and read_at - last.read_at < WHOLE_EVERY:
                as_known_at = self._as_known_at(reader, read_at)
                return replace(last, whole=False, read_at=read_at, as_known_at=as_known_at)
            if self.config.preset:
                read_ssd(reader, self.config, cases, read_at)
            read_queries(reader, self.config.queries, cases)
            as_known_at = self._as_known_at(reader, read_at)
        page = Page(
            cases.fragments(),
            cases.problems,
            cursor=mark,
            whole=True,
            read_at=read_at,
            as_known_at=as_known_at,
            rows=cases.rows,
            parts=cases.parts,
        )
        self._last = replace(page, records=())
        return page

    def _as_known_at(self, reader: Reader, read_at: datetime) -> datetime:
        """Return up to when the tables are filled, at most now; a local time is London's."""
        if self.config.as_known_sql is None:
            return read_at
        try:
            found = moment(reader.ask(self.config.as_known_sql).scalar())
        except ValueError:
            found = None
        if found is None:
            raise Unreadable("as_known_sql gives no date or time")
        return min(instant(datetime.fromisoformat(found))[0].astimezone(UTC), read_at)
