"""What a run reads and keeps for itself: a mistake in it is `doctor`'s to find, before a start is refused."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from daemon.app import build, outside_of
from daemon.cli import main
from daemon.cli.examining.own_files import examine_own_files
from daemon.domain.errors import Refusal
from daemon.examined import Grade
from daemon.settings.whole import Settings, load
from daemon.store import FIRST_START
from tests.small import SMALL

TEXT = """authority = "{name}"
title = "Potterby"
operator = "duty@potterby.example"
fallback = "duty@potterby.example"
database = "sqlite:///daykeeper.sqlite"
rulebook = "rules"
[channels.email]
adapter = "folder"
options = {{ folder = "mails", sender = "daykeeper@potterby.example" }}
"""


@pytest.fixture
def settings_for(tmp_path: Path) -> Callable[[str], Settings]:
    (tmp_path / "rules").symlink_to(SMALL)

    def make(name: str) -> Settings:
        file = tmp_path / f"{name}.toml"
        file.write_text(TEXT.format(name=name))
        return load(file)

    return make


@pytest.fixture
def settings(settings_for, tmp_path) -> Settings:
    """Return the settings of an authority that has started once."""
    made: Settings = settings_for("potterby")
    assert main(["database", "create", "--config", str(tmp_path / "potterby.toml")]) == 0
    build(made).close()
    return made


def found(settings: Settings) -> dict[str, str]:
    return {where: f"{one.grade}: {one}" for where, one in examine_own_files(settings)}


def test_before_the_first_start_nothing_is_made_and_nothing_is_wrong(settings_for, tmp_path):
    before = sorted(tmp_path.iterdir())

    looked = [*examine_own_files(settings_for("potterby"))]

    assert [one.grade for _, one in looked] == [Grade.OK] * 3
    assert sorted(tmp_path.iterdir()) == sorted([*before, tmp_path / "potterby.toml"])


def test_after_it_all_is_well(settings):
    assert {where: one[:4] for where, one in found(settings).items()} == dict.fromkeys(
        ("rulebook", "web.secret_file", "state_file"), "ok: "
    )


def share_the_key(settings: Settings) -> None:
    settings.web.secret_file.chmod(0o644)


def cut_the_key(settings: Settings) -> None:
    settings.web.secret_file.write_text("abc\r\n")


def garble_the_state(settings: Settings) -> None:
    file = outside_of(settings).file
    file.write_text("nothing")
    file.chmod(0o600)


def put_a_folder_there(settings: Settings) -> None:
    outside_of(settings).file.mkdir(mode=0o700)


@pytest.mark.parametrize(
    ("spoil", "where", "said"),
    [
        (share_the_key, "web.secret_file", "others may read the key that signs links; run: chmod"),
        (cut_the_key, "web.secret_file", "the key that signs links is too short"),
        (garble_the_state, "state_file", "this is no state file"),
        (put_a_folder_there, "state_file", "the state file cannot be read"),
    ],
)
def test_for_what_a_run_refuses_to_start_doctor_fails(settings, spoil, where, said):
    spoil(settings)

    assert found(settings)[where].startswith("fail: ")
    assert said in found(settings)[where]
    with pytest.raises(Refusal, match=said.partition(";")[0]):
        build(settings)


def test_a_key_that_is_opened_to_others_while_a_run_goes_on_is_status_first_word(
    settings, tmp_path, capsys
):
    def looks() -> list[str]:
        capsys.readouterr()
        main(["status", "--config", str(tmp_path / "potterby.toml")])
        return [one for one in capsys.readouterr().out.splitlines() if "web.secret_file" in one]

    assert looks() == []
    share_the_key(settings)

    said = "so whoever has read it can sign links, and no start is possible; run chmod 600 on it"
    assert looks() == [f"LOOK: web.secret_file: others may read this file, {said}"]


def test_rules_that_cannot_be_taken_up_fail(settings, tmp_path):
    gone = settings.model_copy(update={"rulebook": tmp_path / "rulez"})

    assert f"fail: {tmp_path}/rulez: there is no such folder" in found(gone)["rulebook"]


def test_a_place_that_nobody_may_write_to_fails(settings):
    there = Path("/proc/self/status/daykeeper.state")  # a file stands where a folder should be
    away = settings.model_copy(update={"state_file": there})

    assert found(away)["state_file"].startswith("fail: ")


def test_a_file_that_keeps_another_authority_is_refused_by_whoever_opens_it(
    settings, settings_for, tmp_path, capsys
):
    settings_for("potter-by")
    config = ["--config", str(tmp_path / "potter-by.toml")]
    capsys.readouterr()

    codes = [
        main([*verb, *config])
        for verb in (["run", "--once"], ["audit", "--once"], ["status"], ["release"])
    ]
    errors = capsys.readouterr().err.splitlines()
    doctor = main(["doctor", *config])

    what = 'this is the database of "potterby", and holds nothing of "potter-by"'
    assert codes == [1, 1, 1, 1]
    assert [what in line for line in errors] == [True] * 4
    assert doctor == 1
    assert f"fail: database: {what}" in capsys.readouterr().out
    assert not (tmp_path / "mails").exists()
    build(settings).close()  # its own authority goes on


def test_a_file_in_which_two_authorities_have_begun_says_whose_else_it_is(
    settings, tmp_path, capsys
):
    build(settings).close()
    with closing(sqlite3.connect(tmp_path / "daykeeper.sqlite")) as file, file:
        row = ("potter-by", FIRST_START, json.dumps("2026-03-02T09:00:00+00:00"))
        file.execute("INSERT INTO marks (authority, name, value) VALUES (?, ?, ?)", row)
    config = str(tmp_path / "potterby.toml")
    capsys.readouterr()

    code = main(["database", "check", "--config", config])
    main(["doctor", "--config", config])

    first, last, *doctor = capsys.readouterr().out.splitlines()
    what = 'this file is the database of "potter-by" as well, begun on Monday 2 March 2026, 9am'
    assert code == 0
    assert what in first
    assert last.startswith('but for that the database is in order; it keeps "potter-by"')
    assert any(one.startswith(f"warn: database: {what}") for one in doctor)
    build(settings).close()  # it goes on


@pytest.mark.parametrize(("name", "grade"), [("told", "ok"), ("potterby.toml/told", "fail")])
def test_a_memory_of_the_auditor_that_cannot_be_written_fails(settings, tmp_path, name, grade):
    with (tmp_path / "potterby.toml").open("a", encoding="utf-8") as file:
        file.write(f'[audit]\ntold_file = "{name}"\n[audit.mail]\nadapter = "folder"\n')
        file.write('options = { folder = "mails", sender = "a@potterby.example" }\n')

    said = found(load(tmp_path / "potterby.toml"))["audit.told_file"]

    assert said.startswith(f"{grade}: ")
    assert not (tmp_path / "told").exists()
