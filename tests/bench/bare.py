"""The bare client libraries, making the same calls for the same message: what a channel of ours stands beside.

Each is a call that sends so many messages. They compose, too, as a careful programmer would without us; they have no
deadline, no pace, no look-up, and an answer that is not a good one is an exception.
"""

import asyncio
import ssl
from collections.abc import Callable
from contextlib import closing
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, make_msgid
from smtplib import SMTP
from typing import Any

import exchangelib
import httpx
import httpx2
from azure.identity import ClientSecretCredential
from exchangelib.folders import Root, SentItems
from exchangelib.version import EXCHANGE_2016, Version
from kiota_abstractions.base_request_configuration import RequestConfiguration
from kiota_authentication_azure.azure_identity_authentication_provider import (
    AzureIdentityAuthenticationProvider,
)
from msgraph import GraphRequestAdapter, GraphServiceClient
from msgraph.generated.models.body_type import BodyType
from msgraph.generated.models.email_address import EmailAddress
from msgraph.generated.models.internet_message_header import InternetMessageHeader
from msgraph.generated.models.item_body import ItemBody
from msgraph.generated.models.message import Message as Item
from msgraph.generated.models.recipient import Recipient
from msgraph.generated.models.single_value_legacy_extended_property import (
    SingleValueLegacyExtendedProperty,
)
from msgraph_core import GraphClientFactory
from notifications_python_client.notifications import NotificationsAPIClient

from daemon.domain.message import Message
from daemon.testing.notify.server import KEY as KEY_OF_NOTIFY
from daemon.testing.notify.server import TEMPLATE
from tests.bench.other_side import MAILBOX
from tests.bench.sink import HOST

Send = Callable[[int], None]
KEY = "String {5b0e9d1c-7c1f-4b7a-9a53-1f0c6f0f2d64} Name daykeeper-message"
SENSITIVITY = "Integer 0x0036"
CARD = "application/vnd.microsoft.card.adaptive"


def as_mime(message: Message, to: str, number: int) -> EmailMessage:
    """Return the message as the standard library writes it."""
    mail = EmailMessage(policy=WIRE)
    mail["From"], mail["To"], mail["Subject"] = f"Daykeeper <{MAILBOX}>", to, message.subject
    assert message.made_at is not None
    mail["Date"] = format_datetime(message.made_at)
    mail["Message-ID"] = make_msgid(str(number), "council.example")
    mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"] = "auto-generated", "OOF, AutoReply"
    mail.set_content(message.text, cte="quoted-printable")
    mail.add_alternative(message.html, subtype="html", cte="quoted-printable")
    return mail


def smtplib_sends(port: int, message: Message, to: str) -> Send:
    """Send by one connection of smtplib."""

    def send(many: int) -> None:
        with SMTP(HOST, port) as wire:
            for number in range(many):
                wire.send_message(as_mime(message, to, number), MAILBOX, [to])

    return send


def exchangelib_sends(endpoint: str, message: Message, to: str) -> Send:
    """Send by one account of exchangelib, and keep a copy that knows its key."""

    def send(many: int) -> None:
        config = exchangelib.Configuration(
            service_endpoint=endpoint, auth_type=exchangelib.BASIC,
            credentials=exchangelib.Credentials("COUNCIL\\daykeeper", "secret"),
            version=Version(build=EXCHANGE_2016), max_connections=1,
        )  # fmt: skip
        account = exchangelib.Account(MAILBOX, config=config, access_type=exchangelib.DELEGATE)
        account.root = Root(account=account)
        sent = SentItems(root=account.root)
        sent.to_id()
        with closing(account.protocol):
            for number in range(many):
                exchangelib.Message(
                    account=account, folder=sent, importance="Normal", our_key=f"bare-{number}",
                    mime_content=as_mime(message, to, number).as_bytes(),
                ).send_and_save()  # fmt: skip

    return send


def httpx2_posts(url: str, message: Message) -> Send:
    """Post cards by one client of httpx2, the one without a loop: it is the quicker one."""

    def send(many: int) -> None:
        with httpx2.Client(timeout=20, trust_env=False) as client:
            for number in range(many):
                lines = [message.subject, *message.text.splitlines()]
                body = [{"type": "TextBlock", "text": line, "wrap": True} for line in lines]
                card = {"type": "AdaptiveCard", "version": "1.5", "body": body}
                attachment = {"contentType": CARD, "contentUrl": None, "content": card}
                answer = client.post(
                    url, json={"type": "message", "attachments": [attachment]},
                    headers={"x-ms-client-tracking-id": f"bare-{number}"},
                )  # fmt: skip
                answer.raise_for_status()

    return send


def notify_sends(url: str, message: Message, to: str) -> Send:
    """Send mails by one client of Notify's."""

    def send(many: int) -> None:
        client = NotificationsAPIClient(KEY_OF_NOTIFY, base_url=url, timeout=20)
        words = {"subject": message.subject, "message": message.text}
        with closing(client.request_session):
            for number in range(many):
                client.send_email_notification(to, TEMPLATE, words, reference=f"bare-{number}")

    return send


class Held:
    """A token that was fetched once."""

    def __init__(self, token: Any) -> None:
        self.token = token

    async def get_token(self, *_: str, **__: Any) -> Any:
        return self.token


def msgraph_sends(
    address: str, ca_file: str, ids: tuple[str, str], secret: str, message: Message, to: str
) -> Send:
    """Make drafts and send them by one client of msgraph-sdk; `ids` are of tenant and application."""
    with ClientSecretCredential(
        *ids, secret, authority=address, connection_verify=ca_file,
        disable_instance_discovery=True,
    ) as credential:  # fmt: skip
        token = credential.get_token(f"{address}/.default")

    async def post(many: int) -> None:
        trusted = ssl.create_default_context(cafile=ca_file)
        http = httpx.AsyncClient(verify=trusted, trust_env=False, timeout=20)
        http = GraphClientFactory.create_with_default_middleware(client=http)
        proof = AzureIdentityAuthenticationProvider(
            Held(token), scopes=[f"{address}/.default"], allowed_hosts=["localhost"]
        )
        adapter = GraphRequestAdapter(proof, client=http)
        adapter.base_url = f"{address}/v1.0"
        messages = GraphServiceClient(request_adapter=adapter).users.by_user_id(MAILBOX).messages
        asked = RequestConfiguration()
        asked.headers.add("Prefer", 'IdType="ImmutableId"')
        for number in range(many):
            draft = await messages.post(drafted(message, to, number), request_configuration=asked)
            await messages.by_message_id(draft.id).send.post(request_configuration=asked)
        await http.aclose()

    return lambda many: asyncio.run(post(many))


def drafted(message: Message, to: str, number: int) -> Any:
    """Return the message in Microsoft's models."""
    return Item(
        subject=message.subject,
        body=ItemBody(content_type=BodyType.Html, content=message.html),
        to_recipients=[Recipient(email_address=EmailAddress(address=to))],
        internet_message_id=f"<{number}@council.example>",
        internet_message_headers=[
            InternetMessageHeader(name="x-auto-response-suppress", value="OOF, AutoReply")
        ],
        single_value_extended_properties=[
            SingleValueLegacyExtendedProperty(id=KEY, value=f"bare-{number}"),
            SingleValueLegacyExtendedProperty(id=SENSITIVITY, value="3"),
        ],
    )
