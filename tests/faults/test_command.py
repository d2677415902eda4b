"""The long form's command line: what is misspelt is refused, or a run of nothing would look like a quiet one."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param(
            ["--backends", "postgresql"],
            "there is no postgresql; there are sqlite, postgres",
            id="a database by another name",
        ),
        pytest.param(["--only", "F1,F99"], "there is no F99; there are F1, F2", id="no such row"),
    ],
)
def test_a_name_that_is_none_is_refused_with_those_that_there_are(asked, said):
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults", *asked, "--quick"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert ended.returncode == 2
    assert said in ended.stderr
    assert ended.stdout == ""
