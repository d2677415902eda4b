"""A message's attempts: whoever was too slow writes nothing, and a crash is never a silence."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from daemon.domain.delivery import Answer, Delivery, DeliveryState, Outgoing
from daemon.domain.message import Lane, Level, Message
from daemon.store import Store

HALF_A_MINUTE = timedelta(seconds=30)
COMPOSED = Message(
    "m-1", "email", "An item is due", "text", "<p>text</p>", Lane.ROUTINE, Level.L1,
    datetime(2026, 3, 6, tzinfo=UTC),
)  # fmt: skip
MAKE = Callable[..., Outgoing]


def start(store: Store, epoch_expected: int, now: datetime) -> int | None:
    with store.write() as tx:
        message = tx.messages.get("m-1")
        assert message is not None
        seen = replace(message, epoch=epoch_expected)
        begun = tx.messages.start([seen], now + HALF_A_MINUTE, "worker-1", now)
        assert begun == [tx.messages.get("m-1")] * len(begun)
    return begun[0].epoch if begun else None


def finish(store: Store, epoch: int, outcome: DeliveryState, now: datetime, **more: object) -> bool:
    with store.write() as tx:
        return bool(tx.messages.finish([Answer("m-1", epoch, outcome, **more)], now))  # type: ignore[arg-type]


@pytest.fixture
def opened(store: Store, outgoing: MAKE) -> Store:
    with store.write() as tx:
        tx.messages.open(outgoing())
    return store


def test_a_message_keeps_all_that_it_was_opened_with(
    store: Store, outgoing: MAKE, now: datetime
) -> None:
    whole = outgoing(
        lane=Lane.URGENT,
        state=DeliveryState.WILL_RETRY,
        epoch=4,
        attempts=3,
        ambiguous=1,
        look_at=now,
        reason="greylisted",
        accepted_at=now,
        level=Level.L2,
        subject="s",
        text="t",
        html="<p>t</p>",
    )

    with store.write() as tx:
        tx.messages.open(whole)
        assert tx.messages.get("m-1") == whole


def test_an_attempt_is_written_before_the_wire_and_its_answer_after(
    opened: Store, now: datetime
) -> None:
    later = now + timedelta(seconds=2)

    epoch = start(opened, 0, now)
    assert epoch == 1
    in_flight = finish_of(opened)
    ours = finish(opened, epoch, DeliveryState.ACCEPTED, later, provider_id="queued-7")

    with opened.read() as tx:
        message = tx.messages.get("m-1")
        attempts = tx.messages.attempts("m-1")
    assert in_flight == [Delivery("m-1", 1, now, 1)]
    assert ours
    assert message is not None
    assert (message.state, message.accepted_at, message.look_at) == (
        DeliveryState.ACCEPTED,
        later,
        None,
    )
    assert attempts == [Delivery("m-1", 1, now, 1, later, DeliveryState.ACCEPTED, None, "queued-7")]


def finish_of(store: Store) -> list[Delivery]:
    with store.read() as tx:
        return tx.messages.attempts("m-1")


def test_a_worker_that_was_overtaken_writes_nothing(opened: Store, now: datetime) -> None:
    after_the_lease = now + timedelta(minutes=1)
    slow = start(opened, 0, now)
    quick = start(opened, 1, after_the_lease)
    assert slow is not None
    assert quick is not None

    with opened.read() as tx:
        before = tx.messages.get("m-1"), tx.messages.attempts("m-1")
    written = finish(opened, slow, DeliveryState.REFUSED, after_the_lease)

    assert not written
    with opened.read() as tx:
        assert (tx.messages.get("m-1"), tx.messages.attempts("m-1")) == before
    assert finish(opened, quick, DeliveryState.ACCEPTED, after_the_lease)


def test_an_answer_is_taken_once(opened: Store, now: datetime) -> None:
    epoch = start(opened, 0, now)
    assert epoch is not None

    assert finish(opened, epoch, DeliveryState.ACCEPTED, now)
    assert not finish(opened, epoch, DeliveryState.REFUSED, now)


def test_two_workers_that_start_at_once_get_one_attempt(opened: Store, now: datetime) -> None:
    assert [start(opened, 0, now), start(opened, 0, now)] == [1, None]

    assert len(finish_of(opened)) == 1


def test_what_crashed_in_flight_comes_back_after_its_lease_and_is_counted_as_unsure(
    opened: Store, now: datetime
) -> None:
    after_the_lease = now + timedelta(seconds=31)
    start(opened, 0, now)

    with opened.write() as tx:
        assert tx.messages.due(Lane.ROUTINE, now + timedelta(seconds=29), 10) == []
        crashed = tx.messages.due(Lane.ROUTINE, after_the_lease, 10)
    start(opened, crashed[0].epoch, after_the_lease)

    with opened.read() as tx:
        first, second = tx.messages.attempts("m-1")
        message = tx.messages.get("m-1")
    assert (first.outcome, first.reason, first.ended_at) == (
        DeliveryState.UNKNOWN,
        "crashed-in-flight",
        after_the_lease,
    )
    assert second.ended_at is None
    assert message is not None
    assert (message.ambiguous, message.attempts) == (1, 2)


def test_it_is_known_when_the_last_attempt_began_after_which_a_message_may_have_arrived(
    opened: Store, now: datetime
) -> None:
    minute = timedelta(minutes=1)
    known = []
    for number, outcome in enumerate(
        [DeliveryState.WILL_RETRY, DeliveryState.UNKNOWN, DeliveryState.WILL_RETRY]
    ):
        start(opened, number, now + number * minute)
        again = Answer("m-1", number + 1, outcome, look_at=now + (number + 1) * minute)
        with opened.write() as tx:
            tx.messages.finish([again], now + (number + 1) * minute)
            known.append(tx.messages.unsure(["m-1", "m-2"]))
    start(opened, 3, now + 3 * minute)  # and dies with it
    with opened.read() as tx:
        known.append(tx.messages.unsure(["m-1"]))

    assert known == [{}, {"m-1": now + minute}, {"m-1": now + minute}, {"m-1": now + 3 * minute}]


def test_what_is_on_the_wire_is_known_until_its_answer_is_recorded(
    opened: Store, now: datetime
) -> None:
    epoch = start(opened, 0, now)

    with opened.read() as tx:
        meanwhile = tx.messages.in_flight()
    finish(opened, epoch, DeliveryState.ACCEPTED, now)

    with opened.read() as tx:
        assert (meanwhile, tx.messages.in_flight()) == ({"m-1"}, set())


def test_what_was_opened_and_never_started_is_not_forgotten(
    store: Store, outgoing: MAKE, now: datetime
) -> None:
    with store.write() as tx:
        tx.messages.open(outgoing(look_at=now))

    with store.write() as tx:
        assert [message.id for message in tx.messages.due(None, now, 10)] == ["m-1"]


OUTCOMES = [
    pytest.param(DeliveryState.WILL_RETRY, True, 0, id="put off: again after its time"),
    pytest.param(DeliveryState.UNKNOWN, True, 1, id="unsure: again, and counted"),
    pytest.param(DeliveryState.ACCEPTED, False, 0, id="accepted: never again"),
    pytest.param(DeliveryState.REFUSED, False, 0, id="refused: never again"),
    pytest.param(DeliveryState.CANCELLED, False, 0, id="cancelled: never again"),
]


@pytest.mark.parametrize(("outcome", "comes_back", "ambiguous"), OUTCOMES)
def test_what_comes_back_and_when(
    opened: Store, now: datetime, outcome: DeliveryState, comes_back: bool, ambiguous: int
) -> None:
    look_at = now + timedelta(minutes=5) if comes_back else None
    epoch = start(opened, 0, now)
    assert epoch is not None

    finish(opened, epoch, outcome, now, reason="why", look_at=look_at)

    with opened.write() as tx:
        too_soon = tx.messages.due(None, now + timedelta(minutes=4), 10)
        in_time = tx.messages.due(None, now + timedelta(minutes=5), 10)
        message = tx.messages.get("m-1")
    assert too_soon == []
    assert bool(in_time) is comes_back
    assert message is not None
    assert (message.state, message.reason, message.ambiguous) == (outcome, "why", ambiguous)
    assert (start(opened, epoch, now) is None) is not comes_back


def test_urgent_messages_come_back_first(store: Store, outgoing: MAKE, now: datetime) -> None:
    retry = {"state": DeliveryState.WILL_RETRY, "look_at": now}
    lanes = {"bulk": Lane.BULK, "old": Lane.ROUTINE, "urgent": Lane.URGENT}
    with store.write() as tx:
        for age, (id_, lane) in enumerate(lanes.items()):
            tx.messages.open(
                outgoing(id_, lane=lane, created_at=now - timedelta(hours=3 - age), **retry)
            )

    with store.write() as tx:
        everything = [message.id for message in tx.messages.due(None, now, 10)]
        first_two = [message.id for message in tx.messages.due(None, now, 2)]
        bulk = [message.id for message in tx.messages.due(Lane.BULK, now, 10)]

    assert everything == ["urgent", "old", "bulk"]
    assert first_two == ["urgent", "old"]
    assert bulk == ["bulk"]


def test_a_retry_sends_the_words_that_were_composed_first(opened: Store) -> None:
    with opened.write() as tx:
        tx.messages.keep([COMPOSED])

    with opened.read() as tx:
        message = tx.messages.get("m-1")
    assert message is not None
    assert (message.subject, message.text, message.html, message.level) == (
        "An item is due",
        "text",
        "<p>text</p>",
        Level.L1,
    )


def test_the_counts_say_how_many_may_have_arrived_twice(
    store: Store, outgoing: MAKE, now: datetime
) -> None:
    accepted = outgoing("a", state=DeliveryState.ACCEPTED, ambiguous=1)
    refused = outgoing("b", state=DeliveryState.REFUSED, created_at=now + timedelta(seconds=1))
    with store.write() as tx:
        for message in (
            accepted,
            refused,
            replace(accepted, id="c", ambiguous=0),
            outgoing("d", channel="letter"),
        ):
            tx.messages.open(message)

    with store.read() as tx:
        counts = tx.messages.counts()
        surface = tx.messages.refused(10)

    email = {
        "sending": 0,
        "accepted": 2,
        "will-retry": 0,
        "unknown": 0,
        "refused": 1,
        "cancelled": 0,
        "ambiguous": 1,
    }
    assert counts["email"] == email
    assert counts["letter"]["sending"] == 1
    assert surface == [refused]
