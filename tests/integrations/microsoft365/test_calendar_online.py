"""A conference that is joined online: everybody gets the same page, which the mailbox makes and keeps."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.domain.errors import Temporary
from daemon.testing.calendar_contract import (
    EVENT,
    invitation,
)
from daemon.testing.channel_contract import ANN
from tests.integrations.microsoft365.calendars import LATER, entries, told
from tests.integrations.outcome import outcome

MET = replace(EVENT, link=None, meeting="6b1f")


@pytest.fixture
def arrived(office):
    return lambda: told(office)


def test_everybody_who_joins_online_gets_the_same_page_and_it_stays(office, connect_calendar, arrived):  # fmt: skip
    calendar = connect_calendar(online_meetings=True)
    ben = replace(MET, uid="icpc-1.ben.11aa@council.example")
    for event in (MET, ben):
        calendar.send(invitation(event), ANN, "m-0")
    for event in (MET, ben):
        later = replace(event, revision=1, starts_at=LATER.starts_at, ends_at=LATER.ends_at)
        calendar.send(invitation(later), ANN, "m-1")

    links = {one.event.link for one in arrived()}
    (host,) = [one for one in entries(office) if one.get("isOnlineMeeting")]
    assert len(links) == 1
    assert links.pop().startswith("https://teams.microsoft.com/l/meetup-join/")
    assert host["start"]["dateTime"] == f"{LATER.starts_at:%Y-%m-%dT%H:%M:%S}"
    assert (host["subject"], host["attendees"], host["sensitivity"]) == (
        MET.title.partition(":")[0], [], "private",
    )  # fmt: skip


def test_an_entry_waits_for_the_page_of_its_meeting_but_not_for_ever(
    office, connect_calendar, arrived, clock
):
    office.tenant.link_after = None
    calendar = connect_calendar(online_meetings=True)
    with pytest.raises(Temporary) as refusal:
        calendar.send(invitation(MET), ANN, "m-0")
    told_at_once = arrived()

    clock.now += timedelta(minutes=10)
    calendar.send(invitation(MET), ANN, "m-0")

    assert (refusal.value.reason, refusal.value.retry_after_s) == ("no-link-yet", 30)
    assert told_at_once == []
    assert [one.event.link for one in arrived()] == [None]


def test_a_page_that_comes_late_is_read_again_until_it_is_there(office, connect_calendar, arrived):
    office.tenant.link_after = 3
    calendar = connect_calendar(online_meetings=True)

    said = [outcome(calendar, invitation(MET))[0] for _ in range(4)]

    assert said == ["Temporary"] * 3 + ["accepted"]
    assert [bool(one.event.link) for one in arrived()] == [True]


@pytest.mark.parametrize(
    ("options", "event"),
    [
        pytest.param({}, MET, id="it is not asked for"),
        pytest.param({"online_meetings": True}, EVENT, id="the record names a page"),
        pytest.param({"online_meetings": True}, replace(MET, meeting=None), id="nobody joins online"),
        pytest.param(
            {"online_meetings": True}, replace(MET, is_cancelled=True), id="it is cancelled"
        ),
    ],
)  # fmt: skip
def test_no_meeting_is_made_where_none_is_needed(office, connect_calendar, options, event):
    connect_calendar(**options).send(invitation(event), ANN, "m-0")

    assert not [one for one in entries(office) if one.get("isOnlineMeeting")]
