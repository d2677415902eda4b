"""A backup is made while the service runs, and put back: whole or not at all, and what was there is kept."""

import os
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy import make_url as parsed

from daemon.cli import main
from daemon.store import FIRST_START, Outside, Store, check
from daemon.testing.world import World
from tests.deploy.tools import DEPLOY, OWN
from tests.postgres import programs
from tests.small import SMALL

pytestmark = pytest.mark.slow

ENQUIRY = {
    "strategy_discussion_held": "2026-03-02",
    "s47_decision_recorded": {"at": "2026-03-02T15:10", "value": "section_47"},
}
SETTINGS = """
authority = "testshire"
title = "Testshire"
operator = "operator@council.example"
fallback = "duty"
database = "{url}"
web.secret_file = "link.key"
"""


@dataclass(frozen=True)
class Place:
    """One authority's settings and database, with a folder for backups."""

    url: str
    config: Path
    backups: Path

    def script(
        self, name: str, *words: str | Path, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Return how a script of deploy/ ended."""
        path = os.pathsep.join([str(programs()), str(OWN), os.environ["PATH"]])
        return subprocess.run(
            ["sh", str(DEPLOY / name), str(self.config), *map(str, words)], text=True, check=False,
            capture_output=True, timeout=120, env={**os.environ, "PATH": path, **variables},
        )  # fmt: skip

    def back_up(self) -> Path:
        """Make a backup, and return it."""
        ended = self.script("backup.sh", self.backups)
        assert ended.returncode == 0, ended.stderr
        return Path(ended.stdout.partition(":")[0])

    def entries(self) -> int:
        """Return how many entries the journal has."""
        url = parsed(self.url)
        driver = "sqlite" if url.drivername == "sqlite" else "postgresql+psycopg"
        engine = create_engine(url.set(drivername=driver), poolclass=NullPool)
        with engine.connect() as connection:
            return int(connection.execute(text("SELECT count(*) FROM journal")).scalar_one())

    def database(self, name: str) -> "Place":
        """Return the same place with another database."""
        other = parsed(self.url).set(database=name).render_as_string(hide_password=False)
        return replace(self, url=other)


@pytest.fixture
def place(make_url: Callable[[], str], tmp_path: Path) -> Place:
    made = Place(make_url(), tmp_path / "daykeeper.toml", tmp_path / "backups")
    made.config.write_text(SETTINGS.format(url=made.url), "utf-8")
    made.backups.mkdir(mode=0o700)
    return made


def test_what_went_out_since_the_backup_is_not_sent_again(place: Place, tmp_path: Path, capsys):
    outside = Outside(tmp_path / "testshire.state")
    world = World(tmp_path, "2026-03-02 16:00", policies=SMALL, url=place.url, outside=outside)
    world.fact("SC-1", **ENQUIRY)
    world.until("2026-03-05 12:00")
    backup = place.back_up()  # while it runs
    world.until("2026-03-06 17:30")
    sent = len(world.email.sent)
    world.close()

    ended = place.script("restore.sh", backup)

    again = World(tmp_path, "2026-03-06 17:30", policies=SMALL, url=place.url, outside=outside)
    again.feed.bodies.update(world.feed.bodies)
    again.turn()
    again.close()
    code = main(["release", "--config", str(place.config)])
    assert ended.returncode == 0, ended.stderr
    assert "the database is in order" in ended.stdout
    assert sent > 0
    assert again.email.sent == []
    assert code == 1
    assert capsys.readouterr().out.startswith("nothing is sent: this is an older database")


def test_what_was_there_is_kept_beside_and_can_be_put_back(place: Place, tmp_path: Path):
    backup = place.back_up()
    world = World(tmp_path, "2026-03-02 16:00", policies=SMALL, url=place.url)
    world.fact("SC-1", **ENQUIRY)
    world.until("2026-03-03 12:00")
    world.close()
    before = place.entries()

    ended = place.script("restore.sh", backup)

    kept = place.database(ended.stdout.splitlines()[0].rpartition(" ")[2])
    assert ended.returncode == 0, ended.stderr
    assert before > 0
    assert (kept.entries(), place.entries()) == (before, 0)
    assert check(kept.url) == []


def test_a_backup_is_its_owners_alone_and_the_links_key_lies_beside_it(
    place: Place, tmp_path: Path
):
    (tmp_path / "link.key").write_bytes(b"k" * 32)

    backup = place.back_up()

    key = place.backups / "testshire.link.key"
    assert sorted(place.backups.iterdir()) == sorted([backup, key])
    assert {one.stat().st_mode & 0o777 for one in (backup, key)} == {0o600}
    assert key.read_bytes() == b"k" * 32


def test_a_backup_of_another_authority_is_refused_by_both_names_and_nothing_changes(
    place: Place, tmp_path: Path, capsys
):
    with closing(Store.open(place.url, "northshire")) as store, store.write() as tx:
        tx.marks.put(FIRST_START, datetime(2026, 3, 2, 9, tzinfo=UTC))
    backup = place.back_up()

    ended = place.script("restore.sh", backup)
    code = main(["database", "check", "--config", str(place.config)])

    words = 'of "northshire", and holds nothing of "testshire"; '
    said, is_file = capsys.readouterr().out, place.url.startswith("sqlite")
    assert ended.returncode == 1
    assert f"restore.sh: {backup}: this is a backup {words}" in ended.stderr
    assert ended.stdout == ""
    assert sorted(place.backups.iterdir()) == [backup]
    assert not list(tmp_path.glob("*.before-*"))
    assert f"this is the database {words}" in said
    assert code == int(is_file)  # a server may keep several, of which one is about to begin


def test_a_backup_that_is_no_whole_one_changes_nothing(place: Place):
    backup = place.back_up()
    content = backup.read_bytes()
    broken = place.backups / f"broken{backup.suffix}"
    for spoilt in (content[: len(content) // 2], b"", b"no backup at all" * 999):
        broken.write_bytes(spoilt)

        ended = place.script("restore.sh", broken)

        assert ended.returncode == 1
        assert "restore.sh: " in ended.stderr
        assert check(place.url) == []
        assert place.entries() == 0


def test_a_database_that_is_none_gives_no_backup(place: Place, tmp_path: Path):
    if "sqlite" in place.url:
        Path(place.url.removeprefix("sqlite:///")).write_bytes(b"no database at all" * 999)
    else:
        place.config.write_text(SETTINGS.format(url=place.url.replace("/t", "/none", 1)))

    ended = place.script("backup.sh", place.backups)

    assert ended.returncode == 1
    assert "backup.sh: " in ended.stderr
    assert list(place.backups.iterdir()) == []


def test_old_backups_go_once_a_new_one_is_there_and_others_files_stay(place: Place):
    old, younger = place.back_up(), place.backups / "somebody-elses.sqlite"
    old = old.rename(place.backups / f"testshire-2026-01-01T000000Z{old.suffix}")
    neighbour = place.backups / f"testshire-east-2026-01-01T000000Z{old.suffix}"
    for file in (old, younger, neighbour):
        file.touch()
        os.utime(file, (0, 0))

    ended = place.script("backup.sh", place.backups, "35")

    assert ended.returncode == 0
    assert not old.exists()
    assert younger.exists()
    assert neighbour.exists()  # of an authority whose name begins as ours does
    assert len(list(place.backups.iterdir())) == 3


def test_a_number_of_days_that_is_none_is_said_before_anything_is_copied(place: Place):
    ended = place.script("backup.sh", place.backups, "soon")

    assert ended.returncode == 1
    assert ended.stderr == "backup.sh: soon: this is no number of days\n"
    assert list(place.backups.iterdir()) == []


def test_while_a_run_is_there_nothing_is_put_back(place: Place):
    backup = place.back_up()
    store = Store.open(place.url, "testshire")
    with store.lock_run(), store.read() as tx:
        before = tx.journal.head()
        ended = place.script("restore.sh", backup)
        after = tx.journal.head()
    store.close()

    assert ended.returncode == 1
    assert "stop" in ended.stderr.splitlines()[-1]
    assert before == after
    assert check(place.url) == []


def test_while_anybody_has_it_open_nothing_is_put_back(place: Place):
    backup = place.back_up()
    store = Store.open(place.url, "testshire")  # as a worker does, which keeps no lock of a run
    with store.read() as tx:
        before = tx.journal.head()
        ended = place.script("restore.sh", backup)
        after = tx.journal.head()
    store.close()

    assert ended.returncode == 1
    assert "every worker" in ended.stderr.splitlines()[-1]
    assert before == after
    assert check(place.url) == []


def test_settings_that_are_wrong_are_said_in_their_own_words(place: Place):
    backup = place.back_up()
    place.config.write_text("authority = 3\n")

    for ended in (place.script("backup.sh", place.backups), place.script("restore.sh", backup)):
        assert ended.returncode == 1
        assert "daykeeper.toml: title: it is missing; add it" in ended.stderr
