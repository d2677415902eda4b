"""Entries by mail while the relay fails: every change comes, and each entry stands once."""

from collections import Counter

import pytest

from daemon.testing.calendar_contract import kept
from daemon.testing.fakes import HandClock
from integrations.smtp.calendar import CalendarConfig, SmtpCalendar
from tests import calendar_storm
from tests.integrations.smtp.conftest import NOW
from tests.integrations.smtp.test_calendar import SENDER, raw_mails, seen
from tests.integrations.smtp.test_storm import STORM


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_entries_in_a_storm(server):
    clock = HandClock(NOW)
    config = CalendarConfig(host="localhost", port=server.port, security="none", sender=SENDER)
    calendar = SmtpCalendar(config, clock)
    server.switch(**STORM)

    unheard = calendar_storm.blow(calendar, clock)
    calendar.close()

    came = [seen(mail) for mail in raw_mails(server)]
    told = Counter((one.event.uid, one.event.revision) for one in came)
    standing = {uid for uid, event in kept(came).items() if not event.is_cancelled}
    calendar_storm.judge(told, unheard, STORM)
    assert standing == calendar_storm.STANDING
    assert len({one.message for one in came}) == len(told)  # a copy has the first one's Message-ID
