"""Children in the shape in which authorities send their data to the DfE."""

import json
from pathlib import Path
from typing import Any

import pytest

from daemon.cli import main
from daemon.testing.contracts import CANARIES, CaseSourceContract
from daemon.testing.rest.server import RestServer
from integrations.rest_api.source import RestApi
from tests.integrations.rest_api.conftest import Connect

SAMPLES = Path(__file__).parent / "samples"
PRESET = {"children": {"path": "children", "rows": "$.children", "preset": "dfe_csc"}}
NAME, STREET, WORDS = CANARIES
SETTINGS = """
authority = "potterby"
title = "Potterby"
operator = "operator@potterby.example"
fallback = "duty@potterby.example"
pathway_default = "statutory-england"

[feeds.cases]
adapter = "rest_api"
role = "case_system"
fresh_within = "26 hours"

[feeds.cases.options]
url = "{url}/api"

[feeds.cases.options.queries.children]
path = "children"
rows = "$.children"
preset = "dfe_csc"
"""


def enquiry(**more: Any) -> dict[str, Any]:
    """Return a section 47 enquiry."""
    return {"section_47_assessment_id": "E-1", "start_date": "2026-03-02", "purge": False, **more}


def child(*enquiries: Any, **episode: Any) -> dict[str, Any]:
    """Return a child with one episode."""
    details = {"first_name": NAME, "postcode": STREET, "date_of_birth": "2017-05-04"}
    return {
        "la_child_id": "C-1",
        "mis_child_id": "M-1",
        "purge": False,
        "child_details": {**details, "purge": False},
        "social_care_episodes": [{"section_47_assessments": list(enquiries), **episode}],
    }


@pytest.fixture
def source(server: RestServer, connect: Connect) -> RestApi:
    """Return a feed of children in this shape."""
    return connect(queries=PRESET)


class TestPreset(CaseSourceContract):
    """The promises of every feed."""

    @pytest.fixture
    def source(self, server: RestServer, connect: Connect) -> RestApi:
        """Return a case system with a child and one bad row."""
        server.rows += [
            child(enquiry(), closure_reason=WORDS),
            {"child_details": {"surname": NAME}},
        ]
        return connect(queries=PRESET)

    @pytest.fixture
    def gone(self, connect: Connect) -> RestApi:
        """Return a feed whose source is not there."""
        return connect(url="http://localhost:1")


def test_the_samples_are_read_whole(
    server: RestServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.rows += [json.loads(file.read_text()) for file in sorted(SAMPLES.glob("sample*.json"))]
    server.page_size = 10
    (tmp_path / "daykeeper.toml").write_text(SETTINGS.format(url=server.url))

    assert main(["feed", "read", "cases", "--config", f"{tmp_path}/daykeeper.toml", "--json"]) == 0

    assert capsys.readouterr().out == (SAMPLES / "expected.jsonl").read_text("utf-8")


@pytest.mark.parametrize(
    ("more", "facts"),
    [
        pytest.param({}, {}, id="open"),
        pytest.param({"icpc_required_flag": False}, {}, id="open, where no says nothing yet"),
        pytest.param(
            {"end_date": "2026-03-06", "icpc_required_flag": True},
            {"s47_concluded": {"at": "2026-03-06", "value": "at_risk"}},
            id="a conference is needed",
        ),
        pytest.param(
            {"end_date": "2026-03-06", "icpc_required_flag": False},
            {"s47_concluded": {"at": "2026-03-06"}},
            id="a no that may be an empty field: unknown",
        ),
        pytest.param(
            {"end_date": "2026-03-06", "icpc_required_flag": False, "icpc_date": "2026-03-20"},
            {"s47_concluded": {"at": "2026-03-06"}},
            id="none is needed and one was held: unknown",
        ),
        pytest.param(
            {"end_date": "2026-03-06"}, {"s47_concluded": {"at": "2026-03-06"}}, id="not said"
        ),
    ],
)
def test_what_an_enquiry_found_is_what_it_says_clearly(
    server: RestServer, source: RestApi, more: dict[str, Any], facts: dict[str, Any]
) -> None:
    server.rows.append(child(enquiry(**more)))

    (fragment,) = source.read(None).records

    strategy = {
        "strategy_discussion_held": "2026-03-02",
        "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
    }
    assert fragment.body["facts"] == strategy | facts
    assert fragment.body["born_on"] == "2017-05-04"


def test_a_no_that_is_somebodys_answer_ends_the_enquiry_without_risk(
    server: RestServer, connect: Connect, source: RestApi
) -> None:
    trusted = connect(queries={"children": PRESET["children"] | {"no_conference_is_said": True}})
    server.rows.append(child(enquiry(end_date="2026-03-06", icpc_required_flag=False)))

    (fragment,) = trusted.read(None).records

    found = {"at": "2026-03-06", "value": "not_at_risk"}
    assert fragment.body["facts"]["s47_concluded"] == found
    assert fragment.body["facts"]["icpc_not_required"] == found
    assert trusted.carries - source.carries == {"icpc_not_required"}


def test_conferences_plans_workers_and_a_death_are_shown(
    server: RestServer, source: RestApi
) -> None:
    plans = [
        {"child_protection_plan_id": "P-1", "start_date": "2026-03-20", "end_date": None},
        {"child_protection_plan_id": "P-0", "start_date": "2024-03-20", "purge": True},
    ]
    workers = [
        {"worker_id": "SW1", "start_date": "2025-01-01", "end_date": "2026-03-06"},
        {"worker_id": "SW2", "start_date": "2025-02-01"},
        {"worker_id": "SW3", "start_date": "2026-03-07"},
    ]
    closed = {"closure_reason": "RC2", "closure_date": "2026-03-05"}
    held = enquiry(icpc_date="2026-03-04")
    server.rows.append(
        child(held, child_protection_plans=plans, care_worker_details=workers, **closed)
    )

    (fragment,) = source.read(None).records

    body = fragment.body
    assert body["meetings"] == [
        {"id": "ICPC-E-1", "kind": "icpc", "status": "held", "held_on": "2026-03-04", "facts": {}}
    ]
    assert body["plans"] == [{"id": "P-1", "started_on": "2026-03-20", "facts": {}}]
    assert body["roles"] == {"social_worker": "SW2"}
    assert body["facts"]["child_died"] == "2026-03-05"


@pytest.mark.parametrize(
    ("row", "facts"),
    [
        pytest.param(child(enquiry()) | {"purge": True}, set(), id="the child"),
        pytest.param(child(enquiry(purge=True)), set(), id="the enquiry"),
        pytest.param(child(enquiry(), purge=True), set(), id="the episode"),
    ],
)
def test_what_was_purged_is_withdrawn_and_not_closed(
    server: RestServer, source: RestApi, row: Any, facts: set[str]
) -> None:
    server.rows.append(row)

    (fragment,) = source.read(None).records

    assert fragment.body["ref"] == "C-1"
    assert set(fragment.body["facts"]) == facts


@pytest.mark.parametrize(
    ("row", "where", "what"),
    [
        pytest.param(child(enquiry(start_date=None)), "/1", "start_date is empty", id="no start"),
        pytest.param(child(enquiry(end_date="32")), "/1", "end_date is not a date", id="no day"),
        pytest.param(child(enquiry(purge="maybe")), "/1", "purge is neither", id="unclear purge"),
        pytest.param(child(7), "/1", "is not an object", id="no object"),
        pytest.param(child() | {"social_care_episodes": 7}, "", "is not a list", id="no list"),
        pytest.param(
            child(enquiry(section_47_assessment_id=None, icpc_date="2026-03-04")),
            "/1",
            "its conference has no id",
            id="a conference without id",
        ),
        pytest.param(
            child(enquiry(end_date="2026-03-06", icpc_required_flag="perhaps")),
            "/1",
            "icpc_required_flag is neither",
            id="unclear flag",
        ),
    ],
)
def test_a_part_that_cannot_be_used_is_one_problem_at_its_place(
    server: RestServer, source: RestApi, row: Any, where: str, what: str
) -> None:
    server.rows.append(row)

    page = source.read(None)

    (problem,) = page.problems
    assert problem.where == "children/C-1" + (
        "/social_care_episodes/1/section_47_assessments" + where if where else where
    )
    assert what in problem.what
    has_start = "strategy_discussion_held" in page.records[0].body["facts"]
    assert has_start == ("start_date" not in what and "object" not in what and "list" not in what)


def test_a_child_that_stands_on_two_pages_is_told_once(server: RestServer, source: RestApi) -> None:
    server.rows += [child(enquiry()), child(enquiry()), child(enquiry(start_date="2026-03-03"))]

    page = source.read(None)

    (fragment,) = page.records
    assert fragment.body["facts"]["strategy_discussion_held"] == "2026-03-03"
    assert [one.what for one in page.problems] == [
        "the child stands in several rows that differ, of which the last is used"
    ]
