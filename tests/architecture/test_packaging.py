"""What a wheel holds, who owns our names, and that the lock installs nothing unseen."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = ("daemon", "integrations", "policies")
DATA = {".css", ".csv", ".html", ".j2", ".js", ".lark", ".md", ".sql", ".toml", ".xsd", ".yaml"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Return the names in a wheel built, without a network, from a copy of the sources."""
    tree = tmp_path_factory.mktemp("tree")
    for name in OURS:
        shutil.copytree(ROOT / name, tree / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index", "--no-deps"]
    command += ["--no-build-isolation", "--wheel-dir", str(tree / "dist"), str(tree)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (file,) = (tree / "dist").glob("daykeeper-*.whl")
    with zipfile.ZipFile(file) as archive:
        return frozenset(archive.namelist())


@pytest.mark.slow
def test_a_wheel_holds_every_module_and_every_data_file(wheel):
    wanted = {
        file.relative_to(ROOT).as_posix()
        for name in OURS
        for file in (ROOT / name).rglob("*")
        if file.suffix in DATA | {".py"} and "__pycache__" not in file.parts
    }

    assert wanted - wheel == set()


@pytest.mark.slow
def test_a_wheel_holds_nothing_else_at_the_top(wheel):
    tops = {name.split("/")[0] for name in wheel}

    assert {name for name in tops if not name.endswith(".dist-info")} == set(OURS)
    assert not [name for name in wheel if "__pycache__" in name or name.startswith("tests")]


@pytest.mark.parametrize("name", OURS)
def test_no_other_distribution_owns_our_names(name):
    owners = set(packages_distributions().get(name, ["daykeeper"]))

    assert owners == {"daykeeper"}


def test_the_lock_pins_and_hashes_everything_and_names_no_host():
    for file in ("run.txt", "test.txt"):
        text = (ROOT / "requirements" / file).read_text()
        blocks = re.split(r"\n(?=\S)", text.strip())
        assert [
            block
            for block in blocks
            if not re.match(r"(#|\S+==\S+ .*--hash=sha256:)", block, re.DOTALL)
        ] == []
        assert "://" not in text
        assert not re.search(r"^python-daemon\b", text, re.MULTILINE)


def test_the_lock_satisfies_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {re.split(r"[\[<>=]", line)[0] for line in project["dependencies"]}
    extras = project["optional-dependencies"]
    tools = {re.split(r"[\[<>=]", line)[0] for line in extras["test"] + extras["lint"]}
    locked = {
        file: set(
            re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements" / file).read_text(), re.MULTILINE)
        )
        for file in ("run.txt", "postgres.txt", "test.txt")
    }

    assert asked | {"setuptools"} <= locked["run.txt"]
    assert locked["postgres.txt"] - locked["run.txt"] == {"psycopg", "psycopg-binary", "tzdata"}
    assert locked["run.txt"] | tools <= locked["test.txt"]
    assert not tools & locked["run.txt"]


def test_what_the_tests_run_with_is_what_is_run_in_service():
    pins = {
        file: dict(
            re.findall(r"^(\S+)==(\S+)", (ROOT / "requirements" / file).read_text(), re.MULTILINE)
        )
        for file in ("run.txt", "test.txt")
    }

    differing = {
        name for name, version in pins["run.txt"].items() if pins["test.txt"][name] != version
    }
    assert differing == set()


def test_every_lint_rule_that_is_off_has_its_reason_beside_it():
    lines = (ROOT / "pyproject.toml").read_text().partition("[tool.ruff.lint]")[2].splitlines()
    rules = [line for line in lines if re.match(r'\s+"[A-Z]+\d*",', line)]

    assert len(rules) > 10
    assert [line for line in rules if not re.search(r"# \w+", line)] == []
