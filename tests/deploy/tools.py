"""Programs that look over what is handed to operators: from Debian or PyPI, never started as a service."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
OWN = Path(sys.executable).parent  # of the environment of the tests


def tool(name: str) -> str:
    """Return the path of a program; where there is none the test is skipped, and fails where CI=true."""
    found = shutil.which(name, path=f"{OWN}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None and os.environ.get("CI") == "true":
        pytest.fail(f"there is no {name}: `make machine` brings it, or the lock of the tests")
    if found is None:
        pytest.skip(f"there is no {name} here: `make machine` brings it")
    return found


def ask(
    name: str, *words: str | Path, env: Mapping[str, str] | None = None, said: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Return how a program ended, with what it said; `said` is what it hears."""
    return subprocess.run(
        [tool(name), *words], capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, **(env or {})}, input=said,
    )  # fmt: skip
