"""A Maildir: what lies in `new` is read, and goes to `cur` when the next reading confirms it."""

import os
import re
import stat
from datetime import UTC, datetime
from pathlib import Path

from daemon.domain.errors import Problem, Severity
from daemon.ports import Unreadable
from integrations.mailbox.config import Config
from integrations.mailbox.mail import Judge, Mail

NAME = re.compile(r"[!-.0-9;-~][!-.0-9;-~]{0,254}", re.ASCII)  # no slash, no colon, no space
UNFLAGGED = ":2,"
SAFELY = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Maildir:
    """The cursor is the names of what was read: whatever the order in which mails come, none is lost."""

    def __init__(self, config: Config) -> None:
        """Take the options."""
        self.config = config
        self.folder = Path(config.maildir or ".")

    def read(self, cursor: str | None, judge: Judge) -> tuple[str | None, list[Problem]]:
        """Confirm what the cursor names, then hand on what is new; raises Unreadable."""
        try:
            self._confirm((cursor or "").split())
            names = sorted(entry.name for entry in os.scandir(self.folder / "new"))
        except OSError as error:
            why = (error.strerror or "unknown reason").lower()
            raise Unreadable(f"the maildir cannot be read or kept ({why})") from None
        problems, done = [], []
        for name in [name for name in names if NAME.fullmatch(name)][: self.config.most]:
            try:
                mail = self._mail(name)
            except OSError as error:
                why = (error.strerror or "unknown reason").lower()
                problems.append(trouble(name, f"this mail cannot be read ({why})"))
                continue
            judge(mail)
            done.append(name)
        odd = sum(not NAME.fullmatch(name) and not name.startswith(".") for name in names)
        if odd:
            problems.append(trouble("new", f"{odd} files have no name of a mail"))
        return " ".join(done) or None, problems

    def _confirm(self, names: list[str]) -> None:
        for name in names:
            if not NAME.fullmatch(name):
                continue
            try:
                (self.folder / "new" / name).rename(self.folder / "cur" / f"{name}{UNFLAGGED}")
            except FileNotFoundError:
                (self.folder / "cur").stat()  # it went already, unless there is no cur

    def _mail(self, name: str) -> Mail:
        handle = os.open(self.folder / "new" / name, SAFELY)
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(file.fileno())
            received_at = datetime.fromtimestamp(int(found.st_mtime), UTC)
            is_fit = stat.S_ISREG(found.st_mode) and found.st_size <= self.config.largest_bytes
            raw = file.read(self.config.largest_bytes) if is_fit else None
        return Mail(f"maildir, mail {name}", received_at, raw)


def trouble(place: str, what: str) -> Problem:
    """Return what is wrong with one file."""
    how = "let the account of the service read and move what lies there, or take it out"
    return Problem(f"maildir, {place}", what, how, Severity.WARNING)
