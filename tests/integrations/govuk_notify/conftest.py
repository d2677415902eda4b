"""A stand-in of Notify on this machine, and channels that talk to it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from daemon.testing.fakes import HandClock
from daemon.testing.notify.server import KEY, TEMPLATE, TEXT_TEMPLATE, NotifyServer
from integrations.govuk_notify.channel import NotifyEmail, NotifyText
from integrations.govuk_notify.config import EmailConfig, PostConfig, ReceiptsConfig, TextConfig
from integrations.govuk_notify.post import NotifyPost
from integrations.govuk_notify.receipts import Receipts

NOW = datetime(2026, 3, 6, 17, tzinfo=UTC)
TOKEN = "a-word-that-only-notify-knows"
KINDS: dict[Any, tuple[Any, dict[str, Any]]] = {
    NotifyEmail: (EmailConfig, {"template": TEMPLATE}),
    NotifyText: (TextConfig, {"template": TEXT_TEMPLATE}),
    NotifyPost: (PostConfig, {}),
    Receipts: (ReceiptsConfig, {}),
}
Connect = Callable[..., Any]


@pytest.fixture
def server() -> Iterator[NotifyServer]:
    """Give the other side, that behaves until it is told otherwise."""
    with NotifyServer() as server:
        yield server


@pytest.fixture
def clock() -> HandClock:
    """Give a clock that stands."""
    return HandClock(NOW)


def private(file: Path, text: str) -> str:
    """Write a secret into a file, and return its name."""
    file.write_text(f"{text}\n")
    file.chmod(0o600)
    return file.name


def options(folder: Path, server: NotifyServer, **more: Any) -> dict[str, Any]:
    """Return the options of whatever goes by this server."""
    key = private(folder / "notify.key", KEY)
    return {"api_key_file": key, "base_url": server.url, "timeout_s": 2, **more}


@pytest.fixture
def connect(tmp_path: Path, server: NotifyServer, clock: HandClock) -> Iterator[Connect]:
    """Make adapters, and close them in the end."""
    made: list[Any] = []

    def make(kind: Any = NotifyEmail, **more: Any) -> Any:
        model, own = KINDS[kind]
        given = options(tmp_path, server, **(own | more))
        made.append(kind(model.model_validate(given, context={"base": tmp_path}), clock))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def channel(connect: Connect) -> Any:
    """Give the channel of mail."""
    return connect()


@pytest.fixture
def arrived(server: NotifyServer) -> Callable[[], Sequence[EmailMessage]]:
    """Give a call that returns what came, as the mails that Notify makes of it."""

    def mails() -> list[EmailMessage]:
        return [as_sent(one) for one in server.taken]

    return mails


def as_sent(one: dict[str, Any]) -> EmailMessage:
    """Return what Notify makes of our words by the template."""
    mail = EmailMessage()
    mail["To"], mail["Subject"] = one["to"], one["words"]["subject"]
    mail["Message-ID"] = f"<{one['reference']}@council.example>"
    mail.set_content(one["words"]["message"])
    return mail
