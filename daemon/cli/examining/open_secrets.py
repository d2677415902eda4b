"""Which files of secrets others on this machine may read: the service takes nothing from them until they are closed."""

from collections.abc import Iterator
from pathlib import Path

from daemon.cli.examining.everything import tables
from daemon.domain.errors import Refusal
from daemon.domain.secret import CLOSE, OPEN, others_may_read
from daemon.plugins import options_of
from daemon.settings.whole import Settings

STAYS = "so what it held before stays in use, and no start is possible"
UNUSED = "so nobody can sign in"
FORGED = "so whoever has read it can sign links, and no start is possible"


def open_secrets(settings: Settings) -> Iterator[str]:
    """Yield a sentence for each, by the settings' own name for it."""
    for table in tables(settings):
        own = table.adapter
        try:
            options_of(
                own.adapter, table.capability, own.options, base=settings.folder, where=table.where
            )
        except Refusal as refusal:
            yield from (_said(one.where) for one in refusal.problems if one.what == OPEN)
    if (file := settings.broker_password_file) and _is_open(file):
        yield _said("broker_password_file")
    if _is_open(settings.web.secret_file):
        yield _said("web.secret_file", FORGED)
    if settings.web.sign_in and _is_open(settings.web.sign_in.client_secret_file):
        yield _said("web.sign_in.client_secret_file", UNUSED)


def _is_open(file: Path) -> bool:
    try:
        return others_may_read(file)
    except OSError:  # one that is not there is another trouble
        return False


def _said(where: str, meanwhile: str = STAYS) -> str:
    return f"{where}: {OPEN}, {meanwhile}; {CLOSE}"
