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
from tests.integrations.sql_query.conftest import NOW, CaseSystem

SECRET = "hunter2-quillfeather"
ONE = {"sql": "SELECT 'SC-1' AS child", "ref": "child"}
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS child FROM n WHERE x < 0"


def feed(url: str, **options: Any) -> SqlQuery:
    """Return a feed with one query, unless told otherwise."""
    queries = {} if "preset" in options else {"queries": {"cases": ONE}}
    return SqlQuery(Config.model_validate({"url": url} | queries | options), lambda: NOW)


def own(system: CaseSystem, **query: Any) -> SqlQuery:
    """Return a feed with a query of the authority's own."""
    return feed(f"sqlite:///{system.file}", queries={"cases": query})


@pytest.fixture
def table(system: CaseSystem) -> CaseSystem:
    """Return a database with one table of the authority's own."""
    system.run(
        "CREATE TABLE cases (child, team, worker, strategy_on, decision, meeting, booked_at, held)",
        "INSERT INTO cases VALUES ('SC-1', 'north', 'sw1', '2026-03-02', 'section_47', 'M1', "
        "'2026-03-20 10:00', NULL)",
        "INSERT INTO cases VALUES ('SC-1', 'north', 'sw1', '2026-03-02', 'section_47', 'M2', "
        "'2026-04-20 10:00', NULL)",
        "INSERT INTO cases VALUES ('SC-2', NULL, NULL, '2026-02-31', NULL, NULL, NULL, NULL)",
        "INSERT INTO cases VALUES (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
    )
    return system


def test_an_authoritys_own_query_gives_fields_roles_and_facts(table: CaseSystem) -> None:
    page = own(
        table,
        sql="SELECT * FROM cases",
        ref="child",
        fields={"team": "team"},
        roles={"social_worker": "worker"},
        facts={
            "strategy_discussion_held": "strategy_on",
            "s47_decision_recorded": {"at": "strategy_on", "value": "decision"},
        },
    ).read(None)

    (fragment,) = page.records
    assert fragment.body == {
        "ref": "SC-1",
        "team": "north",
        "roles": {"social_worker": "sw1"},
        "facts": {
            "strategy_discussion_held": "2026-03-02",
            "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
        },
    }
    assert [problem.where for problem in page.problems] == ["cases/3", "cases/4"]
    assert page.rows == 4


def test_an_authoritys_own_query_gives_meetings(table: CaseSystem) -> None:
    page = own(
        table,
        sql="SELECT * FROM cases WHERE meeting IS NOT NULL",
        ref="child",
        meeting="icpc",
        id="meeting",
        fields={"scheduled_at": "booked_at", "held_on": "held"},
        facts={"police_report_requested": "strategy_on"},
    ).read(None)

    facts = {"police_report_requested": "2026-03-02"}
    (fragment,) = page.records
    assert fragment.body["meetings"] == [
        {"id": "M1", "kind": "icpc", "scheduled_at": "2026-03-20T10:00", "facts": facts},
        {"id": "M2", "kind": "icpc", "scheduled_at": "2026-04-20T10:00", "facts": facts},
    ]


@pytest.fixture
def people(system: CaseSystem) -> CaseSystem:
    """Return a database with tables of who is asked to a conference, and who must not learn of a case."""
    system.run(
        "CREATE TABLE lists (child, meeting, invitee, agency, apart, chair_says_no, answer)",
        "INSERT INTO lists VALUES ('SC-1', 'M1', 'I1', 'police', 'I2; I3', 0, 'accepted')",
        "INSERT INTO lists VALUES ('SC-1', 'M1', 'I2', NULL, NULL, 'see file', NULL)",
        "INSERT INTO lists VALUES ('SC-1', NULL, 'I3', NULL, NULL, NULL, NULL)",
        "INSERT INTO lists VALUES ('SC-1', 'M1', NULL, NULL, NULL, NULL, NULL)",
        "CREATE TABLE access (child, who, born)",
        "INSERT INTO access VALUES ('SC-1', 'sw9', '2017-05-04'), ('SC-1', 'sw8;sw7', NULL)",
        "INSERT INTO access VALUES ('SC-2', 'Una Quillfeather', NULL), ('SC-3', 'sw9', 'May')",
    )
    return system


def test_an_authoritys_own_query_gives_invitees(people: CaseSystem) -> None:
    fields = {
        "agency": "agency",
        "apart_from": "apart",
        "excluded_by_chair": "chair_says_no",
        "response": "answer",
    }
    page = own(
        people,
        sql="SELECT * FROM lists",
        ref="child",
        part="invitee",
        of_meeting="meeting",
        id="invitee",
        fields=fields,
    ).read(None)

    (fragment,) = page.records
    facts: dict[str, Any] = {}
    first = {"id": "I1", "agency": "police", "apart_from": ["I2", "I3"], "response": "accepted"}
    second = {"id": "I2", "excluded_by_chair": True}
    assert fragment.body["meetings"] == [
        {
            "id": "M1",
            "invitees": [
                first | {"excluded_by_chair": False, "facts": facts},
                second | {"facts": facts},
            ],
        }
    ]
    assert [one.where for one in page.problems] == ["cases/3", "cases/4"]


def test_a_list_that_is_read_before_its_meeting_makes_no_second_one(people: CaseSystem) -> None:
    people.run("CREATE TABLE booked (child, meeting)", "INSERT INTO booked VALUES ('SC-1', 'M1')")
    lists = {"sql": "SELECT * FROM lists LIMIT 1", "part": "invitee", "of_meeting": "meeting"}
    booked = {"sql": "SELECT * FROM booked", "meeting": "icpc"}
    queries = {
        "lists": lists | {"ref": "child", "id": "invitee"},
        "meetings": booked | {"ref": "child", "id": "meeting"},
    }

    page = feed(f"sqlite:///{people.file}", queries=queries).read(None)

    facts: dict[str, Any] = {}
    invitees = [{"id": "I1", "facts": facts}]
    (fragment,) = page.records
    assert fragment.body["meetings"] == [
        {"id": "M1", "kind": "icpc", "invitees": invitees, "facts": facts}
    ]
    assert not page.problems


def test_an_exclusion_is_never_lost_by_what_else_is_wrong_in_its_row(people: CaseSystem) -> None:
    source = own(
        people,
        sql="SELECT * FROM access",
        ref="child",
        fields={"excluded": "who", "born_on": "born"},
    )
    page = source.read(None)

    bodies = {one.body["ref"]: one.body for one in page.records}
    assert bodies["SC-1"]["excluded"] == ["sw9", "sw8", "sw7"]
    assert [bodies[ref].get("restricted") for ref in ("SC-2", "SC-3")] == [True, True]
    assert all("the holders of the case alone are told" in one.what for one in page.problems)
    assert "Quillfeather" not in str(page.problems)
    assert "child_date_of_birth" in source.carries


def test_plans_and_actions_come_beside_the_preset(system: CaseSystem) -> None:
    system.child("SC-1")
    system.enquiry("SC-1")
    row = "'SC-1' AS child, 'A-1' AS action, 'hv@health.example' AS who, '2026-04-10' AS due"
    action = {"sql": f"SELECT {row}"}
    action |= {"ref": "child", "part": "action", "id": "action"}
    fields = {"fields": {"owner": "who", "due_on": "due"}}
    plan = {"sql": "SELECT 'SC-1' AS child, 'P-1' AS plan", "ref": "child", "part": "plan"}
    queries = {"actions": action | fields, "plans": plan | {"id": "plan"}}
    source = feed(f"sqlite:///{system.file}", preset="ssd", queries=queries)

    (fragment,) = source.read(None).records

    assert fragment.body["actions"] == [
        {"id": "A-1", "owner": "hv@health.example", "due_on": "2026-04-10", "facts": {}}
    ]
    assert [one["id"] for one in fragment.body["plans"]] == ["P-1"]
    assert "strategy_discussion_held" in fragment.body["facts"]
    assert {"plan_action_due", "s47_concluded"} <= source.carries


def test_a_query_without_a_column_that_it_was_said_to_have_is_unreadable(
    table: CaseSystem,
) -> None:
    with pytest.raises(Unreadable, match="the query cases gives no column worker_id"):
        own(
            table,
            sql="SELECT * FROM cases",
            ref="child",
            roles={"social_worker": "worker_id"},
        ).read(None)


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

    secret.chmod(0o644)
    with pytest.raises(Unreadable, match="others may read url_file"):
        SqlQuery(config, lambda: NOW).read(None)


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
