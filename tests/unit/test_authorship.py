"""Who changed a folder: a commit, or else whoever owns its newest file."""

import os
import subprocess
from pathlib import Path

import pytest

from daemon.engine.rules.authorship import who_changed


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=Ann Example", "-c", "user.email=ann@council.example"]
    done = subprocess.run(
        ["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null"},
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "authority.yaml").write_text("based_on: x\n", "utf-8")
    return tmp_path


def test_without_version_control_it_is_whoever_owns_the_newest_file(folder):
    newest = folder / "changes" / "a.yaml"
    newest.parent.mkdir()
    newest.write_text("change: x\n", "utf-8")
    os.utime(folder / "authority.yaml", (1, 1))

    assert who_changed(folder) == f"{newest.owner()}, who owns changes/a.yaml"


def test_a_commit_is_named_with_its_author(folder):
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "the first")

    assert who_changed(folder) == f"commit {git(folder, 'log', '-1', '--format=%h')} by Ann Example"


def test_what_is_not_committed_is_nobody_elses(folder):
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "the first")
    (folder / "changes").mkdir()
    (folder / "changes" / "a.yaml").write_text("change: x\n", "utf-8")

    said = who_changed(folder)

    assert said.startswith(
        f"{(folder / 'changes/a.yaml').owner()}, who owns changes/a.yaml, not committed"
    )
    assert said.endswith("by Ann Example")


def test_a_folder_that_is_empty_was_changed_by_nobody(tmp_path):
    assert who_changed(tmp_path) == "nobody that is known"
