"""Messages of Outlook: made, sent and looked up with Microsoft's own models."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.importance import Importance
from msgraph.generated.models.internet_message_header import InternetMessageHeader
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.message import Message as Item
from msgraph.generated.models.recipient import Recipient
from msgraph.generated.models.single_value_legacy_extended_property import (
    SingleValueLegacyExtendedProperty,
)
from msgraph.generated.users.item.messages.messages_request_builder import MessagesRequestBuilder
from msgraph.generated.users.item.send_mail.send_mail_post_request_body import (
    SendMailPostRequestBody,
)

from daemon.domain.mail import CODES_MOST, header_text, message_id, plain_address
from daemon.domain.message import Lane, Message
from integrations.microsoft365.answers import AnswerLost
from integrations.microsoft365.config import MailConfig

PROPERTY = "String {5b0e9d1c-7c1f-4b7a-9a53-1f0c6f0f2d64} Name daykeeper-message"
SENSITIVITY = "Integer 0x0036"  # Graph's message has no such field; Outlook reads MAPI's
SENSITIVITIES: Mapping[str, str] = {"normal": "0", "private": "2", "confidential": "3"}
LOOKED_AT = 5  # a crash may have left drafts of the same message


class Kept(NamedTuple):
    """What a mailbox has of one message."""

    id: str
    is_draft: bool


def as_item(message: Message, address: str, key: str, config: MailConfig) -> Any:
    """Return the message as Outlook keeps it, the same on every attempt."""
    headers = {"x-auto-response-suppress": "OOF, AutoReply"}
    if codes := header_text(" ".join(message.codes), CODES_MOST):
        headers["x-daykeeper-item"] = codes
    reply_to = message.reply_to and plain_address(message.reply_to)
    return Item(
        subject=header_text(message.subject),
        body=ItemBody(content_type=BodyType.Html, content=message.html)
        if message.html
        else ItemBody(content_type=BodyType.Text, content=message.text),
        to_recipients=[recipient(address)],
        reply_to=[recipient(reply_to)] if reply_to else None,
        importance=Importance.High if message.lane is Lane.URGENT else Importance.Normal,
        internet_message_id=message_id(message.id, config.id_domain),
        internet_message_headers=[
            InternetMessageHeader(name=name, value=value) for name, value in headers.items()
        ],
        single_value_extended_properties=[
            SingleValueLegacyExtendedProperty(id=PROPERTY, value=key),
            SingleValueLegacyExtendedProperty(
                id=SENSITIVITY, value=SENSITIVITIES[config.sensitivity]
            ),
        ],
    )


def recipient(address: str) -> Any:
    """Return an address as Outlook writes it."""
    return Recipient(email_address=EmailAddress(address=address))


def warm(client: Any) -> None:
    """Have the library load what a first message would wait for, a second or more: 1,200 modules."""
    box = client.users.by_user_id("-")
    loaded = (box.send_mail, box.messages.by_message_id("-").send, Item().get_field_deserializers())
    del loaded


async def make_draft(client: Any, mailbox: str, item: Any) -> str:
    """Return the id of a new draft, which stays its id when it is sent; raises AnswerLost."""
    found = await client.users.by_user_id(mailbox).messages.post(
        item, request_configuration=immutable()
    )
    if found is None or not found.id:
        raise AnswerLost("answer-unclear")
    return str(found.id)


async def send_draft(client: Any, mailbox: str, draft: str) -> None:
    """Hand a draft over."""
    one = client.users.by_user_id(mailbox).messages.by_message_id(draft)
    await one.send.post(request_configuration=immutable())


async def send_at_once(client: Any, mailbox: str, item: Any) -> None:
    """Hand a message over without a draft; its copy in Sent Items is the evidence."""
    body = SendMailPostRequestBody(message=item, save_to_sent_items=True)
    await client.users.by_user_id(mailbox).send_mail.post(body)


async def look_up(client: Any, mailbox: str, key: str) -> Sequence[Kept]:
    """Return what the mailbox has of a message, wherever it lies."""
    quoted = key.replace("'", "''")
    asked = MessagesRequestBuilder.MessagesRequestBuilderGetQueryParameters(
        filter=f"singleValueExtendedProperties/Any(ep: ep/id eq '{PROPERTY}' and ep/value eq '{quoted}')",
        select=["id", "isDraft"],
        top=LOOKED_AT,
    )
    found = await client.users.by_user_id(mailbox).messages.get(
        request_configuration=immutable(asked)
    )
    if found is None or found.value is None:
        raise AnswerLost("answer-unclear")
    return [Kept(str(one.id), bool(one.is_draft)) for one in found.value]


def immutable(asked: Any = None) -> Any:
    """Return how a request is made: with ids that stay when an item moves."""
    made = RequestConfiguration(query_parameters=asked) if asked else RequestConfiguration()
    made.headers.add("Prefer", 'IdType="ImmutableId"')
    return made
