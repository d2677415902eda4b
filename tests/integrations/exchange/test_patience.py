"""A server that asks for patience is left alone by everybody, and what is urgent is the first to come back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.domain.errors import PACED, Temporary
from daemon.domain.message import Lane
from daemon.testing.channel_contract import ANN, MESSAGE
from daemon.testing.fakes import HandClock
from integrations.exchange.patience import UNSAID_MOST_S, Patience
from tests.integrations.exchange.conftest import NOW

THROTTLED = "throttled"


@pytest.fixture
def clock():
    return HandClock(NOW)


@pytest.fixture
def patience(clock):
    return Patience(clock)


def asked(patience, wait_s=None, reason=THROTTLED):
    """Have a turn in which the server asks for patience."""
    with pytest.raises(Temporary, match=reason), patience.turn(1, is_urgent=False):
        raise Temporary(reason, wait_s)


def put_off_s(patience, *, is_urgent=False):
    """Return for how many seconds somebody is put off, 0 where it is their turn."""
    try:
        with patience.turn(1, is_urgent=is_urgent):
            return 0
    except Temporary as answer:
        return answer.retry_after_s if answer.reason == PACED else answer.reason


def test_nobody_asks_a_server_before_it_is_willing_again(server, connect, clock):
    channel = connect(server, clock)
    server.misbehave("429 with Retry-After")
    with pytest.raises(Temporary, match=THROTTLED):
        channel.send(MESSAGE, ANN, "m-1")

    with pytest.raises(Temporary, match=PACED) as refusal:
        channel.send(MESSAGE, ANN, "m-2")
    with pytest.raises(Temporary, match=PACED):
        channel.find("m-1")
    before = len(server.asked)
    clock.now += timedelta(seconds=7)
    channel.send(MESSAGE, ANN, "m-2")

    assert refusal.value.retry_after_s == 7
    assert (before, len(server.asked)) == (1, 2)


def test_those_who_wait_come_back_one_after_the_other_and_what_is_urgent_at_once(patience):
    asked(patience, 10)

    waits = [put_off_s(patience) for _ in range(3)]

    assert waits == [10, 10.5, 11]
    assert put_off_s(patience, is_urgent=True) == 10


def test_a_server_that_does_not_say_how_long_is_left_alone_for_longer_each_time(patience, clock):
    waits = []
    for _ in range(9):
        asked(patience)
        waits.append(put_off_s(patience, is_urgent=True))
        clock.now += timedelta(seconds=waits[-1])

    assert waits == [1, 2, 4, 8, 16, 32, UNSAID_MOST_S, UNSAID_MOST_S, UNSAID_MOST_S]
    assert put_off_s(patience) == 0
    asked(patience)
    assert put_off_s(patience, is_urgent=True) == 1


@pytest.mark.parametrize("reason", ["login-refused", "unreachable", "own-mailbox-full"])
def test_what_is_no_wish_for_patience_keeps_nobody_waiting(patience, reason):
    asked(patience, None, reason)

    assert put_off_s(patience) == 0


def test_a_clock_that_is_set_back_keeps_nobody_waiting_for_longer_than_an_hour(patience, clock):
    asked(patience, 10)
    clock.now -= timedelta(days=1)

    assert put_off_s(patience, is_urgent=True) == 3600


def test_an_urgent_mail_is_urgent_to_the_server_too(server, connect, clock):
    channel = connect(server, clock)
    server.misbehave("503 with Retry-After")
    with pytest.raises(Temporary):
        channel.send(MESSAGE, ANN, "m-1")
    with pytest.raises(Temporary):
        channel.send(replace(MESSAGE, lane=Lane.ROUTINE), ANN, "m-2")

    with pytest.raises(Temporary) as refusal:
        channel.send(replace(MESSAGE, lane=Lane.URGENT), ANN, "m-3")

    assert refusal.value.retry_after_s == 7
