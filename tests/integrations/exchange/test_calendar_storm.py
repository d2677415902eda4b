"""Meetings made, moved and cancelled while an Exchange Server fails: each change is told once."""

from collections import Counter
from random import Random

import pytest

from daemon.testing.exchange.server import FAULTS
from daemon.testing.fakes import HandClock
from integrations.exchange.calendar import ExchangeCalendar
from integrations.exchange.config import Config
from tests import calendar_storm
from tests.integrations.exchange.conftest import NOW
from tests.integrations.exchange.test_calendar import seen

SHARE = 0.2  # of requests that go wrong
LASTING = [one for one in FAULTS if one not in {"413", "hang", "hang after accepting"}]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_meetings_in_a_storm(server, given):
    clock, chance = HandClock(NOW), Random(7)
    happened: Counter[str] = Counter()
    calendar = ExchangeCalendar(Config(**given(server, timeout_s=4, connections=4)), clock)

    def weather(_: str) -> str | None:
        if chance.random() >= SHARE:
            return None
        word = chance.choice(LASTING)
        happened[word] += 1
        return word

    server.weather = weather
    unheard = calendar_storm.blow(calendar, clock)
    calendar.close()

    came = [seen(notice).event for notice in server.office.notices]
    told = Counter((one.uid, one.revision) for one in came)
    meetings = [one for one in server.office.items.values() if one.folder == "calendar"]
    calendar_storm.judge(told, unheard, dict(happened))
    assert max(told.values()) == 1
    assert len(meetings) == len(calendar_storm.STANDING)
    assert happened.total() > len(calendar_storm.WANTED) // 3
