"""An adapter that a council wrote, in a distribution of its own: installed, found, and held to the feed's suite."""

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.testing.contracts import CANARIES, CaseSourceContract
from tests.integrations.example_adapter.potterby_register.config import Config
from tests.integrations.example_adapter.potterby_register.source import Register

PROJECT = Path(__file__).parent / "example_adapter"
NOW = datetime(2100, 1, 1, tzinfo=UTC)
LINES = (
    f"0000010234north   0203202602032026        {CANARIES[0]}, {CANARIES[1]}\n"
    f"0000010235south   0303202603032026240320262{CANARIES[2]}\n"
    "0000010236north   31022026                \n"
    "          north   03032026\n"
)
SETTINGS = """
authority = "potterby"
title = "Potterby"
operator = "operator@potterby.example"
fallback = "duty@potterby.example"

[feeds.register]
adapter = "potterby_register"
role = "case_system"
fresh_within = "26 hours"

[feeds.register.options]
file = "register.txt"
"""


class TestTheRegister(CaseSourceContract):
    """What every feed promises."""

    @pytest.fixture
    def source(self, tmp_path):
        (tmp_path / "register.txt").write_text(LINES, "cp1252")
        return Register(Config(file=tmp_path / "register.txt"), lambda: NOW)

    @pytest.fixture
    def gone(self, tmp_path):
        return Register(Config(file=tmp_path / "none.txt"), lambda: NOW)


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Install the example as a council would, into a folder of its own."""
    place = tmp_path_factory.mktemp("installed")
    copy = shutil.copytree(PROJECT, place / "project")  # a build leaves files beside what it builds
    how = ["--no-deps", "--no-build-isolation", "--no-index", "--target", str(place / "packages")]
    command = [sys.executable, "-m", "pip", "install", "--quiet", *how, str(copy)]
    subprocess.run(command, check=True, timeout=300)
    return place / "packages"


def test_it_is_found_by_its_entry_point_and_read_by_name(installed, tmp_path):
    (tmp_path / "daykeeper.toml").write_text(SETTINGS, "utf-8")
    (tmp_path / "register.txt").write_text(LINES, "cp1252")

    done = subprocess.run(
        [sys.executable, "-m", "daemon.cli", "feed", "read", "register", "--json",
         "--config", str(tmp_path / "daykeeper.toml")],
        env={**os.environ, "PYTHONPATH": str(installed)}, capture_output=True, text=True, check=True,
        timeout=120,
    )  # fmt: skip

    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["record"]["ref"] for one in said if "record" in one] == [
        "0000010234",
        "0000010235",
        "0000010236",
    ]
    assert [one["problem"]["where"] for one in said if "problem" in one] == [
        "register:3",
        "register:4",
    ]
    assert not [canary for canary in CANARIES if canary in done.stdout]
