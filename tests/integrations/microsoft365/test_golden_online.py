"""One diary in four forms: as lists and as a workbook in Microsoft 365 it is read as from files, to the letter."""

import csv
import json
from datetime import UTC, datetime

import pytest

from daemon.cli import main
from daemon.testing.fakes import HandClock
from daemon.testing.microsoft365.server import Microsoft365
from tests.integrations.microsoft365.online import PATH, Online, lists_of
from tests.integrations.test_golden_diary import EXPECTED, GOLDEN
from tests.integrations.xlsx_diary.conftest import workbook
from tests.unit.settings_file import LEAST

FEED = """
[feeds.diary]
adapter = "microsoft365"
role = "conference_diary"
fresh_within = "4 hours"

[feeds.diary.options]
tenant = "11111111-1111-1111-1111-111111111111"
client_id = "22222222-2222-2222-2222-222222222222"
secret_file = "secret"
login = "{address}"
graph = "{address}"
ca_file = "{certificate}"
site = "{address}{path}"
"""
IN_A_LIST = '[feeds.diary.options.sheets.{sheet}]\nlist = "{title}"\n'


@pytest.fixture
def clock():
    """Give the present moment: the command reads by this machine's clock."""
    return HandClock(datetime.now(UTC))


@pytest.fixture
def read(office: Microsoft365, tmp_path, capsys):
    """Give a call that reads the diary by the command, and returns its lines."""

    def call(options):
        place = {"address": office.address, "certificate": office.certificate, "path": PATH}
        config = tmp_path / "daykeeper.toml"
        config.write_text(LEAST + FEED.format(**place) + options, "utf-8")
        code = main(["feed", "read", "diary", "--config", str(config), "--json"])
        return code, capsys.readouterr().out

    return call


def as_lists(online: Online) -> str:
    """Keep the diary as a list for each file."""
    sheets = lists_of(GOLDEN / "diary", online)
    return "".join(IN_A_LIST.format(sheet=name, title=one["list"]) for name, one in sheets.items())


def as_a_workbook(online: Online) -> str:
    """Keep it as a workbook with a sheet for each file."""
    tabs = {}
    for file in sorted((GOLDEN / "diary").glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            tabs[file.stem] = [
                [cell or None for cell in row] for row in csv.reader(lines, delimiter=";")
            ]
    online.site.put_file("CP/Diary.xlsx", workbook(tabs), online.clock())
    return 'workbook = "CP/Diary.xlsx"\n'


@pytest.mark.parametrize("kept", [as_lists, as_a_workbook])
def test_a_diary_is_read_as_the_golden_file_says(online, read, kept):
    code, said = read(kept(online))

    for file in (GOLDEN / "diary").glob("*.csv"):
        said = said.replace(f"Diary.xlsx/{file.stem}:", f"{file.name}:")
        said = said.replace(f"Diary.xlsx/{file.stem}", file.name)

    assert code == 0
    assert sorted(map(_plain, said.splitlines())) == sorted(
        _by_item(one) if kept is as_lists else _plain(one) for one in EXPECTED
    )


def _plain(line: str) -> str:
    return json.dumps(json.loads(line), sort_keys=True)


def _by_item(line: str) -> str:
    """Return an expected line with the id of an item in place of the line of a file, which has a header."""
    told = json.loads(line)
    if "problem" in told:
        file, colon, number = told["problem"]["where"].partition(":")
        told["problem"]["where"] = f"{file}{colon}{int(number) - 1 if number else ''}"
    return json.dumps(told, sort_keys=True)
