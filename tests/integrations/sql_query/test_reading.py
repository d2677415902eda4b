"""How a database is reached, what it may cost, and that it is only ever read."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from daemon.ports import Unreadable
from integrations.sql_query.config import Config
from integrations.sql_query.source import SqlQuery
from tests.integrations.sql_query.conftest import NOW, ONE, CaseSystem, feed, own

SECRET = "hunter2-quillfeather"
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS child FROM n WHERE x < 0"


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        pytest.param("DROP TABLE ssd_cp_plans", "the table ssd_cp_plans is missing", id="a table"),
        pytest.param(
            "ALTER TABLE ssd_person RENAME COLUMN pers_dob TO dob",
            "the table ssd_person has no column pers_dob",
            id="a column renamed",
        ),
    ],
)
def test_what_is_missing_is_named(system: CaseSystem, break_it: str, reason: str) -> None:
    system.run(break_it)

    with pytest.raises(Unreadable, match=reason):
        system.read()


def test_a_database_that_is_missing_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be reached"):
        feed(f"sqlite:///{tmp_path}/none.sqlite").read(None)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"not a database" * 100, b"SQLite format 3\x00" + b"\xff" * 4096]
)
def test_a_file_that_is_no_database_is_unreadable(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.sqlite").write_bytes(content)

    with pytest.raises(Unreadable, match=r"not a database|damaged|cannot be"):
        feed(f"sqlite:///{tmp_path}/x.sqlite", preset="ssd").read(None)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param(f"nosuchthing://{SECRET}", id="an unknown kind of database"),
        pytest.param(f"{SECRET}", id="no url"),
        pytest.param(f"postgresql+nodriver://a:{SECRET}@127.0.0.1:1/x", id="an unknown driver"),
    ],
)
def test_a_password_is_in_no_error(url: str) -> None:
    with pytest.raises(Unreadable) as caught:
        feed(url).read(None)

    assert SECRET not in str(caught.value)
    assert SECRET not in repr(feed(url).config)


def test_a_query_that_does_not_end_is_ended(system: CaseSystem) -> None:
    endless = feed(
        f"sqlite:///{system.file}",
        timeout_s=0.3,
        queries={"cases": {"sql": ENDLESS, "ref": "child"}},
    )

    with pytest.raises(Unreadable, match=r"did not answer within 0\.3 seconds"):
        endless.read(None)


def test_a_database_that_is_being_filled_is_unreadable_for_now(system: CaseSystem) -> None:
    holder = sqlite3.connect(system.file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")

    with pytest.raises(Unreadable, match="locked"):
        system.read(timeout_s=0.2)
    holder.execute("ROLLBACK")
    holder.close()

    assert list(system.read().records) == []


def test_a_vendors_message_is_not_repeated(system: CaseSystem) -> None:
    with pytest.raises(Unreadable) as caught:
        own(system, sql=f"SELECT '{SECRET}' AS child FROM {'x' * 9}", ref="child").read(None)

    assert str(caught.value) == "the database cannot be read (SQLITE_ERROR)"


@pytest.mark.parametrize(
    "sql",
    [
        pytest.param("DELETE FROM ssd_person", id="a deletion"),
        pytest.param("SELECT 1 AS child; DELETE FROM ssd_person", id="a second statement"),
        pytest.param("ATTACH 'x' AS y", id="another file"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_query_that_does_more_than_read_is_refused(sql: str) -> None:
    with pytest.raises(ValidationError, match="write a single SELECT"):
        feed("sqlite:///x", queries={"cases": {"sql": sql, "ref": "child"}})


def test_even_a_disguised_write_changes_nothing(system: CaseSystem) -> None:
    system.child("1001")
    sneaky = "WITH x AS (SELECT 1) DELETE FROM ssd_person"

    with pytest.raises(Unreadable, match="only reading is allowed"):
        own(system, sql=sneaky, ref="child").read(None)

    system.enquiry("1001")
    assert list(system.bodies()) == ["1001"]


def test_the_tables_say_up_to_when_they_are_filled(system: CaseSystem) -> None:
    system.run("CREATE TABLE runs (at)", "INSERT INTO runs VALUES ('2026-03-06 06:00')")

    page = system.read(as_known_sql="SELECT MAX(at) FROM runs")

    assert page.as_known_at == datetime(2026, 3, 6, 6, tzinfo=UTC)


def test_tables_filled_in_the_future_are_known_up_to_now(system: CaseSystem) -> None:
    assert system.read(as_known_sql="SELECT '2030-01-01'").as_known_at == NOW


def test_tables_that_were_never_filled_are_unreadable(system: CaseSystem) -> None:
    with pytest.raises(Unreadable, match="as_known_sql gives no date"):
        system.read(as_known_sql="SELECT NULL")


def test_the_url_may_stand_in_a_file_of_its_own(system: CaseSystem, tmp_path: Path) -> None:
    secret = tmp_path / "case-system.url"
    secret.write_text(f"sqlite:///{system.file.name}\n")
    secret.chmod(0o600)
    config = Config.model_validate(
        {"url_file": secret.name, "preset": "ssd"}, context={"base": tmp_path}
    )

    page = SqlQuery(config, lambda: NOW).read(None)

    assert page.whole

    secret.write_text("sqlite:///elsewhere")
    secret.chmod(0o644)
    assert SqlQuery(config, lambda: NOW).read(None).whole  # by the address of before

    late = Config.model_validate(
        {"url_file": "not-yet.url", "preset": "ssd"}, context={"base": tmp_path}
    )
    secret.rename(tmp_path / "not-yet.url")
    with pytest.raises(Unreadable, match="url_file: others may read this file; run chmod 600"):
        SqlQuery(late, lambda: NOW).read(None)


def test_a_relative_file_stands_on_the_settings_file(system: CaseSystem, tmp_path: Path) -> None:
    config = Config.model_validate(
        {"url": f"sqlite:///{system.file.name}", "preset": "ssd"}, context={"base": tmp_path}
    )

    assert SqlQuery(config, lambda: NOW).read(None).whole


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param({"preset": "ssd"}, "either `url` or `url_file`", id="no database"),
        pytest.param({"url": "sqlite:///x"}, "is given by `preset", id="nothing to read"),
        pytest.param(
            {"url": "sqlite:///x", "queries": {"cases": ONE | {"meeting": "icpc"}}},
            "give both or neither",
            id="a meeting without id",
        ),
        pytest.param(
            {"url": "sqlite:///x", "queries": {"cases": ONE | {"fields": {"held_on": "x"}}}},
            "no field of a case",
            id="a meeting's field on a case",
        ),
        pytest.param(
            {"url": "sqlite:///x", "queries": {"cases": ONE | {"fields": {"surname": "x"}}}},
            "no field of a case",
            id="a name",
        ),
        pytest.param(
            {"url": "sqlite:///x", "queries": {"cases": ONE | {"part": "invitee", "id": "x"}}},
            "names the meeting of an invitee",
            id="an invitee of no meeting",
        ),
        pytest.param(
            {
                "url": "sqlite:///x",
                "queries": {"cases": ONE | {"meeting": "icpc", "part": "plan", "id": "x"}},
            },
            "give `meeting` or `part`",
            id="a meeting that is a plan",
        ),
    ],
)
def test_wrong_settings_are_refused(options: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Config.model_validate(options)
