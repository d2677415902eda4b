"""Messages as .eml files: for a first look, for a relay that collects files, and for tests."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

from daemon.domain.errors import Temporary
from daemon.domain.mail import Sender, as_mail, mail_address, safe_id
from daemon.domain.message import Message, Receipt
from daemon.domain.person import Person
from daemon.examined import Finding, fault, fine
from daemon.ports import Clock
from integrations.folder.config import Config

PRIVATE_FOLDER, PRIVATE_FILE = 0o700, 0o600


class Folder:
    """One file a message, named after its key, whole or not there; a second send adds none."""

    word = "email"

    def __init__(self, config: Config, clock: Clock) -> None:
        """Take the options; the folder is made with the first message."""
        self.config, self.clock = config, clock
        self.sender = Sender(config.sender, config.sender_name, config.id_domain)

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Write the message; raises Permanent for want of an address, Temporary for the disk."""
        address = mail_address(to, self.word)
        mail = as_mail(message, address, self.sender, self.clock())
        path = self.path(key)
        try:
            path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
            if not path.exists():
                write_whole(path, mail.as_bytes())
        except OSError:
            raise Temporary("folder-unwritable") from None
        return Receipt(path.name)

    def find(self, key: str) -> Receipt | None:
        """Return the receipt of an earlier send, or None where there is no file of it."""
        path = self.path(key)
        return Receipt(path.name) if path.exists() else None

    def examine(self) -> Iterator[Finding]:
        """Yield whether files can be written; none is."""
        place = self.config.folder
        there = next(one for one in (place, *place.absolute().parents) if one.exists())
        if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
            yield fine("files can be written; who collects them is not ours to see")
        else:
            yield fault("no file can be written", "make the folder, and give us its rights")

    def close(self) -> None:
        """Do nothing: no file is kept open."""

    def path(self, key: str) -> Path:
        """Return the file of a message."""
        return self.config.folder / f"{safe_id(key)}.eml"


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole, on the disk, or not at all; raises OSError."""
    part = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    try:
        with os.fdopen(
            os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE), "wb"
        ) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
