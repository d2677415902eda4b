"""Rules and settings that others may write: `doctor` and `check` say it, and `status` where it is everybody."""

import json
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.cli.examining.writable import writable
from daemon.settings.whole import load
from tests.small import SMALL

TEXT = """authority = "potterby"
title = "Potterby"
operator = "duty@potterby.example"
fallback = "duty@potterby.example"
database = "sqlite:///daykeeper.sqlite"
rulebook = "rules"
[channels.email]
adapter = "folder"
options = { folder = "mails", sender = "daykeeper@potterby.example" }
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    place = tmp_path / "etc"
    rules = place / "rules"
    for folder in (place, rules):
        folder.mkdir(mode=0o755)
    for one in sorted(SMALL.rglob("*.yaml")):
        copy = rules / one.relative_to(SMALL)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(one.read_bytes())
    file = place / "daykeeper.toml"
    file.write_text(TEXT)
    for one in (place, *place.rglob("*")):
        one.chmod(one.stat().st_mode & 0o755)
    return file


def found(config: Path) -> list[str]:
    return [str(one.as_problem()) for one in writable(load(config), config)]


def a_rule(config: Path) -> Path:
    return next(one for one in sorted((config.parent / "rules").rglob("*.yaml")))


def test_what_its_owner_alone_may_write_is_no_trouble(config):
    assert found(config) == []


def test_a_rule_that_everybody_may_write_is_said_with_its_rights_and_how_to_mend_it(config):
    rule = a_rule(config)
    rule.chmod(0o666)

    what = (
        f"everybody on this machine may write {rule} (mode 0666), and so change whom a limit tells"
    )
    assert found(config) == [f"rulebook: {what}; run: chmod go-w {rule}"]


def test_of_many_the_worst_is_named_and_one_command_mends_all(config):
    rules = config.parent / "rules"
    for one in (rules, (worst := a_rule(config)).parent):
        one.chmod(0o775)
    worst.chmod(0o646)

    (said,) = found(config)

    assert f"{worst} (mode 0646, and 2 more like it)" in said
    assert said.endswith(f"; run: chmod -R go-w {rules}")


def test_so_are_settings_and_the_folder_in_which_they_can_be_replaced(config):
    config.chmod(0o664)
    assert f"the group of it may write {config} (mode 0664)" in found(config)[0]

    config.parent.chmod(0o775)
    assert found(config)[0].endswith(f"; run: chmod go-w {config} {config.parent}")

    config.chmod(0o644)
    config.parent.chmod(0o777)
    assert f"may write {config.parent} (mode 0777)" in found(config)[0]

    config.parent.chmod(0o1777)
    assert found(config) == []  # as in /tmp, nobody replaces what is another's


def test_a_link_is_as_open_as_what_it_leads_to(config, tmp_path):
    elsewhere = tmp_path / "elsewhere.yaml"
    rule = a_rule(config)
    rule.rename(elsewhere)
    rule.symlink_to(elsewhere)
    assert found(config) == []

    elsewhere.chmod(0o606)
    assert f"may write {rule} (mode 0606)" in found(config)[0]

    elsewhere.unlink()
    assert found(config) == []


def test_what_is_hidden_is_no_rule(config):
    kept = config.parent / "rules" / ".git"
    kept.mkdir()
    kept.chmod(0o777)

    assert found(config) == []


@pytest.mark.parametrize(
    ("rights", "attention"), [(0o666, 1), (0o664, 0)], ids=["everybody", "a group"]
)
def test_doctor_and_check_warn_of_it_and_status_asks_for_a_look_where_it_is_everybody(
    config, capsys, rights, attention
):
    assert main(["database", "create", "--config", str(config)]) == 0
    rule = a_rule(config)
    rule.chmod(rights)
    named = f"may write {rule}"

    def lines(*words: str) -> list[dict]:
        capsys.readouterr()
        main([*words, "--config", str(config), "--json"])
        return [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    doctor = [one["grade"] for one in lines("doctor") if named in one["what"]]
    check = [one["severity"] for one in lines("check", "--quick") if named in one["what"]]
    status = [one for one in lines("status")[0]["attention"] if named in one]

    assert (doctor, check, len(status)) == (["warn"], ["warning"], attention)
