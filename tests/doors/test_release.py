"""release after a restore: what it prints, what it ends with, and that the page about it is true."""

import getpass
import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from daemon.cli import main
from daemon.domain.errors import Unknown
from daemon.store import Outside
from daemon.testing.world import World
from tests.small import SMALL
from tests.testshire import ENQUIRY, settled

PAGE = Path(__file__).parents[2] / "docs" / "backup-and-restore.md"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Return an authority whose database was put back on Friday as it was on Thursday."""
    settled(tmp_path)
    outside, database = Outside(tmp_path / "testshire.state"), tmp_path / "daykeeper.sqlite"
    made = World(tmp_path, "2026-03-02 16:00", policies=SMALL, outside=outside)
    made.fact("SC-1", **ENQUIRY)
    made.until("2026-03-05 12:00")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(":memory:")) as copy:
        source.backup(copy)
        made.until("2026-03-06 16:00")
        made.email.answers.append(Unknown("no-answer"))
        made.clock.now = made.clock.now.replace(hour=17)
        made.turn()
        made.close()
        copy.backup(source)
    again = World(tmp_path, "2026-03-06 17:30", policies=SMALL, url=made.url, outside=outside)
    again.feed.bodies.update(made.feed.bodies)
    yield again
    again.close()


def without_ids(text: str) -> str:
    return re.sub(r"\b[0-9a-f]{32}\b|\b[0-9a-f]{4}…", "ID", text)


def test_it_shows_the_difference_changes_nothing_and_the_page_says_the_same(world, config, capsys):
    world.turn()
    before = world.line.seal()

    codes = [main(["release", *config]) for _ in range(2)]

    first, second = capsys.readouterr().out.split("nothing is sent:")[1:]
    shown = PAGE.read_text("utf-8").split("--config daykeeper.toml\nnothing is sent:")[1]
    assert codes == [1, 1]
    assert first == second
    assert without_ids(first) == without_ids(shown.split("```")[0])
    assert before == 0


def test_the_status_says_first_that_it_is_held(world, config, capsys):
    world.turn()

    code = main(["status", *config])

    assert code == 1
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("the service needs a person: ")
    assert second.startswith("LOOK: nothing is sent: this is an older database")


def test_once_released_there_is_nothing_to_release_and_the_journal_names_who_did_it(
    world, config, capsys
):
    world.turn()

    codes = [main(["release", *config, "--yes", "--by", "A. Name", "--json"])]
    done = json.loads(capsys.readouterr().out)
    codes += [main(["release", *config]), main(["journal", "verify", *config])]

    said = capsys.readouterr().out
    with world.store.read() as tx:
        (entry,) = [one for one in tx.journal.of("testshire") if one.kind == "restore.released"]
    assert codes == [0, 0, 0]
    assert done["released"] is True
    assert len(done["sent"]) == 3 + 1
    assert "there is nothing to release" in said
    assert entry.because.endswith("released by A. Name")
    assert entry.data["unsure"] == 1


@pytest.mark.parametrize(
    "by", [pytest.param([], id="no name"), pytest.param(["--by", " "], id="an empty one")]
)
def test_whoever_gives_no_name_is_named_by_their_account(world, config, by):
    world.turn()

    code = main(["release", *config, "--yes", *by])

    with world.store.read() as tx:
        (entry,) = [one for one in tx.journal.of("testshire") if one.kind == "restore.released"]
    assert (code, entry.data["by"]) == (0, getpass.getuser())


UNNAMED = """
import os, sys
from daemon import app
from daemon.cli import given, main, pause, release
from daemon.engine.sending import pause, refused
from daemon.engine.standing import release
from daemon.engine.telling import brake
os.setuid(54321)
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be an account without a name")
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["release", "--yes"], id="a restore"),
        pytest.param(["release", "refused", "--yes", "--why", "mended"], id="what was refused"),
        pytest.param(
            ["release", "brake", "--yes", "--why", "a backlog"], id="what the brake holds"
        ),
        pytest.param(["pause", "--end"], id="a pause"),
    ],
)
def test_an_account_without_a_name_must_say_who_acts(words, config):
    nobody = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}

    done = subprocess.run(
        [sys.executable, "-c", UNNAMED, *words, *config], env=nobody, capture_output=True, text=True, check=False
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr == (
        "--by: is missing, and this account has no name; say who does this: the journal keeps it\n"
    )


def test_a_chain_that_was_cut_off_shows_against_the_state_file(world, config, tmp_path, capsys):
    code = main(["journal", "verify", *config])

    assert code == 1
    assert "the journal was longer when its head was kept outside" in capsys.readouterr().out


def test_without_a_state_file_neither_verify_nor_release_calls_anything_whole(
    tmp_path, config, capsys
):
    settled(tmp_path)
    made = World(
        tmp_path, "2026-03-02 16:00", policies=SMALL, outside=Outside(tmp_path / "testshire.state")
    )
    made.fact("SC-1", **ENQUIRY)
    made.until("2026-03-05 12:00")
    made.close()
    (tmp_path / "testshire.state").unlink()

    codes = [main(["journal", "verify", *config]), main(["release", *config])]

    said = capsys.readouterr().out.splitlines()
    assert codes == [1, 0]
    assert "nobody can tell whether entries at its end were cut off" in said[0]
    assert "no state file is here to compare this database with" in said[1]


def test_on_the_database_that_was_left_there_is_nothing_to_release(tmp_path, config, capsys):
    settled(tmp_path)
    made = World(
        tmp_path, "2026-03-02 16:00", policies=SMALL, outside=Outside(tmp_path / "testshire.state")
    )
    made.turn()
    made.close()

    code = main(["release", *config, "--yes"])

    assert code == 0
    assert capsys.readouterr().out.startswith("there is nothing to release")


def test_what_is_held_is_listed_with_who_releases_it(world, config, capsys):
    world.turn()

    assert main(["held", *config]) == 0
    said = capsys.readouterr().out
    assert main(["held", *config, "--json"]) == 0
    (one,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    assert "restore: nothing is sent: " in said
    assert "released by whoever runs the service (`daykeeper release`)\n1 held" in said
    assert (one["why"], one["refs"], one["since"]) == ("restore", [], None)
