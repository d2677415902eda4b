"""What an SMTP server may do to a message, and what we then say became of it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from time import monotonic
from typing import Any

import pytest

from daemon.domain.errors import Permanent, Temporary, Unknown, Unsupported
from daemon.domain.message import Receipt
from daemon.testing.channel_contract import ADDRESS, ANN, MESSAGE, ChannelContract
from daemon.testing.mail_server import MailServer
from integrations.smtp.channel import Smtp
from tests.integrations.outcome import outcome
from tests.integrations.smtp.conftest import Connect

LARGE = replace(MESSAGE, text="x" * 8_000_000)


class TestSmtp(ChannelContract):
    """The promises of every channel."""


@contextmanager
def peer(*answers: bytes, drip_s: float = 0.0) -> Iterator[int]:
    """Give the port of a server that speaks these lines one after another, then hangs up.

    With `drip_s` it sends a byte at a time, each that many seconds after the last, for ever.
    """
    ending = threading.Event()
    clients: list[socket.socket] = []

    def serve(listener: socket.socket) -> None:
        while not ending.is_set():
            try:
                client, _ = listener.accept()
            except OSError:
                return
            clients.append(client)
            with client:
                try:
                    for answer in answers:
                        client.sendall(answer)
                        if not client.recv(65536):
                            break
                    while drip_s and not ending.wait(drip_s):
                        client.sendall(b"2")
                except OSError:
                    continue

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            ending.set()
            listener.shutdown(socket.SHUT_RDWR)
            for client in clients:
                with suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_a_report_brings_back_our_id_and_no_words_where_the_server_offers_that(
    server: MailServer, connect: Connect
) -> None:
    connect(server.port).send(MESSAGE, ANN, MESSAGE.id)
    server.switch(dsn=True)
    connect(server.port).send(MESSAGE, ANN, MESSAGE.id)

    plain, reporting = (set(line["mail_options"]) for line in server.received())
    assert not any(one.startswith(("RET", "ENVID")) for one in plain)
    assert {"RET=HDRS", f"ENVID={MESSAGE.id}"} <= reporting


@pytest.mark.parametrize(
    ("switches", "expected", "kept"),
    [
        pytest.param({}, ("accepted", ""), 1, id="it behaves"),
        pytest.param({"tempfail_rate": 1}, ("Temporary", "tempfail-451"), 0, id="not now"),
        pytest.param({"refuse": [ADDRESS]}, ("Permanent", "refused-550"), 0, id="no such mailbox"),
        pytest.param({"refuse_sender": True}, ("Temporary", "sender-refused"), 0, id="not from us"),
        pytest.param(
            {"refuse_late": "554 5.7.1 <ann@council.example>: Relay access denied"},
            ("Temporary", "not-relayed"),
            0,
            id="it relays nothing of ours",
        ),
        pytest.param(
            {"refuse_late": "553 5.7.1 <daykeeper@council.example>: Sender address rejected"},
            ("Temporary", "sender-refused"),
            0,
            id="not from us, said late",
        ),
        pytest.param(
            {"refuse_late": "550 5.7.1 not authorised to write to this recipient"},
            ("Permanent", "refused-550"),
            0,
            id="not to this reader",
        ),
        pytest.param({"refuse_data": 554}, ("Permanent", "refused-554"), 0, id="not this message"),
        pytest.param({"refuse_data": 452}, ("Temporary", "tempfail-452"), 0, id="its disk is full"),
        pytest.param({"refuse_data": 421}, ("Temporary", "tempfail-421"), 0, id="it shuts down"),
        pytest.param(
            {"drop_after_data_rate": 1}, ("Unknown", "answer-lost"), 1, id="the answer is cut off"
        ),
        pytest.param(
            {"slow_reply_s": 30}, ("Unknown", "answer-lost"), 1, id="the answer is too slow"
        ),
        pytest.param({"hang_s": 30}, ("Temporary", "unreachable"), 0, id="it falls silent early"),
        pytest.param(
            {"cut_during_data": True},
            ("Unknown", "answer-lost"),
            0,
            id="a short message is cut off",
        ),
    ],
)
def test_each_misbehaviour_has_its_answer(
    server: MailServer,
    connect: Connect,
    switches: dict[str, Any],
    expected: tuple[str, str],
    kept: int,
) -> None:
    channel = connect(server.port, timeout_s=1.5)
    server.switch(**switches)

    assert outcome(channel) == expected
    assert len(server.received()) == kept

    server.switch()
    assert outcome(channel) == ("accepted", "")


def test_a_long_message_that_is_cut_off_before_its_end_was_surely_not_taken(
    server: MailServer, channel: Smtp
) -> None:
    server.switch(cut_during_data=True)

    assert outcome(channel, LARGE) == ("Temporary", "cut-during-data")
    assert server.received() == []


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param([b"421 busy\r\n"], "tempfail-421", id="too many connections"),
        pytest.param([b"554 go away\r\n"], "unreachable", id="it wants nobody"),
        pytest.param([b"not smtp at all\r\n"], "unreachable", id="it is another service"),
        pytest.param([b"\xff\x00" * 9000], "unreachable", id="it talks noise"),
        pytest.param([b"220 hi\r\n", b"500 what\r\n"], "unreachable", id="it knows no EHLO"),
        pytest.param([b"220 hi\r\n"], "unreachable", id="it hangs up after its greeting"),
        pytest.param(
            [b"220 hi\r\n", b"250 hi\r\n", b"530 5.7.0 log in first\r\n"],
            "login-refused",
            id="it wants a login that we do not have",
        ),
    ],
)
def test_a_server_that_cannot_be_used_is_tried_again_later(
    connect: Connect, answers: list[bytes], expected: str
) -> None:
    with peer(*answers) as port:
        assert outcome(connect(port, timeout_s=2)) == ("Temporary", expected)


def test_an_answer_that_means_nothing_leaves_it_open_whether_the_message_was_taken(
    connect: Connect,
) -> None:
    agreeing = [b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"]

    with peer(*agreeing, b"what was that?\r\n") as port:
        assert outcome(connect(port, timeout_s=2)) == ("Unknown", "answer-unclear")


def test_a_port_that_nobody_listens_on_is_tried_again_later(connect: Connect) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    assert outcome(connect(port)) == ("Temporary", "unreachable")


def test_a_name_that_no_resolver_takes_is_tried_again_later(connect: Connect) -> None:
    channel = connect(25, host="a" * 70 + ".invalid", security="tls")

    assert outcome(channel) == ("Temporary", "unreachable")


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([], id="from its greeting on"),
        pytest.param([b"220 hi\r\n", b"250 hi\r\n"], id="from MAIL FROM on"),
    ],
)
def test_a_server_that_drips_cannot_outlast_the_deadline(
    connect: Connect, answers: list[bytes]
) -> None:
    with peer(*answers, drip_s=0.05) as port:
        started = monotonic()

        result = outcome(connect(port, timeout_s=0.6))

    assert result == ("Temporary", "unreachable")
    assert monotonic() - started < 3


def test_a_wait_for_a_free_connection_ends_by_the_deadline_too(
    server: MailServer, connect: Connect
) -> None:
    channel = connect(server.port, connections=1, timeout_s=0.3)

    with channel.pool.lend(monotonic() + 60):
        assert outcome(channel) == ("Temporary", "busy")
    assert outcome(channel) == ("accepted", "")


def test_the_servers_own_name_for_a_message_is_kept(channel: Smtp) -> None:
    assert channel.send(MESSAGE, ANN, MESSAGE.id) == Receipt("000001")


def test_the_server_cannot_be_asked_what_it_took(channel: Smtp) -> None:
    with pytest.raises(Unsupported, match=r"^smtp-cannot-tell$"):
        channel.find(MESSAGE.id)


def test_no_address_stands_in_what_goes_wrong(server: MailServer, channel: Smtp) -> None:
    server.switch(refuse=[ADDRESS])

    with pytest.raises(Permanent) as refusal:
        channel.send(MESSAGE, ANN, MESSAGE.id)

    assert refusal.value.args == ("refused-550",)
    assert refusal.value.__cause__ is None


def test_lost_answers_and_refusals_lose_nothing_and_double_only_what_is_said_to_be_unknown(
    server: MailServer, channel: Smtp
) -> None:
    server.switch(tempfail_rate=0.2, drop_after_data_rate=0.1)
    unknown = 0

    for number in range(100):
        message = replace(MESSAGE, id=f"m-{number}")
        while True:
            try:
                channel.send(message, ANN, message.id)
                break
            except Unknown:
                unknown += 1
            except Temporary:
                continue

    ids = [line["message_id"] for line in server.received()]
    assert set(ids) == {f"<m-{number}@council.example>" for number in range(100)}
    assert len(ids) == 100 + unknown
    assert unknown > 0
