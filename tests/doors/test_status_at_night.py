"""Whoever is rung at night runs `status`, then `doctor`: each trouble is named by them, with what to do next."""

import json
import shutil

import pytest

from daemon.app import build
from daemon.cli.main import main
from daemon.settings.whole import load
from tests.faults.authority import Authority


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """Return an authority that a run has led for one round, and that nobody leads now."""
    authority = Authority(tmp_path_factory.mktemp("begun"), families=1, children=1)
    authority.write(port=1)
    app = build(load(authority.config))
    app.line.turn()
    app.close()
    return authority


@pytest.fixture
def night(begun, tmp_path):
    """Return a copy of it, to be broken."""
    shutil.copytree(begun.folder, tmp_path / "night")
    return Authority(tmp_path / "night", families=1, children=1)


def asked(capsys, authority, verb):
    """Return how a command ends, and all that it says."""
    capsys.readouterr()
    code = main([verb, "--config", str(authority.config)])
    shown = capsys.readouterr()
    return code, f"{shown.out}\n{shown.err}"


def open_a_secret(authority):
    """Give the mail server a password in a file that everybody may read."""
    (authority.folder / "mail.password").write_text("x")
    (authority.folder / "mail.password").chmod(0o644)
    text = authority.config.read_text("utf-8")
    more = 'security = "none"\nusername = "daykeeper"\npassword_file = "mail.password"'
    authority.config.write_text(text.replace('security = "none"', more), "utf-8")


def tear_the_state_file(authority):
    """Leave half of it."""
    (authority.folder / "testshire.state").write_text('{"number": 7,')


def take_the_feed_away(authority):
    """Remove the drop folder, and have a run notice."""
    shutil.rmtree(authority.folder / "diary")
    app = build(load(authority.config))
    app.line.watcher.poll(app.line.house.feeds["diary"])
    app.close()


@pytest.mark.parametrize(
    ("breaks", "status", "doctor"),
    [
        pytest.param(
            lambda _: None,
            "LOOK: no run has led yet: start one, or see by its log and `daykeeper doctor` why none does",
            "fail: channels.email: 127.0.0.1 cannot be reached; check the name",
            id="no run and no mail server",
        ),
        pytest.param(
            lambda one: one.database.unlink(),
            "there is no database here; restore the last backup",
            "fail: database: there is no database here; restore the last backup",
            id="the database is gone",
        ),
        pytest.param(
            lambda one: one.database.with_name(f"{one.database.name}-wal").mkdir(),
            "it or its folder is read-only, or not ours (cannot-open); have it given to the service's user",
            "it or its folder is read-only, or not ours (cannot-open); have it given to the service's user",
            id="nothing can be written beside the database",
        ),
        pytest.param(
            open_a_secret,
            "LOOK: channels.email.options.password_file: others may read this file, so what it held before stays in "
            "use, and no start is possible; run chmod 600 on it",
            "fail: channels.email.options.password_file: others may read this file; run chmod 600 on it",
            id="a secret that others may read",
        ),
        pytest.param(
            tear_the_state_file,
            "this is no state file; restore it, or move it away and see `daykeeper release`",
            "this is no state file; restore it, or move it away and see `daykeeper release`",
            id="a torn state file",
        ),
        pytest.param(
            take_the_feed_away,
            "LOOK: the feed diary cannot be read: conference.csv: is not in the drop folder; put it back",
            "fail: feeds.diary: conference.csv: is not in the drop folder; put it back",
            id="a feed is gone",
        ),
    ],
)
def test_each_trouble_is_named_with_what_to_do_next(night, capsys, breaks, status, doctor):
    breaks(night)

    found = [asked(capsys, night, verb) for verb in ("status", "doctor")]

    (code, said), (ends, looked) = found
    assert (code, ends) == (1, 1)
    assert status in said
    assert doctor in looked


def test_a_secret_that_others_may_read_stands_in_the_json_too(night, capsys):
    open_a_secret(night)

    code = main(["status", "--json", "--config", str(night.config)])

    attention = json.loads(capsys.readouterr().out)["attention"]
    assert code == 1
    assert [one for one in attention if one.startswith("channels.email.options.password_file: ")]
