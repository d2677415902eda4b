"""What one mail is to us: an answer, a bounce, a machine's reply, our own, or somebody's to read."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from daemon.domain.event import AutomaticReply, Bounce, Reply
from daemon.domain.incoming.answers import RESPONSES, Said, calendars
from daemon.domain.incoming.parts import FIELD_MOST, Part, address, parts
from daemon.domain.incoming.reports import (
    DELAYED,
    FAILED,
    action,
    is_answered_by_machine,
    is_automatic,
    reported,
)
from daemon.domain.mail import parse_message_id

Found = Reply | Bounce | AutomaticReply
UNKNOWN = "nothing in it answers us in a way that is understood"


class Odd(ValueError):
    """A mail that is somebody's to read; the text says why, in words of ours."""


def sort(raw: bytes, received_at: datetime, ours: frozenset[str], domain: str) -> Sequence[Found]:
    """Return what the mail says; nothing where it is our own or needs nobody.

    Raises Odd or TooMuch for one that a person must read.
    """
    mail = parts(raw)
    head, sender = mail[0], address(mail[0].field("from"))
    if (told := action(mail)) is not None:
        return bounced(told, reported(mail, raw, domain), received_at)
    if sender in ours:
        return ()
    if not is_answered_by_machine(head):
        found = answers(mail, sender, received_at)
        if found:
            return found
    if is_automatic(head):
        if sender is None:
            raise Odd("a machine wrote it and does not say for whom")
        return (AutomaticReply(sender, received_at, answered(head, domain)),)
    raise Odd(UNKNOWN)


def bounced(told: str, message: str | None, at: datetime) -> Sequence[Bounce]:
    """Return the bounce that a report tells of; a report that it arrived needs nobody."""
    if told not in (FAILED, DELAYED):
        return ()
    if message is None:
        raise Odd("it says that a message did not arrive, and not which")
    return (Bounce(message, at, is_final=told == FAILED),)


def answers(mail: Sequence[Part], sender: str | None, received_at: datetime) -> Sequence[Reply]:
    """Return the answers of calendar programs in the mail, each once; raises Odd for half of one."""
    found: dict[Reply, None] = {}
    for method, events in calendars(mail):
        if method == "COUNTER":
            raise Odd("it proposes another time, which people agree")
        if method == "REPLY" and not events:
            raise Odd("it is an answer to nothing")
        if method == "REPLY":
            found |= {reply(said, sender, received_at): None for said in events}
    return tuple(found)


def reply(said: Said, sender: str | None, received_at: datetime) -> Reply:
    """Return the answer that one event says.

    It was given when it says, but never after it came. Where several attendees are listed, it is
    the sender's; an attendee that is no address is the sender, too.
    """
    attendees = said.attendees
    if len(attendees) > 1:
        attendees = [one for one in attendees if one[0] == sender]
    if not said.uid or len(attendees) != 1:
        raise Odd("it is an answer that does not say to what, or whose")
    (who, answer) = attendees[0]
    if (who := who or sender) is None:
        raise Odd("it is an answer that does not say to what, or whose")
    if answer not in RESPONSES:
        raise Odd("it is an answer that says neither yes, nor no, nor perhaps")
    at = min(said.at or received_at, received_at)
    return Reply(said.uid, who, RESPONSES[answer], at, said.revision, sender)


def answered(head: Part, domain: str) -> str | None:
    """Return the id of the message of ours that a mail answers, None where it does not say."""
    named = (head.field(name)[:FIELD_MOST].split() for name in ("in-reply-to", "references"))
    found = (parse_message_id(text, domain) for text in chain.from_iterable(named))
    return next((message for message in found if message), None)
