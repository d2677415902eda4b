"""Mail as Graph keeps it: drafts, sending, the copy in Sent Items, and what its reader gets."""

import base64
import re
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from html.parser import HTMLParser
from typing import Any

from daemon.domain.mail import parse_address
from daemon.testing.microsoft365.calls import Call, Refused, Reply
from daemon.testing.microsoft365.inbox import RAW, receive, returned
from daemon.testing.microsoft365.tenant import Item, Tenant

PROPERTY = re.compile(
    r"(String|Integer) (\{[0-9A-Fa-f-]{36}\} (Name .+|Id 0x[0-9a-f]+)|0x[0-9A-Fa-f]{4})"
)
SENSITIVITY = "Integer 0x0036"
SENSITIVITIES = {"2": "Private", "3": "Company-Confidential"}
SOUGHT = re.compile(
    r"singleValueExtendedProperties/Any\(ep: ep/id eq '((?:[^']|'')+)' and ep/value eq '((?:[^']|'')+)'\)"
)
NEVER, HIDDEN_MOST = "2000-01-01T00:00:00Z", timedelta(minutes=4)
HEADERS_MOST, RECIPIENTS_MOST, BYTES_MOST = 5, 500, 4_000_000
KNOWN_SELECTED = re.compile(r"[A-Za-z]+(,[A-Za-z]+)*")


def create(tenant: Tenant, call: Call) -> Reply:
    """Keep a draft; answer with it."""
    item = checked(tenant, dict(call.body))
    id_ = tenant.new_id("Msg", is_immutable=call.is_immutable)
    box = tenant.box(call.mailbox)
    item |= {"id": id_, "isDraft": True, "createdDateTime": stamp(tenant.clock())}
    item.setdefault("internetMessageId", f"<{tenant.made}@stand-in.example>")
    box.messages[id_] = item
    return Reply(201, shown(item))


def send_draft(tenant: Tenant, call: Call) -> Reply:
    """Send a draft: it becomes the copy in Sent Items, under the same id where that is immutable."""
    box = tenant.box(call.mailbox)
    item = box.messages.get(call.parts[1])
    if item is None or not item["isDraft"]:
        raise Refused(404, "ErrorItemNotFound")
    if "Im" not in item["id"][:8]:
        del box.messages[item["id"]]
        item["id"] = tenant.new_id("Msg", is_immutable=False)
        box.messages[item["id"]] = item
    post(tenant, call.mailbox, item)
    return Reply(202)


def send_mail(tenant: Tenant, call: Call) -> Reply:
    """Send at once; a copy is kept unless the call says otherwise."""
    item = checked(tenant, dict(call.argument("message")))
    item |= {"id": tenant.new_id("Msg"), "isDraft": True}
    item.setdefault("internetMessageId", f"<{tenant.made}@stand-in.example>")
    if call.argument("saveToSentItems") is not False:
        tenant.box(call.mailbox).messages[item["id"]] = item
    post(tenant, call.mailbox, item)
    return Reply(202)


def listed(tenant: Tenant, call: Call) -> Reply:
    """Find messages by an extended property: the one question that is asked of them."""
    found = SOUGHT.fullmatch(call.options.get("$filter", ""))
    if found is None:
        raise Refused(400, "ErrorInvalidUrlQueryFilter")
    wanted = tuple(text.replace("''", "'") for text in found.groups())
    answers = []
    for item in tenant.box(call.mailbox).messages.values():
        held = [(one["id"], one["value"]) for one in item.get("singleValueExtendedProperties", ())]
        if wanted not in held:
            continue
        if is_hidden(tenant, item):
            item["unseen"] -= 1
            continue
        answers.append(selected(item, call.options.get("$select")))
    return Reply(200, {"value": answers[: int(call.options.get("$top", 10))]})


def got(tenant: Tenant, call: Call) -> Reply:
    """Answer with one message."""
    item = tenant.box(call.mailbox).messages.get(call.parts[1])
    if item is None or is_hidden(tenant, item):
        raise Refused(404, "ErrorItemNotFound")
    return Reply(200, selected(item, call.options.get("$select")))


def is_hidden(tenant: Tenant, item: Item) -> bool:
    """Return whether a message lies in no folder: for so many look-ups, and not for longer than that takes."""
    sent_at = datetime.fromisoformat(item.get("sentDateTime") or NEVER)
    return item.get("unseen", 0) > 0 and tenant.clock() < sent_at + HIDDEN_MOST


def changed(tenant: Tenant, call: Call) -> Reply:
    """Change a draft."""
    item = tenant.box(call.mailbox).messages.get(call.parts[1])
    if item is None or not item["isDraft"]:
        raise Refused(404, "ErrorItemNotFound")
    item |= checked(tenant, dict(call.body))
    return Reply(200, shown(item))


def dropped(tenant: Tenant, call: Call) -> Reply:
    """Take a message away."""
    if tenant.box(call.mailbox).messages.pop(call.parts[1], None) is None:
        raise Refused(404, "ErrorItemNotFound")
    return Reply(204)


def checked(tenant: Tenant, item: Item) -> Item:
    """Return a message as it may be kept; raises Refused for what Outlook does not take."""
    del tenant
    to = [each["emailAddress"]["address"] for each in item.get("toRecipients") or ()]
    try:
        good = [parse_address(one) for one in to]
    except ValueError:
        raise Refused(400, "ErrorInvalidRecipients") from None
    headers = item.get("internetMessageHeaders") or ()
    if len(good) > RECIPIENTS_MOST:
        raise Refused(400, "ErrorTooManyRecipients")
    names = [str(one["name"]).lower() for one in headers]
    if len(names) > HEADERS_MOST or not all(name.startswith("x-") for name in names):
        raise Refused(400, "InvalidInternetMessageHeader")
    if any(re.search(r"[\r\n]", str(one["value"])) for one in headers):
        raise Refused(400, "InvalidInternetMessageHeaderValue")
    for one in item.get("singleValueExtendedProperties") or ():
        if not PROPERTY.fullmatch(one["id"]):
            raise Refused(400, "ErrorInvalidExtendedProperty")
    if len(str(item.get("body", {}).get("content", "")).encode()) > BYTES_MOST:
        raise Refused(413, "ErrorMessageSizeExceeded")
    return deepcopy(item)


def post(tenant: Tenant, mailbox: str, item: Item) -> None:
    """Take a message out of the drafts and to its readers; nobody's address comes back as a bounce."""
    to = [one["emailAddress"]["address"] for one in item.get("toRecipients") or ()]
    if not to:
        raise Refused(400, "ErrorInvalidRecipients")
    item |= {"isDraft": False, "sentDateTime": stamp(tenant.clock()), "unseen": tenant.hides_sent}
    for address in to:
        if address.lower() in tenant.missing:
            bounce(tenant, mailbox, item)
        else:
            tenant.deliver(as_received(mailbox, address, item, tenant.clock()))


def bounce(tenant: Tenant, mailbox: str, item: Item) -> None:
    """Put a report into the sender's inbox: nobody has that address."""
    id_ = receive(tenant, mailbox, returned(mailbox, message_id=item["internetMessageId"]))
    tenant.box(mailbox).messages[id_]["isBounceOf"] = item["internetMessageId"]


def as_received(mailbox: str, address: str, item: Item, at: datetime) -> EmailMessage:
    """Return the mail that its reader gets; Exchange writes the plain words itself."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = mailbox
    mail["To"] = address
    mail["Subject"] = item.get("subject") or ""
    mail["Date"] = at
    mail["Message-ID"] = item["internetMessageId"]
    mail["Importance"] = item.get("importance") or "normal"
    held = {one["id"]: one["value"] for one in item.get("singleValueExtendedProperties") or ()}
    if word := SENSITIVITIES.get(held.get(SENSITIVITY, "")):
        mail["Sensitivity"] = word
    for one in item.get("replyTo") or ():
        mail["Reply-To"] = one["emailAddress"]["address"]
    for one in item.get("internetMessageHeaders") or ():
        mail[one["name"]] = one["value"]
    body = item.get("body") or {}
    content = str(body.get("content") or "")
    if str(body.get("contentType")).lower() == "html":
        mail.set_content(Words.of(content), cte="quoted-printable")
        mail.add_alternative(content, subtype="html", cte="quoted-printable")
    else:
        mail.set_content(content, cte="quoted-printable")
    for one in item.get("attachments") or ():
        main, _, sub = str(one.get("contentType") or "application/octet-stream").partition("/")
        mail.add_attachment(
            base64.b64decode(one["contentBytes"]), maintype=main, subtype=sub, filename=one["name"]
        )
    return mail


class Words(HTMLParser):
    """The words of a page, for the plain part of a mail."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    @classmethod
    def of(cls, page: str) -> str:
        """Return them."""
        reader = cls()
        reader.feed(page)
        return "".join(reader.said).strip() + "\n"

    def handle_data(self, data: str) -> None:
        """Keep what is said."""
        self.said.append(data)


def selected(item: Item, names: str | None) -> Item:
    """Return the fields that were asked for."""
    if names is None:
        return shown(item)
    if not KNOWN_SELECTED.fullmatch(names):
        raise Refused(400, "RequestBroker--ParseUri")
    wanted: Sequence[str] = ["id", *names.split(",")]
    return {name: item[name] for name in wanted if name in item}


def shown(item: Item) -> Item:
    """Return an item as it is answered: without extended properties, which must be asked for."""
    hidden = ("unseen", "singleValueExtendedProperties", "isBounceOf", RAW)
    return {key: value for key, value in item.items() if key not in hidden}


def stamp(at: datetime) -> str:
    """Return a moment as Graph writes it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


TABLE: dict[tuple[str, str], Any] = {
    ("POST", "/users/{user-id}/messages"): create,
    ("GET", "/users/{user-id}/messages"): listed,
    ("GET", "/users/{user-id}/messages/{message-id}"): got,
    ("PATCH", "/users/{user-id}/messages/{message-id}"): changed,
    ("DELETE", "/users/{user-id}/messages/{message-id}"): dropped,
    ("POST", "/users/{user-id}/messages/{message-id}/send"): send_draft,
    ("POST", "/users/{user-id}/sendMail"): send_mail,
}
