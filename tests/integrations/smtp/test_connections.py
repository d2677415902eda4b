"""Connections that are kept: how many messages each carries, and what a refusal or a restart costs."""

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from daemon.testing.channel_contract import ADDRESS
from daemon.testing.mail_server import MailServer
from tests.integrations.outcome import outcome
from tests.integrations.smtp.conftest import Connect


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
