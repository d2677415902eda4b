"""The case sheet, and what the other sheets say of people who must be kept apart or left out."""

from typing import Any

import pytest
from pydantic import ValidationError

from daemon.ports import Unreadable
from integrations.csv_files.config import Config
from tests.integrations.csv_files.conftest import Drop, line

APART = (
    "conference_id,invitee_id,is_family,apart_from,excluded_by_chair,contact,response,deputy_for"
)
PLAN = "immediate_safety_action_plan_recorded"
TOLD = "until it is mended, the holders of the case alone are told of it"


@pytest.fixture
def booked(drop: Drop) -> Drop:
    """Return a folder with one conference of one child."""
    drop.put("conference", line("conference", booked_start="2026-03-20 10:00"))
    return drop


def test_a_case_sheet_says_who_must_not_learn_of_a_case_and_who_alone_may(booked: Drop) -> None:
    booked.put("case", "SC-1,N,,sw9; cp.desk@police.example,", "SC-1,Y,sw1;tm1,sw8,2017-05-04")

    body = booked.bodies()["SC-1"]

    assert body["excluded"] == ["sw9", "cp.desk@police.example", "sw8"]
    assert body["holders"] == ["sw1", "tm1"]
    assert (body["restricted"], body["born_on"]) == (True, "2017-05-04")
    assert [one["id"] for one in body["meetings"]] == ["C1"]


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        pytest.param("SC-1,,,Una Quillfeather,", "excluded: is not an id", id="a name"),
        pytest.param("SC-1,see notes,,,", "restricted: is neither yes nor no", id="words"),
    ],
)
def test_an_exclusion_that_cannot_be_read_closes_the_case_to_all_but_its_holders(
    booked: Drop, row: str, complaint: str
) -> None:
    booked.put("case", row)

    body = booked.bodies()["SC-1"]

    assert body["restricted"] is True
    (said,) = booked.complaints()
    assert said.startswith(f"case.csv:2: {complaint}")
    assert TOLD in said
    assert "Quillfeather" not in said


def test_a_wrong_date_beside_it_loses_no_exclusion(booked: Drop) -> None:
    booked.put("case", "SC-1,,,sw9,31/02/2026")

    assert booked.bodies()["SC-1"]["excluded"] == ["sw9"]
    assert "restricted" not in booked.bodies()["SC-1"]
    assert [one.split(";")[0] for one in booked.complaints()] == [
        'case.csv:2: born_on: "31/02/2026" is not a date that exists'
    ]


def test_a_case_sheet_with_a_row_that_cannot_be_split_is_taken_as_it_last_was_good(
    booked: Drop,
) -> None:
    booked.put("case", "SC-1,,,sw9,")
    booked.bodies()
    booked.put("case", "SC-1,,,sw9", "SC-1,,,sw8,")

    assert booked.bodies()["SC-1"]["excluded"] == ["sw9"]
    assert any("may name people who must not be told" in one for one in booked.complaints())


def test_without_a_good_one_nothing_is_known_of_who_must_not_be_told(booked: Drop) -> None:
    booked.put("case", "SC-1,,,sw9")

    with pytest.raises(Unreadable, match="may name people who must not be told"):
        booked.read()


def test_the_invite_list_says_who_is_apart_from_whom_and_whom_the_chair_left_out(
    booked: Drop,
) -> None:
    booked.put(
        "invitee",
        "C1,I1,Y,I2; I3,,task only,,",
        "C1,I2,,,Y,,declined,",
        "C1,I3,,,,,,I2",
        header=APART,
    )

    first, second, third = booked.meeting()["invitees"]

    assert (first["apart_from"], first["contact"]) == (["I2", "I3"], "task_only")
    assert (second["excluded_by_chair"], second["response"]) == (True, "declined")
    assert third["deputy_for"] == "I2"


@pytest.mark.parametrize(
    ("text", "link"),
    [
        pytest.param("https://meet.example/1?pwd=a", "https://meet.example/1?pwd=a", id="a page"),
        pytest.param("see the invitation", None, id="words"),
        pytest.param("javascript:alert(1)", None, id="no page"),
    ],
)
def test_the_online_link_is_kept_where_it_is_one(drop: Drop, text: str, link: str | None) -> None:
    drop.put("conference", line("conference", online_link=text))

    assert drop.meeting().get("link") == link
    assert drop.meeting()["mode"] == "virtual"
    assert len(drop.complaints()) == (link is None)


def test_the_settings_name_further_facts_and_roles(booked: Drop) -> None:
    sheets: dict[str, Any] = {
        "case": {
            "facts": {
                PLAN: "Safety plan on",
                "s47_concluded": {"at": "Concluded", "value": "Outcome"},
            },
            "roles": {"social_worker": "Worker"},
            "words": {"facts.s47_concluded.value": {"substantiated": "at_risk"}},
        },
        "invitee": {"facts": {"deputy_nominated": "Deputy on"}},
    }
    booked.put(
        "case",
        "SC-1,02/03/2026,2026-03-05,Substantiated,sw1",
        header="case_ref,Safety plan on,Concluded,Outcome,Worker",
    )
    booked.put("invitee", "C1,I1,2026-03-04", header="conference_id,invitee_id,Deputy on")

    source = booked.feed(sheets=sheets)

    body = booked.bodies()["SC-1"]
    assert body["facts"] == {
        PLAN: "2026-03-02",
        "s47_concluded": {"at": "2026-03-05", "value": "at_risk"},
    }
    assert body["roles"] == {"social_worker": "sw1"}
    assert body["meetings"][0]["invitees"][0]["facts"] == {"deputy_nominated": "2026-03-04"}
    assert {PLAN, "s47_concluded", "deputy_nominated", "child_date_of_birth"} <= source.carries


@pytest.mark.parametrize(
    ("sheets", "reason"),
    [
        pytest.param({"report": {"facts": {PLAN: "x"}}}, "takes no further facts", id="a fact"),
        pytest.param({"invitee": {"roles": {"cp_chair": "x"}}}, "takes no roles", id="a role"),
        pytest.param({"case": {"columns": {"exclude": "x"}}}, 'mean "excluded"', id="misspelt"),
    ],
)
def test_what_a_sheet_cannot_show_is_refused(
    drop: Drop, sheets: dict[str, Any], reason: str
) -> None:
    with pytest.raises(ValidationError, match=reason):
        Config.model_validate({"folder": drop.folder, "sheets": sheets})


def test_two_facts_may_stand_under_one_header(booked: Drop) -> None:
    facts = {PLAN: "Day 1", "s47_decision_recorded": {"at": "Day 1", "value": "Decided"}}
    booked.feed(sheets={"case": {"facts": facts, "columns": {"born_on": "Day 1"}}})
    booked.put("case", "SC-1,2026-03-02,section 47", header="case_ref,Day 1,Decided")

    body = booked.bodies()["SC-1"]

    assert body["facts"][PLAN] == "2026-03-02"
    assert body["facts"]["s47_decision_recorded"] == {"at": "2026-03-02", "value": "section_47"}
    assert body["born_on"] == "2026-03-02"
