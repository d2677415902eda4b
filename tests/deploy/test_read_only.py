"""The service where it can write one folder alone, as containers and units have it (RELIABILITY T17)."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.authority import Authority
from tests.faults.receiver import Receiver

# The folder is a mount of its own, so it stays as it is when all around it can only be read.
SHUT = """set -e
mount --make-rprivate /
for place in / /tmp /var /home; do
  mountpoint -q "$place" || mount --bind "$place" "$place"
done
mount --bind "$1" "$1"
for place in / /tmp /var /home; do mount -o remount,bind,ro "$place"; done
cd "$1"
shift
exec "$@"
"""


def shut_in(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Return how a command ends that can write this folder alone."""
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", SHUT, "sh", str(folder), *words]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DAYKEEPER_")}
    clean |= {"TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env=clean
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder for whatever is written; skips where nobody may shut a process in."""
    place = tmp_path / "state"
    place.mkdir()
    if shutil.which("unshare") is None or shut_in(place, "true").returncode != 0:
        pytest.skip("this machine lets nobody make a process's own view of its disks")
    return place


def test_outside_its_folder_nothing_can_be_written(folder, tmp_path):
    inside = shut_in(folder, "touch", "x")
    outside = [shut_in(folder, "touch", str(one / "x")) for one in (tmp_path, Path("/tmp"))]

    assert inside.returncode == 0
    assert [one.returncode for one in outside] == [1, 1]
    assert all("Read-only file system" in one.stderr for one in outside)


@pytest.mark.slow
def test_the_service_needs_no_other_place_to_write(folder):
    with Receiver(folder / "mail") as mail:
        authority = Authority(folder, 2, 1)
        authority.write(mail.port)

        ended = shut_in(
            folder,
            sys.executable,
            "-m",
            "daemon.cli",
            "run",
            "--once",
            "--config",
            str(authority.config),
        )

    assert ended.returncode == 0, ended.stderr
    assert "Read-only" not in ended.stderr
    assert (folder / "daykeeper.state").exists() or list(folder.rglob("*.state"))
