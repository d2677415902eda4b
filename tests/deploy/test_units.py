"""The units are understood by systemd, shut in, and have somebody told when one of them fails."""

import re
import shutil
from pathlib import Path

import pytest

from daemon.cli.main import parser
from tests.deploy.tools import DEPLOY, OWN, ask

UNITS = sorted(DEPLOY.glob("*.service"))
SERVICES = [unit for unit in UNITS if "failed" not in unit.name]
SCRIPT = "/usr/local/lib/daykeeper/tell-failed.py"


def keys(unit: Path) -> dict[str, str]:
    """Return the keys of a unit; of one that stands there often the last."""
    return dict(re.findall(r"^(\w+)=(.*)$", unit.read_text(), re.MULTILINE))


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a folder of the units as they are installed, but for where Daykeeper is."""
    for unit in UNITS:
        text = unit.read_text().replace("/opt/daykeeper/bin", str(OWN))
        (tmp_path / unit.name).write_text(text.replace("/usr/bin/python3", str(OWN / "python")))
    for unit in SERVICES:
        own = tmp_path / f"{unit.name}.d"
        own.mkdir()
        shutil.copy(DEPLOY / "secrets.conf", own)
    return tmp_path


def verify(folder: Path, *units: str) -> list[str]:
    """Return what systemd finds wrong with them."""
    ended = ask(
        "systemd-analyze", "verify", "--man=no", *units, env={"SYSTEMD_UNIT_PATH": f"{folder}:"}
    )
    said = ended.stderr.splitlines()
    return [line for line in said if str(folder) in line or ended.returncode]


def test_systemd_takes_every_unit_and_the_secrets_beside_them(installed):
    names = [
        "daykeeper-failed@daykeeper.service.service" if "@" in one.name else one.name
        for one in UNITS
    ]

    assert len(names) >= 3
    assert verify(installed, *names) == []


def test_a_key_that_is_misspelt_is_found(installed):
    unit = installed / "daykeeper.service.d" / "secrets.conf"
    unit.write_text(unit.read_text().replace("LoadCredential=", "LoadCredentials="))

    assert "Unknown key 'LoadCredentials'" in verify(installed, "daykeeper.service")[0]


@pytest.mark.parametrize("unit", UNITS, ids=[unit.stem for unit in UNITS])
def test_each_unit_is_shut_in(unit):
    ended = ask("systemd-analyze", "security", "--offline=true", "--threshold=20", unit)

    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr


@pytest.mark.parametrize("unit", SERVICES, ids=[unit.stem for unit in SERVICES])
def test_a_unit_that_fails_is_told_of_and_is_started_again_once_it_may_be(unit):
    failing, telling = keys(unit), keys(DEPLOY / "daykeeper-failed@.service")

    told = failing["OnFailure"].replace("%n", unit.name)
    waits_s = int(telling["ExecStart"].rpartition(" ")[2])  # the last of them sleeps
    assert failing["Restart"] == "on-failure"
    assert told == f"daykeeper-failed@{unit.name}.service"
    assert telling["OnSuccess"] == telling["OnFailure"] == "%i"
    assert waits_s > int(failing["StartLimitIntervalSec"]) > 0
    # as slowly as one ends that waits for its database, five of them end within the interval
    assert int(failing["StartLimitBurst"]) * (int(failing["RestartSec"]) + 10) < int(
        failing["StartLimitIntervalSec"]
    )


def test_whether_the_mail_goes_out_or_not_the_unit_is_started_again():
    text = (DEPLOY / "daykeeper-failed@.service").read_text()

    assert f"\nExecStart=-/usr/bin/python3 -I {SCRIPT} %i\n" in text
    assert "\nEnvironmentFile=-/" in text
    assert SCRIPT in text.partition("[Unit]")[0]  # how it is installed


@pytest.mark.parametrize("unit", SERVICES, ids=[unit.stem for unit in SERVICES])
def test_each_unit_starts_a_verb_that_there_is(unit):
    program, *words = keys(unit)["ExecStart"].split()

    assert program == "/opt/daykeeper/bin/daykeeper"
    assert parser().parse_args(words).config == "/etc/daykeeper/daykeeper.toml"


def test_every_secret_is_handed_over_as_a_credential_and_named_by_its_variable():
    text = (DEPLOY / "secrets.conf").read_text()
    handed = set(
        re.findall(r"LoadCredential=([\w.-]+):/etc/daykeeper/secrets/\1$", text, re.MULTILINE)
    )
    named = set(re.findall(r"Environment=DAYKEEPER_\w+=%d/([\w.-]+)$", text, re.MULTILINE))

    assert handed == named
    assert len(handed) == 3


@pytest.fixture
def for_many(tmp_path: Path) -> Path:
    """Return a folder of the units of several authorities, as the script makes them."""
    assert ask("sh", DEPLOY / "units-for-many.sh", tmp_path).returncode == 0
    shutil.copy(DEPLOY / "daykeeper-failed@.service", tmp_path)
    for unit in tmp_path.glob("*.service"):
        text = unit.read_text().replace("/opt/daykeeper/bin", str(OWN))
        unit.write_text(text.replace("/usr/bin/python3", str(OWN / "python")))
    return tmp_path


def test_units_for_several_authorities_are_taken_by_systemd_and_as_shut_in_as_those_for_one(
    for_many,
):
    names = [f"{one.stem}@northshire.service" for one in SERVICES]
    names.append("daykeeper-failed@daykeeper@northshire.service.service")
    plain = [dict(keys(one), Description="") for one in SERVICES]

    assert len(names) == 1 + len(SERVICES)
    assert verify(for_many, *names) == []
    for unit, before in zip(
        (for_many / f"{one.stem}@.service" for one in SERVICES), plain, strict=True
    ):
        now = keys(unit)
        changed = {name for name in now if now[name] != before[name]} - {
            "Description",
            "After",
            "ExecStart",
        }
        assert changed == {"User", "StateDirectory", "WorkingDirectory"}
        assert all("%i" in now[name] for name in (*changed, "ExecStart"))
