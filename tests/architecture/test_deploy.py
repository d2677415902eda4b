"""What is handed to an operator fits what exists."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from daemon.cli.main import parser
from daemon.plugins import find
from daemon.settings import load
from daemon.store.address import backend_of
from daemon.written import broker_address
from tests.ports import free_port
from tests.redis import program

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
EXAMPLE = DEPLOY / "daykeeper.example.toml"
UNIT = DEPLOY / "daykeeper.service"
WORKER_UNIT = DEPLOY / "daykeeper-worker.service"
AUDITOR_UNIT = DEPLOY / "daykeeper-auditor.service"
PATIENT = Retry(ConstantBackoff(0.05), 200)  # ten seconds to start


def test_the_example_settings_load_and_name_integrations_that_exist():
    settings = load(EXAMPLE)

    found = find()
    for feed in settings.feeds.values():
        assert "source" in found[feed.adapter].provides
    for channel in settings.channels.values():
        assert "channel" in found[channel.adapter].provides
    assert settings.audit is not None
    assert settings.audit.mail is not None
    assert "channel" in found[settings.audit.mail.adapter].provides
    assert settings.people is not None
    assert "directory" in found[settings.people.adapter].provides


def composed(name: str) -> dict[str, Any]:
    """Return the services of a compose file."""
    return dict(yaml.safe_load((DEPLOY / name).read_text())["services"])


@pytest.mark.parametrize("name", ["compose.yaml", "compose.small.yaml"])
def test_the_container_runs_as_nobody_on_a_read_only_root(name):
    service = composed(name)["daykeeper"]
    lines = (DEPLOY / "Dockerfile").read_text()

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert service["ports"] == ["127.0.0.1:8700:8700"]
    assert re.search(r"^USER \d+:\d+$", lines, re.MULTILINE)
    assert re.search(r"^FROM python:3\.11\.\d+-slim-\w+", lines, re.MULTILINE)
    assert "--require-hashes" in lines


def test_the_database_server_beside_it_is_reached_by_an_address_that_we_take():
    overlay = composed("compose.yaml")
    address = overlay["daykeeper"]["environment"]["DAYKEEPER_DATABASE"]

    place = backend_of(re.sub(r"\$\{\w+:\?\}", "secret", address))

    assert place.where == "database daykeeper on postgres"
    assert "secret" not in repr(place)
    assert overlay["postgres"]["cap_drop"] == ["ALL"]
    assert re.fullmatch(r"postgres:\d+\.\d+-\w+", overlay["postgres"]["image"])


def test_the_image_copies_only_what_is_there_and_what_the_context_lets_through():
    allowed = {
        line[1:]
        for line in (ROOT / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
    copied = {
        word.rstrip("/")
        for line in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE)
        for word in line.split()[:-1]
    }

    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)


def test_unit_compose_and_image_start_the_same_command():
    image = re.search(r"^CMD (\[.+\])$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    service = composed("compose.small.yaml")["daykeeper"]
    start = re.search(r"^ExecStart=\S+/daykeeper (.+)$", UNIT.read_text(), re.MULTILINE)

    assert image
    assert start
    words = json.loads(image[1])
    assert words[:2] == ["run", "--config"]
    assert start[1].split()[:2] == words[:2]
    assert any(volume.split(":")[1] == words[2] for volume in service["volumes"])


def test_workers_and_a_redis_that_refuses_when_it_is_full_stand_beside_it():
    overlay = composed("compose.yaml")
    worker, queue = overlay["worker"], overlay["redis"]
    unit = re.search(r"^ExecStart=\S+/daykeeper (.+)$", WORKER_UNIT.read_text(), re.MULTILINE)
    alone = composed("compose.small.yaml")["daykeeper"]

    addresses = {
        overlay[name]["environment"]["DAYKEEPER_BROKER"] for name in ("daykeeper", "worker")
    }
    assert {broker_address(re.sub(r"\$\{\w+:\?\}", "secret", one)) for one in addresses} == {
        "redis://:secret@redis:6379/0"
    }
    assert unit
    for words in (worker["command"], unit[1].split()):
        assert parser().parse_args(words).verb == "worker"
    for key in ("read_only", "cap_drop", "security_opt", "stop_grace_period"):
        assert worker[key] == alone[key]
    assert worker["scale"] == 2
    assert "ports" not in worker
    assert "ports" not in queue
    assert re.fullmatch(r"redis:\d+\.\d+\.\d+-\w+", queue["image"])


def test_an_auditor_of_its_own_stands_beside_each_form():
    unit = re.search(r"^ExecStart=\S+/daykeeper (.+)$", AUDITOR_UNIT.read_text(), re.MULTILINE)
    beside = [composed(name)["auditor"] for name in ("compose.yaml", "compose.small.yaml")]

    assert unit
    for words in (unit[1].split(), *(one["command"] for one in beside)):
        asked = parser().parse_args(words)
        assert (asked.verb, asked.once) == ("audit", False)
    for one in beside:
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert not one.get("ports")
    assert "OnFailure=daykeeper-failed@%n.service" in AUDITOR_UNIT.read_text()


def test_the_redis_beside_it_asks_for_a_password_that_no_list_of_processes_shows(tmp_path):
    shell, flag, script = composed("compose.yaml")["redis"]["command"]
    place = f"redis-server - --bind 127.0.0.1 --port {(port := free_port())}"
    script = script.replace("$$", "$").replace("redis-server -", place, 1)
    path = f"{Path(program()).parent}{os.pathsep}{os.environ['PATH']}"
    at_home = {"PATH": path, "REDIS_PASSWORD": "letters1"}

    with (
        subprocess.Popen([shell, flag, script], env=at_home, cwd=tmp_path) as process,
        redis.Redis(port=port, password="letters1", retry=PATIENT) as client,
        redis.Redis(port=port) as stranger,
    ):
        kept = client.config_get("*")
        shown = Path(f"/proc/{process.pid}/cmdline").read_bytes()
        with pytest.raises(redis.AuthenticationError):
            stranger.ping()
        process.terminate()

    assert (kept["maxmemory-policy"], kept["appendonly"]) == ("noeviction", "yes")
    assert b"redis-server" in shown
    assert b"letters1" not in shown
    assert process.returncode == 0


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize(
    "unit", [UNIT, WORKER_UNIT, AUDITOR_UNIT], ids=["run", "worker", "auditor"]
)
def test_the_unit_is_shut_in(unit):
    command = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(unit)]

    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr
