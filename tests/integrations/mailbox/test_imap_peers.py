"""IMAP servers that misbehave: whatever they say, and however slowly, reading ends."""

import socket
import threading
from contextlib import contextmanager, suppress
from time import monotonic

import pytest

from daemon.ports import Unreadable
from daemon.testing.inbox_contract import found


@contextmanager
def peer(*answers: bytes, drip_s: float = 0.0):
    """Give the port of a server that speaks these lines one after another, then hangs up.

    A `%` is the tag of the command that it answers. With `drip_s` it goes on with a byte at a time.
    """
    ending = threading.Event()
    clients: list[socket.socket] = []

    def serve() -> None:
        with suppress(OSError):
            client, _ = listener.accept()
            clients.append(client)
            with client:
                tag = b"*"
                for line in answers:
                    client.sendall(line.replace(b"%", tag))
                    if drip_s and line is answers[-1]:
                        break
                    tag = client.recv(65536).split(b" ")[0]
                while drip_s and not ending.wait(drip_s):
                    client.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
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


HELLO = (b"* OK hi\r\n", b"* CAPABILITY IMAP4rev1\r\n% OK\r\n", b"% OK in\r\n")
OPENED = (*HELLO, b"* OK [UIDVALIDITY 7] ok\r\n% OK [READ-ONLY] ok\r\n")


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param((b"",), id="it hangs up"),
        pytest.param((b"220 mail.example ESMTP\r\n",), id="it is another service"),
        pytest.param((b"\xff\x00" * 9000,), id="it talks noise"),
        pytest.param((b"* BYE not now\r\n",), id="it wants nobody"),
        pytest.param((b"* OK hi\r\n", b"% BAD what\r\n"), id="it can do nothing"),
        pytest.param((*HELLO[:2], b"% NO\r\n"), id="it refuses the login"),
        pytest.param((*HELLO, b"% OK no number\r\n"), id="its folder has no number"),
        pytest.param((*HELLO, b"* OK [UIDVALIDITY x] ok\r\n% OK\r\n"), id="its number is none"),
        pytest.param((*OPENED, b"* SEARCH a b\r\n% OK\r\n"), id="its mails have no numbers"),
        pytest.param((*OPENED, b"* SEARCH 1\r\n% OK\r\n", b"* 1 FETCH\r\n% OK\r\n"), id="no mail"),
        pytest.param(
            (*OPENED, b"* SEARCH 1\r\n% OK\r\n", b"* 1 FETCH (UID 1 BODY {99999999999999}\r\nx"),
            id="a mail without end",
        ),
    ],
)
def test_a_server_that_talks_nonsense_is_unreadable_or_has_no_mail(connect, answers):
    with peer(*answers) as port:
        try:
            page = connect(port, timeout_s=2).read(None)
        except Unreadable:
            return

    assert found(page) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param((b"* OK",), id="from its greeting on"),
        pytest.param((*HELLO[:1], b"* CAPAB"), id="from its first answer on"),
        pytest.param((*OPENED, b"* SEARCH 1"), id="while it searches"),
    ],
)
def test_a_server_that_drips_cannot_outlast_the_deadline(connect, answers):
    with peer(*answers, drip_s=0.05) as port:
        started = monotonic()

        with pytest.raises(Unreadable):
            connect(port, timeout_s=1).read(None)

    assert monotonic() - started < 15
