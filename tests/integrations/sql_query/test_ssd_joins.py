"""What of the dataset belongs together where its rows do not say so: siblings, reviews and plans, older ids."""

from datetime import date
from typing import Any

import pytest

from daemon.domain.errors import Severity
from tests.integrations.sql_query.conftest import CaseSystem

HELD = date(2026, 3, 20)


def held(system: CaseSystem, ref: str, **columns: Any) -> None:
    """Add a conference of a child that was held."""
    columns = {"icpc_id": f"I{ref}", "person_id": ref, "icpc_date": HELD} | columns
    system.add("ssd_initial_cp_conference", **columns)


def plan(system: CaseSystem, name: str, start: date, **columns: Any) -> None:
    """Add a plan of child 1001."""
    system.add(
        "ssd_cp_plans", cp_plan_id=name, person_id="1001", cp_plan_start_date=start, **columns
    )


def review(system: CaseSystem, day: date | None, **columns: Any) -> None:
    """Add a review of child 1001."""
    columns = {"cp_review_id": f"R-{day}", "cp_review_date": day} | columns
    system.add("ssd_cp_reviews", person_id="1001", **columns)


@pytest.fixture
def siblings(system: CaseSystem) -> CaseSystem:
    """Return a case system with two children of one family."""
    for ref in ("1001", "1002"):
        system.child(ref)
        system.add("ssd_family", table_id=f"F{ref}", family_id="F-9", person_id=ref)
    return system


def meeting_ids(system: CaseSystem) -> list[str]:
    """Return the id of each child's conference."""
    return [body["meetings"][0]["id"] for body in system.bodies().values()]


def test_siblings_without_a_meeting_id_share_it_by_family_and_day_and_that_is_said(
    siblings: CaseSystem,
) -> None:
    held(siblings, "1001", icpc_meeting_id="-1")
    held(siblings, "1002")

    (note,) = siblings.read().problems

    assert meeting_ids(siblings) == ["ICPC-F-9-2026-03-20"] * 2
    assert (note.where, note.severity) == ("ssd_initial_cp_conference", Severity.NOTE)
    assert "joined with those of siblings by family and day" in note.what


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param({"icpc_date": date(2026, 3, 23)}, "ICPC-F-9-2026-03-23", id="another day"),
        pytest.param({"icpc_date": None}, "ICPC-I1002", id="not held yet"),
        pytest.param({"icpc_transfer_in": "Y"}, "TRANSFER-F-9-2026-03-20", id="of another kind"),
        pytest.param({"icpc_meeting_id": "M-7"}, "M-7", id="a meeting id of its own"),
    ],
)
def test_what_differs_is_not_joined(
    siblings: CaseSystem, columns: dict[str, Any], expected: str
) -> None:
    held(siblings, "1001")
    held(siblings, "1002", **columns)

    assert meeting_ids(siblings) == ["ICPC-F-9-2026-03-20", expected]


def test_children_of_one_mother_are_a_family_where_none_is_recorded(system: CaseSystem) -> None:
    for ref in ("1001", "1002"):
        system.child(ref)
        system.add("ssd_mother", table_id=f"M{ref}", person_id="900", childs_person_id=ref)
        held(system, ref)
    system.add("ssd_family", table_id="F1", family_id="F-9", person_id="1002")

    assert [one["family"] for one in system.bodies().values()] == ["of-900", "F-9"]


def test_tables_that_not_every_authority_fills_may_be_missing(siblings: CaseSystem) -> None:
    held(siblings, "1001")
    before = siblings.bodies()

    siblings.run("DROP TABLE ssd_mother", "DROP TABLE ssd_linked_identifiers")

    assert siblings.bodies() == before


@pytest.mark.parametrize(
    ("day", "columns", "expected"),
    [
        pytest.param(date(2026, 3, 2), {"cp_plan_id": "P1"}, "P1", id="the one that it names"),
        pytest.param(date(2026, 3, 2), {}, "P2", id="the one that runs on its day"),
        pytest.param(date(2025, 3, 2), {"cp_plan_id": "-1"}, "P1", id="the one that ran then"),
        pytest.param(date(2026, 3, 2), {"cp_plan_id": "P9"}, "P2", id="it names one that is gone"),
        pytest.param(date(2024, 3, 2), {}, None, id="none"),
    ],
)
def test_a_review_is_of_the_plan_that_it_names_or_that_runs_on_its_day(
    system: CaseSystem, day: date, columns: dict[str, Any], expected: str | None
) -> None:
    system.child("1001")
    plan(system, "P1", date(2025, 1, 6), cp_plan_end_date=date(2025, 6, 2))
    plan(system, "P2", date(2026, 1, 5))
    review(system, day, **columns)

    page = system.read()

    assert page.records[0].body["meetings"][0].get("plan") == expected
    assert [one.severity for one in page.problems] == ([] if expected else [Severity.WARNING])


def test_by_when_a_source_has_something_due_is_kept_beside_and_spoils_nothing(
    system: CaseSystem,
) -> None:
    system.child("1001")
    held(system, "1001", icpc_target_date="2026-02-31")
    plan(system, "P1", HELD)
    review(system, date(2026, 6, 12), cp_review_due=date(2026, 6, 19))
    review(system, None, cp_review_due=date(2026, 12, 11))

    page = system.read()

    body = page.records[0].body
    first, second = body["meetings"]
    assert (first["held_on"], first.get("target_on")) == ("2026-03-20", None)
    assert second["target_on"] == "2026-06-19"
    assert body["plans"][0]["review_target_on"] == "2026-12-11"
    assert [one.severity for one in page.problems] == [Severity.WARNING]


def test_a_conference_says_when_its_enquiry_began(system: CaseSystem) -> None:
    system.child("1001")
    system.enquiry("1001", "2025-03-02", number="E1")
    system.enquiry("1001", "2026-03-23", number="E2")
    held(system, "1001", s47_enquiry_id="E2")

    assert system.bodies()["1001"]["meetings"][0]["enquiry_on"] == "2026-03-23"


def test_a_temporary_plan_of_another_authority_counts_only_while_no_plan_of_ours_is_open(
    system: CaseSystem,
) -> None:
    system.child("1001")
    plan(system, "P1", date(2026, 1, 5), cp_plan_ola="Y")
    before = system.bodies()["1001"]

    plan(system, "P2", date(2026, 3, 2), cp_plan_ola="N")
    after = system.bodies()["1001"]

    assert before["plan_held_by"] == "other"
    assert "plan_held_by" not in after
    assert [one["id"] for one in after["plans"]] == ["P2"]


@pytest.mark.parametrize(
    ("kind", "value", "formerly"),
    [
        pytest.param("Unborn ID", "U-77", ["U-77"], id="an older id"),
        pytest.param("NHS Number", "U-77", None, id="of a type that is not set"),
        pytest.param("Unborn ID", "1001", None, id="its own"),
        pytest.param("Unborn ID", "1002", None, id="somebody else's"),
        pytest.param("Unborn ID", "-1", None, id="nothing"),
    ],
)
def test_an_older_id_of_a_case_is_known_where_its_type_is_set_and_nobody_else_has_it(
    siblings: CaseSystem, kind: str, value: str, formerly: list[str] | None
) -> None:
    held(siblings, "1001", icpc_meeting_id="M-1")
    held(siblings, "1002", icpc_meeting_id="M-1")
    siblings.add(
        "ssd_linked_identifiers",
        table_id="K1", person_id="1001", identifier_type=kind, identifier_value=value,
    )  # fmt: skip

    page = siblings.read(former_id_types=["Unborn ID"])

    assert page.records[0].body.get("formerly") == formerly
    assert len(page.problems) == (value == "1002")


@pytest.mark.parametrize(
    ("start", "ceased", "is_looked_after"),
    [
        pytest.param(date(2026, 3, 1), None, True, id="now"),
        pytest.param(date(2026, 1, 1), date(2026, 2, 1), None, id="no longer"),
        pytest.param(date(2026, 1, 1), date(2026, 4, 1), True, id="until a day that lies ahead"),
        pytest.param(None, None, None, id="nobody knows since when"),
    ],
)
def test_a_child_is_looked_after_while_an_episode_is_open(
    system: CaseSystem, start: date | None, ceased: date | None, is_looked_after: bool | None
) -> None:
    system.child("1001")
    system.enquiry("1001")
    system.add(
        "ssd_cla_episodes",
        cla_episode_id="L1", person_id="1001", cla_episode_start_date=start, cla_episode_ceased=ceased,
    )  # fmt: skip

    assert system.bodies()["1001"].get("looked_after") == is_looked_after


def test_an_assessment_is_completed_when_it_was_authorised(system: CaseSystem) -> None:
    for ref in ("1001", "1002"):
        system.child(ref)
    system.enquiry("1001")
    for ref, day in (("1001", date(2026, 3, 5)), ("1001", None), ("1002", date(2026, 3, 5))):
        row = {"assessment_id": f"A{ref}{day}", "person_id": ref, "assessment_auth_date": day}
        system.add("ssd_cin_assessments", **row)

    (body,) = system.bodies().values()

    assert body["facts"]["child_family_assessment_completed"] == "2026-03-05"
