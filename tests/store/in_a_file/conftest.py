"""A database in a file, on SQLite alone: nothing is there until it is made."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon.store import Store, create


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """Return where a database may be made."""
    return f"sqlite:///{tmp_path}/state/daykeeper.db"


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    create(store_url)
    opened = Store.open(store_url, "stoke", busy_s=0.2)
    yield opened
    opened.close()
