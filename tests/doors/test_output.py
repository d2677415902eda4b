"""Where a command writes to: a disk that is full, or an output that is closed, is one line and no fault of ours."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.cli import main
from tests.testshire import settled

COMMAND = (sys.executable, "-m", "daemon.cli")
FULL = (
    "daykeeper: standard output cannot be written (No space left on device), and what this command did before "
    "stands; make room, and run it again\n"
)
CLOSED = "daykeeper: standard output is closed, so nothing is done; leave it open\n"


def said(*words: str, to: int | None = None) -> tuple[int, str]:
    """Return with which code a command ends that writes to this, closed where it is None, and what it complains of."""
    command = (*COMMAND, *words)
    shell = ("sh", "-c", 'exec "$@" >&-', "sh", *command) if to is None else command
    ended = subprocess.run(shell, stdout=to, stderr=subprocess.PIPE, text=True, check=False)
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("words", ["--version", "completion bash", "status --json"])
def test_a_full_disk_is_one_line_and_no_fault_of_ours(words, tmp_path):
    config = settled(tmp_path) if words.startswith("status") else []
    if config:
        assert main(["database", "create", *config]) == 0
    with Path("/dev/full").open("w") as full:
        assert said(*words.split(), *config, to=full.fileno()) == (1, FULL)


def test_nothing_is_done_where_nobody_could_see_it():
    assert said("completion", "bash") == (1, CLOSED)


def test_a_reader_who_has_seen_enough_is_no_trouble():
    reader, writer = os.pipe()
    os.close(reader)
    try:
        assert said("completion", "bash", to=writer) == (0, "")
    finally:
        os.close(writer)
