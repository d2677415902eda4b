"""What the feeds of an invented authority showed, edition by edition, and how one is dropped: for F24."""

import csv
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.faults.authority import DUE_AT, STRATEGY_ON, Authority, Case, Telling

EDITIONS = 5
FIRST_AT, APART = DUE_AT - timedelta(minutes=50), timedelta(minutes=5)
CONFIRMED_AT = DUE_AT + timedelta(seconds=5)
LISTED_AT = "2026-03-06 16:00"
HEADERS = (
    "conference_id", "kind", "case_refs", "strategy_date", "booked_start", "status",
    "invite_list_received_at",
)  # fmt: skip
REPORTS = ("conference_id", "agency", "received_at")
Row = tuple[str, ...]


class Given(NamedTuple):
    """One file or database of a feed as it was at one moment."""

    name: str
    at: datetime
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Editions:
    """What the feeds of an authority showed, edition by edition; the last is what is so."""

    authority: Authority

    def conferences(self, edition: int) -> Given:
        """Return the conferences: three lists in five come, one after the other, and each is moved by an hour."""
        families = dict.fromkeys(case.family for case in self.authority.cases())
        rows = tuple(
            (
                f"M-{family}", "ICPC", ";".join(self._refs(family)), STRATEGY_ON,
                f"2026-03-18 1{edition % 2}:00", "booked",
                LISTED_AT if _is_listed(number, edition) else "",
            )
            for number, family in enumerate(families)
        )  # fmt: skip
        return Given("conference.csv", FIRST_AT + edition * APART, rows)

    def reports(self, edition: int) -> Given:
        """Return which reports of the police have come: of one family more with each edition."""
        families = list(dict.fromkeys(case.family for case in self.authority.cases()))
        rows = tuple((f"M-{one}", "police", STRATEGY_ON) for one in families[: edition + 1])
        return Given("report.csv", FIRST_AT + edition * APART, rows)

    def extract(self, edition: int) -> Given:
        """Return the enquiries, each in every version so far: in those that are over, somebody else has the case."""
        rows = [
            (*case, STRATEGY_ON, "section_47", str(edition + 1)) for case in self.authority.cases()
        ]
        rows += [
            (*case._replace(worker=_other(case)), "2026-02-23", "section_47", str(old))
            for case in self.authority.cases()
            for old in range(edition + 1)
        ]
        return Given("cases.sqlite", FIRST_AT + edition * APART, tuple(rows))

    def confirmed(self) -> Iterator[Given]:
        """Yield the last edition as it still is once the due moment is over: what is missing then, is missed."""
        for given in self.of(EDITIONS - 1):
            yield given._replace(at=CONFIRMED_AT)

    def of(self, edition: int) -> Iterator[Given]:
        """Yield all that an edition is made of."""
        yield from (self.conferences(edition), self.reports(edition), self.extract(edition))

    def expected(self) -> dict[Telling, datetime]:
        """Return who must be told: nobody is told as late of a list that has come by the last edition."""
        families = dict.fromkeys(case.family for case in self.authority.cases())
        here = {one for number, one in enumerate(families) if _is_listed(number, EDITIONS - 1)}
        came = {case.ref for case in self.authority.cases() if case.family in here}
        return {
            one: at
            for one, at in self.authority.expected().items()
            if one.rung != "missed" or one.ref not in came
        }

    def _refs(self, family: str) -> list[str]:
        return [case.ref for case in self.authority.cases() if case.family == family]


def _is_listed(number: int, edition: int) -> bool:
    """Return whether an edition shows that a family's list has come."""
    since = {0: 1, 1: 2, 2: 3}.get(number % 5)
    return since is not None and since <= edition


def _other(case: Case) -> str:
    return f"sw-{case.team}-{(int(case.worker[-1]) + 1) % 4}"


def put(authority: Authority, given: Given, chance: Random | None = None) -> None:
    """Drop it as a feed would, whole and dated; with `chance` its rows are shuffled, and some stand there twice."""
    rows = list(given.rows)
    if chance is not None:
        rows += chance.sample(rows, len(rows) // 3)
        chance.shuffle(rows)
    is_table = given.name.endswith(".csv")
    place = (authority.diary if is_table else authority.folder) / given.name
    new = place.with_name(f"{given.name}.tmp")
    new.unlink(missing_ok=True)
    (_write_sheet if is_table else _write_extract)(new, given, rows)
    os.utime(new, (given.at.timestamp(),) * 2)
    new.replace(place)


def _write_sheet(path: Path, given: Given, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        headers = HEADERS if given.name == "conference.csv" else REPORTS
        csv.writer(file).writerows([headers, *rows])


def _write_extract(path: Path, given: Given, rows: list[Row]) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE enquiries (ref, family, team, worker, strategy_on, decision, version)"
        )
        database.executemany("INSERT INTO enquiries VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        database.execute("CREATE TABLE runs (ended_at)")
        database.execute("INSERT INTO runs VALUES (?)", [given.at.isoformat()])
