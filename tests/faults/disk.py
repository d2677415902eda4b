"""A disk that is full (F15), or fails (F16), or lets nobody write, and a file that is locked (F17)."""

import resource
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import UTC, datetime
from errno import EIO, EROFS
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

from tests.faults.faulty import FaultyDisk
from tests.faults.looking import looking_into
from tests.faults.moments import unsent_s
from tests.faults.plans import LONG_ONLY, ROOT, SQLITE, Figure, Plan, Result
from tests.faults.runner import Daemon, until
from tests.faults.stage import Stage

VISIBLE_S, RESUMED_S = 60.0, 30.0  # RELIABILITY 5.3, F15
HELD_S, HELD_SHORT_S, LOCKED_S, LOCKED_SHORT_S = 20.0, 2.0, 60.0, 2.0
DATABASE, STATE = "disk/", "testshire.state"  # how the paths of their files begin
DISK, GROWN = "size=64m", "size=160m"  # 250 families take 48 MB before the ballast
LIMIT_BYTES = 4096  # no file may grow beyond its first page
Hinder = Callable[[Stage, Daemon], AbstractContextManager[None]]


@contextmanager
def full(stage: Stage, _: Daemon) -> Iterator[None]:
    """Fill the file system to its last byte, and let it grow afterwards."""
    ballast = stage.authority.database.with_name("ballast")
    with ballast.open("wb", buffering=0) as file, _full_disk():
        while True:
            file.write(bytes(4096))
    yield
    remount(stage.authority.database.parent, GROWN)


@contextmanager
def _full_disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno != 28:  # ENOSPC: it is full
            raise


@contextmanager
def limited(_: Stage, daemon: Daemon) -> Iterator[None]:
    """Forbid the process to let any file grow."""
    pid, kind = daemon.process.pid, resource.RLIMIT_FSIZE
    before = resource.prlimit(pid, kind, (LIMIT_BYTES, resource.prlimit(pid, kind)[1]))
    yield
    resource.prlimit(pid, kind, before)


@contextmanager
def failing(stage: Stage, _: Daemon, **how: int) -> Iterator[None]:
    """Have its disk answer so."""
    assert stage.disk is not None
    with stage.disk.failing(**how):
        yield


@contextmanager
def locked(stage: Stage, _: Daemon) -> Iterator[None]:
    """Hold the one right to write, as another program might."""
    with closing(
        sqlite3.connect(stage.authority.database, isolation_level=None, timeout=30)
    ) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        yield


def hindered(
    folder: Path, seed: int, backend: str, is_short: bool, *,
    hinder: Hinder, what: str, held_s: tuple[float, float] = (HELD_S, HELD_SHORT_S),
    on_disk: bool = False, below: str = DATABASE, says: str = "store.unavailable",
) -> Result:  # fmt: skip
    """Keep a service at work from writing for a while: it says so, sends nothing unrecorded, and goes on by itself."""
    disk = folder / "disk"
    address = f"sqlite:///{disk}/daykeeper.sqlite"
    with (
        mounted(disk, on_disk),
        FaultyDisk(folder / below) as faulty,
        Stage(
            folder, seed, backend, families=40 if is_short else 250, address=address, disk=faulty
        ) as stage,
    ):
        stage.mail.switch(slow_reply_s=0.15)
        with stage.daemon("--door") as daemon:
            stage.sends()
            until(lambda: not daemon.troubles(), 60, "it is well")
            with hinder(stage, daemon):
                begun_at = stage.note(what)
                until(
                    lambda: "database" in daemon.troubles(),
                    VISIBLE_S + 10,
                    "its health page says so",
                )
                seen_s = (datetime.now(UTC) - begun_at).total_seconds()
                Event().wait(held_s[is_short])
            free_at = datetime.now(UTC)
            stage.finish(daemon)
        if not daemon.said(says):
            stage.wrong.append("the log does not say it")
        return stage.result(
            Figure("visible, s", seen_s, VISIBLE_S),
            Figure("resumed, s", unsent_s(stage.mails(), free_at), RESUMED_S),
            Figure("sends without a row", unrecorded(stage), 0),
            verdict=stage.judge(mails=stage.of_staff()),
        )


def unrecorded(stage: Stage) -> int:
    """Return how many messages came of which the service has no attempt."""
    came = [mail.message_id.strip("<>").partition("@")[0] for mail in stage.mails()]
    with looking_into(stage.authority) as store, store.read() as tx:
        return sum(len(tx.messages.attempts(id)) < came.count(id) for id in set(came))


@contextmanager
def mounted(disk: Path, is_small: bool) -> Iterator[None]:
    """Have a folder, on a small file system of its own where so asked."""
    disk.mkdir(parents=True)
    if not is_small:
        yield
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", DISK, "none", disk], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", disk], check=True)


def remount(disk: Path, size: str) -> None:
    """Give a file system another size."""
    subprocess.run(["mount", "-o", f"remount,{size}", disk], check=True)


def _plan(
    row: str, title: str, hinder: Hinder, *, needs: tuple[str, ...] = (),
    short_on: tuple[str, ...] = LONG_ONLY, **more: Any,
) -> Plan:  # fmt: skip
    run = partial(hindered, hinder=hinder, what=title, on_disk=ROOT in needs, **more)
    return Plan(
        row, title, run, (SQLITE,), is_random=False, needs=(*needs, "gcc"), short_on=short_on
    )


PLANS = [
    _plan("F15", "the disk is full, and then grows", full, needs=(ROOT,)),
    _plan("F15", "no file may grow", limited, short_on=(SQLITE,)),
    _plan(
        "F16",
        "every second sync fails",
        partial(failing, syncs=EIO, every=2),
    ),
    _plan(
        "F17",
        "the file may only be read",
        partial(failing, writes=EROFS),
        short_on=(SQLITE,),
    ),
    _plan(
        "F17",
        "the state file's disk may only be read",
        partial(failing, writes=EROFS),
        short_on=(SQLITE,),
        below=STATE,
        says="state.unkept",
        # sending goes on meanwhile: held longer, nothing would be left to send
        held_s=(HELD_SHORT_S, HELD_SHORT_S),
    ),
    _plan(
        "F17",
        "another program locks the file",
        locked,
        short_on=(SQLITE,),
        held_s=(LOCKED_S, LOCKED_SHORT_S),
    ),
]
