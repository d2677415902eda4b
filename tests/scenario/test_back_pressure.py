"""A channel that does not answer, and a thousand messages that wait: they wait in the database, not in memory."""

from dataclasses import dataclass, field
from threading import Event, Lock, Thread

import pytest

from daemon.domain.message import Lane
from daemon.engine.sending.deliver import AHEAD
from daemon.testing.fakes import FakeChannel
from tests.faults.runner import until

CONNECTIONS, CASES = 4, 200
WITHIN_S = 60.0


@dataclass
class Silent:
    """A channel that says nothing until it is let go. `begun` is how many it was given."""

    kept: FakeChannel
    begun: int = 0
    may_go_on: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    def send(self, message, to, key):
        with self._lock:
            self.begun += 1
        self.may_go_on.wait(WITHIN_S)
        return self.kept.send(message, to, key)

    def find(self, key):
        return self.kept.find(key)


@pytest.fixture
def backend():
    return "sqlite"


@pytest.fixture
def crowded(story):
    made = story(connections=CONNECTIONS)
    for number in range(CASES):
        made.opens(f"SC-{number}", family=f"F-{number}")
    made.turn()
    made.clock.now = made.clock.now.replace(day=5, hour=9)
    made.line.decide()
    return made


def in_hand(world):
    """Return how many notices have been taken, and how many wait."""
    with world.store.read() as tx:
        counts = tx.notices.counts()
    return counts["claimed"], counts["waiting"]


def test_no_more_is_taken_than_is_soon_sent_and_at_the_end_all_of_it_waits_again(crowded):
    channel = Silent(crowded.email)
    crowded.house.channels["email"] = channel
    _, waited = in_hand(crowded)
    sending = Thread(target=crowded.line.deliverer.deliver, args=(Lane.ROUTINE,))

    sending.start()
    until(
        lambda: channel.begun == CONNECTIONS - 1,
        WITHIN_S,
        "every connection but the urgent one is busy",
    )
    until(lambda: in_hand(crowded)[0] > channel.begun, WITHIN_S, "some more are taken")
    taken, waiting = in_hand(crowded)
    crowded.line.deliverer.halt()
    channel.may_go_on.set()
    sending.join(WITHIN_S)

    assert waited >= 2 * CASES
    assert taken <= max(AHEAD, 2 * CONNECTIONS) + CONNECTIONS
    assert taken + waiting == waited
    sent = len(crowded.email.sent)
    # as each came free, one more may have been begun
    assert CONNECTIONS - 1 <= sent <= 2 * CONNECTIONS
    assert in_hand(crowded) == (sent, waited - sent)
