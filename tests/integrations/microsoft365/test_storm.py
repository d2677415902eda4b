"""Notices to a tenant that does everything wrong that one can."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.domain.errors import Temporary, Unknown, Unsettled
from daemon.domain.mail import parse_message_id
from daemon.testing.channel_contract import ANN, MESSAGE
from daemon.testing.microsoft365.faults import Fault
from tests.sizes import MANY

SENDS = r"/send$"
STORM = (
    Fault(429, "ApplicationThrottled", rate=0.01, retry_after_s=20),
    Fault(429, "ApplicationThrottled", rate=0.05),
    Fault(503, rate=0.05),
    Fault(500, rate=0.03),
    Fault(504, rate=0.05, after=True),
    Fault(0, rate=0.03),
    Fault(0, rate=0.05, after=True),
    Fault(401, "InvalidAuthenticationToken", rate=0.03),
    Fault(302, rate=0.01),
    Fault(200, rate=0.01, on=SENDS),
)
SEVERAL, AT_A_TIME = 3, 100


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_notices_through_a_storm_arrive_once_each(office, connect, clock, capsys):
    channel = connect(mails_a_minute=10_000)
    messages = [replace(MESSAGE, id=f"m-{number}") for number in range(MANY)]
    with suppress(Unsettled):
        channel.find("warm")
    office.misbehave(*STORM)
    waiting = {message.id: False for message in messages}  # whether it may have arrived

    def deliver(message):
        """Do what the line does with one message; return whether it is done, and if not, how it stands."""
        try:
            if waiting[message.id] and channel.find(message.id):
                return True, False
            channel.send(message, ANN, message.id)
        except Temporary:
            return False, waiting[message.id]
        except Unknown:
            return False, True
        return True, False

    with ThreadPoolExecutor(4) as threads:
        while waiting:
            ready = [one for one in messages if one.id in waiting][:AT_A_TIME]
            for message, (is_done, is_unsure) in zip(
                ready, threads.map(deliver, ready), strict=True
            ):
                if is_done:
                    del waiting[message.id]
                else:
                    waiting[message.id] = is_unsure
            clock.now += timedelta(seconds=30)

    arrived = Counter(
        parse_message_id(str(mail["Message-ID"]), "council.example")
        for mail in office.tenant.delivered
    )
    lost = [one.id for one in messages if not arrived[one.id]]
    twice = [key for key, many in arrived.items() if many > 1]
    with capsys.disabled():
        print(
            f"\n{MANY} notices, {len(office.faults.happened)} faults, {len(office.tenant.log)} requests: "
            f"lost {len(lost)}, twice {len(twice)}"
        )
    assert (lost, twice) == ([], [])
    assert len(office.faults.happened) > MANY // SEVERAL
