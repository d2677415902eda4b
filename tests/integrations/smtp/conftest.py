"""A real mail server in its own process, and channels that talk to it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from daemon.testing.mail_server import MailServer
from integrations.smtp.channel import Smtp
from integrations.smtp.config import Config

NOW = datetime(2026, 3, 6, 17, tzinfo=UTC)
TLS = Path(__file__).parent / "tls"
Connect = Callable[..., Smtp]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    """Give a server on this machine without TLS, that behaves until it is switched."""
    with MailServer(tmp_path / "mail") as server:
        yield server


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Make channels, and close them in the end."""
    made: list[Smtp] = []

    def make(port: int, **options: Any) -> Smtp:
        given = {"host": "localhost", "security": "none", "sender": "daykeeper@council.example"}
        made.append(Smtp(Config.model_validate({**given, "port": port, **options}), lambda: NOW))
        return made[-1]

    yield make
    for channel in made:
        channel.close()


@pytest.fixture
def channel(server: MailServer, connect: Connect) -> Smtp:
    """Give a channel to the plain server."""
    return connect(server.port)


@pytest.fixture
def arrived(server: MailServer) -> Callable[[], Sequence[EmailMessage]]:
    """Give a call that returns what came, oldest first."""
    return server.mails
