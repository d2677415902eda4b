"""The pages about adapters and feeds are true: what they show stands in the examples, and typing them works."""

import os
import re
import subprocess
import sys
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from textwrap import dedent

import pytest

from tests.deploy.tools import ROOT
from tests.integrations.example_channel.gateway import GatewayServer

HOW_TO = ROOT / "docs" / "how-to"
EXAMPLES = {"write-an-adapter.md": "example_adapter", "add-a-channel.md": "example_channel"}
GATEWAY = "https://gateway.council.example"


def typed(page: str, folder: Path) -> str:
    """Return what was said to somebody who typed a page's commands here, with the release beside them."""
    (folder / "daykeeper").symlink_to(ROOT)
    blocks = [
        dedent(one) for one in re.findall(r"^ *```sh\n(.*?)^ *```", page, re.DOTALL | re.MULTILINE)
    ]
    packages = str(folder / "packages")  # what is installed must not stay in the tests' environment
    ended = subprocess.run(
        ["sh", "-eu", "-c", "\n".join(blocks)], cwd=folder, timeout=280, capture_output=True, text=True, check=False,
        env={
            **os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PIP_TARGET": packages, "PIP_NO_INDEX": "1", "PYTHONPATH": packages, "PYTEST_ADDOPTS": "",
        },
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.mark.parametrize(("page", "example"), EXAMPLES.items())
def test_the_code_that_a_page_shows_stands_in_its_example(page, example):
    folder = ROOT / "tests" / "integrations" / example
    files = [file.read_text() for kind in ("*.py", "*.toml") for file in folder.rglob(kind)]
    shown = re.findall(
        r"^```(?:python|toml)\n(.*?)^```", (HOW_TO / page).read_text(), re.MULTILINE | re.DOTALL
    )

    assert len(shown) > 1
    assert [one for one in shown if not any(one in file for file in files)] == []


@pytest.mark.slow
def test_whoever_types_the_page_about_adapters_reads_cases_through_one_of_their_own(tmp_path):
    said = typed((HOW_TO / "write-an-adapter.md").read_text(), tmp_path)

    assert re.search(r"^\d+ passed", said, re.MULTILINE)
    assert "0000010234" in said
    assert "2 cases" in said
    assert "register:2: strategy_discussion_held is not a day" in said


@pytest.mark.slow
def test_whoever_types_the_page_about_channels_sends_a_mail_by_one_of_their_own(tmp_path):
    with GatewayServer() as gateway:
        page = (HOW_TO / "add-a-channel.md").read_text().replace(GATEWAY, gateway.url)
        said = typed(page, tmp_path)

    (mail,) = (message_from_bytes(one, policy=default) for one in gateway.mails.values())
    assert mail["To"] == "you@council.example"
    assert "handed over" in said
    assert "looked up: found" in said


@pytest.mark.slow
def test_whoever_types_the_page_about_feeds_sees_what_a_database_gives_and_why_it_is_due(tmp_path):
    said = typed((HOW_TO / "connect-a-feed.md").read_text(), tmp_path)

    assert "SC-104 (enquiries/1): 2 facts" in said
    assert "enquiries/2: strategy_on: is not a date that exists" in said
    assert "Monday 23 March 2026, 5pm: icpc-limit-missed" in said
    before, _, after = said.partition("; 1 error\n")
    assert "error: statutory-england: second-enquiry-on-a-plan: " in before
    assert "icpc-limit: not watched" in before
    assert "; 0 errors\n" in after
    assert "notices: " in after
    assert "Rows that cannot be used, or only in part: 1\n" in after
    assert "deliveries by email: handed over" in after
    assert list((tmp_path / "outbox").glob("*.eml"))
