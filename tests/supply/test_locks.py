"""Nothing is installed but what a lock names with its hash (RELIABILITY T16)."""

import hashlib
import subprocess
import sys
import zipfile
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

from tests.supply.locks import ALL, file_of, for_this_machine, pins

ABOUT = "Metadata-Version: 2.1\nName: daykeeper-trial\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
OF_THE_ENVIRONMENT = {"pip", "daykeeper"}


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """Return a small package, as one lies in an index."""
    file = tmp_path / "index" / "daykeeper_trial-1.0-py3-none-any.whl"
    file.parent.mkdir()
    with zipfile.ZipFile(file, "w") as archive:
        about = "daykeeper_trial-1.0.dist-info"
        archive.writestr("daykeeper_trial.py", "")
        archive.writestr(f"{about}/METADATA", ABOUT)
        archive.writestr(f"{about}/WHEEL", WHEEL)
        archive.writestr(f"{about}/RECORD", "")
    return file


def install(wheel: Path, line: str) -> subprocess.CompletedProcess[str]:
    """Return how the command of our Makefile ends for a lock of this one line."""
    lock = wheel.parent / "lock.txt"
    lock.write_text(f"{line}\n")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-index", "--no-deps"]
    command += ["--find-links", str(wheel.parent), "--target", str(wheel.parent / "installed")]
    command += ["--require-hashes", "--requirement", str(lock)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_what_is_not_what_the_lock_says_is_not_installed(wheel):
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    tampered = f"{'0' if digest[0] != '0' else '1'}{digest[1:]}"

    wrong = install(wheel, f"daykeeper-trial==1.0 --hash=sha256:{tampered}")
    bare = install(wheel, "daykeeper-trial==1.0")
    right = install(wheel, f"daykeeper-trial==1.0 --hash=sha256:{digest}")

    assert wrong.returncode != 0
    assert "DO NOT MATCH THE HASHES" in wrong.stderr
    assert bare.returncode != 0
    assert right.returncode == 0, right.stderr


def test_what_is_installed_here_is_what_the_lock_says():
    wanted = {
        canonicalize_name(one.name): str(one.specifier)[2:]
        for one in for_this_machine(pins(file_of("test").read_text("utf-8")))
    }
    here = {canonicalize_name(one.metadata["Name"]): one.version for one in distributions()}

    differing = {
        name: (version, here.get(name))
        for name, version in wanted.items()
        if here.get(name) != version
    }
    assert len(wanted) > 100
    assert differing == {}
    assert here.keys() - wanted.keys() - OF_THE_ENVIRONMENT == set()


@pytest.mark.parametrize("lock", ALL)
def test_every_line_of_a_lock_that_names_a_version_is_read_as_a_pin(lock):
    text = file_of(lock).read_text("utf-8")

    lines = [line for line in text.splitlines() if line[:1].isalnum()]
    assert len(pins(text)) == len(lines) > 20
