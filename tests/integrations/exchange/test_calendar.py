"""Meetings by an Exchange Server: what their attendees' calendars make of them."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

import pytest

from daemon.domain.errors import Unsupported
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
from integrations.exchange.calendar import ExchangeCalendar
from integrations.exchange.config import Config
from tests.integrations.exchange.conftest import NOW
from tests.integrations.outcome import outcome

JOIN = re.compile(r"Join online: (.*?)</p>")


@pytest.fixture
def connect_calendar(server, given) -> Iterator:
    """Make calendars, and close them in the end."""
    made: list[ExchangeCalendar] = []

    def make(**options) -> ExchangeCalendar:
        made.append(ExchangeCalendar(Config(**given(server, **options)), lambda: NOW))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def calendar(connect_calendar):
    return connect_calendar()


def seen(notice) -> Entry:
    """Return a meeting message as its reader's calendar sees it."""
    fields = notice.fields
    join = JOIN.search(fields["Body"])
    event = Event(
        uid=notice.own["daykeeper-entry"],
        revision=int(notice.own["daykeeper-revision"]),
        starts_at=datetime.fromisoformat(fields["Start"]).astimezone(UTC),
        ends_at=datetime.fromisoformat(fields["End"]).astimezone(UTC),
        title=fields["Subject"],
        place=fields.get("Location") or None,
        link=unescape(join[1]) if join else None,
        is_cancelled=notice.method == "CANCEL",
    )
    message = f"{notice.method}/{notice.sequence}"
    return Entry(event, notice.attendees, fields["Sensitivity"] == "Private", message)


@pytest.fixture
def arrived(server):
    return lambda: [seen(notice) for notice in server.office.notices]


class TestExchangeCalendar(CalendarContract):
    """The promises of every calendar."""


LATER = replace(EVENT, revision=1, starts_at=EVENT.starts_at + WEEK, ends_at=EVENT.ends_at + WEEK)


@pytest.mark.parametrize(
    ("events", "faults"),
    [
        pytest.param([EVENT], ["", "cut after accepting"], id="an invitation"),
        pytest.param([EVENT, LATER], ["", "", "504 after accepting"], id="a change"),
        pytest.param(
            [EVENT, replace(EVENT, revision=1, is_cancelled=True)],
            ["", "", "", "500 after accepting"],
            id="a cancellation",
        ),
    ],
)
def test_a_meeting_whose_answer_was_lost_is_not_sent_again(server, calendar, events, faults):
    *before, last = events
    for event in before:
        calendar.send(invitation(event), ANN, "m-0")
    coming = iter(faults)
    server.weather = lambda _: next(coming, "") or None

    first = outcome(calendar, invitation(last, 1))
    again = outcome(calendar, invitation(last, 1))

    assert (first[0], again) == ("Unknown", ("accepted", ""))
    assert len(server.office.notices) == len(events)


def test_a_look_up_that_fails_sends_nothing(server, calendar):
    server.misbehave("cut")

    assert outcome(calendar, INVITATION) == ("Temporary", "answer-lost")
    assert not server.office.notices


def test_a_meeting_never_made_needs_no_cancelling(server, calendar):
    assert outcome(calendar, invitation(replace(EVENT, is_cancelled=True))) == ("accepted", "")
    assert server.asked == ["FindItem"]


def test_who_has_another_address_now_is_invited_there(server, calendar):
    calendar.send(INVITATION, ANN, "m-0")
    calendar.send(invitation(LATER, 1), Person("ann", {"email": "ann@council.example"}), "m-1")

    assert server.office.notices[-1].attendees == ("ann@council.example",)


def test_a_meeting_asks_for_an_answer_and_rings_no_alarm(server, calendar):
    calendar.send(INVITATION, ANN, "m-0")

    (notice,) = server.office.notices
    wanted = {
        "Sensitivity": "Private", "ReminderIsSet": "0", "IsResponseRequested": "1",
        "AllowNewTimeProposal": "0", "LegacyFreeBusyStatus": "Busy", "UID": EVENT.uid,
    }  # fmt: skip
    assert {key: notice.fields[key] for key in wanted} == wanted
    assert notice.fields["Body"].endswith(INVITATION.html)


@pytest.mark.parametrize("field", ["title", "place", "link"])
@pytest.mark.parametrize(
    "value",
    [
        pytest.param("x\r\nATTENDEE:mailto:evil@x.test", id="lines"),
        pytest.param("x</t:Subject><t:RequiredAttendees>]]>&amp;", id="tags"),
        pytest.param("x<script>alert(1)</script>", id="a script"),
        pytest.param("x\x00\x0b\ufffe\u2028y", id="what XML cannot hold"),
    ],
)
def test_nothing_in_a_field_becomes_anything_else(server, calendar, field, value):
    calendar.send(invitation(replace(EVENT, **{field: value})), ANN, "m-0")

    (notice,) = server.office.notices
    assert notice.attendees == (ADDRESS,)
    assert "<script" not in notice.fields["Body"]
    assert "\n" not in notice.fields["Subject"] + notice.fields["Location"]


def test_sending_looks_for_the_meeting_itself(calendar):
    with pytest.raises(Unsupported, match=r"^looked-up-when-sent$"):
        calendar.find("m-0")
