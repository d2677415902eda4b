"""An event as iCalendar text: what a mail must carry to stand in somebody's calendar (RFC 5545, 5546)."""

import re
from datetime import UTC, datetime
from urllib.parse import quote

from daemon.domain.event import Event
from daemon.domain.mail import one_line
from daemon.domain.times import LONDON

FOLD_MOST = 75  # octets of a content line, its CRLF not counted
NAME_MOST, TITLE_MOST, PLACE_MOST, LINK_MOST = 60, 200, 400, 2000
PRODUCT = "-//Daykeeper//Daykeeper//EN"
URL = re.compile(r"https?://[^/?#@]+([/?#].*)?", re.IGNORECASE)
URL_SIGNS = "%-._~:/?#[]@!$&'()*+,;="  # what RFC 3986 lets stand as it is
UNANSWERED = "CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE"
SPECIAL = {"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"}
# Two rules for ever rather than a list of years: the last Sundays of March and October, 01:00 UTC.
LONDON_RULES = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/London",
    "BEGIN:DAYLIGHT",
    "DTSTART:19700329T010000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0100",
    "TZNAME:BST",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "DTSTART:19701025T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0000",
    "TZNAME:GMT",
    "END:STANDARD",
    "END:VTIMEZONE",
)


def method(event: Event) -> str:
    """Return the iTIP method, which the body and the MIME type must both name."""
    return "CANCEL" if event.is_cancelled else "REQUEST"


def as_calendar(
    event: Event, attendee: str, organiser: str, sender: str, name: str, made_at: datetime
) -> bytes:
    """Return the event for one attendee, byte for byte the same on every attempt.

    It is private, and without an alarm: reminders are the rules' to send. The notes hold no more
    than where to find the rest, for a calendar shows them to whoever may see the entry; a mail
    carries the words. What is cancelled says no place and no link: its reader may be invited no
    longer. `organiser` is who gets the answers, `sender` who the mail comes from.

    Source: RELIABILITY T9; WOR-030.
    """
    link = one_line(event.link, LINK_MOST) if event.link and not event.is_cancelled else ""
    page = one_line(event.page, LINK_MOST) if event.page and not event.is_cancelled else ""
    by = "" if organiser == sender else f';SENT-BY="mailto:{sender}"'
    lines = [
        "BEGIN:VCALENDAR",
        f"PRODID:{PRODUCT}",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method(event)}",
        *LONDON_RULES,
        "BEGIN:VEVENT",
        f"UID:{text(event.uid)}",
        f"SEQUENCE:{event.revision}",
        f"DTSTAMP:{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID=Europe/London:{event.starts_at.astimezone(LONDON):%Y%m%dT%H%M%S}",
        f"DTEND;TZID=Europe/London:{event.ends_at.astimezone(LONDON):%Y%m%dT%H%M%S}",
        f"SUMMARY:{text(one_line(event.title, TITLE_MOST))}",
        f"DESCRIPTION:{text(notes(link, page))}",
        f'ORGANIZER;CN="{quoted(name)}"{by}:mailto:{organiser}',
        f"ATTENDEE;{UNANSWERED}:mailto:{attendee}",
        "CLASS:PRIVATE",
        f"STATUS:{'CANCELLED' if event.is_cancelled else 'CONFIRMED'}",
        f"TRANSP:{'TRANSPARENT' if event.is_cancelled else 'OPAQUE'}",
        f"X-MICROSOFT-CDO-BUSYSTATUS:{'FREE' if event.is_cancelled else 'BUSY'}",
        "X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY",
        "X-MICROSOFT-DISALLOW-COUNTER:TRUE",  # another day is agreed by people, not by an answer
    ]
    if event.place and not event.is_cancelled:
        lines.append(f"LOCATION:{text(one_line(event.place, PLACE_MOST))}")
    if URL.fullmatch(link):
        lines.append(f"URL:{quote(link, safe=URL_SIGNS)}")
    return "".join(folded(line) for line in [*lines, "END:VEVENT", "END:VCALENDAR"]).encode()


def notes(link: str, page: str) -> str:
    """Return the words inside the entry."""
    join = f"Join online: {link}\n" if link else ""
    join += f"On the day, sign in: {page}\n" if page else ""
    return f"{join}The e-mail that brought this entry says what it is about."


def text(value: str) -> str:
    """Return a TEXT value: what could end it, or the line, is escaped (RFC 5545, 3.3.11)."""
    return "".join(SPECIAL.get(character, character) for character in value)


def quoted(value: str) -> str:
    """Return what may stand between the quotes of a parameter: no quote, no caret of RFC 6868."""
    return one_line(value, NAME_MOST).replace('"', "'").replace("^", "")


def folded(line: str) -> str:
    """Return the line with its end, in pieces of at most 75 octets that split no character."""
    pieces, piece, size = [], "", 0
    for character in line:
        width = len(character.encode())
        if size + width > FOLD_MOST:
            pieces.append(piece)
            piece, size = "", 1  # the space that begins a further line counts
        piece, size = piece + character, size + width
    return "\r\n ".join([*pieces, piece]) + "\r\n"
