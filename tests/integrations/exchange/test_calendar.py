"""Meetings by an Exchange Server: what their attendees' calendars make of them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape

import pytest

from daemon.domain.event import Event
from daemon.testing.calendar_contract import CalendarContract, Entry
from integrations.exchange.calendar import ExchangeCalendar
from integrations.exchange.config import Config
from tests.integrations.exchange.conftest import NOW

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
