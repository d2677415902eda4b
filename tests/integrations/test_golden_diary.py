"""One diary in two forms, as CSV files and as a workbook: `feed read` says the same of both, to the letter."""

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from daemon.cli import main
from tests.unit.settings_file import LEAST

GOLDEN = Path(__file__).parents[1] / "golden" / "feeds"
EXPECTED = (GOLDEN / "diary.jsonl").read_text("utf-8").splitlines()
FEED = """
[feeds.diary]
adapter = "{adapter}"
role = "conference_diary"
fresh_within = "4 hours"
options = {options}
"""


def as_a_workbook(folder: Path) -> str:
    """Make a workbook with a sheet for each file, and return the options of its feed."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for file in sorted((GOLDEN / "diary").glob("*.csv")):
        sheet = book.create_sheet(file.stem.replace("_", " ").title())
        with file.open(encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines, delimiter=";"):
                sheet.append([cell or None for cell in row])
    book.save(folder / "Diary.xlsx")
    return f'{{ folder = "{folder}", file = "Diary.xlsx" }}'


def as_files(_: Path) -> str:
    """Return the options of a feed over the files themselves."""
    return f'{{ folder = "{GOLDEN / "diary"}" }}'


@pytest.mark.parametrize(
    ("adapter", "made"),
    [
        pytest.param("csv_files", as_files, id="files"),
        pytest.param("xlsx_diary", as_a_workbook, id="workbook"),
    ],
)
def test_a_diary_is_read_as_the_golden_file_says(tmp_path, capsys, adapter, made):
    config = tmp_path / "daykeeper.toml"
    config.write_text(LEAST + FEED.format(adapter=adapter, options=made(tmp_path)), "utf-8")

    code = main(["feed", "read", "diary", "--config", str(config), "--json"])
    said = capsys.readouterr().out
    for file in (GOLDEN / "diary").glob("*.csv"):
        said = said.replace(f"Diary.xlsx/{file.stem.replace('_', ' ').title()}", file.name)

    assert code == 0
    assert sorted(map(_plain, said.splitlines())) == sorted(map(_plain, EXPECTED))


def _plain(line: str) -> str:
    return json.dumps(json.loads(line), sort_keys=True)
