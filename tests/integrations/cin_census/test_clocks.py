"""From a census to what is due: each thing that it can say starts, meets or ends the clock that it should."""

import json
import re
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.decide.case.quality import doubts
from daemon.decide.record.reading import read_record
from daemon.rulebook import load, shipped
from tests.integrations.cin_census.conftest import Returns, child, enquiry, episode, plan

OPEN = ("icpc-limit/icpc-1", "2026-03-23", "open")


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        pytest.param(episode(enquiry()), {OPEN}, id="an enquiry"),
        pytest.param(episode(enquiry("2026-01-12", ICPCnotRequired="1"), enquiry()),
                     {("icpc-limit/icpc-1", "2026-02-02", "withdrawn"),
                      ("icpc-limit/icpc-2", "2026-03-23", "open")},
                     id="the first of two needs no conference"),
        pytest.param(episode(enquiry(), CINclosureDate="2026-03-05", ReasonForClosure="RC5"),
                     {("icpc-limit/icpc-1", "2026-03-23", "withdrawn")}, id="moved"),
        pytest.param(episode(enquiry(), CINclosureDate="2026-03-05", ReasonForClosure="RC7"),
                     {OPEN}, id="closed without a word of the enquiry"),
        pytest.param(episode(plan("2026-03-10"), DateOfInitialCPC="2026-03-10"),
                     {("first-review/rcpc-1", "2026-06-10", "open")}, id="a transfer to us"),
        pytest.param(episode(enquiry(DateOfInitialCPC="2026-03-20"), plan("2026-03-20", "2026-06-10")),
                     {("icpc-limit/icpc-1", "2026-03-23", "met"),
                      ("first-review/rcpc-1", "2026-06-19", "met"),
                      ("later-review/rcpc-2", "2026-12-10", "open")}, id="a plan and its review"),
    ],
)  # fmt: skip
def test_a_census_moves_the_statutory_clocks(
    returns: Returns,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    shown: str,
    expected: set[tuple[str, str, str]],
) -> None:
    returns.put(child("SC-1", shown))
    case = tmp_path / "case.json"
    case.write_text(json.dumps(returns.body() | {"pathway": "statutory-england"}))

    assert main(["explain", str(case), "--at", "2026-06-30", "--json"]) == 0

    (said,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    clocks = {
        (one["id"].removeprefix("SC-1/"), one["due_at"][:10], one["state"])
        for one in said["obligations"]
        if not one["id"].startswith("SC-1/first-core-group")
    }
    assert clocks == expected
    assert said["problems"] == []


@pytest.mark.parametrize(
    ("shown", "rule"),
    [
        pytest.param(episode(enquiry("2026-03-02", DateOfInitialCPC="2026-02-20")), "8615",
                     id="a conference before its enquiry"),
        pytest.param(episode(plan("2026-03-20", "2026-03-20")), "8841",
                     id="a review on the day on which its plan began"),
        pytest.param(episode(plan("2026-01-12"), plan("2026-03-20")), "8935", id="two open plans"),
        pytest.param(episode(plan("2026-01-12", CPPendDate="2026-04-01"), plan("2026-03-20")),
                     "8940", id="plans that overlap"),
    ],
)  # fmt: skip
def test_dates_of_a_census_that_cannot_both_be_true_are_known_as_such(
    returns: Returns, shown: str, rule: str
) -> None:
    returns.put(child("SC-1", shown))
    book, _ = load(shipped())
    record = read_record(returns.body(), book.vocabulary).record

    assert [re.findall(r"rule (\d+)", one.problem.what) for one in doubts(record)] == [[rule]]
