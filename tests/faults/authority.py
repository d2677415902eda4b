"""An invented authority on disk, and who must hear of which of its cases: the judge's expected list.

The list is made here from the data and a reading of the pathway (Stoke-on-Trent's invite list,
STK-025 and STK-028), by code of its own: it asks neither the product's rules nor its tables.
"""

import csv
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from daemon.store import create
from tests.small import SMALL

TEAMS = ("north", "south", "east", "west", "moorland")
WORKERS = 4  # social workers a team
STRATEGY_ON = "2026-03-02"  # a Monday, so that Day 5 is Friday 6 March, 17:00
DUE_AT = datetime(2026, 3, 6, 17, tzinfo=UTC)  # London keeps UTC in March
MORNING_AT = datetime(2026, 3, 6, 9, tzinfo=UTC)
WEEKLY_AT = datetime(2026, 3, 9, 9, tzinfo=UTC)
MONDAY_AT = datetime(2026, 3, 9, 10, tzinfo=UTC)
EVE_AT = datetime(2026, 3, 5, 9, tzinfo=UTC)
DOMAIN = "council.example"
OPERATOR, DUTY = f"operator@{DOMAIN}", f"duty@{DOMAIN}"
PLAIN_ROLES = ("team_coordinator", "team_manager", "safeguarding_service_manager")

SETTINGS = """
authority = "testshire"
title = "Testshire"
operator = "{operator}"
fallback = "duty"
database = "{address}"
broker = "{broker}"
pathway_default = "stoke-on-trent"
rulebook = "{rulebook}"
enforce_from = 2026-01-01
brake = {{ one_pass = "off", one_person = "off" }}
merge_order = {{ "*" = ["diary", "cases"] }}

[domains]
internal = ["{domain}"]

[web]
secret_file = "link.key"

[feeds.cases]
adapter = "sql_query"
role = "case_system"
fresh_within = "26 hours"
read_every = "15 minutes"
options.url = "sqlite:///cases.sqlite"

[feeds.cases.options.queries.enquiries]
sql = "SELECT * FROM enquiries"
ref = "ref"
fields = {{ family = "family", team = "team" }}
roles = {{ social_worker = "worker" }}
facts.strategy_discussion_held = "strategy_on"
facts.s47_decision_recorded = {{ at = "strategy_on", value = "decision" }}

[feeds.diary]
adapter = "csv_files"
role = "conference_diary"
fresh_within = "{fresh_within}"
read_every = "{read_every}"
options = {{ folder = "diary", as_known = "read" }}

[people]
adapter = "people_csv"
options = {{ file = "people.csv" }}

[channels.email]
adapter = "smtp"

[channels.email.options]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "daykeeper@{domain}"
timeout_s = {deadline_s}

[delivery]
send_deadline_s = {deadline_s}
lease_s = {lease_s}
connections = {connections}
retry_first_s = 0.5
"""


class Telling(NamedTuple):
    """One person must hear of one case for one reason. It is what a mail's section says."""

    address: str
    ref: str
    rung: str


class Case(NamedTuple):
    """One child."""

    ref: str
    family: str
    team: str
    worker: str


@dataclass(frozen=True, slots=True)
class Authority:
    """A folder with settings, feeds and people. `lease_s` outlasts `deadline_s`, as settings demand.

    `beside`: the settings' further tables, of another way by which mail goes.
    """

    folder: Path
    families: int
    children: int
    deadline_s: float = 3.0
    lease_s: float = 4.0
    connections: int = 4
    read_every: str = "5 minutes"
    fresh_within: str = "4 hours"
    address: str = "sqlite:///daykeeper.sqlite"
    broker: str = "memory"
    beside: str = ""

    @property
    def config(self) -> Path:
        """The settings' file."""
        return self.folder / "daykeeper.toml"

    @property
    def database(self) -> Path:
        """The database's file, unless it is on a server."""
        return self.folder / self.address.removeprefix("sqlite:///")

    def cases(self) -> Iterator[Case]:
        """Yield every child; a family has one team and one social worker."""
        for number in range(self.families):
            team = TEAMS[number % len(TEAMS)]
            worker = f"sw-{team}-{number // len(TEAMS) % WORKERS}"
            for child in range(self.children):
                yield Case(f"SC-{number:05}{child}", f"F-{number:05}", team, worker)

    def expected(self) -> dict[Telling, datetime]:
        """Return everything that must be told by the due moment, with the moment before which it may not."""
        tellings = {}
        for case in self.cases():
            worker, manager = f"{case.worker}@{DOMAIN}", f"team_manager-{case.team}@{DOMAIN}"
            coordinator = f"team_coordinator-{case.team}@{DOMAIN}"
            for address in (worker, coordinator):
                tellings[Telling(address, case.ref, "reminder")] = EVE_AT
            for address in (worker, coordinator, manager):
                tellings[Telling(address, case.ref, "due-today")] = MORNING_AT
            chief = f"safeguarding_service_manager-{case.team}@{DOMAIN}"
            tellings[Telling(chief, case.ref, "missed")] = DUE_AT
        return tellings

    def expected_on_monday(self) -> dict[Telling, datetime]:
        """Return everything that must be told once Monday's office is open: the week's list of what is overdue, too."""
        chiefs = {
            Telling(f"safeguarding_service_manager-{case.team}@{DOMAIN}", case.ref, "overdue-this-week"): WEEKLY_AT
            for case in self.cases()
        }  # fmt: skip
        return self.expected() | chiefs

    @property
    def url(self) -> str:
        """The database's address, from wherever one stands."""
        is_beside = self.address == "sqlite:///daykeeper.sqlite"
        return f"sqlite:///{self.database}" if is_beside else self.address

    @property
    def diary(self) -> Path:
        """The drop folder of the conference diary."""
        return self.folder / "diary"

    def expected_late(self) -> dict[Telling, datetime]:
        """Return what must be told where every case is first seen after its due moment, in one go."""
        return {
            Telling(address, case.ref, "first-seen-late"): MONDAY_AT
            for case in self.cases()
            for address in (
                f"{case.worker}@{DOMAIN}",
                f"team_coordinator-{case.team}@{DOMAIN}",
                f"team_manager-{case.team}@{DOMAIN}",
            )
        }

    def write(self, port: int, *, with_database: bool = True) -> None:
        """Write every file: mail goes to `port`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        text = SETTINGS.format(
            operator=OPERATOR, domain=DOMAIN, port=port, deadline_s=self.deadline_s, lease_s=self.lease_s,
            connections=self.connections, read_every=self.read_every, fresh_within=self.fresh_within,
            address=self.address, broker=self.broker, rulebook=SMALL,
        )  # fmt: skip
        self.config.write_text(text + self.beside, "utf-8")
        if with_database:
            create(self.url)
        self._write_people()
        self._write_cases()
        self._write_diary()

    def _write_people(self) -> None:
        rows = [("duty", DUTY, "duty_mailbox", "")]
        for team in TEAMS:
            ids = [(f"sw-{team}-{number}", "social_worker") for number in range(WORKERS)]
            ids += [(f"{role}-{team}", role) for role in PLAIN_ROLES]
            rows += [(id_, f"{id_}@{DOMAIN}", role, team) for id_, role in ids]
        _write_sheet(self.folder / "people.csv", ("staff_id", "email", "role", "team"), rows)

    def _write_cases(self) -> None:
        with sqlite3.connect(self.folder / "cases.sqlite") as connection:
            connection.execute(
                "CREATE TABLE enquiries (ref, family, team, worker, strategy_on, decision)"
            )
            rows = [(*case, STRATEGY_ON, "section_47") for case in self.cases()]
            connection.executemany("INSERT INTO enquiries VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.close()

    def _write_diary(self) -> None:
        families: dict[str, list[str]] = {}
        for case in self.cases():
            families.setdefault(case.family, []).append(case.ref)
        rows = [
            (f"M-{family}", "ICPC", ";".join(refs), STRATEGY_ON, "2026-03-18 10:00", "booked")
            for family, refs in families.items()
        ]
        headers = (
            "conference_id", "kind", "case_refs", "strategy_date", "booked_start", "status",
        )  # fmt: skip
        self.diary.mkdir(exist_ok=True)
        _write_sheet(self.diary / "conference.csv", headers, rows)


def _write_sheet(path: Path, headers: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([headers, *rows])
    os.utime(path, (EVE_AT.timestamp(), EVE_AT.timestamp()))  # the service's clock is behind ours
