"""No wait of a POST outlives its deadline, whatever the other side takes its time over; and all goes by the proxy."""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from time import monotonic

import pytest

from daemon.domain.errors import Temporary, Unknown, WireError
from daemon.testing.teams.server import TeamsServer
from integrations.teams.config import Config
from integrations.teams.wire import Wire
from tests.integrations.microsoft365.tunnel import Tunnel
from tests.integrations.teams.conftest import Connect
from tests.integrations.teams.one_card import TAKEN, outcome
from tests.integrations.teams.test_examine import TLS

WITHIN_S, LATE_S = 0.5, 4.0
HELLO = b"\x16\x03\x03\x3f\xff"  # the head of a record of TLS that is long in coming
ANSWER = b"HTTP/1.1 202 Accepted\r\nContent-Length: 100000\r\n\r\n"


@contextmanager
def listening(begins: bytes, *, reads: bool) -> Iterator[int]:
    """Yield the port of somebody who says this and then a byte at a time, and may read nothing."""
    ending = Event()

    def serve() -> None:
        with suppress(OSError):
            ours, _ = listener.accept()
            with ours:
                if reads:
                    ours.recv(65536)
                ours.sendall(begins)
                while not ending.wait(0.1):
                    if begins:
                        ours.sendall(b"\0")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        ending.set()
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


@pytest.fixture
def post() -> Iterator[Callable[..., str]]:
    """Give a call that posts within half a second, and returns what came of it."""
    wire = Wire(Config.model_validate({"workflows_file": {"north": "https://localhost/?sig=x"}}))

    def made(url: str, content: bytes = b"x", within_s: float = WITHIN_S) -> str:
        began = monotonic()
        try:
            return str(wire.post(url, began + within_s, {}, content).status)
        except WireError as error:
            assert monotonic() - began < LATE_S
            return f"{type(error).__name__}: {error.reason}"

    yield made
    wire.close()


@pytest.mark.parametrize(
    ("begins", "reads", "scheme", "expected"),
    [
        pytest.param(b"", False, "http", Unknown("answer-lost"), id="it takes nothing of the card"),
        pytest.param(ANSWER, True, "http", Unknown("answer-lost"), id="its answer drips"),
        pytest.param(ANSWER[:20], True, "http", Unknown("answer-lost"), id="its answer's head drips"),
        pytest.param(HELLO, True, "https", Temporary("unreachable"), id="its TLS drips"),
    ],
)  # fmt: skip
def test_who_takes_too_long_is_not_waited_for(post, begins, reads, scheme, expected):
    content = b"x" if reads else b"x" * 30_000_000

    with listening(begins, reads=reads) as port:
        found = post(f"{scheme}://localhost:{port}/", content)

    assert found == f"{type(expected).__name__}: {expected.reason}"


def test_nothing_is_begun_past_the_deadline(post):
    with listening(b"", reads=True) as port:
        assert post(f"http://localhost:{port}/", within_s=-1) == "Temporary: unreachable"


def test_cards_go_by_the_proxy_and_by_no_other_way(connect: Connect):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "localhost.pem", TLS / "key-for-tests.pem")
    with TeamsServer(context=context) as other, Tunnel() as tunnel:
        channel = connect(
            on=other, ca_file=str(TLS / "authority.pem"), proxy=tunnel.url, post_every_s=0
        )

        first = outcome(channel)
        tunnel.cut()
        tunnel.answer = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
        second = outcome(channel)

        assert (first, second) == (TAKEN, ("Temporary", "unreachable"))
        assert len(other.posts) == 1
        assert tunnel.asked == [f"CONNECT {other.url.removeprefix('https://')}"] * 2
