"""Copies of dropped files, where the settings want them: the drops themselves are only ever read."""

import os
from hashlib import sha256
from pathlib import Path

from daemon.domain.errors import Problem, Severity
from daemon.sheets.pickup import Mark


def copy(folder: Path, file: str, data: bytes, mark: Mark) -> Problem | None:
    """Keep a copy under its moment and fingerprint, once; return what prevented it.

    It is the service's alone to read, and whole or not there.
    """
    name = f"{mark.changed_at:%Y%m%dT%H%M%SZ}-{sha256(data).hexdigest()[:12]}-{file}"
    unfinished = folder / f".{name}.{os.getpid()}.tmp"
    try:
        if (folder / name).exists():
            return None
        number = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(number, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        unfinished.rename(folder / name)
    except OSError:
        what = f"could not be copied to {folder.name}"
        mend = "make that folder, and let the service's account write there"
        return Problem(file, what, mend, Severity.WARNING)
    return None
