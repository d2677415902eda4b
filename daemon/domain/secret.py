"""What an adapter asks of its settings before it trusts them: a private file, a server that is here."""

import ipaddress
import os
import stat
from pathlib import Path
from urllib.parse import urlsplit

OPEN, CLOSE = "others may read this file", "run chmod 600 on it"
READABLE_BY_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def file_beside(path: Path, base: Path) -> Path:
    """Return the file's place, a relative one beside `base`; raises ValueError where there is none."""
    place = base / path
    if not place.is_file():
        raise ValueError("there is no such file; give the path of one that exists")
    return place


def others_may_read(path: Path, rights: int | None = None) -> bool:
    """Return whether others on this machine may read the file; `rights` where its mode is known.

    The folder of systemd's credentials is the service's alone; newer releases show the service's own
    rights as those of a group there, which says nothing of others.
    """
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    rights = path.stat().st_mode if rights is None else rights
    is_credential = folder is not None and path.absolute().parent == Path(folder)
    return bool(rights & (stat.S_IRWXO if is_credential else READABLE_BY_OTHERS))


def private_file(path: Path) -> Path:
    """Return the file unless others on this machine may read it; raises ValueError."""
    if others_may_read(path):
        raise ValueError(f"{OPEN}; {CLOSE}")
    return path


def plain_proxy(proxy: str | None) -> str | None:
    """Return a proxy's address; raises ValueError where it holds a login or is none."""
    if proxy is not None:
        parts = urlsplit(proxy)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise ValueError("this is no proxy; write http://HOST:PORT, without a login")
    return proxy


def is_loopback(host: str) -> bool:
    """Return whether the host is this machine by its very name."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
