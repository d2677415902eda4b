"""The scripts for operators are sound as shellcheck sees them, and say how they are used."""

from pathlib import Path

import pytest

from tests.deploy.tools import DEPLOY, ask

SCRIPTS = sorted(DEPLOY.glob("*.sh"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_shellcheck_finds_nothing_wrong(script: Path):
    ended = ask("shellcheck", "--shell=sh", "--severity=warning", script)

    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_called_without_words_it_says_in_one_line_what_it_needs(script: Path):
    ended = ask("sh", script)

    assert ended.returncode in (1, 2)
    assert len(ended.stderr.splitlines()) == 1
    assert ended.stderr.startswith(f"{script.name}: name the ")
