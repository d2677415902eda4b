"""Each table, sheet and list is counted by itself: an empty one may be a small share of all rows."""

from pathlib import Path

from daemon.domain.times import iso
from daemon.mapping.rows import Cases
from integrations.rest_api.config import Query
from integrations.rest_api.rows import Rows
from tests.integrations.annex_a.conftest import Workbooks
from tests.integrations.cin_census.conftest import Returns, child, enquiry, episode
from tests.integrations.csv_files.conftest import Drop, line
from tests.integrations.sql_query.conftest import NOW, CaseSystem


def test_a_table_of_the_dataset_and_a_query_are_counted(tmp_path: Path) -> None:
    system = CaseSystem(tmp_path)
    system.child("SC-1")
    system.enquiry("SC-1")
    query = {"sql": "SELECT * FROM ssd_person WHERE 1 = 0", "ref": "pers_person_id"}

    page = system.read(queries={"nobody": query})

    assert (page.parts["ssd_s47_enquiry"], page.parts["ssd_initial_cp_conference"]) == (1, 0)
    assert page.parts["nobody"] == 0
    assert sum(page.parts.values()) == page.rows


def test_a_sheet_of_a_diary_is_counted(tmp_path: Path) -> None:
    drop = Drop(tmp_path)
    drop.put("conference", line("conference", conference_id="M-1", kind="ICPC", case_refs="SC-1"))
    drop.put("attendance")

    assert dict(drop.read().parts) == {"conference": 1, "attendance": 0}


def test_a_list_of_annex_a_is_counted(tmp_path: Path) -> None:
    books = Workbooks(tmp_path)
    books.put(List_5=[{"child": "SC-1", "strategy": "02/03/2026"}])

    assert dict(books.read().parts) == {"list_4": 0, "list_5": 1, "list_7": 0}


def test_what_the_census_says_of_enquiries_and_plans_is_counted(tmp_path: Path) -> None:
    returns = Returns(tmp_path)
    returns.put(child("SC-1", episode(enquiry(), enquiry("2026-01-12"))), child("SC-2"))

    page = returns.read()

    assert page.rows == 2
    assert dict(page.parts) == {"Section47": 2, "ChildProtectionPlans": 0}


def test_a_list_of_a_rest_source_is_counted() -> None:
    one, inner = (
        Query(path="children", ref="$.id"),
        Query(within="children", rows="$.plans", part="plan", id="$.id"),
    )
    cases = Cases()

    Rows({"children": one, "plans": inner}, cases, iso(NOW)[:10]).read(
        "children", 1, {"id": "SC-1"}
    )

    assert dict(cases.parts) == {"children": 1, "plans": 0}
