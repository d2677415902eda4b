"""An authority to which another system posts its records."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from daemon.engine.house import Feed
from daemon.testing.world import World
from integrations.posted_records.config import Config
from integrations.posted_records.source import PostedRecords
from tests.doors.conftest import Door
from tests.doors.posting.stage import SECRET, Post, posted, said, signature


def fed(world: World, name: str, config: Config) -> Feed:
    """Return a feed that is told, which is now among those of the authority."""
    source = PostedRecords(config, world.clock)
    made = Feed(name, "case_system", source, timedelta(minutes=15), timedelta(hours=26))
    world.house.feeds = {**world.house.feeds, name: made}
    return made


@pytest.fixture
def secret_file(tmp_path: Path) -> Path:
    """Return where the secret lies that two systems share."""
    file = tmp_path / "records.secret"
    file.write_text(f"{SECRET}\n")
    file.chmod(0o600)
    return file


@pytest.fixture
def feed(world: World, secret_file: Path) -> Feed:
    """Return a feed whose sender signs, among those of the authority."""
    return fed(world, "posted", Config(secret_file=secret_file))


@pytest.fixture
def post(world: World, door: Door, feed: Feed) -> Post:
    """Return a call that posts records as the other system would."""

    def call(
        *records: Any, key: str = "", body: bytes | None = None, **more: Any
    ) -> httpx.Response:
        headers, signed = more.pop("headers", {}), more.pop("signed", {})
        content = body if body is not None else said(*records, **more)
        shown = {"Daykeeper-Signature": signature(world, content, key, **signed)}
        return posted(door.browser, content, key, **(shown | headers))

    return call
