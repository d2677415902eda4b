"""The pages about installing and upgrading are true: their commands are run, on a database of the release before."""

import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine

from daemon.cli.main import parser
from daemon.store import check
from daemon.store.lifecycle import _config
from tests.deploy.tools import ROOT
from tests.unit.settings_file import LEAST

PAGES = ROOT / "docs" / "how-to"
BEFORE, NOW = "0011", "0012"
OUTSIDE = ("/opt/", "/etc/", "/srv/", "/usr/local/")
ALL_STOPPED = "stop daykeeper-auditor daykeeper-worker daykeeper"
OLDER, NEWER = (
    "an older release has written this database",
    "a newer release has written this database",
)
NOTES = """#!/bin/sh
echo "$@" >> "{log}"
"""
Page = Callable[[str, str], list[str]]


def commands(page: str, heading: str) -> list[str]:
    """Return the blocks of commands under a heading, in order."""
    text = (PAGES / page).read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    assert found, heading
    return found


class Machine:
    """A machine below a folder: its /opt, /etc and /srv, and a systemctl that only notes what it is told."""

    def __init__(self, root: Path) -> None:
        self.root, self.log = root, root / "systemctl.log"
        for name in ("opt", "etc/daykeeper", "srv/backup", "usr/local/lib", "bin"):
            (root / name).mkdir(parents=True)
        self.log.touch()
        (root / "bin" / "systemctl").write_text(NOTES.format(log=self.log))
        (root / "bin" / "systemctl").chmod(0o755)
        (root / "bin" / "python3").symlink_to(sys.executable)

    def run(self, block: str) -> str:
        """Run a block of a page here, and return what it said; it must succeed."""
        for place in OUTSIDE:
            block = re.sub(rf"(?<![\w.]){place}", f"{self.root}{place}", block)
        path = f"{self.root / 'bin'}{os.pathsep}{os.environ['PATH']}"
        ended = subprocess.run(
            ["sh", "-eu", "-c", block], cwd=ROOT, env={**os.environ, "PATH": path}, timeout=600,
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout + ended.stderr


@pytest.fixture
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Return a machine on which the release before runs, with a database of its own."""
    made = Machine(tmp_path_factory.mktemp("machine"))
    database = made.root / "srv" / "daykeeper.sqlite"
    (made.root / "etc/daykeeper/daykeeper.toml").write_text(
        f'{LEAST}database = "sqlite:///{database}"\n'
    )
    engine = create_engine(f"sqlite:///{database}")
    with engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
    engine.dispose()
    database.chmod(0o600)
    (made.root / "opt" / "daykeeper-0.1.0").symlink_to(Path(sys.executable).parents[1])
    (made.root / "opt" / "daykeeper").symlink_to(made.root / "opt" / "daykeeper-0.1.0")
    return made


def revision(machine: Machine) -> str:
    """Return which release's the database is."""
    with closing(sqlite3.connect(machine.root / "srv" / "daykeeper.sqlite")) as connection:
        return str(connection.execute("SELECT version_num FROM daykeeper_schema").fetchone()[0])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_pages_commands_upgrade_a_database_and_go_back(machine):
    url = f"sqlite:///{machine.root}/srv/daykeeper.sqlite"

    make, look, stop, bring, start = commands("upgrade.md", "Upgrade")
    machine.run(make)
    said = machine.run(look)
    before = revision(machine)
    machine.run(stop)
    machine.run(bring)
    machine.run(start)
    upgraded = revision(machine), check(url), (machine.root / "opt" / "daykeeper").resolve().name
    end, put_back, again = commands("upgrade.md", "Rollback")
    machine.run(end)
    back = (machine.root / "opt" / "daykeeper").readlink().name
    told = machine.run(f"! {put_back}")  # for what it put back is older than our own release
    machine.run(again)

    assert OLDER in said
    assert before == BEFORE
    assert upgraded == (NOW, [], "daykeeper-0.2.0")
    assert back == "daykeeper-0.1.0"
    assert revision(machine) == BEFORE
    assert "restored; what was there is kept as" in told
    assert OLDER in told  # what the older release would take
    assert machine.log.read_text().splitlines() == [
        ALL_STOPPED, "daemon-reload", "start daykeeper daykeeper-worker", "start daykeeper-auditor",
        ALL_STOPPED, "start daykeeper",
    ]  # fmt: skip


def test_nobody_is_left_at_work_while_a_release_is_changed():
    units = {one.stem for one in (ROOT / "deploy").glob("*.service") if "@" not in one.name}

    stopped = re.findall(r"systemctl stop (.+)", (PAGES / "upgrade.md").read_text())

    assert len(stopped) == 2
    for words in stopped:
        first, *others = words.split()
        assert first == "daykeeper-auditor"  # else it mails that nobody leads
        assert {first, *others} == units


def test_a_release_refuses_the_database_of_a_newer_one_in_the_words_of_the_page(machine, tmp_path):
    database = tmp_path / "daykeeper.sqlite"
    shutil.copy(machine.root / "srv" / "daykeeper.sqlite", database)
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE daykeeper_schema SET version_num = '9999'")
        connection.commit()

    (problem,) = check(f"sqlite:///{database}")

    assert problem.what == NEWER
    assert NEWER in (PAGES / "upgrade.md").read_text()


def test_what_the_page_about_installing_puts_where_is_there(machine):
    *_, link, settings, units, script = commands("install.md", "systemd")[0].splitlines()
    for line in (settings, units, script):
        machine.run(line)

    here = machine.root
    installed = {file.name for file in (here / "etc" / "systemd" / "system").iterdir()}
    assert link.startswith("ln -sfn /opt/daykeeper-")
    assert (here / "etc" / "daykeeper" / "daykeeper.toml").exists()
    assert installed == {one.name for one in (ROOT / "deploy").glob("*.service")}
    assert os.access(here / "usr" / "local" / "lib" / "daykeeper" / "tell-failed.py", os.X_OK)


@pytest.mark.parametrize("page", ["install.md", "upgrade.md", "../alarms.md"])
def test_whatever_a_page_points_at_is_there(page):
    text = (PAGES / page).read_text()

    links = [one for one in re.findall(r"\]\(([^)#]+)", text) if "://" not in one]
    files = [one.rstrip(".") for one in re.findall(r"\b(?:deploy|requirements)/[\w./@-]+\w", text)]
    assert links
    assert [one for one in links if not (PAGES / page).parent.joinpath(one).exists()] == []
    assert [one for one in files if not (ROOT / one).exists()] == []


@pytest.mark.parametrize(
    "page", ["install.md", "upgrade.md", "../alarms.md", "../backup-and-restore.md"]
)
def test_every_command_that_a_page_names_is_one(page):
    text = (PAGES / page).read_text()
    named = set(re.findall(r"(?:`|^|/)daykeeper ([a-z]+(?![\w/])[^`|\n>]*)", text, re.MULTILINE))

    assert named
    for line in named:
        words = shlex.split(line.partition(" || ")[0])
        needs = (
            []
            if "--config" in words or words[0] == "completion"
            else ["--config", "daykeeper.toml"]
        )
        assert parser().parse_args([*words, *needs]).act, line
