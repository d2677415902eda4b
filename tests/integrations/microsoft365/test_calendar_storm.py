"""A thousand entries made, moved and cancelled in a tenant that does everything wrong that one can."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.domain.errors import Temporary, Unknown
from daemon.domain.event import Event
from daemon.testing.calendar_contract import EVENT, WEEK, invitation
from daemon.testing.channel_contract import ANN
from daemon.testing.fakes import HandClock
from integrations.microsoft365.calendar import OutlookCalendar
from integrations.microsoft365.config import CalendarConfig
from tests.integrations.microsoft365.conftest import MAILBOX
from tests.integrations.microsoft365.test_calendar import properties
from tests.integrations.microsoft365.test_storm import AT_A_TIME, STORM

MADE, MOVED, CANCELLED = 400, 300, 300


def goes(calendar: OutlookCalendar, clock: HandClock, events: Sequence[Event]) -> None:
    """Hand each event over as the line does, again and again until it is taken."""
    waiting = dict(enumerate(events))

    def deliver(number: int) -> bool:
        try:
            calendar.send(invitation(waiting[number], number), ANN, f"{waiting[number].uid}")
        except (Temporary, Unknown):
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        while waiting:
            ready = list(waiting)[:AT_A_TIME]
            for number, is_done in zip(ready, threads.map(deliver, ready), strict=True):
                if is_done:
                    del waiting[number]
            clock.now += timedelta(seconds=30)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_thousand_entries_through_a_storm_are_told_once_each(office, reach, clock, capsys):
    options = {**reach, "mailbox": MAILBOX, "mails_a_minute": 10_000}
    calendar = OutlookCalendar(CalendarConfig(**options), clock)
    calendar.send(invitation(replace(EVENT, is_cancelled=True)), ANN, "warm")
    made = [replace(EVENT, uid=f"icpc-{number}@council.example") for number in range(MADE)]
    moved = [
        replace(one, revision=1, starts_at=one.starts_at + WEEK, ends_at=one.ends_at + WEEK)
        for one in made[:MOVED]
    ]
    off = [replace(one, revision=2, is_cancelled=True) for one in made[-CANCELLED:]]
    office.misbehave(*STORM)

    for events in (made, moved, off):
        goes(calendar, clock, events)
    calendar.close()

    wanted = {(one.uid, one.revision, "REQUEST") for one in (*made, *moved)}
    wanted |= {(one.uid, one.revision, "CANCEL") for one in off}
    told = Counter(
        (own["entry"], int(own["revision"]), one.method)
        for one in office.tenant.meetings
        if (own := properties(one.event))
    )
    lost = wanted - told.keys()
    twice = [key for key, many in told.items() if many > 1]
    with capsys.disabled():
        print(
            f"\n{MADE} made, {MOVED} moved, {CANCELLED} cancelled, {len(office.faults.happened)} faults,"
            f" {len(office.tenant.log)} requests: lost {len(lost)}, twice {len(twice)}"
        )
    standing = {properties(one)["entry"] for one in office.tenant.box(MAILBOX).events.values()}
    assert (lost, twice) == (set(), [])
    assert standing == {one.uid for one in made} - {one.uid for one in off}
    assert len(office.faults.happened) > len(wanted) // 3
