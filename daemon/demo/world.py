"""The sample authority: its feeds as they would stand at any moment of three invented weeks."""

import csv
import io
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from daemon.demo import case_sheets, diary, truth
from daemon.demo.case_system import tables
from daemon.demo.families import draw
from daemon.demo.histories import Event, Family, events
from daemon.demo.staff import COLUMNS, staff_list
from daemon.domain.times import day_of, london
from daemon.domain.working_days import WorkingDays

TITLE = "Potterby"
EXPORTS_AT = (time(8, 30), time(10, 30), time(12, 30), time(14, 30), time(16, 30), time(17, 30))


@dataclass
class World:
    """One invented authority in a folder, by a seed; the same arguments give the same files.

    `families` is how many there are, at least one, and `histories` what happens to them;
    `events` is the same in time order.  `create_tables` makes the empty tables of the case
    system's database.  `flaws` are the rows that are malformed on purpose, as (file, reason);
    they stand at the top of their sheets.  `mirrors` are shown the world, too, whenever it is revealed,
    with the moment of the diary's latest export.
    """

    seed: int
    start: date
    folder: Path
    families: int = 14
    days: WorkingDays = field(kw_only=True)
    create_tables: Callable[[sql.Engine], None] = field(kw_only=True)
    flaws: Sequence[tuple[str, str]] = field(default=diary.FLAWS, init=False)
    histories: list[Family] = field(init=False)
    events: list[Event] = field(init=False)
    mirrors: "list[Callable[[World, datetime, datetime], None]]" = field(
        default_factory=list, kw_only=True
    )
    _shown: Mapping[str, list[Mapping[str, object]]] | None = field(default=None, init=False)
    _exported_at: datetime | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        """Draw the histories."""
        self.histories = draw(self.seed, self.start, self.families, self.days)
        self.events = events(self.histories)

    @property
    def database(self) -> Path:
        """The case system's database."""
        return self.folder / "case-system.sqlite"

    @property
    def diary(self) -> Path:
        """The drop folder of the conference diary."""
        return self.folder / "diary"

    @property
    def cases(self) -> Path:
        """The case system's lists: the same as its database, as sheets."""
        return self.folder / "cases"

    @property
    def people(self) -> Path:
        """The staff list."""
        return self.folder / "people.csv"

    def reveal(self, now: datetime) -> None:
        """Write the feeds as they stand at `now` (UTC).

        The case system knows a thing at once.  The diary is written out only at its export hours,
        so that it has an age: its files carry the moment of the latest export.
        """
        if self._shown is None:
            for folder in (self.diary, self.cases):
                folder.mkdir(parents=True, exist_ok=True)
            _write(self.people, COLUMNS, staff_list(self._away(), self.start), now)
        found = tables(self.histories, now, self.days)
        if found != self._shown:
            self._fill(found)
            self._list(now)
            self._shown = found
        exported_at = last_export(now, self.days)
        if exported_at != self._exported_at:
            self._export(exported_at)
            self._exported_at = exported_at
        for show in self.mirrors:
            show(self, now, exported_at)

    def truth(self, now: datetime) -> list[dict[str, Any]]:
        """Return what had happened by `now`: a record for each child, as `truth.record` says."""
        return [
            truth.record(family, child, now)
            for family in self.histories
            if family.strategy_at <= now
            for child in family.children
        ]

    def _away(self) -> str:
        """Return who is on leave in the second week: the one whose invite list never comes."""
        return next(
            family.social_worker
            for family in self.histories
            if family.is_at_risk and family.list_received_at is None
        )

    def _fill(self, found: Mapping[str, list[Mapping[str, object]]]) -> None:
        """Empty and refill the tables in one transaction, as the dataset's own extract does."""
        is_new = not self.database.exists()
        engine = sql.create_engine(f"sqlite:///{self.database}", poolclass=sql.NullPool)
        if is_new:
            self.create_tables(engine)
        with engine.begin() as connection:
            for name, rows in found.items():
                _refill(connection, name, rows)

    def _list(self, now: datetime) -> None:
        rows = case_sheets.sheets(self.histories, now)
        for name, columns in case_sheets.COLUMNS.items():
            _write(self.cases / name, columns, rows[name], now)

    def _export(self, exported_at: datetime) -> None:
        good = diary.sheets(self.histories, exported_at)
        bad = diary.flawed(self.start, self.days)
        for name, columns in diary.COLUMNS.items():
            _write(self.diary / name, columns, [*bad.get(name, []), *good[name]], exported_at)


def last_export(now: datetime, days: WorkingDays) -> datetime:
    """Return the latest moment up to `now` at which the diary was written out."""
    today = day_of(now)
    for clock in reversed(EXPORTS_AT):
        if days.is_working(today) and london(today, clock) <= now:
            return london(today, clock)
    return london(days.shift(today, -1), EXPORTS_AT[-1])


def _refill(connection: sql.Connection, name: str, rows: Sequence[Mapping[str, object]]) -> None:
    connection.execute(sql.delete(sql.table(name)))
    if not rows:
        return
    columns = (
        sql.column(key, sql.DateTime() if key.endswith(("_date", "_dob")) else sql.String())
        for key in rows[0]
    )
    connection.execute(sql.insert(sql.table(name, *columns)), [dict(row) for row in rows])


def _write(path: Path, columns: str, rows: Iterable[Mapping[str, str]], at: datetime) -> None:
    """Write a sheet so that a reader sees the whole old one or the whole new one, dated `at`."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns.split(), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    beside = path.with_name(f"{path.name}.tmp")
    beside.write_text(text.getvalue(), encoding="utf-8", newline="")
    os.utime(beside, (at.timestamp(), at.timestamp()))
    beside.replace(path)
