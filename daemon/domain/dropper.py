"""Whose files are taken from a drop folder: where the settings name an account, nobody else's (RELIABILITY T6)."""

import os
import pwd

from daemon.domain.sheet import SheetRefusedError


def account(named: object) -> object:
    """Return the number of an account that is given by its name or number; raises ValueError."""
    if not isinstance(named, str) or named.isdecimal():
        return named
    try:
        return pwd.getpwnam(named).pw_uid
    except KeyError:
        raise ValueError(
            "no account of this machine is called that; give the one that drops the files, by its name or number"
        ) from None


def hold_to_dropper(state: os.stat_result, dropper: int | None, name: str) -> None:
    """Raise SheetRefusedError for a file that is another account's than the one that drops them."""
    if dropper is not None and state.st_uid != dropper:
        what = "belongs to another account than the one that drops the files"
        raise SheetRefusedError(name, what, "find out who put it there; nothing was taken from it")
