"""What has come since: mails of the inbox and changed entries of the calendar, page by page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgraph.generated.users.item.calendar_view.delta import delta_request_builder as of_calendar
from msgraph.generated.users.item.mail_folders.item.messages.delta import (
    delta_request_builder as of_inbox,
)

from daemon.domain.times import iso
from integrations.microsoft365.answers import AnswerLost
from integrations.microsoft365.events import has_answered, moment
from integrations.microsoft365.outlook import immutable

FOLDER, REMOVED = "inbox", "@removed"
AskedMail = of_inbox.DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters
AskedView = of_calendar.DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters


class Page(NamedTuple):
    """The next changes: an id and a moment each, and the service's own word for the place after them."""

    found: Sequence[tuple[str, datetime]]
    place: str
    is_last: bool


async def arrived(client: Any, mailbox: str, place: str) -> Page:
    """Return the next mails that came into the inbox, and when."""
    builder = client.users.by_user_id(mailbox).mail_folders.by_mail_folder_id(FOLDER).messages.delta
    asked = AskedMail(select=["receivedDateTime"], change_type="created")
    found = await _next(builder, place, asked)
    new = [
        (str(one.id), one.received_date_time)
        for one in found.value
        if one.received_date_time and REMOVED not in one.additional_data
    ]
    return _page(new, found)


async def answered(
    client: Any, mailbox: str, place: str, *, starts_at: datetime, ends_at: datetime
) -> Page:
    """Return the next entries of that time that changed and have an answer, and when they begin."""
    builder = client.users.by_user_id(mailbox).calendar_view.delta
    asked = AskedView(start_date_time=iso(starts_at), end_date_time=iso(ends_at))
    found = await _next(builder, place, asked)
    told = [
        (str(one.id), moment(one.start))
        for one in found.value
        if one.start and any(map(has_answered, one.attendees or ()))
    ]
    return _page(told, found)


async def mime(client: Any, mailbox: str, id_: str) -> bytes:
    """Return a mail as it came."""
    one = client.users.by_user_id(mailbox).messages.by_message_id(id_)
    raw = await one.content.get(request_configuration=immutable())
    if not raw:
        raise AnswerLost("answer-unclear")
    return bytes(raw)


def warm(client: Any) -> None:
    """Have the library load what a first reading would wait for."""
    box = client.users.by_user_id("-")
    loaded = (box.calendar_view.delta, box.mail_folders.by_mail_folder_id("-").messages.delta)
    del loaded


async def _next(builder: Any, place: str, asked: Any) -> Any:
    """Ask from a place on, or from the beginning. A place of ours is a page of the service's own."""
    base = f"{builder.request_adapter.base_url}/"
    if place.startswith(base):
        found = await builder.with_url(place).get(request_configuration=immutable())
    else:
        found = await builder.get(request_configuration=immutable(asked))
    if found is None or found.value is None:
        raise AnswerLost("answer-unclear")
    return found


def _page(found: Sequence[tuple[str, datetime]], answer: Any) -> Page:
    place = answer.odata_next_link or answer.odata_delta_link
    if not place:
        raise AnswerLost("answer-unclear")
    return Page(found, place, answer.odata_next_link is None)
