"""Paths among an adapter's options: a relative one stands beside the settings, and a secret's file is ours alone."""

import errno
import os
from pathlib import Path, PosixPath
from typing import Annotated

from pydantic import AfterValidator, ValidationInfo

from daemon.domain.secret import OPEN, file_beside, others_may_read, private_file


class SecretPath(PosixPath):
    """A secret's file, ours alone whenever it is read: what is put there for others to read is not taken.

    What it held when it was last read stays in use until it is ours again, and the log says so once.
    Where it was never ours, reading raises PermissionError.
    """

    _held: bytes | None = None
    _complained_of: tuple[int, ...] = ()

    def read_bytes(self) -> bytes:
        """Return what it holds; while others may read it, what it held before."""
        with self.open("rb") as file:
            stat = os.fstat(file.fileno())
            if not others_may_read(self, stat.st_mode):
                self._held, self._complained_of = file.read(), ()
                return self._held
        seen = (stat.st_ino, stat.st_mode, stat.st_mtime_ns)
        if seen != self._complained_of:
            self._complained_of = seen
            complain(self.name)
        if self._held is None:
            raise PermissionError(errno.EACCES, OPEN, str(self))
        return self._held

    def read_text(self, encoding: str | None = None, errors: str | None = None) -> str:
        """Return it as text."""
        return self.read_bytes().decode(encoding or "utf-8", errors or "strict")

    def hold(self) -> "SecretPath":
        """Return itself, its file read once, so that there is a secret to stay with; one we may not read is left."""
        try:
            self.read_bytes()
        except OSError:
            return self  # whoever needs it says so in words of its own
        return self


def complain(name: str) -> None:
    """Say in the log that a secret was not taken from its file."""
    import structlog  # noqa: PLC0415 - commands that only look at rules stay light

    log = structlog.get_logger("daykeeper.secrets")
    log.error("secret.refused", file=name, reason=OPEN)


def base_of(info: ValidationInfo) -> Path:
    """Return the folder of the settings; the working directory where options are checked without any."""
    return Path((info.context or {}).get("base", "."))


def _beside(path: Path, info: ValidationInfo) -> Path:
    return base_of(info) / path


def _file(path: Path, info: ValidationInfo) -> Path:
    return file_beside(path, base_of(info))


def secret_file(path: Path, info: ValidationInfo) -> SecretPath:
    """Return the file's place; raises ValueError where there is none, or others on this machine may read it."""
    return SecretPath(private_file(file_beside(path, base_of(info)))).hold()


Beside = Annotated[Path, AfterValidator(_beside)]
"""A file or folder that need not be there yet."""
FileBeside = Annotated[Path, AfterValidator(_file)]
"""A file that is there."""
SecretFile = Annotated[Path, AfterValidator(secret_file)]
"""A file that is there, and that nobody else on this machine may read: now, and whenever it is read again."""
