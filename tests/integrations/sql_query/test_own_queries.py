"""An authority's own queries: what their rows say of a case, its meetings, invitees and plans."""

from typing import Any

import pytest

from daemon.ports import Unreadable
from tests.integrations.sql_query.conftest import CaseSystem, feed, own


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
