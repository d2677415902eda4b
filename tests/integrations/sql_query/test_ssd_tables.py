"""What the tables hold that cannot be used, and which tables there are."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect

from daemon.testing.contracts import CANARIES
from integrations.sql_query.ssd.loader import statements
from integrations.sql_query.ssd.tables import COLUMNS
from tests.integrations.sql_query.conftest import NOW, CaseSystem, fill

VOCABULARY = Path(__file__).parents[3] / "policies" / "vocabulary.yaml"
NAME = CANARIES[0]


def test_somebody_without_any_child_protection_is_no_case(system: CaseSystem) -> None:
    system.child("1001")
    system.enquiry("1001")
    system.child("mother")

    page = system.read()

    assert [one.body["ref"] for one in page.records] == ["1001"]
    assert page.rows == 2


@pytest.mark.parametrize(
    ("columns", "where", "reason"),
    [
        pytest.param({"ref": None}, "E", "belongs to nobody", id="no person"),
        pytest.param({"ref": "-1"}, "E", "belongs to nobody", id="-1 for a person"),
        pytest.param({"ref": "9999"}, "E", "names nobody in ssd_person", id="an orphan"),
        pytest.param({"start": "2026-02-31"}, "E", "not a date that exists", id="31 February"),
        pytest.param({"start": "9999-12-31"}, "E", "outside 1990 to 2100", id="year 9999"),
        pytest.param({"start": None}, "E", "s47e_s47_start_date is empty", id="no start"),
        pytest.param({"end_date": "soon"}, "E", "not a date that exists", id="words for a date"),
        pytest.param({"start": 20260302.5}, "E", "not a date that exists", id="a number"),
        pytest.param({"start": "2026-03-02\x00"}, "E", "cannot be read", id="NUL"),
    ],
)
def test_a_row_that_cannot_be_used_is_listed_and_the_rest_goes_on(
    system: CaseSystem, columns: dict[str, Any], where: str, reason: str
) -> None:
    for ref in ("1001", "1002"):
        system.child(ref)
        system.enquiry(ref)
    system.enquiry(columns.pop("ref", "1001"), number=where, **columns)

    page = system.read()

    assert [one.body["ref"] for one in page.records] == ["1001", "1002"]
    assert page.records[0].body["facts"]["strategy_discussion_held"] == "2026-03-02"
    (problem,) = page.problems
    assert problem.where == f"ssd_s47_enquiry/{where}"
    assert reason in problem.what


def test_a_child_whose_own_row_has_a_bad_date_is_no_silent_child(system: CaseSystem) -> None:
    system.child("1001", dob="0001-01-01")
    system.enquiry("1001")

    page = system.read()

    assert "born_on" not in page.records[0].body
    assert page.records[0].body["facts"]["strategy_discussion_held"] == "2026-03-02"
    assert [problem.where for problem in page.problems] == ["ssd_person/1001"]


DRIFT = st.one_of(
    st.none(),
    st.integers(-(2**40), 2**40),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=8),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(DRIFT, min_size=5, max_size=5))
def test_whatever_a_row_holds_the_good_rows_are_read(system: CaseSystem, values: list[Any]) -> None:
    system.run("DELETE FROM ssd_person", "DELETE FROM ssd_s47_enquiry")
    system.child("1001")
    system.enquiry("1001")
    start, end, nfa, outcome, ref = values
    system.enquiry(ref, start, number="X", end_date=end, nfa=nfa, outcome_json=outcome)

    page = system.read()

    facts = page.records[0].body["facts"]
    assert page.records[0].body["ref"] == "1001"
    assert "2026-03-02" in (facts["strategy_discussion_held"], *facts["strategy_discussion_held"])
    assert all(problem.where == "ssd_s47_enquiry/X" for problem in page.problems)


def test_every_fact_that_the_tables_give_is_in_the_vocabulary(system: CaseSystem) -> None:
    known = yaml.safe_load(VOCABULARY.read_text("utf-8"))["facts"]
    fill(system)
    system.child("1003", death_date=date(2026, 3, 5))
    held = {"person_id": "1003", "icpc_date": date(2026, 3, 4), "icpc_outcome_cp_flag": "Y"}
    system.add("ssd_initial_cp_conference", icpc_id="I3", **held)
    reviewed = {"cp_review_date": date(2026, 3, 5), "cp_review_outcome_continue_cp": "Y"}
    system.add("ssd_cp_reviews", cp_review_id="R3", person_id="1003", **reviewed)

    bodies = system.bodies().values()

    parts = [*bodies, *(one for body in bodies for one in body.get("meetings", ()))]
    facts: set[str] = set().union(*(part["facts"] for part in parts))
    assert len(facts) == 6
    assert facts - set(known) == set()


def test_the_script_makes_every_table_that_is_read(system: CaseSystem) -> None:
    tables = inspect(system.engine).get_table_names()

    assert len(tables) == len(list(statements("sqlite"))) > 40
    assert set(COLUMNS) <= set(tables)


def test_the_script_speaks_postgresql_too() -> None:
    script = "\n".join(statements("postgresql", "ssd"))

    assert "CREATE TABLE ssd.ssd_person" in script
    for word in ("NVARCHAR", "DATETIME", "GETDATE", "NEWID", " BIT", "ssd_development"):
        assert word not in script


def test_nothing_that_is_read_is_a_name_or_an_address() -> None:
    forbidden = ("name", "surname", "address", "postcode", "comment", "ethnic", "category")

    read = " ".join(COLUMNS.values())

    assert [word for word in forbidden if word in read] == []


def test_it_is_known_as_of_its_reading(system: CaseSystem) -> None:
    fill(system)

    assert system.read().as_known_at == NOW
