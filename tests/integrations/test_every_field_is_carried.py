"""Every field of the case record comes from a source that is shipped, or it is said here why not."""

from pathlib import Path
from typing import Any

import pytest

from daemon.decide.record.contract import (
    ACTION_KEYS,
    INVITEE_KEYS,
    MEETING_KEYS,
    PLAN_KEYS,
    RECORD_KEYS,
)
from daemon.mapping.form import FIELDS
from tests.integrations.csv_files.conftest import Drop

KEYS = {
    "case": RECORD_KEYS,
    "meeting": MEETING_KEYS,
    "invitee": INVITEE_KEYS,
    "plan": PLAN_KEYS,
    "action": ACTION_KEYS,
}
NOT_CARRIED = {
    "case": {"as_known_at": "each page of a feed says it for all of its records"},
    "meeting": {
        "number": "the database numbers conferences",
        "attempt": "the database numbers conferences",
        "dated_at": "it is seen from one reading to the next",
        "brought_forward_at": "it is seen from one reading to the next",
        "brought_forward_from": "it is seen from one reading to the next",
    },
    "invitee": {"deputy_named_at": "it is seen from one reading to the next"},
}
NOT_OF_SHEETS = {  # what a case system says of its own rows
    "meeting": {"enquiry_on", "plan", "target_on"},
}
OF_PARTS = frozenset(
    {"meetings", "plans", "actions", "invitees", "facts", "roles", "ref", "id", "kind"}
)
SAFETY = {  # what READINGS section 2 stands on
    "case": {"excluded", "restricted", "holders", "looked_after", "plan_held_by", "expected_on"},
    "meeting": {"effective", "status", "held_on", "direction", "link"},
    "invitee": {"apart_from", "excluded_by_chair", "contact", "is_family", "area", "person"},
}
FILLED = {
    "case.csv": "case_ref,formerly,family,team,pathway,restricted,holders,excluded,looked_after,"
    "plan_held_by,born_on,expected_on\n"
    "SC-1,SC-0,F-1,north,stoke-on-trent,Y,sw1,sw9,N,potterby,2017-05-04,2017-05-01\n",
    "conference.csv": "conference_id,kind,case_refs,booked_start,booked_end,venue,online_link,"
    "rearranged_from,held_date,effective\n"
    "C1,transfer-in ICPC,SC-1,2026-03-20 10:00,2026-03-20 12:00,Hall,https://meet.example/1,,"
    "2026-03-20,N\n"
    "C2,transfer-in ICPC,SC-1,2026-03-27 10:00,,,,C1,,\n",
    "invitee.csv": "conference_id,invitee_id,role,person,agency,area,key_agency,report_expected,"
    "is_family,contact,apart_from,excluded_by_chair,invited_at,delivered,response,deputy_for\n"
    "C1,I1,dsl,p1,education,north,Y,Y,N,none,I2,N,2026-03-05,Y,accepted,I3\n",
    "attendance.csv": "conference_id,invitee_id,attendance\nC1,I1,present\n",
}


def shown_by_sheets(folder: Path) -> dict[str, set[str]]:
    """Return the fields that a full drop folder shows."""
    drop = Drop(folder)
    for file, text in FILLED.items():
        drop.put_bytes(file, text.encode())
    body: dict[str, Any] = drop.bodies()["SC-1"]
    meetings = body["meetings"]
    return {
        "case": {*body},
        "meeting": {key for one in meetings for key in one},
        "invitee": {key for one in meetings for each in one["invitees"] for key in each},
    }


@pytest.mark.parametrize("of", KEYS)
def test_every_field_comes_from_a_query_of_ones_own_or_it_is_said_why_not(of: str) -> None:
    assert set(FIELDS[of]) | OF_PARTS | NOT_CARRIED.get(of, {}).keys() >= KEYS[of].keys()
    assert set(FIELDS[of]) <= KEYS[of].keys()
    assert not NOT_CARRIED.get(of, {}).keys() & set(FIELDS[of])


@pytest.mark.parametrize("of", SAFETY)
def test_every_field_that_a_safety_rule_reads_comes_from_a_sheet(tmp_path: Path, of: str) -> None:
    shown = shown_by_sheets(tmp_path)[of]

    assert SAFETY[of] <= shown
    rest = KEYS[of].keys() - shown - NOT_CARRIED.get(of, {}).keys()
    assert rest - NOT_OF_SHEETS.get(of, set()) <= OF_PARTS
