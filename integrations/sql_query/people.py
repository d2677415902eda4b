"""The people of an authority and its partners, from one query. Names are never kept."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from itertools import islice

from daemon.domain.cells import Row
from daemon.domain.errors import Problem
from daemon.domain.person import Person, Scope, holders_among
from daemon.domain.roster import ALSO, COLUMNS, REQUIRED, gather
from daemon.domain.sheet import Layout, layout, name_columns
from daemon.domain.times import day_of
from daemon.domain.typed_dates import iso_text
from daemon.ports import Clock, Unreadable
from integrations.sql_query.config import PeopleConfig
from integrations.sql_query.reader import reading

MOST = 100_000  # more rows than this are no staff list


class SqlPeople:
    """A directory in a database, read in one snapshot; `problems` and `places` are of the last reading."""

    def __init__(self, config: PeopleConfig, clock: Clock) -> None:
        self.config, self.clock = config, clock
        self.problems: tuple[Problem, ...] = ()
        self.places: Mapping[tuple[str, str | None], str] = {}

    def people(self) -> Sequence[Person]:
        """Return everybody whom the query gives; raises Unreadable."""
        read = gather(self._rows(), self.config.words)
        self.problems, self.places = tuple(read.problems), read.places
        return tuple(read.people.values())

    def holders(self, role: str, scope: Scope) -> Sequence[Person]:
        """Return who holds the role today in the scope's team, else for the whole authority."""
        return holders_among(self.people(), role, scope, day_of(self.clock()))

    def _rows(self) -> list[Row]:
        with reading(self.config) as reader:
            result = reader.ask(self.config.sql)
            names = name_columns(list(result.keys()), _plan(self.config))
            if lacking := sorted({*REQUIRED, *self.config.columns} - set(names)):
                raise Unreadable(f"the query of people gives no column {', '.join(lacking)}")
            found = list(islice(reader.rows(result), MOST + 1))
            if len(found) > MOST:
                raise Unreadable(f"the query of people gives more than {MOST} rows")
        return [
            Row("people", number, {name: _text(cell) for name, cell in pairs if name})
            for number, row in enumerate(found, start=1)
            for pairs in [zip(names, row, strict=True)]
        ]


def _plan(config: PeopleConfig) -> Layout:
    return Layout(layout(COLUMNS, REQUIRED, config.columns, {}).columns, REQUIRED, also=ALSO)


def _text(value: object) -> str:
    """Return a value as a sheet would have it; midnight is the date alone."""
    if isinstance(value, datetime) and value.time() == time(0):
        value = value.date()
    if isinstance(value, date):
        return iso_text(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value)
