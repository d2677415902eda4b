"""Meetings in the calendar of an Exchange Server: one for each person, known by its uid and revision."""

from collections.abc import Iterator
from html import escape
from typing import Any

from daemon.domain.entry import event_of
from daemon.domain.errors import Unsupported
from daemon.domain.event import Event
from daemon.domain.mail import mail_address, one_line
from daemon.domain.message import Lane, Message, Receipt
from daemon.domain.person import Person
from daemon.examined import Finding
from daemon.ports import Clock
from integrations.exchange.config import Config
from integrations.exchange.examine import examine
from integrations.exchange.pool import Pool
from integrations.exchange.vendor import (
    TO_ALL,
    TO_NONE,
    CalendarItem,
    CancelCalendarItem,
    HTMLBody,
    Post,
    answered,
    as_london,
    reference,
)

TITLE_MOST, PLACE_MOST, LINK_MOST = 200, 400, 2000
DATED = ("start", "end")
CHANGED = ("subject", "body", *DATED, "location", "our_revision")


class ExchangeCalendar:
    """The channel of the word `calendar`. Exchange cannot hide attendees: nobody shares a meeting.

    The meeting stands in our mailbox's calendar; the server tells its attendee, and counts the answers.
    """

    word = "calendar"

    def __init__(self, config: Config, clock: Clock) -> None:
        """Take the options; nothing is connected before the first message."""
        self.config, self.clock = config, clock
        self.pool = Pool(config, clock)

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Make, change or cancel the meeting of the event's uid, unless it stands so already.

        It is looked up each time, and carries its revision, so that a second try changes nothing. Raises
        Permanent where the message has no event, no words, or an event that is none; else as mail does.
        """
        address = mail_address(to, self.word if to.addresses.get(self.word) else "email")
        event = event_of(message)
        with self.pool.lend(is_urgent=message.lane is Lane.URGENT) as post:
            with answered(is_question=True):
                standing = find_entry(post, event.uid)
            with answered():
                settle(post, standing, event, message, address)
        return Receipt(event.uid)

    def find(self, key: str) -> Receipt | None:
        """Raise Unsupported: sending looks for the meeting itself, and knows its revision."""
        raise Unsupported("looked-up-when-sent")

    def examine(self) -> Iterator[Finding]:
        """Yield how the server stands; no meeting is made."""
        return examine(self.config, self.pool, self.clock(), "calendar")

    def close(self) -> None:
        """Close the kept lines; closing twice is no error."""
        self.pool.close()


def find_entry(post: Post, uid: str) -> Any:
    """Return the meeting of that uid with its revision, None where none stands in the calendar."""
    fields = ("our_revision", "our_attendee", "appointment_sequence_number")
    return next(iter(post.calendar.filter(our_uid=uid).only(*fields)), None)


def settle(post: Post, standing: Any, event: Event, message: Message, address: str) -> None:
    """Do what is left to do, by one request that tells the attendee."""
    if event.is_cancelled:
        if standing is not None:
            cancel(post, standing, event, message)
        return
    item = as_item(post, event, message)
    if standing is None:
        item.uid, item.our_uid = event.uid, event.uid
        item.our_attendee, item.required_attendees = address, [address]
        item.save(send_meeting_invitations=TO_ALL)
    elif standing.our_revision < event.revision:
        item.id, item.changekey = standing.id, standing.changekey
        fields = list(CHANGED)
        if standing.our_attendee != address:  # they have another address now
            item.our_attendee, item.required_attendees = address, [address]
            fields += ["our_attendee", "required_attendees"]
        item.save(update_fields=fields, send_meeting_invitations=TO_ALL)


def cancel(post: Post, standing: Any, event: Event, message: Message) -> None:
    """Take the meeting out. Its place goes first, and quietly: its reader may be invited no longer."""
    bare = as_item(post, event, message)
    bare.id, bare.changekey = standing.id, standing.changekey
    bare.save(update_fields=["body", "location", "our_revision"], send_meeting_invitations=TO_NONE)
    CancelCalendarItem(
        account=post.account, reference_item_id=reference(bare), new_body=HTMLBody(message.html)
    ).send(copy_to_folder=post.sent)


def as_item(post: Post, event: Event, message: Message) -> Any:
    """Return the event as a private meeting without an alarm: reminders are the rules' to send.

    Its notes are the message's words, as a mail that carries an invitation leaves them there, too.
    """
    is_off = event.is_cancelled
    link = one_line(event.link, LINK_MOST) if event.link and not is_off else ""
    shown = escape(link)
    join = f"<p>Join online: {shown}</p>\n" if link and shown not in message.html else ""
    place = one_line(event.place, PLACE_MOST) if event.place and not is_off else None
    return CalendarItem(
        account=post.account,
        folder=post.calendar,
        subject=one_line(event.title, TITLE_MOST),
        body=HTMLBody(join + message.html),
        start=as_london(event.starts_at),
        end=as_london(event.ends_at),
        location=place,
        sensitivity="Private",
        reminder_is_set=False,
        is_response_requested=True,
        allow_new_time_proposal=False,  # another day is agreed by people, not by an answer
        our_revision=event.revision,
    )
