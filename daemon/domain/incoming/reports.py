"""Reports of mail servers: which message did not arrive (RFC 3464), and what only a machine answered."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from daemon.domain.incoming.parts import Part
from daemon.domain.mail import parse_message_id

ACTION = re.compile(r"(?im)^Action:[ \t]*([a-z]{1,20})")
STATUS = re.compile(r"(?im)^Status:[ \t]*([245])\.")
ENVELOPE = re.compile(r"(?im)^Original-Envelope-Id:[ \t]*<?([!-~]{1,320})")
FAILED, DELAYED = "failed", "delayed"
BY_STATUS = {"5": FAILED, "4": DELAYED, "2": "delivered"}
RETURNED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers"})
ID = re.compile(rb"<[A-Za-z0-9_-]{1,120}@[A-Za-z0-9.-]{1,255}>")
IDS_MOST = 1000
MARKS = ("x-autoreply", "x-autorespond", "x-auto-reply")
PRECEDENCES = frozenset({"auto_reply", "bulk", "junk", "list"})
CLASSES = ("x-message-class", "content-class")


def action(mail: Sequence[Part]) -> str | None:
    """Return what a report says of the one recipient, None for a mail that is no report.

    Of several, the worst: a message of ours has one recipient, who may be a list.
    """
    said: list[str] = []
    for part in mail:
        if part.kind in ("message/delivery-status", "message/global-delivery-status"):
            text = part.text()
            found = [one.lower() for one in ACTION.findall(text)]
            said += found or [BY_STATUS[one] for one in STATUS.findall(text)] or [FAILED]
    if not said and mail[0].field("x-failed-recipients"):
        return FAILED
    return next((one for one in (FAILED, DELAYED) if one in said), said[0] if said else None)


def reported(mail: Sequence[Part], raw: bytes, domain: str) -> str | None:
    """Return the id of the message that a report is about, None where it cannot be told."""
    named = {
        found
        for text in claims(mail)
        if (found := parse_message_id(text if "@" in text else f"{text}@{domain}", domain))
    }
    if not named:  # some servers quote the message in the midst of their words
        quoted = (found[0].decode() for found in islice(ID.finditer(raw), IDS_MOST))
        named = {found for text in quoted if (found := parse_message_id(text, domain))}
    return named.pop() if len(named) == 1 else None


def claims(mail: Sequence[Part]) -> Iterator[str]:
    """Yield what a report says the message's id is: in the message that it returns, or as envelope."""
    for before, part in pairwise(mail):
        if before.kind in RETURNED and part.field("message-id"):
            yield part.field("message-id")
    for part in mail:
        if part.kind == "text/rfc822-headers":
            found = re.search(r"(?im)^Message-ID:\s*(<[^<>\s]{1,320}>)", part.text())
            yield from found.groups() if found else ()
        if part.kind.endswith("delivery-status"):
            yield from ENVELOPE.findall(part.text())


def is_automatic(head: Part) -> bool:
    """Return whether a machine wrote the mail: an absence note, a receipt, a circular."""
    written = head.field("auto-submitted").partition(";")[0].strip().lower()
    return (
        written not in ("", "no")
        or is_answered_by_machine(head)
        or head.field("precedence").lower() in PRECEDENCES
        or head.field("return-path") == "<>"
        or head.parameter("report-type").lower() == "disposition-notification"
        or any("oof" in head.field(name).lower() for name in CLASSES)
    )


def is_answered_by_machine(head: Part) -> bool:
    """Return whether a machine answered, even where it answered in the form of a calendar program.

    A calendar that sends a person's answer may say `auto-generated`; only `auto-replied` is a no.
    """
    return (
        head.field("auto-submitted").lower().startswith("auto-replied")
        or any(head.field(name) for name in MARKS)
        or head.field("precedence").lower() == "auto_reply"
    )
