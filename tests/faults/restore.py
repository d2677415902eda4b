"""F18: the database of some time ago is put back. Nothing is sent, the list is exact, and nothing comes twice."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from daemon.store import create
from tests.faults.authority import DUE_AT, Authority
from tests.faults.checker import judge, read_mails
from tests.faults.forgery import forge
from tests.faults.plans import LONG_ONLY, Figure, Plan, Result
from tests.faults.receiver import Receiver
from tests.faults.runner import Daemon, daykeeper, offset_to, until
from tests.postgres import Server

BEFORE_DUE_S, BEFORE_DUE_SHORT_S = 40, 12  # the reminders are out by then, and the backup is made
MAILS_BEFORE, MAILS_AFTER = 3, 1  # of each family: its reminders, and the word that it is missed
DRAIN_S, QUIET_S = 120.0, 6.0


def restore(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Send a first wave, make a backup, send part of a second, kill, put the backup back, release, go on.

    What was on the wire at the kill is listed as what may have arrived, and comes again under its own id.
    """
    families, children = (40, 2) if is_short else (250, 4)
    chance, begun_at = Random(seed), datetime.now(UTC)
    with _place(folder, backend) as place, Receiver(folder / "mail", seed=seed) as mail:
        authority = Authority(folder / "home", families, children, address=place.address)
        authority.write(mail.port, with_database=place.is_file)
        before_due_s = BEFORE_DUE_SHORT_S if is_short else BEFORE_DUE_S
        offset = offset_to(DUE_AT - timedelta(seconds=before_due_s))
        first, all_ = families * MAILS_BEFORE, families * (MAILS_BEFORE + MAILS_AFTER)
        with Daemon(authority.config, offset) as daemon:
            until(lambda: mail.count() >= first, DRAIN_S, "the first wave has come")
            daemon.stop()
        place.back_up()
        before = len(mail.received())
        more = before + chance.randrange(families // 4, families * 3 // 4)
        with Daemon(authority.config, offset) as daemon:
            until(lambda: mail.count() >= more, DRAIN_S, "part of the second wave has come")
            daemon.kill()
        killed_at = datetime.now(UTC)
        place.put_back()
        went_out = _ids(mail)
        with Daemon(authority.config, offset) as daemon:
            daemon.wait_for("restore.held")
            is_ended = not daemon.outlives(QUIET_S)
            held = len(mail.received())
            said = daykeeper("release", "--config", str(authority.config), "--json")
            released = daykeeper(
                "release", "--config", str(authority.config), "--yes", "--by", "test"
            )
            until(lambda: mail.count() >= all_, DRAIN_S, "every message has come")
            daemon.outlives(QUIET_S)
            exit_code = int(is_ended) or released.returncode or daemon.stop()
        found = json.loads(said.stdout)
        listed, unsure = {one["message"] for one in found["sent"]}, set(found["unsure"])
        mails = read_mails(mail.folder, mail.received(), mail.unanswered())
    told = {telling for one in mails[:held] for telling in one.tellings}
    verdict = judge(mails, authority.expected(), [killed_at], offset, authority.connections)
    since = set(went_out[before:])
    resent = sum(bool(one.tellings & told) for one in mails[held:])
    wrong = [] if exit_code == 0 else [f"it ended with {exit_code}"]
    return Result(
        verdict,
        (
            Figure("went out since the backup", len(since)),
            Figure("not listed", len(since - listed), 0),
            Figure("wrongly listed", len(listed - since - unsure), 0),
            Figure("sent while held", held - len(went_out), 0),
            Figure("sent again of what was on the wire at the kill", resent, authority.connections),
        ),
        tuple(wrong),
        ({"what": "killed", "at": killed_at.isoformat()}, {"what": "an older database put back"}),
        (datetime.now(UTC) - begun_at).total_seconds(),
    )


def forge_journal(folder: Path, seed: int, backend: str, is_short: bool) -> Result:
    """Forge a sealed journal a thousand times in each of five ways: each is found, and each undone is clean."""
    begun_at = datetime.now(UTC)
    with _place(folder, backend) as place:
        (folder / "home").mkdir()
        url = f"sqlite:///{place.path}" if isinstance(place, _File) else place.address
        if place.is_file:
            create(url)
        found = forge(url, DUE_AT, seed, 100 if is_short else 1000)
    figures = [
        Figure(f"{name}: not found of {one.made}", one.made - one.found, 0)
        for name, one in found.items()
    ]
    unclean = [
        f"{name}: not clean once undone" for name, one in found.items() if one.clean < one.made
    ]
    seconds = (datetime.now(UTC) - begun_at).total_seconds()
    return Result(None, tuple(figures), tuple(unclean), ({"what": "forged"},), seconds)


PLANS = (
    Plan("F18", "an older database is put back", restore),
    Plan("T15", "somebody forges the journal", forge_journal, short_on=LONG_ONLY),
)


@dataclass(slots=True)
class _File:
    """An SQLite file, and its backup."""

    folder: Path
    address: str = "sqlite:///daykeeper.sqlite"
    is_file: bool = True

    @property
    def path(self) -> Path:
        return self.folder / "home" / "daykeeper.sqlite"

    def back_up(self) -> None:
        with (
            closing(sqlite3.connect(self.path)) as source,
            closing(sqlite3.connect(self.folder / "backup")) as target,
        ):
            source.backup(target)

    def put_back(self) -> None:
        for name in ("-wal", "-shm"):
            self.path.with_name(self.path.name + name).unlink(missing_ok=True)
        shutil.copyfile(self.folder / "backup", self.path)


@dataclass(slots=True)
class _Database:
    """A database on a server, and its copy."""

    server: Server
    name: str
    copy: str = ""
    is_file: bool = False

    @property
    def address(self) -> str:
        return self.server.local_url(self.name)

    def back_up(self) -> None:
        self.copy = self.server.make(self.name)

    def put_back(self) -> None:
        self.server.drop(self.name)
        with self.server.connect() as connection:
            connection.execute(f"CREATE DATABASE {self.name} TEMPLATE {self.copy}")


@contextmanager
def _place(folder: Path, backend: str) -> Iterator[_File | _Database]:
    with Server() if backend == "postgres" else nullcontext() as server:
        yield _Database(server, server.make_template()) if server else _File(folder)


def _ids(mail: Receiver) -> list[str]:
    """Return the ids of what has come, in order: the Message-ID begins with the message's own."""
    mails = read_mails(mail.folder, mail.received(), mail.unanswered())
    return [one.message_id.strip("<>").partition("@")[0] for one in mails]
