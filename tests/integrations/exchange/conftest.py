"""An Exchange Server's stand-in on this machine, and adapters that talk to it by the real library."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from daemon.ports import Clock
from daemon.testing.exchange.server import ExchangeServer
from integrations.exchange.channel import Exchange
from integrations.exchange.config import Config

NOW = datetime(2026, 3, 6, 17, tzinfo=UTC)
MAILBOX = "daykeeper@council.example"
Given = Callable[..., dict[str, Any]]


@pytest.fixture
def server() -> Iterator[ExchangeServer]:
    """Give a server that behaves until it is told not to, and that nobody may have asked anything wrong."""
    with ExchangeServer(MAILBOX, clock=lambda: NOW) as server:
        yield server
    assert server.broken_rules == []


@pytest.fixture
def given(tmp_path: Path) -> Given:
    """Give a call that returns options for a server."""
    password = tmp_path / "exchange.password"
    password.write_text("secret\n")
    password.chmod(0o600)

    def options(server: ExchangeServer, **more: Any) -> dict[str, Any]:
        return {
            "endpoint": server.endpoint, "mailbox": MAILBOX, "username": "COUNCIL\\daykeeper",
            "password_file": password, "auth": "basic", **more,
        }  # fmt: skip

    return options


@pytest.fixture
def connect(given: Given) -> Iterator[Callable[..., Exchange]]:
    """Make channels, and close them in the end."""
    made: list[Exchange] = []

    def make(server: ExchangeServer, clock: Clock = lambda: NOW, **more: Any) -> Exchange:
        made.append(Exchange(Config(**given(server, **more)), clock))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def channel(server: ExchangeServer, connect: Callable[..., Exchange]) -> Exchange:
    """Give a channel to the server."""
    return connect(server)
