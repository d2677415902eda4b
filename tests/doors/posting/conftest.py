"""An authority to which another system posts its records."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from daemon.engine.house import Feed
from daemon.testing.world import World
from integrations.posted_records.config import Config, Oidc
from integrations.posted_records.source import PostedRecords
from tests.doors.conftest import Door
from tests.doors.posting.stage import AUDIENCE, ROLE, SECRET, SENDER, Post, posted, said, signature
from tests.doors.provider import WickedProvider, provided


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


@pytest.fixture(scope="module")
def standing() -> Iterator[WickedProvider]:
    """Return a provider of tokens for several tests."""
    with provided() as one:
        yield one


@pytest.fixture
def provider(standing: WickedProvider) -> WickedProvider:
    """Return a provider of tokens, as good as new."""
    fresh = WickedProvider(issuer=standing.issuer)
    for name in ("in_description", "key", "others", "is_away", "asked"):
        setattr(standing, name, getattr(fresh, name))
    return standing


@pytest.fixture
def terms(provider: WickedProvider) -> dict[str, str]:
    """Return what the settings say of whose tokens may post."""
    return {"issuer": provider.issuer, "audience": AUDIENCE, "client": SENDER, "role": ROLE}


@pytest.fixture
def token_feed(world: World, terms: dict[str, str]) -> Feed:
    """Return a feed whose sender shows a token, among those of the authority."""
    return fed(world, "posted", Config(oidc=Oidc(**terms)))


@pytest.fixture
def claims(world: World, provider: WickedProvider) -> dict[str, Any]:
    """Return what the token of the case system says now."""
    now = int(world.clock().timestamp())
    return {
        "iss": provider.issuer, "aud": AUDIENCE, "azp": SENDER, "sub": SENDER, "roles": [ROLE],
        "iat": now, "nbf": now, "exp": now + 3600,
    }  # fmt: skip
