"""The sample authority that most tests look at, and its three weeks."""

from datetime import date
from pathlib import Path

from daemon.demo.histories import Family
from daemon.demo.world import World
from daemon.rulebook import shipped, sound
from integrations.sql_query.ssd.loader import create_tables

EDITION = sound(shipped())
DAYS, DECIDING = EDITION.days, EDITION.deciding(None, "stoke-on-trent")
START = date(2026, 3, 2)
END = DAYS.shift(START, 15)


def authority(folder: Path, seed: int = 1) -> World:
    """Return the sample authority that most tests look at."""
    return World(seed, START, folder, days=DAYS, create_tables=create_tables)


def held(families: list[Family]) -> list[Family]:
    """Return the families whose conference is held."""
    return [family for family in families if family.held_at]
