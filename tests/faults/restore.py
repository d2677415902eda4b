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

from tests.faults.authority import DUE_AT, Authority
from tests.faults.checker import Verdict, judge, read_mails
from tests.faults.receiver import Receiver
from tests.faults.runner import Daemon, daykeeper, offset_to, until
from tests.postgres import Server

BEFORE_DUE = timedelta(seconds=12)  # the reminders are out by then, and the backup is made
MAILS_BEFORE, MAILS_AFTER = 3, 1  # of each family: its reminders, and the word that it is missed
DRAIN_S, QUIET_S = 120.0, 6.0


@dataclass(frozen=True, slots=True)
class Result:
    """How it went. `not_listed`, `wrongly_listed` and `sent_while_held` must be 0.

    `resent`: what was on the wire at the kill, at most; it is listed as what may have arrived.
    """

    verdict: Verdict
    listed: int
    wrongly_listed: int
    not_listed: int
    sent_while_held: int
    resent: int
    exit_code: int
    seconds: float


def restore(
    folder: Path, seed: int, backend: str = "sqlite", *, families: int = 250, children: int = 4
) -> Result:
    """Send a first wave, make a backup, send part of a second, kill, put the backup back, release, go on."""
    chance, begun_at = Random(seed), datetime.now(UTC)
    with _place(folder, backend) as place, Receiver(folder / "mail", seed=seed) as mail:
        authority = Authority(folder / "home", families, children, address=place.address)
        authority.write(mail.port, with_database=place.is_file)
        offset = offset_to(DUE_AT - BEFORE_DUE)
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
    missing = set(went_out[before:]) - listed
    return Result(
        verdict, len(listed), len(listed - set(went_out[before:]) - unsure), len(missing), held - len(went_out),
        sum(bool(one.tellings & told) for one in mails[held:]), exit_code,
        (datetime.now(UTC) - begun_at).total_seconds(),
    )  # fmt: skip


PLANS = [("F18", "an older database is put back", restore)]


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
