"""What an administrator types while tuning, and what it ends with: diff, check, explain."""

import json

import pytest

from daemon.cli import main
from tests.doors.tuning.potterby import CASE


def lines(capsys):
    return capsys.readouterr().out.splitlines()


def test_diff_says_what_a_draft_would_change(folder, draft, capsys):
    assert main(["diff", str(folder), str(draft)]) == 0

    assert lines(capsys) == [
        "invite-list-missed: the safeguarding service manager is told at 17:30 instead of at 17:00"
    ]


def test_diff_as_json_is_one_object_a_difference(folder, draft, capsys):
    main(["diff", str(folder), str(draft), "--json"])

    (said,) = map(json.loads, lines(capsys))
    assert (said["about"], said["what"]) == ("invite-list-missed", "at")
    assert said["sentence"] in said["line"]


def test_diff_of_two_that_are_alike_says_so(folder, capsys):
    assert main(["diff", str(folder), str(folder)]) == 0

    assert lines(capsys) == ["nothing is different"]


def test_diff_against_what_is_shipped(tmp_path, capsys):
    main(["init", str(tmp_path / "new"), "--based-on", "stoke-on-trent"])
    capsys.readouterr()

    assert main(["diff", str(tmp_path / "new"), "--against", "shipped"]) == 0

    assert lines(capsys) == ["nothing is different"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["diff", "nowhere", "nowhere"], 1, id="a folder that is not there"),
        pytest.param(["diff", "nowhere"], 2, id="a folder and nothing to compare it with"),
        pytest.param(["diff", "a", "b", "--against", "shipped"], 2, id="both ways at once"),
        pytest.param(["init", "x"], 2, id="a folder based on nothing"),
        pytest.param(["shadow", "--config", "nowhere.toml"], 1, id="settings that are not there"),
    ],
)
def test_the_exit_code_tells_a_slip_from_a_mistake(words, code, capsys):
    try:
        ended: object = main(words)
    except SystemExit as stop:
        ended = stop.code

    assert ended == code
    assert "Traceback" not in capsys.readouterr().err


def test_check_as_json_names_the_line_of_a_change(folder, capsys):
    (folder / "changes" / "bad.yaml").write_text("switch_off: icpc-invite-list\n", "utf-8")

    assert main(["check", str(folder), "--json"]) == 1

    (said,) = map(json.loads, lines(capsys))
    assert said["where"] == "potterby/changes/bad.yaml:1: switch_off"
    assert said["severity"] == "error"


def test_scenarios_of_the_authority_run_unless_it_must_be_quick(folder, capsys):
    (folder / "scenarios").mkdir()
    (folder / "scenarios" / "list.yaml").write_text(
        "scenario: s\nrule: icpc-invite-list\nfrom: 2026-03-02 00:00\nto: 2026-03-04 12:00\n"
        f"record: {json.dumps(CASE)}\nexpect:\n  - {{at: 2026-03-03 09:00, rung: x, to: y}}\n",
        "utf-8",
    )

    assert main(["check", str(folder), "--quick"]) == 0
    assert main(["check", str(folder)]) == 1

    assert "potterby/scenarios/list.yaml:7: expect: is not told" in capsys.readouterr().out


def test_explain_decides_under_an_authoritys_changes(folder, draft, tmp_path, capsys):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(CASE), "utf-8")

    main(["explain", str(file), "--policies", str(draft), "--json"])

    found = json.loads(capsys.readouterr().out)
    (duty,) = [one for one in found["obligations"] if one["rule"] == "icpc-invite-list"]
    (missed,) = [one for one in duty["rungs"] if one["name"] == "invite-list-missed"]
    assert missed["at"] == "2026-03-09T09:00:00+00:00"
