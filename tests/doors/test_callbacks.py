"""Machines that call to say what became of a message: only with their word, and only what they may."""

import json
from datetime import timedelta

import pytest

from daemon.domain.event import Arrival, Bounce
from daemon.engine.house import Mailbox
from daemon.ports import Denied, InboxPage

WORD = "Bearer a-word"


class Called:
    """A mailbox that may be called: `{"bounce": id}` or `{"arrival": id}`."""

    def __init__(self, clock) -> None:
        self.clock = clock

    def read(self, cursor):
        return InboxPage(cursor=cursor)

    def told(self, authorization, body):
        if authorization != WORD:
            raise Denied
        said = json.loads(body)
        bounces = [Bounce(said["bounce"], self.clock())] if "bounce" in said else ()
        arrivals = [Arrival(said["arrival"], self.clock())] if "arrival" in said else ()
        return InboxPage(bounces=bounces, arrivals=arrivals)


class Silent:
    """A mailbox that is only read."""

    def read(self, cursor):
        return InboxPage(cursor=cursor)


@pytest.fixture
def called(world, door):
    hour = timedelta(hours=1)
    world.house.inboxes = {
        "post": Mailbox("post", Called(world.clock), hour),
        "mail": Mailbox("mail", Silent(), hour),
    }

    def call(what, word=WORD, name="post"):
        body = what if isinstance(what, bytes) else json.dumps(what).encode()
        return door.browser.post(
            f"/callbacks/{name}", content=body, headers={"Authorization": word}
        ).status_code

    return call


def kinds(world, message):
    with world.store.read() as tx:
        return [one.kind for one in tx.journal.of(message)]


def test_a_message_that_came_back_is_told_to_the_operator(world, called):
    message = world.email.sent[0].message.id

    assert called({"bounce": message}) == 204

    world.turn()
    assert kinds(world, message)[-1] == "message.bounced"
    assert any(one.to == "operator@council.example" for one in world.email.sent)


def test_a_message_that_arrived_is_written_down_and_nobody_is_told(world, called):
    message, before = world.email.sent[0].message.id, len(world.email.sent)

    assert called({"arrival": message}) == 204

    world.turn()
    assert kinds(world, message)[-1] == "message.delivered"
    assert len(world.email.sent) == before


@pytest.mark.parametrize(
    ("what", "more", "status"),
    [
        pytest.param({"bounce": "m"}, {"word": "Bearer other"}, 403, id="another word"),
        pytest.param({"bounce": "m"}, {"word": ""}, 403, id="no word"),
        pytest.param({"bounce": "m"}, {"name": "mail"}, 403, id="a mailbox that nobody calls"),
        pytest.param({"bounce": "m"}, {"name": "else"}, 403, id="no such mailbox"),
        pytest.param(b"no json", {}, 400, id="nonsense"),
        pytest.param(b"x" * 70_000, {}, 413, id="too much"),
    ],
)
def test_a_call_that_may_not_be_changes_nothing(door, called, what, more, status):
    before = door.state()

    assert called(what, **more) == status

    assert door.state() == before


def test_a_page_of_it_does_not_exist(door, called):
    assert door.browser.get("/callbacks/post").status_code == 405
