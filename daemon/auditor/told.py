"""What the auditor has told and to whom, in a file of its own: it outlives a restart, without a database."""

import json
import os
from datetime import datetime
from pathlib import Path

import structlog

log = structlog.get_logger("daykeeper.auditor")
Troubles = dict[str, datetime]  # kind of trouble: when it was told
MODE = 0o600


class ToldFile:
    """One JSON object: `to` and, by kind of trouble, when that reader was told of it."""

    def __init__(self, file: Path, to: str) -> None:
        self.file, self.to = file, to

    def read(self) -> Troubles:
        """Return what was told to this reader. What cannot be read counts as untold: rather twice than never."""
        try:
            found = json.loads(self.file.read_text("utf-8"))
            told = {str(kind): datetime.fromisoformat(at) for kind, at in found["told"].items()}
            is_dated = all(at.tzinfo for at in told.values())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            is_dated, told, found = False, {}, {}
        if not is_dated:
            log.warning("told.unread", file=self.file.name)
            return {}
        return told if found.get("to") == self.to else {}

    def keep(self, told: Troubles) -> None:
        """Put it in the place of what was told before, all or nothing; where that fails the log says so."""
        text = json.dumps(
            {"to": self.to, "told": {kind: at.isoformat() for kind, at in told.items()}}
        )
        part = self.file.with_name(f"{self.file.name}.part")
        try:
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.touch(MODE)
            with part.open("w", encoding="utf-8") as file:
                file.write(text + "\n")
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.file)
        except OSError as error:
            log.warning("told.unkept", file=self.file.name, reason=error.strerror)
