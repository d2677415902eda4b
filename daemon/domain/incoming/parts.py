"""One mail taken apart within fixed bounds of time and memory, whatever it is made of.

A general parser of mail promises no bounds: nesting, parts and parameters are the sender's choice.
This one reads each octet once a level, and only decodes what is asked for.
"""

import binascii
import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from daemon.domain.mail import one_line, parse_address

HEADER_MOST, FIELD_MOST, TYPE_MOST, TEXT_MOST = 128 * 1024, 4000, 1000, 256 * 1024
DEPTH_MOST, PARTS_MOST, BOUNDARY_MOST = 10, 100, 200
BLANK = re.compile(rb"(?:\A|\r?\n)\r?\n")
FOLD = re.compile(r"\r?\n[ \t]+")
FIELD = re.compile(r"([!-9;-~]{1,100})[ \t]*:(.*)")
PARAMETER = re.compile(r';\s*([A-Za-z0-9-]{1,60})\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]*)')
NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
# some of the others take time that grows with the square of what they are given
CHARSETS = frozenset(
    {"utf-8", "ascii", "utf-16", "utf-16-le", "utf-16-be", "utf-7", "cp1252"}
    | {f"iso8859-{number}" for number in (1, 2, 9, 15)}
)


class TooMuch(ValueError):
    """A mail beyond the bounds; the text says which, in words of ours."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its fields by their name in lower case (the first of each), and its body as sent."""

    fields: Mapping[str, str]
    body: bytes

    @property
    def kind(self) -> str:
        """The media type, `text/plain` where none is said."""
        found = self.fields.get("content-type", "").partition(";")[0].strip().lower()
        return found if found.count("/") == 1 else "text/plain"

    def field(self, name: str) -> str:
        """Return a field as one line, empty where there is none."""
        return one_line(self.fields.get(name, ""), FIELD_MOST)

    def parameter(self, name: str) -> str:
        """Return a parameter of the media type, empty where there is none."""
        for found in PARAMETER.finditer(self.fields.get("content-type", "")[:TYPE_MOST]):
            if found[1].lower() == name:
                return found[2].strip('"')
        return ""

    def decoded(self) -> bytes:
        """Return the body without its transfer encoding."""
        encoding = self.fields.get("content-transfer-encoding", "").strip().lower()
        if encoding == "base64":
            digits = NO_BASE64.sub(b"", self.body)
            digits = digits[: len(digits) - (len(digits) % 4 == 1)]
            return binascii.a2b_base64(digits + b"=" * (-len(digits) % 4))
        return binascii.a2b_qp(self.body) if encoding == "quoted-printable" else self.body

    def text(self) -> str:
        """Return the body as text; raises TooMuch where it is longer than is read."""
        if len(self.body) > TEXT_MOST:
            raise TooMuch("it has an answer or a report longer than is read")
        return self.decoded().decode(charset(self.parameter("charset")), "replace")


def parts(raw: bytes) -> list[Part]:
    """Return the mail and everything in it, outermost first; raises TooMuch."""
    found: list[Part] = []
    waiting = [(raw, 0)]
    while waiting:
        piece, depth = waiting.pop()
        if len(found) == PARTS_MOST:
            raise TooMuch("it has more parts than are read")
        part = split(piece)
        found.append(part)
        inner = list(inside(part))
        if inner and depth == DEPTH_MOST:
            raise TooMuch("its parts are nested deeper than is read")
        waiting += [(one, depth + 1) for one in reversed(inner)]
    return found


def split(raw: bytes) -> Part:
    """Return the header and the body of one part; raises TooMuch."""
    blank = BLANK.search(raw, 0, HEADER_MOST)
    if blank is None and len(raw) > HEADER_MOST:
        raise TooMuch("it has a header longer than is read")
    head, body = (raw[: blank.start()], raw[blank.end() :]) if blank else (raw, b"")
    fields: dict[str, str] = {}
    for line in FOLD.sub(" ", head.decode("utf-8", "replace")).split("\n"):
        if found := FIELD.match(line):
            fields.setdefault(found[1].lower(), found[2].strip())
    return Part(fields, body)


def inside(part: Part) -> Iterator[bytes]:
    """Yield the parts of a part, as many as may be read and one more."""
    if part.kind in ("message/rfc822", "message/global"):
        yield part.decoded()
    boundary = part.parameter("boundary") if part.kind.startswith("multipart/") else ""
    if not 0 < len(boundary) <= BOUNDARY_MOST:
        return
    line = re.compile(rb"(?:\A|\n)--" + re.escape(boundary.encode()) + rb"(--)?[ \t]*\r?(?=\n|\Z)")
    begins = None
    for number, found in enumerate(line.finditer(part.body)):
        if begins is not None:
            yield part.body[begins : found.start()].removesuffix(b"\r")
        begins = None if found[1] else found.end() + 1
        if found[1] or number > PARTS_MOST:
            return
    if begins is not None:  # the end was cut off
        yield part.body[begins:]


def charset(name: str) -> str:
    """Return the codec of a charset that is read, UTF-8 for any other."""
    try:
        found = codecs.lookup(name[:40]).name
    except (LookupError, ValueError):
        return "utf-8"
    return found if found in CHARSETS else "utf-8"


def address(text: str) -> str | None:
    """Return the plain address in a From field, in lower case; None where there is none."""
    plain = text.rpartition("<")[2].partition(">")[0] if "<" in text else text
    try:
        return parse_address(plain.strip()).lower()
    except ValueError:
        return None
