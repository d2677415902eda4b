"""Calendar entries by mail: read back by a calendar library that did not write them."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from email import message_from_bytes
from email.policy import compat32

import icalendar
import pytest
from pydantic import ValidationError

from daemon.domain.errors import Permanent
from daemon.domain.event import Event
from daemon.testing.calendar_contract import (
    EVENT,
    INVITATION,
    CalendarContract,
    Entry,
    invitation,
)
from daemon.testing.channel_contract import ADDRESS, ANN
from daemon.testing.mail_server import MailServer
from integrations.smtp.calendar import CalendarConfig, SmtpCalendar
from integrations.smtp.channel import Smtp
from integrations.smtp.imip import as_calendar
from tests.integrations.outcome import outcome
from tests.integrations.smtp.conftest import NOW
from tests.integrations.smtp.test_injection import BREAKS

SENDER = "daykeeper@council.example"
NOTE = "The e-mail that brought this entry says what it is about."


@pytest.fixture
def connect_calendar(server) -> Iterator:
    """Make calendars, and close them in the end."""
    made: list[SmtpCalendar] = []

    def make(**options) -> SmtpCalendar:
        given = {"host": "localhost", "port": server.port, "security": "none", "sender": SENDER}
        made.append(SmtpCalendar(CalendarConfig(**{**given, **options}), lambda: NOW))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def calendar(connect_calendar):
    return connect_calendar()


def raw_mails(server: MailServer) -> list:
    """Return the mails as any reader of MIME would take them, oldest first."""
    return [
        message_from_bytes((server.folder / line["file"]).read_bytes(), policy=compat32)
        for line in server.received()
    ]


def entry_of(mail) -> icalendar.Calendar:
    """Return the iCalendar object of a mail: its last alternative."""
    return icalendar.Calendar.from_ical(list(mail.walk())[-1].get_payload(decode=True))


def listed(found) -> list:
    return found if isinstance(found, list) else [found]


def seen(mail) -> Entry:
    """Return the entry as its reader's calendar sees it."""
    (event,) = entry_of(mail).walk("VEVENT")
    attendees = [str(one).removeprefix("mailto:") for one in listed(event["ATTENDEE"])]
    return Entry(
        Event(
            uid=str(event["UID"]),
            revision=int(event["SEQUENCE"]),
            starts_at=event["DTSTART"].dt.astimezone(UTC),
            ends_at=event["DTEND"].dt.astimezone(UTC),
            title=str(event["SUMMARY"]),
            place=str(event["LOCATION"]) if "LOCATION" in event else None,
            link=str(event["URL"]) if "URL" in event else None,
            is_cancelled=event["STATUS"] == "CANCELLED",
        ),
        tuple(attendees),
        is_private=event["CLASS"] == "PRIVATE",
        message=mail["Message-ID"],
    )


@pytest.fixture
def arrived(server):
    return lambda: [seen(mail) for mail in raw_mails(server)]


class TestSmtpCalendar(CalendarContract):
    """The promises of every calendar."""


@pytest.mark.parametrize(
    ("event", "method"),
    [
        pytest.param(EVENT, "REQUEST", id="an invitation"),
        pytest.param(replace(EVENT, revision=1, is_cancelled=True), "CANCEL", id="its end"),
    ],
)
def test_outlook_finds_the_entry_where_it_looks_for_it(server, calendar, event, method):
    calendar.send(invitation(event), ANN, "m-0")

    (mail,) = raw_mails(server)
    entry = entry_of(mail)
    parts = list(mail.walk())
    assert [part.get_content_type() for part in parts] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert dict(parts[-1].get_params()) == {
        "text/calendar": "",
        "method": method,
        "charset": "UTF-8",
    }
    assert str(entry["METHOD"]) == method
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_the_organiser_is_who_the_mail_comes_from(server, calendar):
    calendar.send(INVITATION, ANN, "m-0")

    (mail,) = raw_mails(server)
    (event,) = entry_of(mail).walk("VEVENT")
    assert str(event["ORGANIZER"]) == f"mailto:{SENDER}"
    assert "SENT-BY" not in event["ORGANIZER"].params
    assert mail["Reply-To"] is None


def test_answers_go_to_another_mailbox_where_one_is_named(server, connect_calendar):
    connect_calendar(answers_to="answers@council.example").send(INVITATION, ANN, "m-0")

    (mail,) = raw_mails(server)
    (event,) = entry_of(mail).walk("VEVENT")
    assert str(event["ORGANIZER"]) == "mailto:answers@council.example"
    assert event["ORGANIZER"].params["SENT-BY"] == f"mailto:{SENDER}"
    assert mail["Reply-To"] == "answers@council.example"
    assert SENDER in mail["From"]


def test_a_mailbox_that_is_none_is_refused_with_the_settings(connect_calendar):
    with pytest.raises(ValidationError, match="is not a plain e-mail address"):
        connect_calendar(answers_to="answers at council")


def test_an_answer_is_asked_for_and_no_alarm_rings(server, calendar):
    calendar.send(INVITATION, ANN, "m-0")

    (mail,) = raw_mails(server)
    entry = entry_of(mail)
    (event,) = entry.walk("VEVENT")
    assert dict(event["ATTENDEE"].params) == {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }
    assert not entry.walk("VALARM")
    assert event["TRANSP"] == "OPAQUE"


def test_the_entry_itself_says_no_more_than_where_to_look(server, calendar):
    calendar.send(INVITATION, ANN, "m-0")

    (mail,) = raw_mails(server)
    (event,) = entry_of(mail).walk("VEVENT")
    assert str(event["DESCRIPTION"]) == f"Join online: {EVENT.link}\n{NOTE}"
    assert "SC-100234" not in entry_of(mail).to_ical().decode()


@pytest.mark.parametrize(
    ("is_cancelled", "is_there"),
    [pytest.param(False, True, id="it stands"), pytest.param(True, False, id="it is called off")],
)
def test_the_chairs_entry_says_where_to_sign_in(server, calendar, is_cancelled, is_there):
    page = "https://daykeeper.council.example/conferences/0a1b2c"
    event = replace(EVENT, page=page, is_cancelled=is_cancelled)

    calendar.send(replace(INVITATION, event=event), ANN, "m-0")

    (mail,) = raw_mails(server)
    (found,) = entry_of(mail).walk("VEVENT")
    assert (f"On the day, sign in: {page}\n" in str(found["DESCRIPTION"])) is is_there


def test_the_zone_needs_nobody_else_and_holds_for_ever(server, calendar):
    calendar.send(INVITATION, ANN, "m-0")

    (zone,) = entry_of(raw_mails(server)[0]).walk("VTIMEZONE")
    rules = {part.name: part["RRULE"].to_ical().decode() for part in zone.subcomponents}
    assert rules == {
        "DAYLIGHT": "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "STANDARD": "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    }


def test_a_calendar_of_its_own_goes_before_the_persons_mail(server, calendar):
    elsewhere = replace(ANN, addresses={**ANN.addresses, "calendar": "diary@council.example"})

    calendar.send(INVITATION, elsewhere, "m-0")

    (mail,) = raw_mails(server)
    assert seen(mail).attendees == ("diary@council.example",)
    assert server.received()[0]["rcpt"] == ["diary@council.example"]


def test_a_dial_in_number_is_no_web_page(server, calendar):
    calendar.send(invitation(replace(EVENT, link="0300 123 4567, code 99")), ANN, "m-0")

    (event,) = entry_of(raw_mails(server)[0]).walk("VEVENT")
    assert "URL" not in event
    assert str(event["DESCRIPTION"]).startswith("Join online: 0300 123 4567, code 99\n")


def test_mail_does_not_lose_an_event_in_silence(server, channel: Smtp):
    with pytest.raises(Permanent, match=r"^event-needs-calendar$"):
        channel.send(replace(INVITATION, channel="email"), ANN, "m-0")

    assert server.received() == []


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        pytest.param({"tempfail_rate": 1}, ("Temporary", "tempfail-451"), id="not now"),
        pytest.param({"refuse": [ADDRESS]}, ("Permanent", "refused-550"), id="no such mailbox"),
        pytest.param(
            {"drop_after_data_rate": 1}, ("Unknown", "answer-lost"), id="the answer is cut off"
        ),
        pytest.param({"slow_reply_s": 30}, ("Unknown", "answer-lost"), id="the answer is too slow"),
        pytest.param({"hang_s": 30}, ("Temporary", "unreachable"), id="it falls silent early"),
    ],
)
def test_each_misbehaviour_has_the_answer_that_mail_has(
    server, connect_calendar, switches, expected
):
    calendar = connect_calendar(timeout_s=1.5)
    server.switch(**switches)

    assert outcome(calendar, INVITATION) == expected

    server.switch()
    assert outcome(calendar, INVITATION) == ("accepted", "")


TAILS = (
    "ATTENDEE:mailto:evil@x.test",
    "END:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil\r\nATTENDEE:mailto:evil@x.test",
    "BEGIN:VALARM\r\nACTION:EMAIL\r\nATTENDEE:mailto:evil@x.test\r\nEND:VALARM",
    "ORGANIZER:mailto:evil@x.test",
    "METHOD:PUBLISH",
    '":mailto:evil@x.test\r\nATTENDEE;CN="x',
    r"\nATTENDEE:mailto:evil@x.test",
    "^nATTENDEE:mailto:evil@x.test",
    "\\",
)
SHAPE = Counter({"VCALENDAR": 1, "VTIMEZONE": 1, "DAYLIGHT": 1, "STANDARD": 1, "VEVENT": 1})


@pytest.mark.parametrize("field", ["title", "place", "link", "name"])
def test_nothing_in_a_field_becomes_a_line_of_the_entry(field):
    values = [f"x {breaking}{tail}" for breaking in BREAKS.values() for tail in TAILS]
    assert len(values) >= 200

    for value in values:
        event = EVENT if field == "name" else replace(EVENT, **{field: f"https://{value}"})
        name = value if field == "name" else "Daykeeper"
        written = as_calendar(event, ADDRESS, SENDER, SENDER, name, NOW)

        found = icalendar.Calendar.from_ical(written)
        (entry,) = found.walk("VEVENT")
        assert Counter(part.name for part in found.walk()) == SHAPE
        assert str(entry["ATTENDEE"]) == f"mailto:{ADDRESS}"
        assert str(entry["ORGANIZER"]) == f"mailto:{SENDER}"
        assert str(found["METHOD"]) == "REQUEST"
        assert all(byte >= 0x20 for byte in written.replace(b"\r\n", b""))


def test_lines_are_folded_at_75_octets_and_between_characters():
    title = "Å“” and 𝔘 " * 20

    written = as_calendar(replace(EVENT, title=title), ADDRESS, SENDER, SENDER, "Daykeeper", NOW)

    lines = written.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode().isprintable() for line in lines)
    (event,) = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert str(event["SUMMARY"]).startswith(title.strip()[:150])
