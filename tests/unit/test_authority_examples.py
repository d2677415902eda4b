"""What shows an authority how to write its folder: the guide's examples, and the folder that `init` makes."""

import csv
import re
import shutil
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.domain.errors import Severity
from daemon.domain.roster import COLUMNS
from daemon.rulebook import read_edition, sound
from daemon.rulebook.differing.difference import differences
from daemon.rulebook.own.beginning import beginning
from tests.small import SMALL
from tests.unit.authority import STOKE

ROOT = Path(__file__).parents[2]


def examples() -> list[str]:
    """Return the examples of the guide, and those of a new folder's remarks."""
    guide = (ROOT / "docs" / "tuning.md").read_text("utf-8")
    found = re.findall(r"^```yaml\n(.*?)^```", guide, re.MULTILINE | re.DOTALL)
    book = sound(SMALL).book
    remarks = beginning(book.packs[STOKE], book.vocabulary)["changes/README.md"]
    blocks = re.findall(r"(?:^#   .*\n)+(?:^#     .*\n)*", remarks, re.MULTILINE)
    return [*found, *("".join(line[4:] + "\n" for line in one.splitlines()) for one in blocks)]


@pytest.mark.parametrize("text", examples(), ids=lambda text: text.splitlines()[0][:40])
def test_every_example_does_what_it_says(folder, text):
    edition, problems = read_edition(folder({"changes/example.yaml": text}))

    assert [one for one in problems if one.severity is Severity.ERROR] == []
    assert differences(sound(SMALL), edition) != []


def test_the_shipped_pack_can_be_begun_with(tmp_path, capsys):
    folder = tmp_path / "potterby"

    assert main(["init", str(folder), "--based-on", STOKE]) == 0
    assert main(["check", str(folder), "--quick", "--at", "2026-03-02"]) == 0

    said = capsys.readouterr().out
    assert "0 errors" in said
    to_be_mended = [line for line in said.splitlines() if line.startswith("warning")]
    assert to_be_mended
    assert "potterby/people.csv: it stands as `daykeeper init` wrote it" in said
    assert all("potterby/people.csv: " in line for line in to_be_mended)
    rows = list(csv.DictReader((folder / "people.csv").read_text("utf-8").splitlines()))
    assert set(rows[0]) == {*COLUMNS} - {"name"}
    assert [row["role"] for row in rows] == ["duty_mailbox"]
    assert main(["init", str(folder), "--based-on", STOKE]) == 1
    shutil.rmtree(folder)
    assert main(["init", str(folder), "--based-on", "stoke"]) == 1
    assert not folder.exists()
