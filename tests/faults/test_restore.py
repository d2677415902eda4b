"""A state file that cannot be relied on: no start, and one line."""

import pytest

from tests.faults.authority import Authority
from tests.faults.runner import daykeeper


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        pytest.param(lambda file: file.write_text("{"), "this is no state file", id="torn"),
        pytest.param(lambda file: file.chmod(0o644), "others may read the state file", id="open"),
    ],
)
@pytest.mark.parametrize("verb", ["run", "release"])
def test_a_state_file_that_cannot_be_relied_on_is_one_line(tmp_path, verb, harm, words):
    authority = Authority(tmp_path, families=1, children=1)
    authority.write(port=2525)
    state = tmp_path / "testshire.state"
    state.write_text("{}")
    state.chmod(0o600)
    harm(state)

    ended = daykeeper(verb, "--config", str(authority.config))

    (line,) = ended.stderr.splitlines()
    assert ended.returncode == 1
    assert line.startswith(f"{state}: {words}; ")
