"""What is typed wrongly into simulate and rehearse is one clear line, and never a quiet "nobody would be told"."""

import json

import pytest

from daemon.cli import main
from tests.small import SMALL

DAYS = ["--from", "2026-03-02", "--to", "2026-03-10"]
CASE = {
    "ref": "SC-1", "pathway": "stoke-on-trent", "family": "F-1", "team": "north",
    "facts": {"strategy_discussion_held": "2026-03-02"},
}  # fmt: skip
NONE_READ = "none of its records can be read, so nothing is"
UNKNOWN = 'SC-1: pathway: no pack is called "stok"; decided under statutory-england'
VERBS = {
    "simulate": ["simulate", "--policies", str(SMALL)],
    "rehearse": ["rehearse", "--present", str(SMALL), "--draft", str(SMALL), "--processes", "1"],
}
TEXTS = {
    "nothing in it": ("", "the file is empty: there is no record in it"),
    "blank lines": ("\n\n", "the file is empty: there is no record in it"),
    "a list of numbers": ("[1, 2]\n", NONE_READ),
    "a record of no case": ('{"facts": {}}', NONE_READ),
    "a record that is cut short": ('{"ref": "SC-1", "fac', "this is not whole JSON"),
    "no JSON": ("hello\n", "this is not whole JSON"),
}


def ended(words):
    try:
        return main(words)
    except SystemExit as stop:
        return stop.code


@pytest.mark.parametrize("what", TEXTS)
@pytest.mark.parametrize("verb", VERBS)
def test_records_that_cannot_be_read_are_refused(verb, what, tmp_path, capsys):
    text, said = TEXTS[what]
    file = tmp_path / "case.jsonl"
    file.write_text(text, "utf-8")

    assert ended([*VERBS[verb], str(file), *DAYS]) == 1

    out, err = capsys.readouterr()
    assert said in err
    assert "nobody would be told" not in out
    assert "cases" not in out


@pytest.mark.parametrize("verb", VERBS)
def test_a_pathway_that_no_pack_has_is_said(verb, tmp_path, capsys):
    file = tmp_path / "case.json"
    file.write_text(json.dumps([CASE | {"pathway": "stok"}] * 2), "utf-8")

    assert ended([*VERBS[verb], str(file), *DAYS]) == 0

    assert UNKNOWN in capsys.readouterr().err


@pytest.mark.parametrize(
    ("days", "code", "said"),
    [
        pytest.param(
            ["--from", "2026-03-02", "--to", "9999-12-31"], 1,
            "--to: working days are counted until", id="a day that no calendar reaches",
        ),
        pytest.param(
            ["--from", "2026-03-10", "--to", "2026-03-02"], 1,
            "--to: this moment lies before --from", id="an end before the beginning",
        ),
        pytest.param(
            ["--from", "2026-02-30", "--to", "2026-03-02"], 2, '"2026-02-30" is no moment',
            id="a day that there is not",
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("verb", VERBS)
def test_moments_that_cannot_be_are_refused(verb, days, code, said, tmp_path, capsys):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(CASE), "utf-8")

    assert ended([*VERBS[verb], str(file), *days]) == code

    assert said in capsys.readouterr().err


def test_the_last_day_that_is_taken_can_be_walked_to(tmp_path, capsys):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(CASE), "utf-8")
    words = [*VERBS["simulate"], str(file), "--from", "2032-11-01"]
    ended([*words, "--to", "9999-12-31"])
    said = capsys.readouterr().err.partition("until ")[2].partition(", and")[0]
    _, day, month, year = said.split()
    months = "January February March April May June July August September October November December"
    last = f"{year}-{months.split().index(month) + 1:02}-{int(day):02}"

    assert ended([*words, "--to", last]) == 0


def test_one_case_is_one_case(tmp_path, capsys):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(CASE), "utf-8")

    ended([*VERBS["rehearse"], str(file), *DAYS])

    assert capsys.readouterr().out.startswith("1 case, ")
