"""The judge itself: each fault that it must find, made by hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.faults.authority import Authority, Telling
from tests.faults.checker import Mail, judge

AT = datetime(2026, 3, 6, 17, 0, 10, tzinfo=UTC)
TELLING = Telling("sue@council.example", "SC-1", "missed")
OTHER = Telling("sue@council.example", "SC-2", "missed")
MAIL = Mail(AT, TELLING.address, "<1@council.example>", "DK-1", frozenset({TELLING}), given=True)
LATER = replace(MAIL, at=AT + timedelta(seconds=6))
KILL_AT = AT + timedelta(seconds=0.3)
EXPECTED = {TELLING: AT - timedelta(seconds=10)}


def told_to(address: str) -> Mail:
    telling = TELLING._replace(address=address)
    return replace(
        MAIL, address=address, message_id="<2@council.example>", tellings=frozenset({telling})
    )


@pytest.mark.parametrize(
    ("mails", "kills_at", "faults"),
    [
        pytest.param([MAIL], [], {}, id="told once"),
        pytest.param([], [], {"lost": 1}, id="not told"),
        pytest.param([MAIL, LATER], [], {"duplicates": 1}, id="twice for no reason"),
        pytest.param([MAIL, LATER], [KILL_AT], {}, id="twice, for a kill came amid the first"),
        pytest.param(
            [MAIL, LATER], [AT - timedelta(seconds=1)], {"duplicates": 1}, id="a kill too early"
        ),
        pytest.param(
            [MAIL, LATER], [AT + timedelta(seconds=5)], {"duplicates": 1}, id="a kill too late"
        ),
        pytest.param(
            [replace(MAIL, given=False), LATER], [], {}, id="twice, for the reply was lost"
        ),
        pytest.param(
            [MAIL, replace(LATER, message_id="<2@council.example>")],
            [KILL_AT],
            {"msgid_changed": 1},
            id="the copy has another id",
        ),
        pytest.param([replace(MAIL, item="")], [], {"keyless": 1}, id="no item code"),
        pytest.param(
            [replace(MAIL, at=AT - timedelta(minutes=1))], [], {"early": 1}, id="before its moment"
        ),
        pytest.param(
            [MAIL, told_to("eve@council.example")],
            [],
            {"wrong_recipient": 1, "unexpected": 1},
            id="somebody else is told",
        ),
        pytest.param(
            [replace(MAIL, tellings=frozenset({TELLING, OTHER}))],
            [],
            {"wrong_recipient": 1, "unexpected": 1},
            id="a case that is nobody's",
        ),
        pytest.param(
            [MAIL, replace(LATER, message_id="<2@council.example>", tellings=frozenset())],
            [],
            {"unexpected": 1},
            id="a mail about nothing",
        ),
    ],
)
def test_the_judge_finds(mails, kills_at, faults):
    verdict = judge(mails, EXPECTED, kills_at, timedelta(0), connections=4)

    assert verdict.faults() == faults


def test_one_kill_excuses_no_more_copies_than_there_are_connections():
    firsts = [replace(MAIL, message_id=f"<{number}@council.example>") for number in range(6)]
    mails = firsts + [replace(one, at=LATER.at) for one in firsts]

    verdict = judge(mails, EXPECTED, [KILL_AT], timedelta(0), connections=4)

    assert (verdict.crash_copies, verdict.duplicates) == (4, 2)


def test_four_people_are_told_of_each_child_for_six_reasons(tmp_path):
    expected = Authority(tmp_path, families=5, children=2).expected()

    of_one = {telling for telling in expected if telling.ref == "SC-000010"}

    assert len(expected) == 60
    assert {telling.address.partition("@")[0] for telling in of_one} == {
        "sw-south-0", "team_coordinator-south", "team_manager-south",
        "safeguarding_service_manager-south",
    }  # fmt: skip
