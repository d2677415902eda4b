"""The bench works, on tiny sizes: what it measures is printed, and never asserted here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.row import Row, by_workers, lines

ROOT = Path(__file__).parents[2]
PATIENCE_S = 290  # it ends within 30 s on a machine that does nothing else


def bench(*words):
    command = (sys.executable, "-m", "tests.bench", "--small", *words)
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S, check=False
    )


@pytest.mark.slow
@pytest.mark.timeout(PATIENCE_S + 10)
def test_every_goal_of_this_stage_is_measured_beside_its_peer():
    ran = bench("--json")

    rows = [json.loads(line) for line in ran.stdout.splitlines()]
    assert (ran.returncode, ran.stderr) == (0, "")
    assert {row["number"] for row in rows} == {*range(1, 8), *range(9, 18)}
    assert {row["number"] for row in rows if row["ratio"]} == {
        1, 2, 3, 4, 5, 7, 9, 11, 12, 13, 15,
    }  # fmt: skip
    assert {row["number"] for row in rows if row["goal"]} == {
        *range(1, 8), *range(9, 14), 15, 16,
    }  # fmt: skip
    assert [row["ours"] for row in rows if row["what"].startswith("answers that differ")] == [0]
    assert [row["ours"] for row in rows if "before an urgent one" in row["what"]] == [0, 0]
    places = {(row["number"], row["what"].partition(":")[0]) for row in rows}
    both = {(n, name) for n in (1, 2, 5, 6, 7, 9) for name in ("SQLite", "PostgreSQL")}
    assert places >= both
    beside = {(row["number"], row["what"].partition(":")[0]) for row in rows if row["workers"]}
    assert beside == both


def test_a_goal_can_be_chosen_by_its_number_and_a_wrong_number_is_refused():
    chosen, wrong = bench("13"), bench("8")

    assert [line[:4].strip() for line in chosen.stdout.splitlines()[2:]] == ["no.", "13", "13"]
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "there is no goal 8" in wrong.stderr


@pytest.mark.parametrize(
    ("row", "ratio", "met"),
    [
        pytest.param(
            Row(1, "", 2, "s", 8), 4, None, id="a quarter of the time is four times better"
        ),
        pytest.param(
            Row(1, "", 8, "a second", 2, more_is_better=True), 4, None, id="more a second is better"
        ),
        pytest.param(Row(1, "", 2, "s", 8, at_least_times=4), 4, True, id="just good enough"),
        pytest.param(Row(1, "", 2, "s", 8, at_least_times=5), 4, False, id="not good enough"),
        pytest.param(Row(1, "", 1.0, "s", at_most=1.0), None, True, id="just quick enough"),
        pytest.param(Row(1, "", 1.1, "s", at_most=1.0), None, False, id="too slow"),
        pytest.param(Row(1, "", 0, "", at_most=0), None, True, id="nothing differs"),
    ],
)
def test_a_row_says_whether_its_goal_is_met(row, ratio, met):
    assert (row.ratio, row.met) == (ratio, met)


def test_a_missed_goal_stands_out_in_the_table():
    table = list(lines([Row(11, "check", 1.5, "s", at_most=1), Row(11, "explain", 0.25, "s")]))

    assert table[1].split() == ["11", "check", "1.5", "s", "at", "most", "1", "s", "NO"]
    assert table[2].split() == ["11", "explain", "0.25", "s"]


def test_what_was_measured_with_workers_stands_in_one_line_with_the_goal_that_some_of_them_miss():
    rows = [
        Row(6, "SQLite", 0.9, "s", at_most=1, workers=0),
        Row(6, "SQLite", 1.8, "s", 3.6, at_most=1, workers=2),
        Row(6, "neither", 5, "s"),
    ]

    headings, line = by_workers(rows)

    assert headings.split()[-1] == "met"
    assert " ".join(line.split()) == "6 SQLite s 0.9 1.8 (2 ×) at most 1 s NO with 2"


def test_figures_with_one_count_of_workers_make_no_table_of_their_own():
    assert list(by_workers([Row(6, "SQLite", 0.9, "s", workers=0)])) == []
