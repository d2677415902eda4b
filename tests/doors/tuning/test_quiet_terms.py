"""What an administrator is told of terms, or of a folder, by which nobody would hear of anything."""

import json
import os
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from daemon.app import build
from daemon.cli import main
from daemon.domain.times import day_of, say_day
from daemon.settings.whole import load
from daemon.store import create
from tests.doors.tuning.potterby import CASE, EARLIER, SETTINGS, TERMS
from tests.small import SMALL


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "potterby"
    (made / "changes").mkdir(parents=True)
    (made / "authority.yaml").write_text(TERMS, "utf-8")
    (made / "changes" / "later.yaml").write_text(EARLIER, "utf-8")
    return made


@pytest.fixture
def begun(folder, tmp_path):
    """Return a maker of the settings of a service that has begun on the folder."""

    def begin():
        file = tmp_path / "daykeeper.toml"
        file.write_text(SETTINGS, "utf-8")
        create(load(file).database)
        build(load(file), worker="test").close()
        return file

    return begin


def simulate(folder, tmp_path, capsys):
    case = tmp_path / "case.json"
    case.write_text(json.dumps(CASE), "utf-8")
    words = ["--pack", "stoke-on-trent", "--from", "2026-03-02", "--to", "2026-03-31"]
    assert main(["simulate", str(case), *words, "--policies", str(folder)]) == 0
    return capsys.readouterr()


def test_a_case_walked_through_time_is_told_of_nothing_that_is_not_enforced_yet(
    folder, tmp_path, capsys
):
    assert "invite-list-missed" in simulate(folder, tmp_path, capsys).out

    (folder / "authority.yaml").write_text(f"{TERMS}enforce_from: 2026-05-01\n", "utf-8")

    said = simulate(folder, tmp_path, capsys)
    assert [line for line in said.out.splitlines() if "(digest)" not in line] == []
    assert said.err == "enforce_from: nothing due before Friday 1 May 2026 is told\n"


def test_status_says_until_which_day_nobody_is_told(folder, begun, capsys):
    day = day_of(datetime.now(UTC) + timedelta(days=20))
    (folder / "authority.yaml").write_text(f"{TERMS}enforce_from: {day}\n", "utf-8")
    config = begun()

    assert main(["status", "--config", str(config)]) == 1

    line = f"LOOK: nothing due before {say_day(day)} is told to anybody (enforce_from)"
    assert line in capsys.readouterr().out.splitlines()


def test_status_says_that_all_changes_are_gone(folder, begun, capsys):
    config = begun()
    (folder / "changes" / "later.yaml").unlink()

    assert main(["status", "--config", str(config)]) == 1

    said = capsys.readouterr().out
    assert "LOOK: rulebook: potterby/changes: the folder has no changes any more: 1 change" in said


def test_with_authority_yaml_gone_status_and_check_name_it_and_a_run_goes_on(folder, begun, capsys):
    config = begun()
    (folder / "authority.yaml").unlink()
    what = "the rulebook's folder has no authority.yaml; put it back"

    assert main(["status", "--config", str(config)]) == 1
    assert what in capsys.readouterr().out
    assert main(["check", str(folder)]) == 1
    assert what in capsys.readouterr().out
    build(load(config), worker="test").close()  # by what was good last


def test_check_does_not_wait_for_a_named_pipe(folder, capsys):
    os.mkfifo(folder / "changes" / "pipe.yaml")

    assert main(["check", str(folder)]) == 1

    assert "potterby/changes/pipe.yaml: this is no file" in capsys.readouterr().out


def test_policies_that_are_none_are_told_at_the_line_that_names_them(folder, tmp_path, capsys):
    terms = "based_on: stoke-on-trent\nfallback: duty_mailbox\npolicies: nowhere\n"
    (folder / "authority.yaml").write_text(terms, "utf-8")
    (folder / "nowhere" / "inner").mkdir(parents=True)

    assert main(["check", str(folder)]) == 1

    told = "error: potterby/authority.yaml:3: policies: nowhere is no folder of policies"
    assert capsys.readouterr().out.startswith(told)


def test_policies_within_the_authoritys_own_folder_are_one_line(folder, capsys):
    shutil.copytree(SMALL, folder / "policies")
    text = TERMS.replace(str(SMALL), "policies")
    assert text != TERMS
    (folder / "authority.yaml").write_text(text, "utf-8")
    for name in ("notes", "more"):
        (folder / f"{name}.yaml").write_text("note: ours\n", "utf-8")

    assert main(["check", str(folder), "--quick"]) == 1

    many = len([*SMALL.rglob("*.yaml")])
    said = [one for one in capsys.readouterr().out.splitlines() if "nothing reads" in one]
    mend = (
        'policies lie beside an authority\'s folder: move them, and write "policies: ../policies"'
    )
    assert f"error: potterby/policies: nothing reads {many} files in it; {mend}" in said
    assert len(said) == 3  # and each file that lies there by itself


def test_check_says_that_the_people_are_still_those_that_init_wrote(tmp_path, capsys):
    folder = tmp_path / "potterby"
    assert main(["init", str(folder), "--based-on", "stoke-on-trent"]) == 0
    people = folder / "people.csv"

    def said():
        capsys.readouterr()
        main(["check", str(folder), "--quick"])
        return [one for one in capsys.readouterr().out.splitlines() if "init" in one]

    before = said()
    people.write_text(people.read_text().replace("duty@council", "post@potterby"), "utf-8")

    assert len(before) == 1
    assert before[0].startswith(
        "warning: potterby/people.csv: it stands as `daykeeper init` wrote it"
    )
    assert said() == []


def test_settings_without_a_folder_are_asked_the_same_of_their_terms(tmp_path, capsys):
    closed = ", ".join(f"2027-02-{day:02}" for day in range(1, 16))
    file = tmp_path / "daykeeper.toml"
    plain = SETTINGS.replace('rulebook = "potterby"\n', "")
    terms = (
        f'fallback = "duty@council.example"\nclosure_days = [{closed}]\nenforce_from = 2099-01-01\n'
    )
    file.write_text(f'{terms}hold_limit = "5 working days"\n{plain}', "utf-8")

    assert main(["check", "--config", str(file), "--quick"]) == 1

    said = capsys.readouterr().out
    assert (
        f"error: {file}: closure_days: 11 of the 20 office days of February 2027 are closed" in said
    )
    assert (
        f"error: {file}: enforce_from: nothing that is due before Thursday 1 January 2099" in said
    )
    assert f"error: {file}: hold_limit: no step waits that long" in said
