"""Mails as they come in, put together part by part, and what we make of them."""

from datetime import timedelta

from daemon.domain.event import Reply, Response
from daemon.domain.incoming.sort import sort
from daemon.testing.inbox_contract import ANN, AT, OURS, UID

LATER = AT + timedelta(minutes=3)
DOMAIN = "council.example"
YES = Reply(UID, ANN, Response.ACCEPTED, AT, 0, ANN)


def sorted_out(raw: bytes) -> list:
    """Return what a mail is to us: answers, bounces, absences, notes; raises Odd or TooMuch."""
    return list(sort(raw, LATER, frozenset({OURS}), DOMAIN))


def part(content: bytes | str, *fields: str) -> bytes:
    """Return a mail from Ann whose one part is this."""
    head = "\r\n".join([f"From: Ann <{ANN}>", "MIME-Version: 1.0", *fields])
    body = content if isinstance(content, bytes) else content.encode()
    return head.encode() + b"\r\n\r\n" + body


def multipart(kind: str, *inner: bytes, fields: tuple[str, ...] = ()) -> bytes:
    """Return a mail from Ann of several parts."""
    lines = b"".join(b"--=_x\r\n" + one + b"\r\n" for one in inner)
    return part(lines + b"--=_x--\r\n", f'Content-Type: multipart/{kind}; boundary="=_x"', *fields)


CALENDAR = "Content-Type: text/calendar; method=REPLY; charset=UTF-8"
