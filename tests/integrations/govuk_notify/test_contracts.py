"""Texts, letters and what became of them: the promises of each port, kept by Notify."""

import base64
import socket
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from daemon.domain.letter import Letter
from daemon.domain.message import Level, Message
from daemon.domain.person import Person
from daemon.testing.channel_contract import ANN, MESSAGE
from daemon.testing.courier_contract import LETTER, CourierContract
from daemon.testing.inbox_contract import InboxContract
from daemon.testing.notice_contract import NoticeChannelContract
from daemon.testing.notify.server import LETTER_TEMPLATE
from integrations.govuk_notify.channel import NotifyText
from integrations.govuk_notify.post import NotifyPost
from integrations.govuk_notify.receipts import Receipts
from tests.integrations.govuk_notify.conftest import Connect


@pytest.fixture
def nothing_is_unknown_to_it(server):
    """Hold every request against what the stand-in knows."""
    yield
    assert server.refused == []


@pytest.mark.usefixtures("nothing_is_unknown_to_it")
class TestTexts(NoticeChannelContract):
    """The promises of every channel of a few words."""

    word = "text"

    @pytest.fixture
    def channel(self, connect: Connect) -> Any:
        return connect(NotifyText)

    @pytest.fixture
    def somebody(self) -> Person:
        return Person("ben", {"text": "+44 7700 900123"})

    @pytest.fixture
    def message(self) -> Message:
        return replace(MESSAGE, channel="text", level=Level.L0, subject="Something needs you")

    @pytest.fixture
    def arrived(self, server):
        return lambda: [(one["reference"], one["words"]["message"]) for one in server.taken]


@pytest.mark.usefixtures("nothing_is_unknown_to_it")
class TestPost(CourierContract):
    """The promises of whoever posts letters."""

    @pytest.fixture
    def courier(self, connect: Connect) -> Any:
        return connect(NotifyPost)

    @pytest.fixture
    def posted(self, server):
        return lambda: [(one["reference"], base64.b64decode(one["to"])) for one in server.taken]


@pytest.mark.usefixtures("nothing_is_unknown_to_it")
class TestPostByTemplate(CourierContract):
    """The same promises where Notify prints by a template: not a word of a letter is lost on the way."""

    @pytest.fixture
    def courier(self, connect: Connect) -> Any:
        return connect(NotifyPost, template=LETTER_TEMPLATE)

    @pytest.fixture
    def posted(self, server, courier):
        def printed(one: dict[str, Any]) -> bytes:
            """Return what came, printed as ours would be."""
            lines = tuple(one["to"].split("\n"))
            came = Letter(lines, one["words"]["message"], LETTER.sender, LETTER.dated)
            return bytes(courier.print(came))

        return lambda: [(one["reference"], printed(one)) for one in server.taken]


@pytest.mark.usefixtures("nothing_is_unknown_to_it")
class TestReceipts(InboxContract):
    """The promises of every inbox."""

    @pytest.fixture
    def inbox(self, connect: Connect, clock) -> Any:
        clock.now = datetime.now(UTC)  # at which the stand-in works
        return connect(Receipts)

    @pytest.fixture
    def fails(self, server, channel, clock):
        def fail(name: str) -> None:
            channel.send(MESSAGE, ANN, name)
            server.end(name, "permanent-failure", clock.now)

        return fail

    @pytest.fixture
    def gone(self, connect: Connect) -> Any:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        return connect(Receipts, base_url=f"http://127.0.0.1:{port}")
