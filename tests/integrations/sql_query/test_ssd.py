"""What the tables of the Standard Safeguarding Dataset say of a child."""

from datetime import date
from typing import Any

import pytest

from daemon.testing.contracts import CANARIES, CaseSourceContract
from integrations.sql_query.source import SqlQuery
from tests.integrations.sql_query.conftest import CaseSystem, fill, flags

NAME = CANARIES[0]


class TestSqlQuery(CaseSourceContract):
    """The promises of every feed."""

    @pytest.fixture
    def source(self, system: CaseSystem) -> SqlQuery:
        """Return a case system with two children and one bad row."""
        fill(system)
        system.enquiry(None, number="E-lost")
        return system.feed()

    @pytest.fixture
    def gone(self, system: CaseSystem) -> SqlQuery:
        """Return a feed whose database is not there."""
        return system.feed(url=f"sqlite:///{system.file}.gone")


def test_siblings_share_a_meeting_and_a_family(system: CaseSystem) -> None:
    fill(system)

    assert system.bodies() == {
        "1001": {
            "ref": "1001",
            "facts": {
                "strategy_discussion_held": "2026-03-02",
                "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
                "s47_concluded": {"at": "2026-03-06", "value": "at_risk"},
            },
            "born_on": "2017-05-04",
            "family": "F-9",
            "team": "north",
            "roles": {"social_worker": "SW07"},
            "meetings": [{"id": "M-881", "kind": "icpc", "status": "requested", "facts": {}}],
        },
        "1002": {
            "ref": "1002",
            "facts": {
                "strategy_discussion_held": "2026-03-02",
                "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
                "s47_concluded": {"at": "2026-03-06", "value": "at_risk"},
            },
            "expected_on": "2026-06-01",
            "family": "F-9",
            "meetings": [{"id": "M-881", "kind": "icpc", "status": "requested", "facts": {}}],
        },
    }


@pytest.mark.parametrize(
    ("outcome", "value"),
    [
        pytest.param({"outcome_json": flags(CP_CONFERENCE_FLAG="Y")}, "at_risk", id="conference"),
        pytest.param(
            {"outcome_json": flags(CP_CONFERENCE_FLAG="N", NFA_FLAG="Y")},
            "not_at_risk",
            id="no conference and no further action",
        ),
        pytest.param(
            {"outcome_json": flags(CP_CONFERENCE_FLAG="N"), "nfa": "Y"},
            "not_at_risk",
            id="no further action in its own column",
        ),
        pytest.param({"outcome_json": flags(CP_CONFERENCE_FLAG="N")}, None, id="other outcomes"),
        pytest.param({"outcome_json": flags(CP_CONFERENCE_FLAG="Y"), "nfa": "Y"}, None, id="both"),
        pytest.param({"outcome_json": None, "nfa": "Y"}, None, id="no flags"),
        pytest.param({"outcome_json": f"{{{NAME}"}, None, id="flags that cannot be read"),
        pytest.param({"outcome_json": "-1", "nfa": "Y"}, None, id="nothing in place of flags"),
        pytest.param(
            {"outcome_json": flags(CP_CONFERENCE_FLAG=["Y"])}, None, id="a flag that is a list"
        ),
        pytest.param(
            {"outcome_json": flags(CP_CONFERENCE_FLAG="Y", MORE="." * 3000)},
            "at_risk",
            id="flags with many words",
        ),
    ],
)
def test_an_enquiry_concludes_only_what_its_flags_say_clearly(
    system: CaseSystem, outcome: dict[str, Any], value: str | None
) -> None:
    system.child("1001")
    system.enquiry("1001", end_date=date(2026, 3, 6), **outcome)

    concluded = system.bodies()["1001"]["facts"]["s47_concluded"]

    assert concluded == ({"at": "2026-03-06", "value": value} if value else "2026-03-06")


def test_a_second_enquiry_makes_a_list(system: CaseSystem) -> None:
    system.child("1001")
    system.enquiry("1001", "2025-09-01", number="E1")
    system.enquiry("1001", "2026-03-02 15:10:00", number="E2")

    facts = system.bodies()["1001"]["facts"]

    assert facts["strategy_discussion_held"] == ["2025-09-01", "2026-03-02T15:10"]
    assert [one["at"] for one in facts["s47_decision_recorded"]] == [
        "2025-09-01",
        "2026-03-02T15:10",
    ]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        pytest.param(
            {"icpc_date": date(2026, 3, 20), "icpc_outcome_cp_flag": "Y"},
            {"held_on": "2026-03-20", "status": "held", "decision": "plan"},
            id="held, a plan",
        ),
        pytest.param(
            {"icpc_date": date(2026, 3, 20), "icpc_outcome_cp_flag": "N"},
            {"held_on": "2026-03-20", "status": "held", "decision": "no_plan"},
            id="held, no plan",
        ),
        pytest.param({"icpc_date": "-1"}, {"status": "requested"}, id="-1 for no date"),
    ],
)
def test_a_conference_is_held_on_its_date_and_decides_that_day(
    system: CaseSystem, columns: dict[str, Any], expected: dict[str, str]
) -> None:
    system.child("1001")
    system.add("ssd_initial_cp_conference", icpc_id="I1", person_id="1001", **columns)

    (meeting,) = system.bodies()["1001"]["meetings"]

    decision = expected.pop("decision", None)
    facts = {"conference_decision_recorded": {"at": "2026-03-20", "value": decision}}
    assert meeting == {
        "id": "ICPC-I1",
        "kind": "icpc",
        "facts": facts if decision else {},
        **expected,
    }


def test_a_decision_that_is_neither_yes_nor_no_is_unknown_and_reported(system: CaseSystem) -> None:
    system.child("1001")
    day = date(2026, 3, 20)
    system.add(
        "ssd_initial_cp_conference",
        icpc_id="I1",
        person_id="1001",
        icpc_date=day,
        icpc_outcome_cp_flag="?",
    )

    page = system.read()

    (meeting,) = page.records[0].body["meetings"]
    assert meeting["facts"] == {"conference_decision_recorded": {"at": "2026-03-20"}}
    assert [problem.where for problem in page.problems] == ["ssd_initial_cp_conference/I1"]


def test_a_transfer_to_us_is_a_meeting_of_its_own_kind(system: CaseSystem) -> None:
    system.child("1001")
    system.add("ssd_initial_cp_conference", icpc_id="I1", person_id="1001", icpc_transfer_in="Y")

    (meeting,) = system.bodies()["1001"]["meetings"]

    assert (meeting["kind"], meeting["direction"]) == ("transfer_in", "in")


def test_reviews_that_were_held_are_meetings_and_due_ones_are_not(system: CaseSystem) -> None:
    system.child("1001")
    review = {"person_id": "1001", "cp_review_due": date(2026, 6, 1)}
    system.add("ssd_cp_reviews", cp_review_id="R2", **review)
    system.add(
        "ssd_cp_reviews",
        cp_review_id="R1",
        cp_review_date=date(2026, 2, 1),
        cp_review_meeting_id="M-7",
        cp_review_outcome_continue_cp="N",
        **review,
    )

    assert system.bodies()["1001"]["meetings"] == [
        {
            "id": "M-7",
            "kind": "rcpc",
            "status": "held",
            "held_on": "2026-02-01",
            "target_on": "2026-06-01",
            "facts": {"review_decision_recorded": {"at": "2026-02-01", "value": "end"}},
        }
    ]


@pytest.mark.parametrize(
    ("columns", "held_by"),
    [
        pytest.param({"cp_plan_ola": "N"}, None, id="ours"),
        pytest.param({"cp_plan_ola": "Y"}, "other", id="another authority's, open"),
        pytest.param({"cp_plan_ola": "Y", "cp_plan_end_date": date(2026, 2, 1)}, None, id="ended"),
    ],
)
def test_an_open_plan_of_another_authority_is_held_elsewhere(
    system: CaseSystem, columns: dict[str, Any], held_by: str | None
) -> None:
    system.child("1001")
    start = date(2026, 1, 5)
    category = {"cp_plan_initial_category": NAME}
    system.add(
        "ssd_cp_plans",
        cp_plan_id="P1",
        person_id="1001",
        cp_plan_start_date=start,
        **category,
        **columns,
    )

    body = system.bodies()["1001"]

    assert body["plans"][0]["started_on"] == "2026-01-05"
    assert body.get("plan_held_by") == held_by


def test_a_child_who_has_died_is_known_to_have(system: CaseSystem) -> None:
    system.child("1001", death_date=date(2026, 3, 5))
    system.enquiry("1001")

    assert system.bodies()["1001"]["facts"]["child_died"] == "2026-03-05"


def test_the_social_worker_is_the_one_of_the_latest_open_involvement(system: CaseSystem) -> None:
    system.child("1001")
    system.enquiry("1001")
    for number, (role, start, end) in enumerate(
        [
            ("AW", date(2026, 1, 5), date(2026, 3, 1)),
            ("AW", date(2026, 3, 2), None),
            ("AW", date(2026, 2, 2), None),
            ("IRO", date(2026, 3, 4), None),
            ("AW", date(2026, 4, 1), None),
        ]
    ):
        system.add("ssd_professionals", professional_id=f"P{number}", staff_id=f"SW{number}")
        system.add(
            "ssd_involvements",
            involvements_id=f"V{number}",
            professional_id=f"P{number}",
            professional_role_id=role,
            person_id="1001",
            involvement_start_date=start,
            involvement_end_date=end,
        )

    assert system.bodies(allocated_roles=["AW"])["1001"]["roles"] == {"social_worker": "SW1"}
    assert system.bodies()["1001"]["roles"] == {"social_worker": "SW3"}
