"""The image and the compose files fit what exists, and run as nobody."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml
from compose_spec import PyCompose
from redis.backoff import ConstantBackoff
from redis.retry import Retry

from daemon.cli.main import parser
from daemon.settings.written import broker_address
from daemon.store.place.address import backend_of
from tests.deploy.tools import DEPLOY, ROOT, ask
from tests.ports import free_port
from tests.redis import program

UNIT = DEPLOY / "daykeeper.service"
WORKER_UNIT = DEPLOY / "daykeeper-worker.service"
AUDITOR_UNIT = DEPLOY / "daykeeper-auditor.service"
PATIENT = Retry(ConstantBackoff(0.05), 200)  # ten seconds to start


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


@pytest.mark.parametrize("name", ["compose.yaml", "compose.small.yaml"])
def test_compose_takes_the_file_by_its_specification(name):
    whole = yaml.safe_load((DEPLOY / name).read_text())  # which also puts in what `<<` names
    services = PyCompose.from_yaml(yaml.safe_dump(whole)).service_names()

    assert set(services) == set(whole["services"])
    for service in whole["services"].values():
        assert set(service.get("depends_on", ())) <= set(services)
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            assert source.startswith("./") or source in whole["volumes"], volume


def test_a_key_of_compose_that_is_misspelt_is_found():
    with pytest.raises(ValueError, match="restrat"):
        PyCompose.from_yaml("services: {one: {image: x, restrat: always}}")


def test_the_image_is_made_by_the_rules_of_the_trade():
    ended = ask("hadolint", "--failure-threshold", "style", DEPLOY / "Dockerfile")

    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_a_mistake_in_it_is_found(tmp_path):
    spoilt = (DEPLOY / "Dockerfile").read_text().replace("WORKDIR /src", "WORKDIR src")
    (tmp_path / "Dockerfile").write_text(spoilt)

    ended = ask("hadolint", tmp_path / "Dockerfile")

    assert ended.returncode == 1
    assert "DL3000" in ended.stdout


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
