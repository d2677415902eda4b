"""Answers of calendar programs: what an iCalendar text of METHOD:REPLY says (RFC 5546, 3.2.3)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from daemon.domain.event import Response
from daemon.domain.incoming.parts import Part, TooMuch, address

KINDS = frozenset({"text/calendar", "application/ics"})
LINES_MOST, LINE_MOST, EVENTS_MOST, UID_MOST, REVISION_DIGITS = 3000, 8000, 10, 255, 9
ENDS, FOLD = re.compile(r"\r\n?"), re.compile(r"\n[ \t]")
LINE = re.compile(r'([A-Za-z0-9-]{1,60})((?:;(?:"[^"]*"|[^":])*)?):(.*)')
PARAMETER = re.compile(r';([A-Za-z0-9-]{1,60})=("[^"]*"|[^";]*)')
STAMP = re.compile(r"\d{8}T\d{6}Z?")
ESCAPED = re.compile(r"\\([\\;,])")
MAILTO = "mailto:"
RESPONSES = {
    "ACCEPTED": Response.ACCEPTED,
    "TENTATIVE": Response.TENTATIVE,
    "DECLINED": Response.DECLINED,
}


@dataclass(slots=True)
class Said:
    """What one VEVENT of an answer says; `attendees` with what each answers, in capitals."""

    uid: str = ""
    revision: int | None = None
    at: datetime | None = None
    attendees: list[tuple[str | None, str]] = field(default_factory=list)


def calendars(mail: Sequence[Part]) -> Iterator[tuple[str, list[Said]]]:
    """Yield the method and the events of each iCalendar text in a mail; raises TooMuch."""
    for part in mail:
        if part.kind in KINDS:
            yield read(part.text(), part.parameter("method"))


def read(text: str, method: str = "") -> tuple[str, list[Said]]:
    """Return the method, in capitals, and the events. Rules of repetition are never expanded.

    Args:
        method: what the mail says it is, for a text that does not say it.
    """
    said: list[Said] = []
    within: list[str] = []
    for line in lines(text):
        found = LINE.fullmatch(line)
        if found is None:
            continue
        name, parameters, value = found[1].upper(), found[2], found[3].strip()
        if name == "BEGIN":
            within.append(value.upper())
            if within[-1] == "VEVENT":
                said.append(Said())
        elif name == "END":
            del within[-1:]
        elif name == "METHOD" and len(within) <= 1:
            method = value
        elif within[-1:] == ["VEVENT"]:
            hear(said[-1], name, parameters, value)
        if len(said) > EVENTS_MOST or len(within) > EVENTS_MOST:
            raise TooMuch("its calendar has more in it than is read")
    return method.upper(), said


def lines(text: str) -> list[str]:
    """Return the content lines, unfolded; raises TooMuch."""
    found = FOLD.sub("", ENDS.sub("\n", text.lstrip("\ufeff"))).split("\n")
    if len(found) > LINES_MOST or max(map(len, found)) > LINE_MOST:
        raise TooMuch("its calendar has more in it than is read")
    return found


def hear(said: Said, name: str, parameters: str, value: str) -> None:
    """Put one property of an event where it belongs; most belong nowhere."""
    if name == "UID":
        said.uid = said.uid or ESCAPED.sub(r"\1", value)[:UID_MOST]
    elif (
        name == "SEQUENCE" and value.isascii() and value.isdigit() and len(value) <= REVISION_DIGITS
    ):
        said.revision = int(value)
    elif name == "DTSTAMP" and STAMP.fullmatch(value.upper()):
        try:
            said.at = datetime.strptime(value.upper().rstrip("Z"), "%Y%m%dT%H%M%S").replace(
                tzinfo=UTC
            )
        except ValueError:
            said.at = None
    elif name == "ATTENDEE":
        given = {one[1].upper(): one[2].strip('"') for one in PARAMETER.finditer(parameters)}
        place = value[len(MAILTO) :] if value.lower().startswith(MAILTO) else given.get("EMAIL", "")
        said.attendees.append((address(place), given.get("PARTSTAT", "").upper()))
