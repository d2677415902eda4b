"""`daykeeper try post` and `check`, as an administrator meets them: a letter to oneself, and mistakes beforehand."""

from pathlib import Path

import pytest

from daemon.cli import main
from daemon.demo.settings import AUTHORITY
from daemon.testing.notify.faults import Fault
from daemon.testing.notify.server import KEY, LETTER_TEMPLATE, NotifyServer
from tests.integrations.govuk_notify.conftest import private

HOME = "Your Name, 12 High Street, Potterby, ST1 1AA"
TABLE = '[post]\nadapter = "govuk_notify"\n[post.options]\napi_key_file = "notify.key"\nbase_url = "{url}"\n{more}'


@pytest.fixture
def notify():
    with NotifyServer() as server:
        yield server


@pytest.fixture
def config(tmp_path: Path, notify: NotifyServer):
    """Give a call that writes the settings and returns the option that names them."""

    def write(more: str = "", table: str = TABLE) -> list[str]:
        private(tmp_path / "notify.key", KEY)
        text = AUTHORITY.format(port=0) + table.format(url=notify.url, more=more)
        (tmp_path / "daykeeper.toml").write_text(text)
        return ["--config", str(tmp_path / "daykeeper.toml")]

    return write


def test_a_letter_to_oneself_is_handed_over_and_looked_up(config, notify, capsys):
    template = f'template = "{LETTER_TEMPLATE}"'

    assert main(["try", "post", "--to", HOME, *config(template)]) == 0

    handed, looked, seen = capsys.readouterr().out.splitlines()
    (one,) = notify.taken
    assert handed.endswith(f"by post as {one['id']}; this is not yet delivered")
    assert looked == "looked up: found: the other side has it"
    assert "in the window" in seen
    assert one["to"].splitlines() == HOME.split(", ")
    assert "about no case" in one["words"]["message"]


@pytest.mark.parametrize(
    ("to", "fault", "said"),
    [
        pytest.param("Your Name, Potterby", Fault.NONE, "refused: Write the name", id="no postcode"),
        pytest.param(HOME, Fault.TRIAL_LETTER, "not handed over: service-on-trial; it is ours", id="not live"),
    ],
)  # fmt: skip
def test_a_letter_that_was_not_taken_is_said_to_be(config, notify, capsys, to, fault, said):
    notify.faults.append(fault)

    assert main(["try", "post", "--to", to, *config()]) == 1

    assert capsys.readouterr().err.startswith(f"post: {said}")
    assert notify.taken == []


def test_where_nobody_posts_letters_it_says_so(config, capsys):
    assert main(["try", "post", "--to", HOME, *config(table="")]) == 1

    assert "post: nobody is named who posts letters; " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        pytest.param('postage = "third"', "error: post.options.postage: ", id="no such postage"),
        pytest.param('key_type = "test"', "note: post: the key is for trying out", id="a test key"),
        pytest.param('key_type = "team"', "use a live key", id="a team's key"),
    ],
)
def test_check_says_what_is_wrong_with_who_posts_letters(config, capsys, more, said):
    main(["check", "--quick", *config(more)])

    assert said in capsys.readouterr().out
