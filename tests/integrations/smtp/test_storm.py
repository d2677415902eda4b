"""Notices through the whole line while the relay fails: none is lost, copies are counted."""

from collections import Counter

import pytest

from daemon.domain.mail import parse_message_id
from integrations.smtp.channel import Smtp
from integrations.smtp.config import Config
from tests.storm import blow, judge, town

STORM = {"tempfail_rate": 0.1, "drop_after_data_rate": 0.05}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_notices_in_a_storm(server, tmp_path):
    world = town(tmp_path)
    config = Config(
        host="localhost", port=server.port, security="none", sender="daykeeper@council.example"
    )
    channel = Smtp(config, world.clock)
    world.house.channels = {"email": channel}
    server.switch(**STORM)

    sent = blow(world)
    channel.close()

    ids = [parse_message_id(line["message_id"], "council.example") for line in server.received()]
    judge(sent, Counter(ids), STORM)
