"""What calendar programs and people answer, in every form that it comes in, and what a person must read."""

import base64
import quopri

import icalendar
import pytest

from daemon.domain.event import Reply, Response
from daemon.domain.incoming.sort import Odd
from daemon.testing.inbox_contract import (
    ANN,
    AT,
    BEN,
    LETTER,
    OURS,
    UID,
    answer,
    bounce,
    reply_text,
    written,
)
from tests.integrations.mailbox.mails import CALENDAR, LATER, YES, multipart, part, sorted_out

OUTLOOK = """BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:GMT Standard Time
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=TENTATIVE;CN="Smith, Ann: (Health)":MAILTO:ANN@council.example
COMMENT;LANGUAGE=en-GB:I may be late\\, sorry\\n
UID:{uid}
SUMMARY;LANGUAGE=en-GB:Tentative: Meeting
DTSTART;TZID=GMT Standard Time:20260320T100000
DTEND;TZID=GMT Standard Time:20260320T113000
CLASS:PRIVATE
PRIORITY:5
DTSTAMP:20260306T093000Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:2
LOCATION;LANGUAGE=en-GB:Room 4
X-MICROSOFT-CDO-APPT-SEQUENCE:2
X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE
END:VEVENT
END:VCALENDAR
"""
GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20260320T100000Z
DTEND:20260320T113000Z
DTSTAMP:20260306T093000Z
ORGANIZER;CN=Daykeeper:mailto:daykeeper@council.example
UID:{uid}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=DECLINED;CN=ann@co
 uncil.example;X-NUM-GUESTS=0;X-RESPONSE-COMMENT="away: \\, all day; sorry":ma
 ilto:ann@council.example
CREATED:20260301T080000Z
SEQUENCE:1
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
"""
APPLE = """BEGIN:VCALENDAR
CALSCALE:GREGORIAN
PRODID:-//Apple Inc.//iPhone OS 17.0//EN
VERSION:2.0
METHOD:REPLY
BEGIN:VEVENT
UID:{uid}
ATTENDEE;CN="Ann";CUTYPE=INDIVIDUAL;EMAIL="ann@council.example";PARTSTAT=ACCEPTED:/aMTYxNTI/principal/
DTSTAMP:20260306T093000Z
BEGIN:VALARM
ACTION:DISPLAY
UID:an-alarm
ATTENDEE;PARTSTAT=DECLINED:mailto:alarm@x.test
END:VALARM
SEQUENCE:0
END:VEVENT
END:VCALENDAR
"""


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        pytest.param(answer(reply_text()), YES, id="beside words"),
        pytest.param(part(reply_text(), CALENDAR), YES, id="alone"),
        pytest.param(
            part(
                base64.encodebytes(reply_text().encode()),
                CALENDAR,
                "Content-Transfer-Encoding: base64",
            ),
            YES,
            id="in base64",
        ),
        pytest.param(
            part(
                quopri.encodestring(reply_text().encode()),
                CALENDAR,
                "Content-Transfer-Encoding: Quoted-Printable",
            ),
            YES,
            id="quoted-printable",
        ),
        pytest.param(
            part(
                base64.b64encode(reply_text().encode("utf-16")),
                'Content-Type: text/calendar; charset="utf-16"; method="reply"',
                "Content-Transfer-Encoding: BASE64",
            ),
            YES,
            id="in UTF-16",
        ),
        pytest.param(
            part(
                "\ufeff" + reply_text().replace("CN=Ann", 'CN="Zoë"'),
                "Content-Type: text/calendar; charset=no-such-set",
            ),
            YES,
            id="in a charset that nobody knows, behind a byte order mark",
        ),
        pytest.param(
            multipart("mixed", part(reply_text(), 'Content-Type: application/ics; name="r.ics"')),
            YES,
            id="as an attached file",
        ),
        pytest.param(
            multipart(
                "mixed",
                multipart(
                    "alternative",
                    part("yes", "Content-Type: text/plain"),
                    multipart("related", part(reply_text(), CALENDAR)),
                ),
                part(reply_text(), "Content-Type: application/ics"),
            ),
            YES,
            id="twice, and three levels down",
        ),
        pytest.param(
            part(reply_text().replace("METHOD:REPLY\r\n", ""), CALENDAR),
            YES,
            id="only the mail says that it is an answer",
        ),
        pytest.param(
            part(reply_text().replace(f"ORGANIZER:mailto:{OURS}\r\n", ""), CALENDAR),
            YES,
            id="without an organiser",
        ),
        pytest.param(
            part(reply_text().replace("SEQUENCE:0\r\n", ""), CALENDAR),
            Reply(UID, ANN, Response.ACCEPTED, AT, None, ANN),
            id="without a revision",
        ),
        pytest.param(
            part(reply_text().lower(), CALENDAR), YES, id="all in lower case"
        ),
        pytest.param(
            part(OUTLOOK.format(uid=UID), CALENDAR),
            Reply(UID, ANN, Response.TENTATIVE, AT, 2, ANN),
            id="as Outlook writes it",
        ),
        pytest.param(
            part(GOOGLE.format(uid=UID), CALENDAR, "Auto-Submitted: auto-generated"),
            Reply(UID, ANN, Response.DECLINED, AT, 1, ANN),
            id="as Google writes it, by a machine for a person",
        ),
        pytest.param(part(APPLE.format(uid=UID), CALENDAR), YES, id="as Apple writes it"),
        pytest.param(
            part(reply_text().replace("DTSTAMP:2026", "DTSTAMP:2046"), CALENDAR),
            Reply(UID, ANN, Response.ACCEPTED, LATER, 0, ANN),
            id="given in the future: when it came",
        ),
        pytest.param(
            part(reply_text().replace("DTSTAMP:20260306T", "DTSTAMP:20269999T"), CALENDAR),
            Reply(UID, ANN, Response.ACCEPTED, LATER, 0, ANN),
            id="given on no day: when it came",
        ),
        pytest.param(
            answer(reply_text(who=BEN)),
            Reply(UID, BEN, Response.ACCEPTED, AT, 0, ANN),
            id="in another's name",
        ),
        pytest.param(
            written(BEN).as_bytes().replace(b"text/plain", b"message/rfc822")
            + answer(reply_text()),
            Reply(UID, ANN, Response.ACCEPTED, AT, 0, BEN),
            id="forwarded",
        ),
        pytest.param(
            part(
                reply_text().replace("ATTENDEE", f"ATTENDEE;PARTSTAT=DECLINED:mailto:{BEN}\r\nATTENDEE"),
                CALENDAR,
            ),
            YES,
            id="with everybody's answer: the sender's counts",
        ),
        pytest.param(
            part(reply_text(who="nobody").replace("mailto:nobody", "invalid:nomail"), CALENDAR),
            YES,
            id="from an attendee without an address",
        ),
    ],
)  # fmt: skip
def test_an_answer_is_read_in_every_form_that_it_comes_in(raw, expected):
    assert sorted_out(raw) == [expected]


def test_an_answer_to_an_old_revision_says_which():
    (reply,) = sorted_out(answer(reply_text(revision=1)))

    assert reply.revision == 1


def test_a_library_for_calendars_is_understood():
    calendar, event = icalendar.Calendar(), icalendar.Event()
    calendar.add("method", "REPLY")
    event.add("uid", UID)
    event.add("sequence", 3)
    event.add("dtstamp", AT)
    who = icalendar.vCalAddress(f"mailto:{ANN}")
    who.params["PARTSTAT"], who.params["CN"] = "DECLINED", 'A "very; long: name", ' + "å" * 80
    event.add("attendee", who)
    calendar.add_component(event)

    raw = part(calendar.to_ical(), CALENDAR)

    assert sorted_out(raw) == [Reply(UID, ANN, Response.DECLINED, AT, 3, ANN)]


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        pytest.param(LETTER, "nothing in it", id="a person's words"),
        pytest.param(b"", "nothing in it", id="nothing at all"),
        pytest.param(answer(reply_text("DELEGATED")), "neither yes", id="somebody else will come"),
        pytest.param(answer(reply_text("NEEDS-ACTION")), "neither yes", id="not answered yet"),
        pytest.param(
            part(reply_text().replace("REPLY", "COUNTER"), CALENDAR), "another time", id="not then"
        ),
        pytest.param(
            part(reply_text().replace("REPLY", "REQUEST"), CALENDAR),
            "nothing in it",
            id="an invitation to us",
        ),
        pytest.param(answer(reply_text(uid="")), "to what, or whose", id="to no entry"),
        pytest.param(
            part("BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n", CALENDAR), "to nothing", id="cut off"
        ),
        pytest.param(
            answer(reply_text(who=BEN).replace("ATTENDEE", f"ATTENDEE:mailto:{OURS}\r\nATTENDEE")),
            "to what, or whose",
            id="of two others",
        ),
        pytest.param(bounce("<other@elsewhere.example>"), "not which", id="not our message"),
        pytest.param(
            b"Auto-Submitted: auto-replied\n\nx", "does not say for whom", id="a machine's, unsigned"
        ),
    ],
)  # fmt: skip
def test_what_a_person_must_read_says_why(raw, what):
    with pytest.raises(Odd, match=what):
        sorted_out(raw)
