"""Entries made, moved and cancelled in a tenant that does everything wrong that one can."""

from collections import Counter
from dataclasses import replace

import pytest

from daemon.testing.calendar_contract import EVENT, invitation
from daemon.testing.channel_contract import ANN
from integrations.microsoft365.calendar import OutlookCalendar
from integrations.microsoft365.config import CalendarConfig
from tests import calendar_storm
from tests.integrations.microsoft365.calendars import properties
from tests.integrations.microsoft365.conftest import MAILBOX
from tests.integrations.microsoft365.test_storm import STORM

CANCELLED_AT = calendar_storm.OFF[0].revision


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_entries_through_a_storm_are_told_once_each(office, reach, clock):
    options = {**reach, "mailbox": MAILBOX, "mails_a_minute": 10_000}
    calendar = OutlookCalendar(CalendarConfig(**options), clock)
    calendar.send(invitation(replace(EVENT, is_cancelled=True)), ANN, "warm")
    office.misbehave(*STORM)

    unheard = calendar_storm.blow(calendar, clock)
    calendar.close()

    told = Counter(  # a cancellation is told twice by Exchange: its place is taken out before it
        (own["entry"], int(own["revision"]))
        for one in office.tenant.meetings
        if (own := properties(one.event))
        and (one.method == "CANCEL" or int(own["revision"]) < CANCELLED_AT)
    )
    calendar_storm.judge(told, unheard, f"{len(office.faults.happened)} faults")
    standing = {properties(one)["entry"] for one in office.tenant.box(MAILBOX).events.values()}
    assert max(told.values()) == 1
    assert standing == calendar_storm.STANDING
    assert len(office.faults.happened) > len(calendar_storm.WANTED) // 3
