"""Wake-ups on a real Redis: as many as are needed, for one authority, and none lies in dead hands."""

from collections.abc import Iterator
from functools import partial

import pytest
from dramatiq import Consumer

from daemon.app import utc_now
from daemon.domain.message import Lane
from daemon.jobs.lanes import declare
from daemon.jobs.on_redis import RedisWire
from daemon.jobs.post import Post
from daemon.jobs.reach import Reach
from daemon.jobs.served import Served
from daemon.store import Store
from tests.faults.proxy import Proxy
from tests.faults.runner import until
from tests.ports import free_port
from tests.redis import RedisServer

ROUTINE = str(Lane.ROUTINE)


@pytest.fixture(scope="module")
def running() -> Iterator[RedisServer]:
    with RedisServer() as started:
        yield started


@pytest.fixture
def redis(running: RedisServer) -> RedisServer:
    running.run("FLUSHALL")
    return running


def wire_to(port: int, authority: str = "testshire") -> RedisWire:
    """Return a wire with the lanes declared."""
    wire = RedisWire(f"redis://127.0.0.1:{port}/0", authority, Reach())
    declare(wire, lambda _: None)
    return wire


def send(wire: RedisWire, many: int = 1) -> None:
    for _ in range(many):
        wire.get_actor("wake_routine").send()


def holds(wire: RedisWire, many: int) -> bool:
    return wire.waiting(ROUTINE) >= many


def fetched(consumer: Consumer, tries: int = 20) -> int:
    return sum(next(consumer) is not None for _ in range(tries))


def test_a_queue_holds_no_more_wake_ups_than_were_asked_for_though_nobody_comes(redis) -> None:
    post, wire = Post(redis.url, "testshire"), wire_to(redis.port)
    post.start()

    for many in (3, 16, 16, 2, 16):
        post.ask(Lane.ROUTINE, many)
        until(partial(holds, wire, many), 60, "they are there")
    post.stop()

    assert {str(lane): wire.waiting(str(lane)) for lane in Lane} == {
        "urgent": 0,
        "routine": 16,
        "bulk": 0,
    }
    assert redis.run("EXISTS", "daykeeper-testshire:routine.DQ") == 0


def test_a_wake_up_says_nothing_but_its_lane(redis) -> None:
    wire = wire_to(redis.port)

    send(wire)

    (body,) = redis.run("HVALS", "daykeeper-testshire:routine.msgs")
    said = wire.get_actor("wake_routine").message().decode(body)
    assert (said.args, said.kwargs, said.queue_name) == ((), {}, ROUTINE)


def test_two_authorities_share_one_redis(redis) -> None:
    here, there = wire_to(redis.port), wire_to(redis.port, "elsewhere")

    send(here)

    assert fetched(there.consume(ROUTINE, timeout=10)) == 0
    assert fetched(here.consume(ROUTINE, timeout=10)) == 1


def test_a_run_whose_redis_is_away_says_so_to_who_asks_for_its_health(make_url) -> None:
    store = Store.open(make_url(), "testshire")
    post = Post(f"redis://127.0.0.1:{free_port()}/0", "testshire")
    served = Served(store, None, utc_now, post, own=None)
    before = served.troubles()
    post.start()

    until(served.troubles, 60, "it is noticed")
    lost = served.lost()
    post.stop()
    store.close()

    assert before == []
    assert served.troubles()[0].startswith("redis does not do its work (no-connection): ")
    assert lost == "no-connection"


@pytest.mark.slow
def test_a_wake_up_whose_reply_was_lost_comes_again_though_its_worker_lives(redis) -> None:
    with Proxy(redis.port) as proxy:
        wire = wire_to(proxy.port)
        consumer = wire.consume(ROUTINE, timeout=100)
        next(consumer)  # it is connected, and its scripts are known
        send(wire)

        proxy.drop_reply_rate = 1.0
        lost = next(consumer)
        proxy.drop_reply_rate = 0.0
        is_in_dead_hands = wire.waiting(ROUTINE) == 0
        found: list[object] = []
        until(lambda: found or found.extend(filter(None, [next(consumer)])), 40, "it has come")

    assert lost is None
    assert is_in_dead_hands
    assert len(found) == 1


@pytest.mark.slow
def test_nothing_is_raised_where_redis_is_gone_and_a_new_one_is_taken_as_it_is(redis) -> None:
    with RedisServer() as frail:
        wire = wire_to(frail.port)
        consumer = wire.consume(ROUTINE, timeout=10)
        send(wire)
        message = next(consumer)
        assert message is not None
        frail.stop()

        consumer.ack(message)
        consumer.requeue([message])
        while_gone = next(consumer)
        reason = wire.reach.reason
        frail.start()  # empty: its scripts are gone, too
        send(wire)
        again = next(consumer)

    assert while_gone is None
    assert reason == "no-connection"
    assert again is not None
