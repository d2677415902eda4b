"""An older database under the real service: held, listed to the last message, and nothing sent twice."""

import pytest

from tests.faults.authority import Authority
from tests.faults.restore import restore
from tests.faults.runner import daykeeper

pytestmark = pytest.mark.slow
CONNECTIONS = 4


@pytest.mark.timeout(400)
@pytest.mark.parametrize("where", ["sqlite", "postgres"])
def test_what_went_out_since_the_backup_is_listed_exactly_and_not_sent_again(tmp_path, where):
    result = restore(tmp_path, 1, where, families=40, children=2)

    print(result.verdict.table())
    print(f"listed {result.listed}, not listed {result.not_listed}, resent {result.resent}")
    assert result.listed >= 10
    assert (result.wrongly_listed, result.sent_while_held, result.exit_code) == (0, 0, 0)
    assert result.not_listed == 0
    assert (
        result.resent <= CONNECTIONS
    )  # on the wire when it was killed, each under its own Message-ID
    assert result.verdict.faults() == {}


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
