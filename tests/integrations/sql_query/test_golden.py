"""`feed read` of a small authority's dataset, to the letter: what was joined, doubted, and differs from our dates."""

import json
from pathlib import Path

import pytest

from daemon.app import build
from daemon.cli import main
from daemon.settings.whole import load
from daemon.store import create
from tests.integrations.sql_query.conftest import CaseSystem
from tests.integrations.sql_query.sample import fill_sample, siblings_without_a_meeting_id
from tests.unit.settings_file import LEAST

EXPECTED = Path(__file__).with_name("ssd.golden.jsonl")
FEED = """
[feeds.case-system]
adapter = "sql_query"
role = "case_system"
fresh_within = "26 hours"
options = {{ url = "{url}", preset = "ssd", former_id_types = ["Unborn ID"] }}
"""


def settings(system: CaseSystem, folder: Path) -> Path:
    """Return the settings of an authority with this case system."""
    config = folder / "daykeeper.toml"
    config.write_text(LEAST + FEED.format(url=system.url), "utf-8")
    return config


def test_the_dataset_is_read_as_the_golden_file_says(
    system: CaseSystem, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill_sample(system)
    config = settings(system, tmp_path)

    code = main(["feed", "read", "case-system", "--config", str(config), "--json"])

    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert code == 0
    assert said == [json.loads(line) for line in EXPECTED.read_text("utf-8").splitlines()]


def test_a_target_that_is_not_our_date_is_nothing_to_mend(
    system: CaseSystem, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    siblings_without_a_meeting_id(system)
    read = load(settings(system, tmp_path))
    create(read.database)
    app = build(read, worker="test")
    app.line.turn()
    app.close()

    code = main(["feed", "report", "--config", str(tmp_path / "daykeeper.toml")])

    assert capsys.readouterr().out.splitlines()[-1] == "nothing to mend"
    assert code == 0
