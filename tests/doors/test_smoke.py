"""The smoke test of a first day, run against a mail server on this machine by a person of few words."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.demo.settings import AUTHORITY
from daemon.testing.mail_server import MailServer

ROOT = Path(__file__).parents[2]
WHO = "sw01@potterby.example"
CHANNEL = """
[channels.{word}]
adapter = "smtp"
options = {{ host = "127.0.0.1", port = {port}, security = "none", sender = "daykeeper@potterby.example" }}
"""
OF_SMTP = 5  # questions of the list
pytestmark = pytest.mark.slow


@pytest.fixture
def config(tmp_path, server):
    own = AUTHORITY[: AUTHORITY.index("[feeds.")].format(port=0)
    text = own + "".join(
        CHANNEL.format(word=word, port=server.port) for word in ("email", "calendar")
    )
    (tmp_path / "daykeeper.toml").write_text(text)
    main(["database", "create", "--config", str(tmp_path / "daykeeper.toml")])
    return tmp_path / "daykeeper.toml"


@pytest.fixture
def server(tmp_path):
    with MailServer(tmp_path / "mail") as server:
        yield server


def smoke(config: Path, *answers: str) -> tuple[int, list[str]]:
    """Return the code with which the script ends, and the lines of its report."""
    report = config.with_name("report.txt")
    places = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ended = subprocess.run(
        ["sh", str(ROOT / "deploy" / "smoke.sh"), str(config), f"email={WHO}", f"calendar={WHO}"],
        input="".join(f"{one}\n" for one in answers), text=True, capture_output=True, check=False,
        env={**os.environ, "PATH": places, "SMOKE_REPORT": str(report)}, timeout=300,
    )  # fmt: skip
    return ended.returncode, report.read_text().splitlines()


def test_each_channel_is_tried_and_the_list_of_its_adapters_asked(config, server):
    code, lines = smoke(config, *["y seen"] * (4 + OF_SMTP))

    asked = [line for line in lines if line.startswith("[")]
    assert code == 0
    assert len(asked) == 4 + OF_SMTP
    assert all(line.startswith("[x] ") and line.endswith("| y seen") for line in asked)
    assert [line[: line.index(":")] for line in asked][:5] == [
        "[x] email", "[x] calendar", "[x] calendar", "[x] calendar", "[x] smtp",
    ]  # fmt: skip
    assert any("ok: channels.email: " in line for line in lines)
    assert len(server.received()) == 4


def test_a_no_is_kept_and_ends_with_1_and_what_does_not_apply_does_not(config):
    code, lines = smoke(config, *["-"] * 3, "n twice there", *["y"] * OF_SMTP)

    assert code == 1
    assert [line for line in lines if line.startswith("[ ]")] == [
        "[ ] calendar: it has gone, or stands there as cancelled | n twice there"
    ]
    assert sum(line.startswith("[-]") for line in lines) == 3


def test_what_is_not_handed_over_is_a_no_and_the_rest_goes_on(config, server):
    server.switch(refuse=[WHO])

    code, lines = smoke(config, *["y"] * OF_SMTP)

    assert code == 1
    assert [line.rpartition("| ")[2] for line in lines if line.startswith("[ ]")] == [
        "it was not handed over"
    ] * 2
    assert sum(line.startswith("[x] smtp") for line in lines) == OF_SMTP
