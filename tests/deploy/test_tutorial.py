"""The tutorial is true: somebody who types it has what it says, whatever day it is."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from daemon.domain.times import LONDON
from daemon.rulebook.packs.holidays import load_days
from tests.deploy.tools import ROOT

PAGE = ROOT / "docs" / "tutorial.md"


def typed(folder: Path) -> dict[str, str]:
    """Return what was said under each heading to somebody who typed all of it, in one shell, in this folder."""
    said, script = {}, ["set -eu"]
    for section in PAGE.read_text().split("\n## ")[1:]:
        heading = section.partition("\n")[0]
        script += [f"echo '## {heading}'", *re.findall(r"```sh\n(.*?)```", section, re.DOTALL)]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["sh", "-c", "\n".join(script)], cwd=folder, env={**os.environ, "PATH": path}, timeout=280,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    for section in ended.stdout.split("## ")[1:]:
        heading, _, text = section.partition("\n")
        said[heading] = text
    return said


def is_open(at: datetime) -> bool:
    """Return whether an office that opens from 00:00 to 23:59 tells at a moment what can wait."""
    local = at.astimezone(LONDON)
    days = load_days(ROOT / "policies", "england-and-wales")
    return days.is_working(local.date()) and (local.hour, local.minute) != (23, 59)


def test_on_any_day_the_invite_list_of_the_tutorial_is_overdue():
    (ago,) = {int(one) for one in re.findall(r"(\d+) days ago' \+%F\),", PAGE.read_text())}
    days = load_days(ROOT / "policies", "england-and-wales")
    for ahead in range((days.known_until - days.known_from).days - ago):
        today = days.known_from + timedelta(days=ago + ahead)
        assert days.shift(today - timedelta(days=ago), 4) < today, today


@pytest.mark.slow
def test_whoever_types_the_tutorial_has_what_it_says(tmp_path):
    began = datetime.now(UTC)
    said = typed(tmp_path)

    assert "0 errors" in said["A folder of rules"]
    assert "0 errors" in said["Settings"]
    assert "2 cases, 3 rows" in said["Settings"]
    assert "sheet report: is not there" in said["Settings"]
    assert "SC-105/icpc-invite-list/icpc-1: overdue" in said["What is due, and why"]
    mails = said["Let it run"]
    for person in ("wren", "teal"):
        assert mails.count(f"To: {person}@council.example") == 1
    assert mails.count("To: crane@council.example") in {is_open(began), is_open(datetime.now(UTC))}
    assert re.search(r"Subject:\s.*SC-104 and SC-105", mails)
    assert "icpc-invite-list/icpc-1: met" in said["It is done"]
    assert "late" in said["It is done"]
    assert "2 working days before" in said["Change a rule"]
    assert [one for one in said if not said[one].strip()] == ["A diary", "From here"]
