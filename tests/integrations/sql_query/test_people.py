"""A staff directory in a database: one query, on SQLite and PostgreSQL, read and never written."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import create_engine

from daemon.domain.person import Post, Scope
from daemon.ports import Unreadable
from daemon.testing.contracts import CANARIES, DirectoryContract
from integrations.sql_query.config import PeopleConfig
from integrations.sql_query.people import SqlPeople

NOW = datetime(2026, 3, 6, 17, tzinfo=UTC)
TABLE = """CREATE TABLE staff (staff_no VARCHAR(9), full_name VARCHAR(99), email VARCHAR(99), role VARCHAR(99),
    team VARCHAR(9), agency VARCHAR(9), area VARCHAR(9), starts DATE, ends TIMESTAMP, boss VARCHAR(9))"""
ROWS = f"""INSERT INTO staff VALUES
    ('tm1', '{CANARIES[0]}', 'tm1@council.example', 'Team Manager', 'north', NULL, NULL, '2026-01-05', NULL, 'sm'),
    ('tm1', '{CANARIES[0]}', NULL, 'social_worker', 'north', NULL, NULL, NULL, '2026-03-05 00:00:00', 'sm'),
    ('tm2', '{CANARIES[0]}', 'tm2@council.example', 'team_manager', 'south', NULL, NULL, NULL, NULL, 'sm'),
    ('sm', '{CANARIES[0]}', 'sm@council.example', 'service_manager', NULL, NULL, NULL, NULL, NULL, NULL),
    ('pc', '{CANARIES[0]}', 'cp.desk@police.example', 'lead', NULL, 'police', 'east', NULL, NULL, NULL),
    (NULL, '{CANARIES[0]}', 'who@council.example', 'lead', NULL, NULL, NULL, NULL, NULL, NULL)"""
QUERY = """SELECT staff_no, email, role, team, agency, area, starts, ends, boss FROM staff
    ORDER BY CASE staff_no WHEN 'tm1' THEN 1 WHEN 'tm2' THEN 2 ELSE 3 END, role DESC"""
COLUMNS = {"staff_id": "staff_no", "valid_from": "starts", "valid_to": "ends", "manager_id": "boss"}


def directory_at(url: str, **options: Any) -> SqlPeople:
    """Return a directory over a database."""
    given = {"url": url, "sql": QUERY, "columns": COLUMNS} | options
    return SqlPeople(PeopleConfig.model_validate(given), lambda: NOW)


@pytest.fixture
def url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of a database with a staff table, on each kind of server."""
    if backend == "sqlite":
        yield filled(f"sqlite:///{tmp_path}/staff.sqlite")
        return
    server = request.getfixturevalue("server")
    name = server.make()
    yield filled(server.local_url(name).replace("postgresql://", "postgresql+psycopg://"))
    server.drop(name)


def filled(url: str) -> str:
    """Put the staff table into a database; return its address."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(TABLE)
        connection.exec_driver_sql(ROWS)
    engine.dispose()
    return url


class TestSqlPeople(DirectoryContract):
    """The promises of every directory."""

    @pytest.fixture
    def directory(self, url: str) -> SqlPeople:
        """Return a directory of four."""
        return directory_at(url)

    @pytest.fixture
    def absent(self, tmp_path: Path) -> SqlPeople:
        """Return a directory whose database is not there."""
        return directory_at(f"sqlite:///{tmp_path}/none.sqlite")


def test_a_row_of_the_query_is_a_person_and_role_with_its_dates(url: str) -> None:
    directory = directory_at(url)

    tm1, *_ = directory.people()

    assert set(tm1.posts) == {
        Post("team_manager", "north", valid_from=date(2026, 1, 5), manager="sm"),
        Post("social_worker", "north", valid_to=date(2026, 3, 5), manager="sm"),
    }
    assert [one.id for one in directory.holders("social_worker", Scope(team="north"))] == []


def test_a_row_without_an_id_is_listed_by_its_number_and_no_name_is_kept(url: str) -> None:
    directory = directory_at(url)

    shown = repr(directory.people()) + repr(directory.problems)

    assert [problem.what for problem in directory.problems] == ["staff_id: is empty"]
    assert CANARIES[0] not in shown


def test_a_query_that_lacks_a_column_leaves_the_last_good_directory_in_force(url: str) -> None:
    with pytest.raises(Unreadable, match="gives no column staff_id"):
        directory_at(url, columns={}, sql="SELECT email, role FROM staff").people()


def test_a_query_that_writes_is_refused(url: str) -> None:
    writing = "WITH gone AS (DELETE FROM staff RETURNING *) SELECT staff_no, role FROM gone"

    with pytest.raises(Unreadable):
        directory_at(url, sql=writing).people()

    assert len(directory_at(url).people()) == 4


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param({"sql": "DELETE FROM staff"}, "single SELECT", id="no reading statement"),
        pytest.param({"columns": {"staf_id": "x"}}, 'did you mean "staff_id"', id="misspelt"),
        pytest.param({"url_file": "x"}, "either `url` or `url_file`", id="two addresses"),
    ],
)
def test_a_mistake_in_the_settings_is_told(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        directory_at("sqlite:///staff.sqlite", **options)
