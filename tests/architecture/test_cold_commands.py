"""Asking a question about one file loads neither the service, nor SQL, nor a vendor's library."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = (
    "aiosmtpd", "alembic", "azure", "dramatiq", "exchangelib", "integrations", "msgraph",
    "prometheus_client", "pydantic_settings", "sqlalchemy", "starlette", "structlog", "uvicorn",
)  # fmt: skip
LOOK = """
import json, sys
from daemon.cli import main
code = main(sys.argv[1:])
print(json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""
RECORD = {
    "ref": "SC-100234",
    "pathway": "stoke-on-trent",
    "facts": {
        "strategy_discussion_held": "2026-03-02",
        "s47_decision_recorded": {"at": "2026-03-02T15:10", "value": "section_47"},
    },
    "as_known_at": "2026-03-06T17:30:00Z",
}


@pytest.fixture
def record(tmp_path):
    file = tmp_path / "case.json"
    file.write_text(json.dumps(RECORD))
    return str(file)


def loaded(*words: str) -> set[str]:
    """Return the top-level modules that one command left behind in a fresh interpreter."""
    command = [sys.executable, "-c", LOOK, *words]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    code, modules = json.loads(ended.stdout.splitlines()[-1])
    assert code == 0, ended.stderr
    return set(modules)


def test_explain_of_a_file_is_light(record):
    assert loaded("explain", record) & set(HEAVY) == set()


def test_explain_as_json_is_light(record):
    assert loaded("explain", record, "--json") & set(HEAVY) == set()


def test_simulate_is_light(record):
    words = (
        "simulate",
        record,
        "--pack",
        "stoke-on-trent",
        "--from",
        "2026-03-02",
        "--to",
        "2026-03-31",
    )

    assert loaded(*words) & set(HEAVY) == set()


def test_check_is_light():
    assert loaded("check", "--quick") & set(HEAVY) == set()


def test_check_and_diff_of_an_authoritys_folder_are_light(tmp_path):
    folder = str(tmp_path / "potterby")
    assert loaded("init", folder, "--based-on", "stoke-on-trent") & set(HEAVY) == set()

    assert loaded("check", folder) & set(HEAVY) == {"integrations"}  # that reads people.csv
    assert loaded("diff", folder, "--against", "shipped") & set(HEAVY) == set()


def test_a_service_that_is_one_process_loads_no_redis():
    look = "import sys, daemon.loop; print('redis' in sys.modules)"

    ended = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ended.stdout == "False\n", ended.stderr


def test_a_service_where_nobody_signs_in_loads_nothing_for_it():
    look = "import sys, daemon.cli.run, daemon.web; print({'authlib', 'httpx2'} & {*sys.modules})"

    ended = subprocess.run(
        [sys.executable, "-c", look], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ended.stdout == "set()\n", ended.stderr
