"""`run --once`: what is due now is done, and it ends; what it could not do is said."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SETTINGS = """
authority = "potterby"
title = "Potterby"
operator = "it@council.example"
fallback = "duty@council.example"
database = "sqlite:///daykeeper.sqlite"

[feeds.diary]
adapter = "csv_files"
role = "conference_diary"
fresh_within = "4 hours"
options = { folder = "diary" }

[channels.email]
adapter = "folder"
options = { folder = "outbox", sender = "daykeeper@council.example" }
"""
HEAD = "conference_id,kind,case_refs,strategy_date\n"
Daykeeper = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def daykeeper(tmp_path: Path) -> Daykeeper:
    """Return the command, in a folder with settings, a diary of one conference, and a database."""
    (tmp_path / "daykeeper.toml").write_text(SETTINGS)
    (tmp_path / "diary").mkdir()
    (tmp_path / "diary" / "conference.csv").write_text(HEAD + "CONF-1,icpc,SC-1,2026-03-02\n")

    def command(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "daemon.cli", *words, "--config", "daykeeper.toml"],
            cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    assert command("database", "create").returncode == 0
    return command


@pytest.mark.slow
def test_each_round_reads_every_feed_and_ends(daykeeper, tmp_path):
    assert daykeeper("run", "--once").returncode == 0
    assert daykeeper("explain", "--ref", "SC-1").returncode == 0
    assert daykeeper("explain", "--ref", "SC-2").returncode == 1

    (tmp_path / "diary" / "conference.csv").write_text(HEAD + "CONF-2,icpc,SC-1;SC-2,2026-03-02\n")
    assert daykeeper("run", "--once").returncode == 0

    assert daykeeper("explain", "--ref", "SC-2").returncode == 0


@pytest.mark.slow
def test_systemd_hears_from_the_loop_that_it_goes_round(daykeeper, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's name is short
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind("ear")
        ear.settimeout(0)
        monkeypatch.setenv("NOTIFY_SOCKET", "ear")

        assert daykeeper("run", "--once").returncode == 0
        assert ear.recv(64) == b"WATCHDOG=1"


@pytest.mark.slow
def test_a_round_on_a_database_that_was_put_back_does_nothing_and_says_so(daykeeper, tmp_path):
    database = tmp_path / "daykeeper.sqlite"
    shutil.copy(database, tmp_path / "older")
    assert daykeeper("run", "--once").returncode == 0
    for file in tmp_path.glob("daykeeper.sqlite*"):
        file.unlink()
    shutil.copy(tmp_path / "older", database)

    ended = daykeeper("run", "--once")

    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith("run --once: ")


@pytest.mark.slow
def test_a_way_that_is_not_set_up_and_is_waited_for_is_named_at_once(daykeeper, tmp_path):
    config = tmp_path / "daykeeper.toml"
    config.write_text(config.read_text("utf-8").partition("[channels.email]")[0], "utf-8")
    (tmp_path / "diary" / "conference.csv").unlink()  # the operator is to hear of that

    ended = daykeeper("run", "--once")

    what = "channels.email: it is not set up, and messages wait for it (1); set it up"
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1].startswith(what)
    assert ended.stderr.count("channel-not-configured") == 1  # it does not try again for a minute
    for verb in ("check", "doctor"):
        assert "channels.email: the operator hears nothing" in daykeeper(verb).stdout
