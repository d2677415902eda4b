"""Looks at a mailbox before anybody relies on it: it is opened, and no mail in it is read."""

import os
import ssl
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from daemon.examined import Finding, doubt, fault, fine, lasts, shown_until
from daemon.ports import Unreadable
from integrations.mailbox.config import Config
from integrations.mailbox.imap import OK, connected, select


def examine_folder(config: Config, now: datetime) -> Iterator[Finding]:
    """Yield whether the login opens the folder, how long TLS holds, and whether mail can be moved."""
    try:
        with connected(config) as server:
            if isinstance(server.sock, ssl.SSLSocket):
                shown = server.sock.getpeercert() or {}
                yield lasts(f"the certificate of {config.host}", shown_until(shown), now)
            yield fine("the mail server takes our login")
            select(server, config)
            yield fine(f"the folder {config.folder} can be read")
            if config.moved_to:
                status, found = server.list('""', f'"{config.moved_to}"')
                is_there = status == OK and any(found)
                can_move = b"MOVE" in server.capability()[1][-1].upper().split()
                if is_there and can_move:
                    yield fine(f"what was read goes to {config.moved_to}")
                else:
                    lacks = "is no such folder" if can_move else "cannot be moved to"
                    what = f"{config.moved_to} {lacks}: what was read stays where it is"
                    yield doubt(what, "make the folder, or leave moved_to out")
    except Unreadable as error:
        yield fault(str(error), "check host, port, security, folder, username and password_file")


def examine_maildir(folder: Path) -> Iterator[Finding]:
    """Yield whether new mail can be read, and put aside once it was."""
    for name in ("new", "cur"):
        place = folder / name
        if place.is_dir() and os.access(place, os.R_OK | os.W_OK | os.X_OK):
            yield fine(f"the Maildir's {name} can be read and written")
        else:
            yield fault(f"the Maildir's {name} cannot be used", "make it, and give us its rights")
