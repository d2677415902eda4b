"""More come to the door than there is room for: those who say nothing make way, and nobody waits for ever."""

import asyncio
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event

import httpx
import pytest

from daemon.web import Served, serve
from daemon.web.crowd import SHARE, room

FILES, ANSWER_S = 256, 60.0
HALF = b"GET / HTTP/1.1\r\nHost: testshire\r\n"


class Page:
    """A page that is written for as long as somebody says so."""

    def __init__(self) -> None:
        self.many, self.is_full, self.may_end = 0, Event(), Event()

    async def __call__(self, scope, receive, send) -> None:
        self.many += 1
        if self.many == room():
            self.is_full.set()
        await asyncio.to_thread(self.may_end.wait)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"here"})


@pytest.fixture
def page() -> Page:
    return Page()


@pytest.fixture
def few_files() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@contextmanager
def come(served: Served, many: int, words: bytes) -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        found = []
        for _ in range(many):
            one = stack.enter_context(
                socket.create_connection((served.host, served.port), timeout=ANSWER_S)
            )
            one.sendall(words)
            found.append(one)
        yield found


@pytest.mark.usefixtures("few_files")
def test_those_who_say_nothing_keep_nobody_out(page):
    page.may_end.set()

    with serve(page, "127.0.0.1", 0) as served, come(served, room() + 20, HALF) as silent:
        answer = httpx.get(served.address, timeout=ANSWER_S)
        left = [_is_let_go(one) for one in silent[:20]]

    assert answer.text == "here"
    assert all(left)  # those who had come first


@pytest.mark.usefixtures("few_files")
def test_where_all_are_being_answered_who_comes_is_told_to_try_again_and_the_answers_come(page):
    with serve(page, "127.0.0.1", 0) as served, come(served, room(), HALF + b"\r\n") as asked:
        assert page.is_full.wait(ANSWER_S)
        with come(served, 1, b"") as one_more:
            refused = one_more[0].recv(1000)
        page.may_end.set()
        answers = [one.recv(1000) for one in asked]

    assert refused.startswith(b"HTTP/1.1 503 ")
    assert refused.endswith(b"Try again shortly.")
    assert all(one.startswith(b"HTTP/1.1 200 ") for one in answers)


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(HALF, id="half a head"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1", id="half a body"),
    ],
)
def test_a_request_that_does_not_arrive_is_not_waited_for_any_longer(page, words):
    with serve(page, "127.0.0.1", 0, longest_s=0.2) as served, come(served, 1, words) as slow:
        is_let_go = _is_let_go(slow[0])
        page.may_end.set()

    assert is_let_go


def test_the_door_has_a_share_of_the_files_that_may_be_open(few_files):
    assert room() == FILES / SHARE


def _is_let_go(one: socket.socket) -> bool:
    """Return whether the door has closed a connection; raises TimeoutError where it never does."""
    try:
        return one.recv(1000) == b""
    except ConnectionError:
        return True
