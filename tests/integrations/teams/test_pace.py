"""How often Teams is written to: one card a second into a channel, and none where patience was asked for."""

import pytest

from daemon.domain.errors import Temporary
from daemon.domain.person import Person
from daemon.testing.card_contract import MESSAGE
from daemon.testing.teams.faults import Fault
from tests.integrations.teams.conftest import NOW
from tests.integrations.teams.one_card import NORTH, TAKEN, outcome


def test_one_a_second_goes_into_a_channel_and_the_others_are_told_when(server, connect, clock):
    channel = connect("north", "south")
    south = Person("south", {"teams": "workflow:south"})
    assert outcome(channel) == TAKEN

    waits = []
    for _ in range(3):
        with pytest.raises(Temporary) as paced:
            channel.send(MESSAGE, NORTH, MESSAGE.id)
        waits.append((paced.value.reason, paced.value.retry_after_s))

    assert waits == [("paced", 1.0), ("paced", 2.0), ("paced", 3.0)]
    assert outcome(channel, south) == TAKEN
    clock.now = NOW.replace(second=1)
    assert outcome(channel) == TAKEN


@pytest.mark.parametrize(
    ("asked", "wait_s"),
    [
        pytest.param("7", 7.0, id="seconds"),
        pytest.param("100000000000", 3600.0, id="for ever: an hour at most"),
        pytest.param("-5", 0.0, id="in the past"),
    ],
)
def test_where_teams_asks_for_patience_nobody_writes_there_until_then(
    server, channel, clock, asked, wait_s
):
    server.retry_after = asked
    server.faults.append(Fault.LIMITED_FOR)

    with pytest.raises(Temporary) as limited:
        channel.send(MESSAGE, NORTH, MESSAGE.id)

    assert (limited.value.reason, limited.value.retry_after_s) == ("rate-limited", wait_s)
    if wait_s:
        assert outcome(channel) == ("Temporary", "paced")
    clock.now = NOW.replace(hour=18)
    assert outcome(channel) == TAKEN


NO_ZONE = "Fri, 06 Mar 2026 17:00:00 +99999999999999"


@pytest.mark.parametrize("asked", ["soon", "nan", "", "Fri, 06 Mar 2026", NO_ZONE])
def test_a_retry_after_that_means_nothing_asks_for_nothing(server, channel, asked):
    server.retry_after = asked
    server.faults.append(Fault.LIMITED_FOR)

    with pytest.raises(Temporary) as limited:
        channel.send(MESSAGE, NORTH, MESSAGE.id)

    assert not limited.value.retry_after_s
