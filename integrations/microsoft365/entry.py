"""What an entry of Outlook's calendar says, written in Microsoft's own models."""

from datetime import UTC, datetime
from hashlib import sha256
from html import escape
from typing import Any

from msgraph.generated.models.attendee import Attendee
from msgraph.generated.models.attendee_type import AttendeeType
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.event import Event as Item
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.location import Location
from msgraph.generated.models.online_meeting_provider_type import OnlineMeetingProviderType
from msgraph.generated.models.sensitivity import Sensitivity
from msgraph.generated.models.single_value_legacy_extended_property import (
    SingleValueLegacyExtendedProperty,
)

from daemon.domain.event import Event
from daemon.domain.mail import header_text, one_line
from daemon.domain.message import Message

OURS = "{5b0e9d1c-7c1f-4b7a-9a53-1f0c6f0f2d64}"  # the set of our own properties, as mail has it
UID = f"String {OURS} Name daykeeper-entry"
MEETING = f"String {OURS} Name daykeeper-meeting"
REVISION = f"Integer {OURS} Name daykeeper-revision"
ATTENDEE = f"String {OURS} Name daykeeper-attendee"
DATED = f"String {OURS} Name daykeeper-dated"
MESSAGE = f"String {OURS} Name daykeeper-told"
TITLE_MOST, PLACE_MOST, LINK_MOST, TRANSACTION = 200, 400, 2000, 36


def written(event: Event, message: Message, *, dated_at: datetime | None) -> Any:
    """Return the event as a private entry without an alarm: reminders are the rules' to send.

    `dated_at`: its time is new, since then. Who else is asked is hidden, and nobody proposes another
    time: another day is agreed by people.
    """
    return Item(
        subject=header_text(event.title, TITLE_MOST),
        body=words(event, message),
        start=zoned(event.starts_at),
        end=zoned(event.ends_at),
        location=place(event),
        is_reminder_on=False,
        sensitivity=Sensitivity.Private,
        response_requested=True,
        allow_new_time_proposals=False,
        hide_attendees=True,
        single_value_extended_properties=own(
            (REVISION, str(event.revision)),
            (MESSAGE, message.id),
            *([(DATED, dated_at.isoformat())] if dated_at else ()),
        ),
    )


def new(item: Any, event: Event, address: str) -> Any:
    """Return the entry with what it is known by, for the first time; under one name on every attempt."""
    item.attendees = [attendee(address)]
    item.transaction_id = transaction(event.uid, str(event.revision))
    item.single_value_extended_properties += own((UID, event.uid), (ATTENDEE, address))
    return item


def readdressed(item: Any, address: str) -> Any:
    """Return the entry with another address of its person."""
    item.attendees = [attendee(address)]
    item.single_value_extended_properties += own((ATTENDEE, address))
    return item


def emptied(event: Event, message: Message) -> Any:
    """Return the change that takes the place out of an entry before it is cancelled."""
    return Item(
        body=words(event, message),
        location=place(event),
        single_value_extended_properties=own(
            (REVISION, str(event.revision)), (MESSAGE, message.id)
        ),
    )


def meeting(event: Event) -> Any:
    """Return the entry in our own calendar that has the online meeting of a conference. It asks nobody."""
    name = event.meeting or ""
    return Item(
        subject=header_text(event.title.partition(":")[0], TITLE_MOST),
        start=zoned(event.starts_at),
        end=zoned(event.ends_at),
        is_reminder_on=False,
        sensitivity=Sensitivity.Private,
        is_online_meeting=True,
        online_meeting_provider=OnlineMeetingProviderType.TeamsForBusiness,
        transaction_id=transaction(name, event.starts_at.isoformat()),
        single_value_extended_properties=own((MEETING, name)),
    )


def moved(event: Event) -> Any:
    """Return the change of an online meeting's time, and of nothing else: its body is Teams' own.

    Whoever writes the body of such an entry takes the online meeting away.
    """
    return Item(start=zoned(event.starts_at), end=zoned(event.ends_at))


def words(event: Event, message: Message) -> Any:
    """Return the notes of an entry: the message's words, as a mail that carries an invitation leaves them."""
    link = "" if event.is_cancelled or not event.link else one_line(event.link, LINK_MOST)
    shown = escape(link)
    join = f"<p>Join online: {shown}</p>\n" if link and shown not in message.html else ""
    return ItemBody(content_type=BodyType.Html, content=join + message.html)


def place(event: Event) -> Any:
    """Return where it is; empty for what has been cancelled."""
    name = "" if event.is_cancelled or not event.place else one_line(event.place, PLACE_MOST)
    return Location(display_name=name)


def zoned(moment: datetime) -> Any:
    """Return a moment as Outlook writes it; each reader's calendar shows it in their own time."""
    return DateTimeTimeZone(
        date_time=f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", time_zone="UTC"
    )


def attendee(address: str) -> Any:
    """Return somebody who is asked."""
    return Attendee(email_address=EmailAddress(address=address), type=AttendeeType.Required)


def own(*values: tuple[str, str]) -> list[Any]:
    """Return properties of our own."""
    return [SingleValueLegacyExtendedProperty(id=name, value=value) for name, value in values]


def transaction(*what: str) -> str:
    """Return the name of a making: the same making again makes nothing."""
    return sha256("\0".join(what).encode()).hexdigest()[:TRANSACTION]
