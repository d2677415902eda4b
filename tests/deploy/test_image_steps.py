"""The image's own steps, run without an engine: what it copies, what it runs, and what then starts."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.deploy.tools import DEPLOY, ROOT

TEXT = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
LARGEST_MIB = 120  # of what lies in /opt/daykeeper; a Python of its own is in the image beside it
WORKING_ON_IT = {"test", "lint"}


def steps(stage: str) -> list[tuple[str, str]]:
    """Return the instructions of one stage, in order."""
    lines = [line.strip() for line in stage.splitlines()]
    return [tuple(line.split(maxsplit=1)) for line in lines if line and not line.startswith("#")]  # type: ignore[misc]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which the first stage was built, /opt and /src below it."""
    root = tmp_path_factory.mktemp("image")
    (root / "opt").mkdir()
    (root / "bin").mkdir()
    (root / "bin" / "python").symlink_to(sys.executable)
    stage = TEXT[TEXT.index("FROM") : TEXT.index("FROM python", TEXT.index("FROM") + 1)]
    here = root
    path = f"{root / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "REQUIREMENTS": "run", "PIP_QUIET": "2"}
    for word, rest in steps(stage):
        if word == "WORKDIR":
            here = root / rest.lstrip("/")
            here.mkdir()
        elif word == "COPY":
            *sources, target = rest.split()
            for source in sources:
                lay(ROOT / source, here / target, into=target.endswith("/"))
        elif word == "RUN":
            command = rest.replace("/opt/daykeeper", str(root / "opt" / "daykeeper"))
            subprocess.run(command, shell=True, cwd=here, env=environment, check=True, timeout=600)
    return root


def lay(source: Path, target: Path, *, into: bool) -> None:
    """Put a file or folder where the image would have it, without what its context leaves out."""
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target / source.name if into else target)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_its_steps_make_a_command_that_starts_without_pip_and_without_our_sources(made, tmp_path):
    bin_ = made / "opt" / "daykeeper" / "bin"
    shutil.rmtree(made / "src")
    entry = re.search(r'^ENTRYPOINT \["/opt/daykeeper/bin/(\w+)"\]$', TEXT, re.MULTILINE)
    assert entry

    helped = subprocess.run(
        [bin_ / entry[1], "--help"], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    checked = subprocess.run([bin_ / entry[1], "check", "--quick"], cwd=tmp_path, check=False)
    size_mib = sum(file.stat().st_size for file in bin_.parent.rglob("*") if file.is_file()) / 2**20

    print(f"/opt/daykeeper: {size_mib:.0f} MiB")
    assert "keeps child-protection conferences" in helped.stdout
    assert checked.returncode == 0
    assert not any((bin_ / name).exists() for name in ("pip", "pip3"))
    assert size_mib < LARGEST_MIB


def test_each_choice_of_what_it_talks_to_is_locked_with_hashes():
    choices = re.findall(r"\b(run|postgres|microsoft365|vendors)\b", TEXT.partition("FROM")[0])

    assert set(choices) == {"run", "postgres", "microsoft365", "vendors"}
    for name in choices:
        lock = (ROOT / "requirements" / f"{name}.txt").read_text()
        assert lock.count("--hash=sha256:") > lock.count("==") > 20
    assert re.search(r"^ARG REQUIREMENTS=run$", TEXT, re.MULTILINE)


def test_all_vendors_are_all_that_an_installation_may_need():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lock = (ROOT / "requirements" / "vendors.txt").read_text().lower()

    extras = {
        name: one
        for name, one in project["optional-dependencies"].items()
        if name not in WORKING_ON_IT
    }
    wanted = [re.split(r"[\[<>=]", one)[0].lower() for each in extras.values() for one in each]
    assert len(wanted) > 8
    assert [one for one in wanted if f"\n{one}==" not in lock and f"\n{one}[" not in lock] == []
