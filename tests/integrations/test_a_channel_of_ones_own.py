"""A channel that a council wrote, in a distribution of its own: held to the suite of mail, answer by answer."""

from email import message_from_bytes
from email.policy import default

import pytest
from pydantic import ValidationError

from daemon.domain.errors import Permanent, Temporary, Unknown, WireError
from daemon.domain.message import Receipt
from daemon.testing.channel_contract import ANN, MESSAGE, ChannelContract
from tests.integrations.example_channel.gateway import GatewayServer
from tests.integrations.example_channel.potterby_gateway.channel import Gateway
from tests.integrations.example_channel.potterby_gateway.config import Config
from tests.unit.test_times import utc

NOW = utc("2026-03-06T17:00")


@pytest.fixture
def server():
    with GatewayServer() as one:
        yield one


@pytest.fixture
def channel(server, tmp_path):
    (tmp_path / "gateway.key").write_text("sesame\n")
    (tmp_path / "gateway.key").chmod(0o600)
    options = {
        "url": server.url,
        "key_file": "gateway.key",
        "sender": "daykeeper@council.example",
        "timeout_s": 2,
    }
    return Gateway(Config.model_validate(options, context={"base": tmp_path}), lambda: NOW)


@pytest.fixture
def arrived(server):
    return lambda: [message_from_bytes(mail, policy=default) for mail in server.mails.values()]


class TestGateway(ChannelContract):
    """What every channel of mail promises."""


@pytest.mark.parametrize(
    ("status", "means", "reason", "wait_s"),
    [
        pytest.param(429, Temporary, "busy", 7, id="too many a minute"),
        pytest.param(401, Temporary, "login-refused", None, id="another key"),
        pytest.param(502, Unknown, "server-error", None, id="a gateway before it that gave up"),
        pytest.param(422, Permanent, "refused-422", None, id="a mail that it does not take"),
        pytest.param(0, Unknown, "answer-lost", None, id="cut off before the answer"),
    ],
)
def test_an_answer_is_what_it_means(server, channel, status, means, reason, wait_s):
    server.says = status

    with pytest.raises(WireError) as found:
        channel.send(MESSAGE, ANN, MESSAGE.id)

    assert (type(found.value), found.value.reason) == (means, reason)
    assert getattr(found.value, "retry_after_s", None) == wait_s


def test_nothing_was_shown_to_a_gateway_that_is_not_there(channel, server):
    server.__exit__()

    with pytest.raises(Temporary, match="unreachable"):
        channel.send(MESSAGE, ANN, MESSAGE.id)


def test_a_mail_whose_answer_was_lost_is_found(server, channel):
    server.says = 0
    with pytest.raises(Unknown):
        channel.send(MESSAGE, ANN, MESSAGE.id)
    server.says = None

    assert channel.find(MESSAGE.id) == Receipt(MESSAGE.id)
    assert channel.find("another") is None


def test_an_address_that_would_show_mail_on_its_way_is_refused(tmp_path):
    with pytest.raises(ValidationError, match="this is no https:// address"):
        Config(url="http://gateway.council.example", key_file=tmp_path, sender="a@b.example")
