"""Entries by Microsoft 365: what their attendees' calendars make of them."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from daemon.domain.errors import Temporary, Unsupported
from daemon.domain.event import Event
from daemon.domain.person import Person
from daemon.testing.calendar_contract import (
    EVENT,
    INVITATION,
    WEEK,
    CalendarContract,
    Entry,
    invitation,
)
from daemon.testing.channel_contract import ADDRESS, ANN
from daemon.testing.microsoft365.faults import Fault
from integrations.microsoft365.calendar import OutlookCalendar
from integrations.microsoft365.config import CalendarConfig
from tests.integrations.microsoft365.conftest import MAILBOX
from tests.integrations.outcome import outcome

JOIN = re.compile(r"Join online: (.*?)</p>")
OWN = re.compile(r"Name daykeeper-(\w+)$")
ONE_EVENT, MAKES, CANCELS = r"PATCH /users/[^/]+/events/", r"POST .*/events$", r"/cancel$"
MET = replace(EVENT, link=None, meeting="6b1f")
LATER = replace(EVENT, revision=1, starts_at=EVENT.starts_at + WEEK, ends_at=EVENT.ends_at + WEEK)
OFF = replace(EVENT, revision=1, is_cancelled=True)


@pytest.fixture
def connect_calendar(reach, clock) -> Iterator[Callable[..., OutlookCalendar]]:
    """Make calendars, and close them in the end."""
    made: list[OutlookCalendar] = []

    def make(**options) -> OutlookCalendar:
        given = {**reach, "mailbox": MAILBOX, "mails_a_minute": 1000, **options}
        made.append(OutlookCalendar(CalendarConfig(**given), clock))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def calendar(connect_calendar):
    return connect_calendar()


def properties(item) -> dict[str, str]:
    """Return the properties of ours that an entry has, by their names."""
    held = item.get("singleValueExtendedProperties", ())
    return {found[1]: one["value"] for one in held if (found := OWN.search(one["id"]))}


def seen(meeting) -> Entry:
    """Return a meeting message as its reader's calendar sees it."""
    item, own = meeting.event, properties(meeting.event)
    join = JOIN.search(item["body"]["content"])
    starts_at, ends_at = (
        datetime.fromisoformat(item[name]["dateTime"]).replace(tzinfo=UTC)
        for name in ("start", "end")
    )
    event = Event(
        uid=own["entry"], revision=int(own["revision"]), starts_at=starts_at, ends_at=ends_at,
        title=item["subject"], place=item["location"]["displayName"] or None,
        link=unescape(join[1]) if join else None, is_cancelled=meeting.method == "CANCEL",
    )  # fmt: skip
    message = f"{meeting.method}/{item['sequence']}"
    return Entry(event, (meeting.to,), item["sensitivity"] == "private", message)


@pytest.fixture
def arrived(office) -> Callable[[], list[Entry]]:
    """Tell what the attendee was told; what only prepares a cancellation is passed over."""

    def told() -> list[Entry]:
        entries = [seen(one) for one in office.tenant.meetings]
        off = {(one.event.uid, one.event.revision) for one in entries if one.event.is_cancelled}
        return [
            one
            for one in entries
            if one.event.is_cancelled or (one.event.uid, one.event.revision) not in off
        ]

    return told


class TestOutlookCalendar(CalendarContract):
    """The promises of every calendar."""


def entries(office) -> list:
    """Return what stands in our mailbox's calendar."""
    return list(office.tenant.box(MAILBOX).events.values())


@pytest.mark.parametrize(
    ("events", "fault"),
    [
        pytest.param([EVENT], Fault(504, after=True, on=MAKES), id="an invitation"),
        pytest.param([EVENT], Fault(0, after=True, on=MAKES), id="an invitation, cut off"),
        pytest.param([EVENT, LATER], Fault(504, after=True, on=ONE_EVENT), id="a change"),
        pytest.param([EVENT, OFF], Fault(500, after=True, on=CANCELS), id="a cancellation"),
        pytest.param([EVENT, OFF], Fault(504, after=True, on=ONE_EVENT), id="half a cancellation"),
    ],
)
def test_an_entry_whose_answer_was_lost_is_not_sent_again(office, calendar, arrived, events, fault):
    *before, last = events
    for event in before:
        calendar.send(invitation(event), ANN, "m-0")
    office.misbehave(fault)

    first = outcome(calendar, invitation(last, 1))
    office.misbehave()
    again = outcome(calendar, invitation(last, 1))

    assert (first[0], again) == ("Unknown", ("accepted", ""))
    assert len(arrived()) == len(events)
    assert len(entries(office)) == (0 if last.is_cancelled else 1)


def test_a_making_whose_entry_is_not_found_yet_makes_no_second(office, calendar):
    calendar.send(INVITATION, ANN, "m-0")
    (item,) = entries(office)
    held, item["singleValueExtendedProperties"] = item["singleValueExtendedProperties"], []

    calendar.send(INVITATION, ANN, "m-0")
    item["singleValueExtendedProperties"] = held

    assert len(entries(office)) == len(office.tenant.meetings) == 1


def test_a_look_up_that_fails_sends_nothing(office, calendar):
    office.misbehave(Fault(0, on="GET /users"))

    assert outcome(calendar, INVITATION) == ("Temporary", "answer-lost")
    assert not office.tenant.meetings


def test_an_entry_never_made_needs_no_cancelling(office, calendar):
    assert outcome(calendar, invitation(replace(EVENT, is_cancelled=True))) == ("accepted", "")
    assert [method for method, path, _ in office.tenant.log if "/events" in path] == ["GET"]


def test_what_was_overtaken_changes_nothing(office, calendar):
    calendar.send(invitation(LATER), ANN, "m-1")

    calendar.send(invitation(EVENT), ANN, "m-0")
    calendar.send(invitation(replace(OFF, revision=0)), ANN, "m-0")

    assert [one.method for one in office.tenant.meetings] == ["REQUEST"]


def test_a_cancelled_entry_is_asked_for_again_under_its_uid(office, calendar, arrived):
    again = replace(EVENT, revision=2)
    for number, event in enumerate((EVENT, OFF, again)):
        calendar.send(invitation(event, number), ANN, f"m-{number}")

    assert [one.event.is_cancelled for one in arrived()] == [False, True, False]
    assert [properties(one)["revision"] for one in entries(office)] == ["2"]


def test_a_cancellation_says_why_and_says_no_place(office, calendar):
    calendar.send(INVITATION, ANN, "m-0")
    calendar.send(invitation(OFF, 1), ANN, "m-1")

    last = office.tenant.meetings[-1]
    assert (last.method, last.comment) == ("CANCEL", INVITATION.text)
    assert last.event["location"]["displayName"] == ""
    assert "Civic Centre" not in str(last.event)


def test_who_has_another_address_now_is_invited_there(office, calendar):
    calendar.send(INVITATION, ANN, "m-0")
    calendar.send(invitation(LATER, 1), Person("ann", {"email": "ann@council.example"}), "m-1")

    told = [(one.method, one.to) for one in office.tenant.meetings[1:]]
    assert told == [("REQUEST", "ann@council.example"), ("CANCEL", ADDRESS)]


def test_an_entry_hides_who_is_asked_wants_an_answer_and_rings_no_alarm(office, calendar):
    calendar.send(INVITATION, ANN, "m-0")

    (item,) = entries(office)
    wanted = {
        "sensitivity": "private", "hideAttendees": True, "isReminderOn": False,
        "responseRequested": True, "allowNewTimeProposals": False,
    }  # fmt: skip
    assert {key: item[key] for key in wanted} == wanted
    assert item["body"]["content"].endswith(INVITATION.html)


@pytest.mark.parametrize("field", ["title", "place", "link"])
@pytest.mark.parametrize(
    "value",
    [
        pytest.param("x\r\nATTENDEE:mailto:evil@x.test", id="lines"),
        pytest.param("x<script>alert(1)</script>", id="a script"),
        pytest.param("x =?UTF-8?Q?=0A?= y\x00\u2028\u202ez", id="an encoded word, and what is unseen"),
    ],
)  # fmt: skip
def test_nothing_in_a_field_becomes_anything_else(office, calendar, field, value):
    calendar.send(invitation(replace(EVENT, **{field: value})), ANN, "m-0")

    (meeting,) = office.tenant.meetings
    shown = meeting.event["subject"] + meeting.event["location"]["displayName"]
    assert meeting.to == ADDRESS
    assert "<script" not in meeting.event["body"]["content"]
    assert shown.isprintable()
    assert "=?" not in meeting.event["subject"]


def test_a_uid_with_quotes_in_it_is_found_and_no_other(office, calendar):
    other = replace(EVENT, uid="it's')or('1'eq'1")
    for event in (EVENT, other, replace(other, revision=1, place="Room 9")):
        calendar.send(invitation(event), ANN, "m-0")

    assert sorted(properties(one)["revision"] for one in entries(office)) == ["0", "1"]


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


def test_entries_and_mails_keep_one_pace(office, connect_calendar, connect):
    mail = connect(mails_a_minute=2)
    calendar = connect_calendar(mails_a_minute=2)
    mail.send(replace(INVITATION, event=None), ANN, "m-0")

    assert outcome(calendar, INVITATION) == ("Temporary", "paced")
    assert not office.tenant.meetings


def test_a_cancellation_takes_two_places_and_begins_with_the_first(office, connect_calendar, clock):
    calendar = connect_calendar(mails_a_minute=4)
    other = replace(EVENT, uid="rcpc-1.ann.90c2@council.example")
    for event in (EVENT, other):
        calendar.send(invitation(event), ANN, f"made/{event.uid}")

    first = outcome(calendar, invitation(OFF, 1))
    told_then = [one.method for one in office.tenant.meetings]
    clock.now += timedelta(minutes=1)
    second = outcome(calendar, invitation(OFF, 1))

    assert (first, second) == (("Temporary", "paced"), ("accepted", ""))
    assert told_then == ["REQUEST"] * 3
    assert [one.method for one in office.tenant.meetings][3:] == ["CANCEL"]


def test_sending_looks_for_the_entry_itself(calendar):
    with pytest.raises(Unsupported, match=r"^looked-up-when-sent$"):
        calendar.find("m-0")


def test_nothing_is_sent_after_closing(office, calendar):
    calendar.close()

    assert outcome(calendar, INVITATION) == ("Temporary", "closed")
    assert not office.tenant.meetings
