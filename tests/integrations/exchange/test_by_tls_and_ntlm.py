"""How an Exchange Server and a mailbox know each other: its certificate, and a sign-in by NTLM."""

import ssl
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.testing.channel_contract import MESSAGE
from daemon.testing.exchange.server import ExchangeServer
from tests.integrations.exchange.conftest import MAILBOX
from tests.integrations.outcome import outcome

TLS = Path(__file__).parents[1] / "smtp" / "tls"
CERTIFICATES = {"right": "localhost.pem", "elsewhere": "elsewhere.pem"}
LOST = ("Unknown", "answer-lost")


@pytest.fixture(params=CERTIFICATES)
def secured(request):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / CERTIFICATES[request.param], TLS / "key-for-tests.pem")
    with ExchangeServer(MAILBOX, context=context) as server:
        yield request.param, server


def test_a_certificate_is_that_of_the_server_by_an_authority_of_ours(secured, connect):
    name, server = secured

    own = outcome(connect(server, ca_file=TLS / "authority.pem"))
    machines = outcome(connect(server))

    assert own == (("accepted", "") if name == "right" else ("Temporary", "tls-unverified"))
    assert machines == ("Temporary", "tls-unverified")


@pytest.fixture(params=["in clear on this machine", "by TLS"])
def by_ntlm(request, tmp_path, monkeypatch):
    """Give a server of NTLM, with what a channel must be told."""
    users = tmp_path / "users"
    users.write_text("COUNCIL:daykeeper:secret\n")
    monkeypatch.setenv("NTLM_USER_FILE", str(users))
    context = None
    options: dict[str, object] = {"auth": "ntlm"}
    if request.param == "by TLS":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TLS / CERTIFICATES["right"], TLS / "key-for-tests.pem")
        options["ca_file"] = TLS / "authority.pem"
    with ExchangeServer(MAILBOX, is_ntlm=True, context=context) as server:
        yield server, options


def test_a_connection_signs_in_once_by_ntlm_and_sends_many(by_ntlm, connect):
    server, options = by_ntlm
    channel = connect(server, **options)

    said = [outcome(channel, replace(MESSAGE, id=f"m-{number}")) for number in range(3)]

    assert said == [("accepted", "")] * 3
    assert len(server.office.mails) == 3


def test_a_wrong_password_is_refused_by_ntlm(by_ntlm, connect):
    server, options = by_ntlm
    channel = connect(server, **options)
    channel.config.password_file.write_text("other")

    assert outcome(channel) == ("Temporary", "login-refused")
    assert not server.office.mails


def test_an_answer_that_is_lost_by_ntlm_is_lost_and_nothing_is_sent_twice(by_ntlm, connect):
    server, options = by_ntlm
    channel = connect(server, **options)
    server.misbehave("cut after accepting")

    assert outcome(channel) == LOST
    assert channel.find(MESSAGE.id) is not None
    assert len(server.office.mails) == 1
