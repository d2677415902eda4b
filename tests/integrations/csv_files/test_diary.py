"""What the sheets of a conference diary say of a case."""

from pathlib import Path

import pytest

from daemon.testing.contracts import CANARIES, CaseSourceContract
from integrations.csv_files.config import Config
from integrations.csv_files.source import CsvFiles
from tests.integrations.csv_files.conftest import NOW, Drop, line

NAME, STREET, WORDS = CANARIES


class TestCsvFiles(CaseSourceContract):
    """The promises of every feed."""

    @pytest.fixture
    def source(self, drop: Drop) -> CsvFiles:
        """Return a diary with two children, one bad row, and much that is not ours to keep."""
        fill(drop)
        drop.put("milestone", f"SC-1,,{NAME} {WORDS},2026-02-31", f"{NAME} {NAME},,audit,{STREET}")
        return drop.source

    @pytest.fixture
    def gone(self, tmp_path: Path) -> CsvFiles:
        """Return a diary whose folder is not there."""
        return CsvFiles(Config(folder=tmp_path / "nowhere"), lambda: NOW)


def fill(drop: Drop) -> None:
    """Drop a full diary of one conference of two siblings."""
    drop.put(
        "conference",
        line(
            "conference",
            case_refs="SC-1; SC-2",
            strategy_date="02/03/2026",
            booked_start="2026-03-20 10:00",
            booked_end="20/03/2026 12:00",
            venue="Civic Centre",
            online_link="https://meet.example/m-881",
            chair="cp1",
            minute_taker=f"{NAME} {NAME}",
            status="Booked",
            invite_list_received_at="2026-03-05T09:30",
            police_report_requested_at="2 Mar 2026",
        )
        + f",{NAME}",
        header="conference_id,kind,case_refs,strategy_date,booked_start,booked_end,venue,"
        "online_link,chair,minute_taker,status,rearranged_from,invite_list_received_at,"
        "police_report_requested_at,held_date,effective,quorate,outcome,decisions_to_chair_at,"
        "decisions_approved_at,decisions_sent_at,minutes_sent_at,minutes_shared_with_family_at,"
        "child_name",
    )
    drop.put(
        "invitee",
        f"C1,I1,police_officer,{NAME} Q,police,cp.desk@police.example,{STREET},Y,Y,N",
        f"C1,I2,parents_carers,,,{NAME}@mail.example,,N,N,Y",
    )
    drop.put("attendance", "C1,I1,substitute")
    drop.put("report", f"C1,{NAME} {NAME},Police,2026-03-04,,2026-03-05")
    drop.put("core_group", "SC-1,P-1,2026-03-05,2026-04-02,2026-03-06")


def test_siblings_share_a_conference_and_each_has_its_own_fragment(drop: Drop) -> None:
    fill(drop)

    bodies = drop.bodies()

    assert list(bodies) == ["SC-1", "SC-2"]
    assert bodies["SC-2"] == {
        "ref": "SC-2",
        "facts": {"strategy_discussion_held": "2026-03-02"},
        "roles": {"cp_chair": "cp1"},
        "meetings": [
            {
                "id": "C1",
                "kind": "icpc",
                "status": "booked",
                "scheduled_at": "2026-03-20T10:00",
                "ends_at": "2026-03-20T12:00",
                "venue": "Civic Centre",
                "mode": "hybrid",
                "link": "https://meet.example/m-881",
                "facts": {
                    "invite_list_received": "2026-03-05T09:30",
                    "police_report_requested": "2026-03-02",
                    "agency_report_submitted": {"at": "2026-03-04", "about": "police"},
                    "agency_report_shared_with_family": {"at": "2026-03-05", "about": "police"},
                },
                "invitees": [
                    {
                        "id": "I1",
                        "agency": "police",
                        "role": "police_officer",
                        "person": "cp.desk@police.example",
                        "is_family": False,
                        "key": True,
                        "report_expected": True,
                        "attendance": "represented",
                    },
                    {
                        "id": "I2",
                        "role": "parents_carers",
                        "is_family": True,
                        "key": False,
                        "report_expected": False,
                    },
                ],
            }
        ],
    }


def test_what_was_left_out_for_it_may_be_personal_is_told_without_showing_it(drop: Drop) -> None:
    fill(drop)

    may_be_a_name = "is not an id; left out, for it may be a name; give the directory id"
    mend = "leave it empty: families are reached through their social worker"
    unread = "columns that are not read: child_name; leave them out, or map them under `columns`"
    assert drop.complaints() == [
        f"conference.csv: {unread}",
        f"conference.csv:2: minute_taker: {may_be_a_name}",
        f"invitee.csv:2: person: {may_be_a_name}",
        f"invitee.csv:3: the e-mail address of a family member was left out; {mend}",
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"kind": "Transfer-in ICPC"}, ("transfer_in", "in"), id="a transfer to us"),
        pytest.param({"kind": "pre-birth ICPC"}, ("pre_birth", None), id="before birth"),
        pytest.param({"kind": "rcpc"}, ("rcpc", None), id="a review"),
    ],
)
def test_the_kind_of_a_conference(
    drop: Drop, cells: dict[str, str], expected: tuple[str, str | None]
) -> None:
    drop.put("conference", line("conference", **cells))

    meeting = drop.meeting()

    assert (meeting["kind"], meeting.get("direction")) == expected


@pytest.mark.parametrize(
    ("cells", "mode"),
    [
        pytest.param({"venue": "Civic Centre"}, "in_person", id="a venue"),
        pytest.param({"online_link": "https://meet.example/1"}, "virtual", id="a link"),
        pytest.param({}, None, id="neither"),
    ],
)
def test_the_mode_follows_from_venue_and_link(
    drop: Drop, cells: dict[str, str], mode: str | None
) -> None:
    drop.put("conference", line("conference", **cells))

    assert drop.meeting().get("mode") == mode


@pytest.mark.parametrize(
    ("kind", "outcome", "fact", "value"),
    [
        pytest.param("ICPC", "Plan", "conference_decision_recorded", "plan", id="a plan"),
        pytest.param("ICPC", "no plan", "conference_decision_recorded", "no_plan", id="no plan"),
        pytest.param("RCPC", "continue", "review_decision_recorded", "continue", id="goes on"),
        pytest.param("RCPC", "end", "review_decision_recorded", "end", id="ends"),
    ],
)
def test_a_conference_that_was_held_decided_on_its_day(
    drop: Drop, kind: str, outcome: str, fact: str, value: str
) -> None:
    held = {"held_date": "2026-03-05", "effective": "Y", "outcome": outcome}
    drop.put("conference", line("conference", kind=kind, **held))

    meeting = drop.meeting()

    assert (meeting["status"], meeting["held_on"], meeting["effective"]) == (
        "held",
        "2026-03-05",
        True,
    )
    assert meeting["facts"] == {fact: {"at": "2026-03-05", "value": value}}


def test_an_unknown_outcome_stands_without_a_value_and_is_reported(drop: Drop) -> None:
    drop.put("conference", line("conference", held_date="2026-03-05", outcome="perhaps"))

    assert drop.meeting()["facts"] == {"conference_decision_recorded": {"at": "2026-03-05"}}
    assert drop.complaints() == [
        'conference.csv:2: outcome: "perhaps" is not in its list; use one of: no_plan, plan'
    ]


def test_an_outcome_of_a_conference_that_was_not_held_is_reported(drop: Drop) -> None:
    drop.put("conference", line("conference", outcome="plan"))

    assert drop.meeting()["facts"] == {}
    assert "no held_date" in drop.complaints()[0]


def test_a_conference_that_is_not_required_ends_its_clocks_from_a_day(drop: Drop) -> None:
    header = "conference_id,kind,case_refs,status,not_required_on"
    drop.put("conference", "C1,ICPC,SC-1,not required,05/03/2026", header=header)

    body = drop.bodies()["SC-1"]

    assert body["facts"] == {"icpc_not_required": {"at": "2026-03-05", "value": "other"}}
    assert body["meetings"][0]["status"] == "cancelled"


def test_not_required_without_a_day_is_reported_and_its_clocks_run(drop: Drop) -> None:
    drop.put("conference", line("conference", status="not required"))

    assert drop.bodies()["SC-1"]["facts"] == {}
    assert "since when is not said" in drop.complaints()[0]


def test_a_rearranged_conference_names_the_one_that_replaces_it(drop: Drop) -> None:
    drop.put(
        "conference",
        line("conference", booked_start="2026-03-20 10:00", status="booked"),
        line("conference", conference_id="C2", booked_start="26/03/2026", rearranged_from="C1"),
    )

    first, second = drop.bodies()["SC-1"]["meetings"]

    assert (first["status"], first["rearranged_to"]) == ("rearranged", "C2")
    assert (second["id"], second["status"]) == ("C2", "booked")


def test_the_chair_of_the_latest_conference_is_the_cases_chair(drop: Drop) -> None:
    drop.put(
        "conference",
        line("conference", conference_id="C2", booked_start="2026-06-01", chair="cp2"),
        line("conference", booked_start="2026-03-20", chair="cp1"),
    )

    assert drop.bodies()["SC-1"]["roles"] == {"cp_chair": "cp2"}
