"""A case system's database: a real SQLite file with the dataset's own tables."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, create_engine, text
from sqlalchemy.pool import NullPool

from daemon.ports import Page
from daemon.testing.contracts import CANARIES
from integrations.sql_query.config import Config
from integrations.sql_query.source import SqlQuery
from integrations.sql_query.ssd.loader import create_tables

NAME, STREET, WORDS = CANARIES
ONE = {"sql": "SELECT 'SC-1' AS child", "ref": "child"}
NOW = datetime(2026, 3, 6, 17, 30, tzinfo=UTC)
PREFIXES = {
    "ssd_person": "pers_",
    "ssd_family": "fami_",
    "ssd_s47_enquiry": "s47e_",
    "ssd_initial_cp_conference": "icpc_",
    "ssd_cp_plans": "cppl_",
    "ssd_cp_reviews": "cppr_",
    "ssd_involvements": "invo_",
    "ssd_professionals": "prof_",
    "ssd_department": "dept_",
    "ssd_mother": "moth_",
    "ssd_linked_identifiers": "link_",
    "ssd_cin_assessments": "cina_",
    "ssd_cla_episodes": "clae_",
}


class CaseSystem:
    """A database on the disk, or on a server at `url`, filled row by row."""

    def __init__(self, folder: Path, url: str | None = None, version: str = "1.2") -> None:
        self.file = folder / "case-system.sqlite"
        self.url = url or f"sqlite:///{self.file}"
        self.engine = create_engine(self.url, poolclass=NullPool)
        create_tables(self.engine, version=version)
        self.tables = MetaData()
        self.tables.reflect(self.engine)

    def add(self, table: str, **columns: Any) -> None:
        """Put a row into a table; columns are named without their prefix."""
        row = {f"{PREFIXES[table]}{name}": self._stored(value) for name, value in columns.items()}
        with self.engine.begin() as connection:
            connection.execute(text(_insert(self.tables.tables[table], row)), row)

    def run(self, *statements: str) -> None:
        """Change the database as its owner would."""
        with self.engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def child(self, ref: str, **columns: Any) -> None:
        """Add a child."""
        self.add("ssd_person", person_id=ref, **columns)

    def enquiry(self, ref: str | None, start: Any = "2026-03-02", **columns: Any) -> None:
        """Add a section 47 enquiry."""
        number = columns.pop("number", f"E-{ref}")
        self.add(
            "ssd_s47_enquiry",
            s47_enquiry_id=number,
            person_id=ref,
            s47_start_date=start,
            **{f"s47_{name}": value for name, value in columns.items()},
        )

    def feed(self, **options: Any) -> SqlQuery:
        """Return a feed over the database."""
        options = {"preset": "ssd", "url": self.url} | options
        return SqlQuery(Config.model_validate(options), lambda: NOW)

    def read(self, **options: Any) -> Page:
        """Read it."""
        return self.feed(**options).read(None)

    def bodies(self, **options: Any) -> dict[str, Any]:
        """Return what is known of each case."""
        return {one.body["ref"]: one.body for one in self.read(**options).records}

    @staticmethod
    def _stored(value: Any) -> Any:
        if isinstance(value, date) and not isinstance(value, datetime):
            return f"{value.isoformat()} 00:00:00.000000"
        return value


def _insert(table: Table, row: dict[str, Any]) -> str:
    assert set(row) <= set(table.columns.keys())
    names = ", ".join(row)
    return f"INSERT INTO {table.name} ({names}) VALUES ({', '.join(f':{one}' for one in row)})"


def flags(**given: Any) -> str:
    """Return outcome flags as the case system stores them, its comments included."""
    return json.dumps({"NFA_FLAG": "N", "OUTCOME_COMMENTS": WORDS, **given})


def fill(system: CaseSystem) -> None:
    """Fill the tables with two siblings, one conference, and much that is not ours to keep."""
    system.child("1001", dob=date(2017, 5, 4), nationality=NAME)
    system.child("1002", expected_dob=date(2026, 6, 1), ethnicity=STREET)
    for ref in ("1001", "1002"):
        system.enquiry(ref, end_date=date(2026, 3, 6), outcome_json=flags(CP_CONFERENCE_FLAG="Y"))
        system.add("ssd_family", table_id=f"F{ref}", family_id="F-9", person_id=ref)
        system.add(
            "ssd_initial_cp_conference",
            icpc_id=f"I{ref}",
            icpc_meeting_id="M-881",
            person_id=ref,
            icpc_transfer_in="N",
            icpc_date=None,
            icpc_outcome_json=flags(COMMENTS=WORDS),
        )
    system.add("ssd_professionals", professional_id="P7", staff_id="SW07", professional_name=NAME)
    system.add("ssd_department", team_id="north", team_name=NAME)
    system.add(
        "ssd_involvements",
        involvements_id="V1",
        professional_id="P7",
        professional_role_id="AW",
        professional_team="north",
        person_id="1001",
        involvement_start_date=date(2026, 3, 2),
    )


@pytest.fixture
def system(tmp_path: Path) -> CaseSystem:
    """Return an empty case system."""
    return CaseSystem(tmp_path)


def feed(url: str, **options: Any) -> SqlQuery:
    """Return a feed with one query, unless told otherwise."""
    queries = {} if "preset" in options else {"queries": {"cases": ONE}}
    return SqlQuery(Config.model_validate({"url": url} | queries | options), lambda: NOW)


def own(system: CaseSystem, **query: Any) -> SqlQuery:
    """Return a feed with a query of the authority's own."""
    return feed(f"sqlite:///{system.file}", queries={"cases": query})
