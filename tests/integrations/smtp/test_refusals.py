"""Whom a server's refusal is about: us, and then nothing is lost by it; or one reader, who is told otherwise."""

import pytest

from daemon.domain.errors import Temporary
from daemon.testing.channel_contract import ANN, MESSAGE
from integrations.smtp.wire import of_us


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("5.7.1 <left@relay.example>: Relay access denied", "not-relayed"),
        ("5.7.1 Relaying denied. Proper authentication required.", "not-relayed"),
        ("relay not permitted", "not-relayed"),
        ("5.7.54 SMTP; Unable to relay recipient in non-accepted domain", "not-relayed"),
        ("5.7.1 relaying to <ann@police.example> prohibited by administrator", "not-relayed"),
        ("5.7.1 You are not allowed to relay", "not-relayed"),
        ("sorry, that domain isn't in my list of allowed rcpthosts", "not-relayed"),
        ("5.7.1 <daykeeper@council.example>: Sender address rejected", "sender-refused"),
        ("5.7.60 SMTP; Client does not have permissions to send as this sender", "sender-refused"),
        ("5.2.252 SendAsDenied; daykeeper@council.example not allowed", "sender-refused"),
        ("5.7.1 <app[10.0.0.1]>: Client host rejected: Access denied", "sender-refused"),
        ("Service unavailable; Client host [10.0.0.1] blocked using a list", "sender-refused"),
        ("5.7.1 <app>: Helo command rejected: Host not found", "sender-refused"),
        ("Sender verify failed", "sender-refused"),
        ("5.7.0 Authentication required", "sender-refused"),
        ("5.1.1 <ben@police.example>: User unknown in relay recipient table", None),
        ("5.1.1 <relay@council.example>: no such user", None),
        ("5.1.1 <ben@relay.example>: not here", None),
        ("5.1.1 undeliverable address: host relay.council.example said: no such user", None),
        ("5.1.1 authentication.example does not know relay@authentication.example", None),
        ("5.2.2 mailbox full", None),
        ("5.7.1 not authorised to write to this recipient", None),
    ],
)
def test_a_refusal_is_about_us_or_about_its_reader(said, reason):
    assert of_us(said.encode()) == reason


def test_a_server_that_says_only_of_the_whole_message_that_we_may_not_loses_nothing(
    server, channel
):
    server.switch(refuse_data=550, refuse_words="5.7.60 no permissions to send as this sender")

    with pytest.raises(Temporary, match=r"^sender-refused$") as answer:
        channel.send(MESSAGE, ANN, MESSAGE.id)
    assert answer.value.is_ours

    server.switch()
    channel.send(MESSAGE, ANN, MESSAGE.id)
    assert len(server.received()) == 1
