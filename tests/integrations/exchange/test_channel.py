"""Mail by an Exchange Server: what arrives, and what each misbehaviour of the server means."""

import pytest

from daemon.testing.channel_contract import ChannelContract


@pytest.fixture
def arrived(server):
    return lambda: list(server.office.mails)


class TestExchange(ChannelContract):
    """The promises of every channel."""
