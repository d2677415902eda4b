"""Rows of any JSON at all: each bad one is listed, every good one is read, and nothing breaks."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.mapping.rows import Cases
from integrations.rest_api.config import Query
from integrations.rest_api.rows import Rows
from tests.integrations.rest_api.conftest import QUERIES, child

NAMES = [
    "id",
    "deleted",
    "team",
    "code",
    "conflicts",
    "born",
    "staff",
    "role",
    "strategy",
    "on",
    "decision",
    "conferences",
    "booked",
    "invited",
    "out",
    "apart",
    "purge",
    "child_details",
    "social_care_episodes",
    "section_47_assessments",
    "child_protection_plans",
    "start_date",
]
WORDS = st.sampled_from(["", "-1", "yes", "no", "2026-03-02", "2026-02-31", "SW", "\x00", "\ud800"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | WORDS
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=25,
)
GIVEN = {name: Query.model_validate(one) for name, one in QUERIES.items()}
PRESET = {"children": Query(path="children", preset="dfe_csc", ref="$.id")}


@given(rows=st.lists(JSON, max_size=4), is_preset=st.booleans())
@settings(deadline=None)
def test_whatever_a_row_is_the_others_are_read(rows: list[Any], is_preset: bool) -> None:
    cases = Cases()
    reader = Rows(PRESET if is_preset else GIVEN, cases, "2026-03-06")

    refs = [
        reader.read("children", number, row)
        for number, row in enumerate([child("FIRST"), *rows, child("LAST")], start=1)
    ]

    assert {"FIRST", "LAST"} <= cases.bodies.keys()
    assert all(ref in cases.bodies or cases.problems for ref in refs)
    assert len(cases.bodies) + len(cases.problems) >= len({*refs} - {None})
    assert refs.count(None) <= len(cases.problems)
    json.dumps([one.body for one in cases.fragments()])
    assert all("\n" not in str(problem) and len(str(problem)) < 500 for problem in cases.problems)
