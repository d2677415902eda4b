"""Many mails at once to a server that takes four a second, and says so or says how long."""

from collections import Counter
from datetime import timedelta

import pytest

from daemon.domain.mail import parse_message_id
from daemon.testing.exchange.server import ExchangeServer
from integrations.exchange.channel import Exchange
from integrations.exchange.config import Config
from tests.integrations.exchange.conftest import MAILBOX
from tests.limited import ASKS_S, Limit, growing
from tests.sizes import LIMITED
from tests.storm import blow, town

STEP = timedelta(seconds=0.25)
SENDS, DOMAIN = "CreateItem", MAILBOX.partition("@")[2]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("word", "says_how_long"),
    [
        pytest.param("429 with Retry-After", True, id="it says for how long"),
        pytest.param("429", False, id="it does not say for how long"),
    ],
)
def test_a_server_that_takes_four_a_second_is_hardly_asked_in_vain(
    tmp_path, given, word, says_how_long
):
    world = town(tmp_path / "world", cases=LIMITED // 2)
    limit = Limit(world.clock, says_how_long=says_how_long)
    with ExchangeServer(MAILBOX, clock=world.clock) as server, growing() as growth:
        server.retry_after = str(ASKS_S)
        server.weather = lambda asked: None if asked != SENDS or limit.lets() else word
        channel = Exchange(Config(**given(server)), world.clock)
        world.house.channels = {"email": channel}
        sent = blow(world, STEP)
        channel.close()

    ids = [str(mail["Message-ID"]) for mail in server.office.mails]
    limit.judge(sent, Counter(str(parse_message_id(one, DOMAIN)) for one in ids), growth.mb)
    assert limit.refused
    assert server.broken_rules == []
