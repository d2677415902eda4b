"""The calendar of a mailbox: its entries looked up, made, changed and cancelled by Microsoft's client."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from msgraph.generated.models.event import Event as Item
from msgraph.generated.users.item.events.events_request_builder import EventsRequestBuilder
from msgraph.generated.users.item.events.item.cancel.cancel_post_request_body import (
    CancelPostRequestBody,
)

from integrations.microsoft365.answers import AnswerLost
from integrations.microsoft365.entry import ATTENDEE, DATED, MEETING, MESSAGE, REVISION, UID
from integrations.microsoft365.outlook import immutable

KNOWN_BY = (UID, MEETING, REVISION, ATTENDEE, DATED, MESSAGE)
FIELDS = [
    "id", "iCalUId", "start", "end", "isCancelled", "createdDateTime", "onlineMeeting", "attendees",
]  # fmt: skip
LOOKED_AT = 5  # the same uid stands once, unless somebody copied an entry


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry as it stands in our mailbox's calendar.

    `told` is the message that it was last sent in, `dated_at` when its present time was; `link` is
    the page of the online meeting that Teams made for it, if it has.
    """

    id: str
    uid: str
    revision: int
    attendee: str
    told: str
    starts_at: datetime
    ends_at: datetime
    dated_at: datetime | None
    made_at: datetime | None
    link: str | None
    answers: Sequence[tuple[str, str, datetime]] = ()  # address, answer, when


async def look_up(client: Any, mailbox: str, name: str, value: str) -> Sequence[Standing]:
    """Return the entries with that value of a property of ours, the newest revision first."""
    sought = f"singleValueExtendedProperties/Any(ep: ep/id eq '{name}' and ep/value eq '{quoted(value)}')"
    return await _listed(client, mailbox, sought)


async def look_up_by_theirs(client: Any, mailbox: str, uid: str) -> Sequence[Standing]:
    """Return the entries that Exchange knows by that uid, as programs that answer name it."""
    return await _listed(client, mailbox, f"iCalUId eq '{quoted(uid)}'")


async def get(client: Any, mailbox: str, id_: str) -> Standing | None:
    """Return one entry, None for one that is none of ours."""
    asked = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(
        select=FIELDS, expand=expanded()
    )
    found = await _events(client, mailbox).by_event_id(id_).get(
        request_configuration=immutable(asked)
    )  # fmt: skip
    return standing(found) if found is not None else None


async def make(client: Any, mailbox: str, item: Any) -> Standing | None:
    """Make an entry, and return it; who is asked gets an invitation from Exchange."""
    made = await _events(client, mailbox).post(item, request_configuration=immutable())
    if made is None or not made.id:
        raise AnswerLost("answer-unclear")
    return standing(made)


async def change(client: Any, mailbox: str, id_: str, item: Any) -> None:
    """Change an entry; who is asked is told by Exchange."""
    await _events(client, mailbox).by_event_id(id_).patch(item, request_configuration=immutable())


async def cancel(client: Any, mailbox: str, id_: str, comment: str) -> None:
    """Cancel an entry; who is asked gets the comment, and it leaves our calendar."""
    body = CancelPostRequestBody(comment=comment)
    await (
        _events(client, mailbox)
        .by_event_id(id_)
        .cancel.post(body, request_configuration=immutable())
    )


def standing(found: Any) -> Standing | None:
    """Return an entry as it stands; None for one without a time."""
    held = {
        one.id.lower(): str(one.value or "")
        for one in found.single_value_extended_properties or ()
        if one.id
    }
    said = [held.get(name.lower(), "") for name in (UID, REVISION, ATTENDEE, MESSAGE, DATED)]
    uid, revision, address, told, dated = said
    if found.start is None or found.end is None:
        return None
    return Standing(
        str(found.id),
        uid,
        int(revision) if revision.isdecimal() else 0,
        address,
        told,
        moment(found.start),
        moment(found.end),
        datetime.fromisoformat(dated) if dated else None,
        found.created_date_time,
        found.online_meeting.join_url if found.online_meeting else None,
        [
            (one.email_address.address.lower(), str(one.status.response.value), one.status.time)
            for one in found.attendees or ()
            if has_answered(one)
        ],
    )


def has_answered(one: Any) -> bool:
    """Return whether an attendee has said something, and when."""
    status, address = one.status, one.email_address
    return bool(status and status.response and status.time and address and address.address)


def moment(when: Any) -> datetime:
    """Return a moment of Outlook's, which is in UTC unless another zone was asked for."""
    return datetime.fromisoformat(when.date_time[:19]).replace(tzinfo=UTC)


def expanded() -> list[str]:
    """Return how properties of ours are asked for."""
    named = " or ".join(f"id eq '{name}'" for name in KNOWN_BY)
    return [f"singleValueExtendedProperties($filter={named})"]


def quoted(value: str) -> str:
    """Return a value as it may stand in a question."""
    return value.replace("'", "''")


def warm(client: Any) -> None:
    """Have the library load what a first entry would wait for."""
    one = _events(client, "-").by_event_id("-")
    loaded = (one.cancel, one.to_get_request_information, Item().get_field_deserializers())
    del loaded


def _events(client: Any, mailbox: str) -> Any:
    return client.users.by_user_id(mailbox).events


async def _listed(client: Any, mailbox: str, sought: str) -> Sequence[Standing]:
    asked = EventsRequestBuilder.EventsRequestBuilderGetQueryParameters(
        filter=sought, select=FIELDS, expand=expanded(), top=LOOKED_AT
    )
    found = await _events(client, mailbox).get(request_configuration=immutable(asked))
    if found is None or found.value is None:
        raise AnswerLost("answer-unclear")
    entries = [one for item in found.value if (one := standing(item))]
    return sorted(entries, key=lambda one: one.revision, reverse=True)
