"""Entries by Microsoft 365: what their attendees' calendars make of them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from daemon.domain.errors import Unsupported
from daemon.domain.person import Person
from daemon.testing.calendar_contract import (
    EVENT,
    INVITATION,
    CalendarContract,
    invitation,
)
from daemon.testing.channel_contract import ADDRESS, ANN
from daemon.testing.microsoft365.faults import Fault
from tests.integrations.microsoft365.calendars import LATER, entries, properties, told
from tests.integrations.outcome import outcome

ONE_EVENT, MAKES, CANCELS = r"PATCH /users/[^/]+/events/", r"POST .*/events$", r"/cancel$"
OFF = replace(EVENT, revision=1, is_cancelled=True)


@pytest.fixture
def arrived(office):
    return lambda: told(office)


class TestOutlookCalendar(CalendarContract):
    """The promises of every calendar."""


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
