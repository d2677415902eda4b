"""What an SMTP server may do to a message, and what we then say became of it."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from pydantic import ValidationError

from daemon.domain.errors import Permanent, Temporary, Unknown, Unsupported, WireError
from daemon.domain.message import Receipt
from daemon.testing.channel_contract import ADDRESS, ANN, MESSAGE, ChannelContract
from daemon.testing.mail_server import MailServer
from integrations.smtp.channel import Smtp
from integrations.smtp.config import Config
from tests.integrations.smtp.conftest import TLS, Connect

LARGE = replace(MESSAGE, text="x" * 8_000_000)


class TestSmtp(ChannelContract):
    """The promises of every channel."""


def outcome(channel: Smtp, message: Any = MESSAGE) -> tuple[str, str]:
    """Return what became of one send: the answer's name and its reason."""
    try:
        channel.send(message, ANN, message.id)
    except WireError as error:
        return type(error).__name__, error.reason
    return "accepted", ""


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


class Counted:
    """Passes bytes on to a server, and counts the connections that it was asked for."""

    def __init__(self, port: int) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.target, self.connections = self.listener.getsockname()[1], port, 0
        self.pairs: list[tuple[socket.socket, socket.socket]] = []
        self.threads = [threading.Thread(target=self.accept)]
        self.threads[0].start()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            upstream = socket.create_connection(("127.0.0.1", self.target))
            self.pairs.append((client, upstream))
            for source, sink in ((client, upstream), (upstream, client)):
                self.threads.append(threading.Thread(target=self.carry, args=(source, sink)))
                self.threads[-1].start()

    @staticmethod
    def carry(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def hang_up(self) -> None:
        """Cut every connection, as a relay does that restarts."""
        for pair in self.pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.hang_up()
        for thread in self.threads:
            thread.join()
        for pair in self.pairs:
            for end in pair:
                end.close()


@pytest.fixture
def relay(server: MailServer) -> Iterator[Counted]:
    counted = Counted(server.port)
    yield counted
    counted.close()


def test_one_connection_serves_many_messages(relay: Counted, connect: Connect) -> None:
    channel = connect(relay.port)

    assert [outcome(channel) for _ in range(5)] == [("accepted", "")] * 5
    assert relay.connections == 1


def test_a_refusal_does_not_cost_the_connection_or_spoil_the_next_message(
    relay: Counted, server: MailServer, connect: Connect
) -> None:
    channel = connect(relay.port)
    server.switch(refuse=[ADDRESS])
    outcome(channel)
    server.switch()

    assert outcome(channel) == ("accepted", "")
    assert relay.connections == 1
    assert [line["rcpt"] for line in server.received()] == [[ADDRESS]]


def test_a_connection_is_given_up_after_its_share_of_messages(
    relay: Counted, connect: Connect
) -> None:
    channel = connect(relay.port, reuse_most=2)

    assert [outcome(channel) for _ in range(5)] == [("accepted", "")] * 5
    assert relay.connections == 3


def test_a_relay_that_restarted_meanwhile_costs_no_message(
    relay: Counted, server: MailServer, connect: Connect
) -> None:
    channel = connect(relay.port)
    outcome(channel)
    relay.hang_up()

    assert outcome(channel) == ("accepted", "")
    assert len(server.received()) == 2


def test_no_more_connections_are_opened_than_allowed(relay: Counted, connect: Connect) -> None:
    channel = connect(relay.port, connections=3)

    with ThreadPoolExecutor(12) as threads:
        results = list(threads.map(lambda _: outcome(channel), range(60)))

    assert results == [("accepted", "")] * 60
    assert 1 <= relay.connections <= 3


def certificate(name: str) -> tuple[str, ...]:
    return "--certificate", str(TLS / f"{name}.pem"), "--key", str(TLS / "key-for-tests.pem")


SECURE = {"security": "starttls", "ca_file": TLS / "authority.pem"}


@pytest.mark.parametrize(
    ("options", "config", "expected"),
    [
        pytest.param(certificate("localhost"), SECURE, ("accepted", ""), id="STARTTLS"),
        pytest.param(
            (*certificate("localhost"), "--tls"),
            SECURE | {"security": "tls"},
            ("accepted", ""),
            id="TLS from the start",
        ),
        pytest.param((), SECURE, ("Temporary", "no-starttls"), id="STARTTLS is not offered"),
        pytest.param(
            certificate("elsewhere"),
            SECURE,
            ("Temporary", "tls-unverified"),
            id="the certificate is another server's",
        ),
        pytest.param(
            certificate("localhost"),
            {"security": "starttls"},
            ("Temporary", "tls-unverified"),
            id="nobody we trust signed the certificate",
        ),
        pytest.param((), SECURE | {"security": "tls"}, ("Temporary", "tls-failed"), id="no TLS"),
    ],
)
def test_mail_is_only_handed_over_in_private(
    tmp_path: Path,
    connect: Connect,
    options: tuple[str, ...],
    config: dict[str, Any],
    expected: tuple[str, str],
) -> None:
    with MailServer(tmp_path / "mail", *options) as server:
        result = outcome(connect(server.port, timeout_s=3, **config))

        assert (result, len(server.received())) == (expected, int(expected[0] == "accepted"))


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        pytest.param("right\n", ("accepted", ""), id="the right password"),
        pytest.param(
            "wrong\n", ("Temporary", "login-refused"), id="a wrong password is ours to mend"
        ),
        pytest.param("näh\n", ("Temporary", "password-unreadable"), id="one that cannot be sent"),
    ],
)
def test_the_login(
    tmp_path: Path, connect: Connect, password: str, expected: tuple[str, str]
) -> None:
    secret = tmp_path / "password"
    secret.write_text(password, "utf-8")
    secret.chmod(0o600)
    options = (*certificate("localhost"), "--login", "daykeeper:right")

    with MailServer(tmp_path / "mail", *options) as server:
        login = {"username": "daykeeper", "password_file": secret}

        assert outcome(connect(server.port, **SECURE, **login)) == expected
        assert outcome(connect(server.port, **SECURE)) == ("Temporary", "login-refused")


GIVEN = {"host": "smtp.council.example", "sender": "daykeeper@council.example"}


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        pytest.param({"security": "none"}, "is for a server on this machine", id="in clear"),
        pytest.param({"sender": "Daykeeper"}, "not a plain e-mail address", id="no sender"),
        pytest.param({"domain": "x>\r\nBcc: a"}, "not a plain", id="a domain that is none"),
        pytest.param({"username": "u"}, "give both or neither", id="half a login"),
        pytest.param({"ca_file": "none.pem"}, "there is no such file", id="no such file"),
        pytest.param({"username": "u", "password_file": "open"}, "chmod 600", id="open password"),
        pytest.param({"port": 0}, "greater than or equal to 1", id="no port"),
        pytest.param({"retries": 3}, "Extra inputs", id="an option that we do not have"),
    ],
)
def test_wrong_options_are_refused_at_the_start(
    tmp_path: Path, options: dict[str, Any], complaint: str
) -> None:
    (tmp_path / "open").touch(mode=0o644)

    with pytest.raises(ValidationError, match=complaint):
        Config.model_validate(GIVEN | options, context={"base": tmp_path})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_a_server_on_this_machine_may_do_without_tls(host: str) -> None:
    config = Config.model_validate(GIVEN | {"host": host, "security": "none"})

    assert config.id_domain == "council.example"


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
