"""The sample authority in a folder: its feeds as they stand at a noon, and its settings."""

from datetime import date, datetime
from pathlib import Path

from daemon.demo.settings import SETTINGS
from daemon.demo.world import World
from daemon.domain.times import LONDON
from daemon.rulebook import load_days, shipped
from integrations.sql_query.ssd.loader import create_tables

NOON = datetime(2026, 3, 12, 11, tzinfo=LONDON)


def laid(folder: Path) -> Path:
    """Return the folder, with feeds of which the week is shown, and settings beside them."""
    days = load_days(shipped(), "england-and-wales")
    world = World(7, date(2026, 3, 2), folder / "feeds", days=days, create_tables=create_tables)
    world.reveal(NOON)
    (folder / "daykeeper.toml").write_text(SETTINGS.format(mail_port=2525, port=0), "utf-8")
    return folder
