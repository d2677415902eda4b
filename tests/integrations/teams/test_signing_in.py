"""The bot signs in at Teams: a token is asked for in time, and where that fails nothing has been sent."""

import pytest

from daemon.testing.teams.faults import Fault
from tests.integrations.teams.conftest import NOW
from tests.integrations.teams.one_card import ANN, TAKEN, outcome


def test_a_token_is_asked_for_once_and_again_before_it_ends(server, channel, clock):
    for _ in range(3):
        assert outcome(channel, ANN) == TAKEN
    assert (server.logins, server.conversations_made) == (1, 1)

    clock.now = NOW.replace(minute=56)

    assert outcome(channel, ANN) == TAKEN
    assert server.logins == 2


def test_a_token_that_ends_in_the_middle_costs_one_attempt_and_no_copy(server, channel):
    assert outcome(channel, ANN) == TAKEN
    server.expire_tokens()

    assert outcome(channel, ANN) == ("Temporary", "token-refused")
    assert outcome(channel, ANN) == TAKEN
    assert len(server.posts) == 2


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        pytest.param(Fault.UNAUTHORISED, "login-refused", id="a wrong secret"),
        pytest.param(Fault.DOWN, "login-failed", id="its login is down"),
        pytest.param(Fault.CUT, "login-unreachable", id="it hangs up"),
    ],
)
def test_a_login_that_fails_has_surely_sent_nothing(server, channel, fault, reason):
    server.login_fault = fault

    assert outcome(channel, ANN) == ("Temporary", reason)
    assert server.posts == []


def test_a_secret_that_was_taken_away_is_said_to_be(server, channel, tmp_path):
    (tmp_path / "bot.secret").unlink()

    assert outcome(channel, ANN) == ("Temporary", "secret-unreadable")
