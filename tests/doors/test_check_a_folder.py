"""`check` of an authority's folder as an administrator has made it: in a spreadsheet, or half."""

import json

import pytest

from daemon.cli import main

TOLD_BY_SUBJECT = ("action_owner", "invited_person")


@pytest.fixture
def folder(tmp_path, capsys):
    """Return an authority's folder as `init` writes it."""
    made = tmp_path / "potterby"
    assert main(["init", str(made), "--based-on", "stoke-on-trent"]) == 0
    capsys.readouterr()
    return made


def check(folder, capsys):
    code = main(["check", str(folder), "--quick"])
    return code, capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252"])
def test_people_that_a_spreadsheet_has_saved_are_read_and_nothing_falls(folder, capsys, encoding):
    file = folder / "people.csv"
    _, before = check(folder, capsys)
    file.write_bytes(
        "staff_id,email,role,team\nzoë,zoe@council.example,team_manager,north\n".encode(encoding)
    )

    code, lines = check(folder, capsys)

    assert code == 0
    assert any("nobody holds the role team_manager" in one for one in before)
    assert not any("nobody holds the role team_manager" in one for one in lines)
    said = [one for one in lines if "people.csv: is not UTF-8" in one]
    assert len(said) == (encoding == "cp1252")


def test_whom_a_record_alone_can_name_is_not_asked_of_the_directory(folder, capsys):
    _, lines = check(folder, capsys)

    lacking = [one for one in lines if "nobody holds the role" in one]
    assert lacking
    assert not [one for one in lacking for role in TOLD_BY_SUBJECT if f"the role {role}" in one]


def test_a_step_is_named_once_however_many_rules_have_it(folder, capsys):
    _, lines = check(folder, capsys)

    (said,) = [one for one in lines if "the role cp_admin_support, which" in one]
    assert "which is told review-agency-no-answer; add somebody" in said


def test_rules_that_never_begin_are_remarked_upon(folder, capsys):
    file = folder / "authority.yaml"
    text = file.read_text("utf-8")
    file.write_text(f"{text}\neffective_from: 9999-12-31\n", "utf-8")

    code, lines = check(folder, capsys)

    (said,) = [one for one in lines if "effective_from" in one]
    assert code == 0
    line = len(f"{text}\neffective_from".splitlines())
    assert said.startswith(
        f"warning: potterby/authority.yaml:{line}: effective_from: these rules wait until Friday 31 December 9999, "
        "and bank holidays are known until "
    )


def test_a_folders_name_makes_no_plan_ours(folder, tmp_path, capsys):
    """Without settings nobody says what the authority is called: a folder may be called anything."""
    draft = folder.rename(tmp_path / "othershire")
    case = tmp_path / "case.json"
    body = {
        "ref": "SC-1", "pathway": "stoke-on-trent", "plan_held_by": "Othershire",
        "facts": {
            "strategy_discussion_held": "2026-03-02",
            "s47_decision_recorded": {"at": "2026-03-02", "value": "section_47"},
        },
    }  # fmt: skip
    case.write_text(json.dumps(body), "utf-8")

    words = [str(case), "--policies", str(draft), "--json"]
    assert main(["explain", *words, "--at", "2026-03-10"]) == 0
    explained = json.loads(capsys.readouterr().out)
    assert main(["simulate", *words, "--from", "2026-03-02", "--to", "2026-03-31"]) == 0
    told = [json.loads(one) for one in capsys.readouterr().out.splitlines()]

    assert explained["obligations"] == []
    assert "held by another authority" in str(explained["problems"])
    assert not [one for one in told if "SC-1" in str(one)]
