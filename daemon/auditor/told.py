"""What the auditor has told and to whom, in a file of its own: it outlives a restart, without a database."""

import fcntl
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog

from daemon.app import outside_of
from daemon.settings.audit import Audit
from daemon.settings.whole import Settings

log = structlog.get_logger("daykeeper.auditor")
Troubles = dict[str, datetime]  # kind of trouble: when it was told
MODE = 0o600
TAKEN = "another auditor keeps it"


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader was told, and when the auditor last looked: nobody knows what was between then and now."""

    troubles: Troubles = field(default_factory=dict)
    looked_at: datetime | None = None


class ToldFile:
    """One JSON object: `to`, when was last `looked` and, by kind of trouble, when that reader was `told` of it.

    It is one auditor's for as long as that one lives; a second one reads it, and keeps nothing.
    """

    def __init__(self, file: Path, to: str) -> None:
        self.file, self.to = file, to
        self._lock: int | None = None
        self._said = ""

    def is_others(self) -> bool:
        """Return whether another auditor keeps it; else it is ours from now on, if it can be anybody's."""
        if self._take() != TAKEN:
            return False
        self._say_unkept(TAKEN)
        return True

    def read(self) -> Told:
        """Return what was told to this reader. What cannot be read counts as untold: rather twice than never."""
        try:
            found = json.loads(self.file.read_text("utf-8"))
            told = {str(kind): _dated(at) for kind, at in found["told"].items()}
            looked_at = _dated(found["looked"]) if "looked" in found else None
            to = found.get("to")
        except FileNotFoundError:
            return Told()
        # RecursionError: what is nested too deep
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            log.warning("told.unread", file=self.file.name)
            return Told()
        return Told(told, looked_at) if to == self.to else Told()

    def keep(self, told: Mapping[str, datetime], looked_at: datetime) -> None:
        """Put it in the place of what was told before, all or nothing; where that fails the log says so, once.

        Then what stood there goes, if it can: it would silence what is told after it.
        """
        why = self._take() or self._write(told, looked_at)
        if why and why != TAKEN:  # whoever has taken it meanwhile goes on from what stands there
            with suppress(OSError):
                self.file.unlink(missing_ok=True)
        self._say_unkept(why)

    def close(self) -> None:
        """Leave the file to whoever comes next."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _take(self) -> str:
        """Make the file ours alone until we end; return why it is not. A file that is replaced holds no lock."""
        if self._lock is not None:
            return ""
        lock = None
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = self.file.with_name(f"{self.file.name}.lock")
            lock = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, MODE)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if lock is not None:
                os.close(lock)
            return TAKEN if isinstance(error, BlockingIOError) else error.strerror or "no lock"
        self._lock = lock
        return ""

    def _write(self, told: Mapping[str, datetime], looked_at: datetime) -> str:
        """Return why it could not be written; empty where it was."""
        said = {kind: at.isoformat() for kind, at in told.items()}
        text = json.dumps({"to": self.to, "looked": looked_at.isoformat(), "told": said})
        part = self.file.with_name(f"{self.file.name}.part")
        try:
            part.touch(MODE)
            with part.open("w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.file)
        except OSError as error:
            return error.strerror or "no reason"
        return ""

    def _say_unkept(self, why: str) -> None:
        if why and why != self._said:
            log.warning("told.unkept", file=self.file.name, reason=why)
        self._said = why


def told_file(settings: Settings, audit: Audit) -> Path:
    """Return the file in which this authority's auditor keeps what it has told."""
    return audit.told_file or outside_of(settings).file.with_name(f"{settings.authority}.auditor")


def _dated(text: str) -> datetime:
    """Return a moment with its zone; raises ValueError where it has none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
