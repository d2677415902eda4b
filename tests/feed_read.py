"""What `daykeeper feed read NAME --json` prints for one feed: the golden files are made and checked by it."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from daemon.cli import main

GOLDEN = Path(__file__).parent / "golden" / "feeds"
SETTINGS = """
authority = "potterby"
title = "Potterby"
operator = "operator@potterby.example"
fallback = "duty_mailbox"

[feeds.sample]
adapter = "{adapter}"
role = "case_system"
fresh_within = "26 hours"
read_every = "15 minutes"

[feeds.sample.options]
folder = "{folder}"
"""


def feed_read(
    capsys: pytest.CaptureFixture[str], place: Path, adapter: str, file: Path
) -> list[str]:
    """Return the lines that the command prints for a folder that holds this file alone."""
    folder = place / "drop"
    folder.mkdir()
    (folder / file.name).write_bytes(file.read_bytes())
    written = datetime.fromisoformat("2026-03-06T17:00:00+00:00").timestamp()
    os.utime(folder / file.name, (written, written))
    config = place / "daykeeper.toml"
    config.write_text(SETTINGS.format(adapter=adapter, folder=folder), "utf-8")
    assert main(["feed", "read", "sample", "--config", str(config), "--json"]) == 0
    return capsys.readouterr().out.splitlines()


def is_as_before(lines: list[str], name: str) -> bool:
    """Return whether the lines are those of a golden file; GOLDEN=write makes it anew."""
    file = GOLDEN / f"{name}.jsonl"
    if os.environ.get("GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return file.read_text("utf-8").splitlines() == lines
