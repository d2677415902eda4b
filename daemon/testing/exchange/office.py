"""What an Exchange Server keeps: one mailbox with its mails, its calendar and its answers."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import RLock
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

from daemon.testing.exchange.wording import NAMES, name, succeeded

RESPONSES = {"ACCEPTED": "Pos", "DECLINED": "Neg", "TENTATIVE": "Tent"}
SIGNIFICANT = frozenset({"Start", "End"})
ANSWER = re.compile(rb"(?i)content-type:\s*text/calendar.*method=\"?reply", re.DOTALL)
PARTSTAT = re.compile(rb"PARTSTAT=([A-Z]+)")
SYNC_STATE = re.compile(r"seen-(\d+)")


class Refused(Exception):
    """The server says no, in an answer of status 200; the text is its code."""


@dataclass(slots=True)
class Item:
    """One item in a folder. `own` are extended properties by their name; `fields` are elements by name."""

    kind: str
    folder: str
    at: datetime
    own: dict[str, str] = field(default_factory=dict)
    mime: bytes = b""
    fields: dict[str, Any] = field(default_factory=dict)
    attendee: str = ""
    item_class: str = "IPM.Note"
    sequence: int = 0
    key: int = 1
    hidden: int = 0  # look-ups for which it is not found yet
    id: str = field(default_factory=lambda: base64.b64encode(uuid4().bytes).decode())

    def text(self, name: str) -> str:
        """Return a field's text, empty where it has none."""
        found = self.fields.get(name)
        return "" if found is None else (found.text or "")


@dataclass(frozen=True, slots=True)
class Notice:
    """One meeting message as it reached its attendee. `own` are our properties at that moment."""

    method: str
    attendees: tuple[str, ...]
    sequence: int
    fields: dict[str, str]
    own: dict[str, str]


@dataclass(slots=True)
class Office:
    """One mailbox. Every call is one operation of EWS, in the words of its schema."""

    mailbox: str
    clock: Callable[[], datetime]
    items: dict[str, Item] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    nobody: set[str] = field(default_factory=set)  # taken, and returned later
    refused: set[str] = field(default_factory=set)  # refused at once
    largest_bytes: int = 10_000_000
    copies_late: Callable[[], int] = lambda: 0  # by how many look-ups the next copy is late
    forgets_states: bool = False
    lock: Any = field(default_factory=RLock)

    def deliver(self, raw: bytes, item_class: str = "") -> None:
        """Put a mail into the inbox, in the form that Exchange gives it."""
        kind = "MeetingResponse" if ANSWER.search(raw) else "Message"
        said = PARTSTAT.search(raw)
        if kind == "MeetingResponse" and said:
            item_class = f"IPM.Schedule.Meeting.Resp.{RESPONSES.get(said[1].decode(), 'Tent')}"
        item = Item(kind, "inbox", self.clock(), mime=raw, item_class=item_class or "IPM.Note")
        with self.lock:
            self.items[item.id] = item

    def perform(self, operation: str, body: Any) -> str:
        """Return the answer to a request; raises Refused."""
        with self.lock:
            return str(getattr(self, f"_{operation}")(body))

    def _CreateItem(self, body: Any) -> str:  # noqa: N802 - named as the operations are
        (given,) = body.find("m:Items", NAMES)
        kind = name(given)
        if kind == "CancelCalendarItem":
            return self._cancel(given)
        item = Item(kind, self._folder(body.find("m:SavedItemFolderId", NAMES)), self.clock())
        for one in given:
            self._put(item, one)
        if kind == "CalendarItem":
            self.items[item.id] = item
            self._tell(item, "REQUEST", body.get("SendMeetingInvitations"))
        else:
            self._post(item)
            item.hidden = self.copies_late()
            self.items[item.id] = item
        return succeeded("CreateItem", [f"<m:Items>{shown(item, bare=True)}</m:Items>"])

    def _UpdateItem(self, body: Any) -> str:  # noqa: N802
        change = body.find("m:ItemChanges/t:ItemChange", NAMES)
        item = self._item(change.find("t:ItemId", NAMES))
        changed = set()
        for update in change.find("t:Updates", NAMES):
            if name(update) == "DeleteItemField":
                item.fields.pop(update[0].get("FieldURI").partition(":")[2], None)
                continue
            for one in update[1]:
                self._put(item, one)
                changed.add(name(one))
        item.key += 1
        if body.get("SendMeetingInvitationsOrCancellations") != "SendToNone":
            item.sequence += bool(changed & SIGNIFICANT)
            self._tell(item, "REQUEST", body.get("SendMeetingInvitationsOrCancellations"))
        part = f"<m:Items>{shown(item, bare=True)}</m:Items><m:ConflictResults><t:Count>0</t:Count></m:ConflictResults>"
        return succeeded("UpdateItem", [part])

    def _FindItem(self, body: Any) -> str:  # noqa: N802
        folder = self._folder(body.find("m:ParentFolderIds", NAMES))
        test = body.find("m:Restriction/t:IsEqualTo", NAMES)
        own = test.find("t:ExtendedFieldURI", NAMES).get("PropertyName")
        value = test.find("t:FieldURIOrConstant/t:Constant", NAMES).get("Value")
        found = [
            one
            for one in self.items.values()
            if one.folder == folder and one.own.get(own) == value and is_visible(one)
        ]
        part = (
            f'<m:RootFolder IndexedPagingOffset="{len(found)}" TotalItemsInView="{len(found)}"'
            f' IncludesLastItemInRange="true"><t:Items>{"".join(map(shown, found))}</t:Items></m:RootFolder>'
        )
        return succeeded("FindItem", [part])

    def _SyncFolderItems(self, body: Any) -> str:  # noqa: N802
        self._folder(body.find("m:SyncFolderId", NAMES))
        said = body.findtext("m:SyncState", "", NAMES)
        state = SYNC_STATE.fullmatch(base64.b64decode(said or "c2Vlbi0w").decode("latin1"))
        if state is None or (said and self.forgets_states):
            self.forgets_states = False
            raise Refused("ErrorInvalidSyncStateData")
        begin, most = int(state[1]), int(body.findtext("m:MaxChangesReturned", "0", NAMES))
        waiting = [one for one in self.items.values() if one.folder == "inbox"]
        page = waiting[begin : begin + most]
        after = base64.b64encode(f"seen-{begin + len(page)}".encode()).decode()
        is_last = "true" if begin + len(page) >= len(waiting) else "false"
        created = "".join(f"<t:Create>{shown(one)}</t:Create>" for one in page)
        part = (
            f"<m:SyncState>{after}</m:SyncState><m:IncludesLastItemInRange>{is_last}"
            f"</m:IncludesLastItemInRange><m:Changes>{created}</m:Changes>"
        )
        return succeeded("SyncFolderItems", [part])

    def _GetItem(self, body: Any) -> str:  # noqa: N802
        asked = [self._item(one) for one in body.find("m:ItemIds", NAMES)]
        return succeeded(
            "GetItem", [f"<m:Items>{shown(one, whole=True)}</m:Items>" for one in asked]
        )

    def _cancel(self, given: Any) -> str:
        item = self._item(given.find("t:ReferenceItemId", NAMES))
        item.folder = "deleteditems"
        self._tell(item, "CANCEL", "SendToAll")
        return succeeded("CreateItem", ["<m:Items/>"])

    def _post(self, item: Item) -> None:
        if len(item.mime) > self.largest_bytes:
            raise Refused("ErrorMessageSizeExceeded")
        mail = message_from_bytes(item.mime, EmailMessage, policy=default)
        if not mail["To"]:
            raise Refused("ErrorMissingRecipients")
        to = {one.addr_spec for one in mail["To"].addresses}
        if to & self.refused:
            raise Refused("ErrorInvalidRecipients")
        self.mails.append(mail)
        if to & self.nobody:
            self.deliver(returned(self.mailbox, str(mail["Message-ID"])), "REPORT.IPM.Note.NDR")

    def _tell(self, item: Item, method: str, to: str | None) -> None:
        if to == "SendToNone" or not item.attendee:
            return
        told = {key: one.text or "" for key, one in item.fields.items()}
        self.notices.append(Notice(method, (item.attendee,), item.sequence, told, dict(item.own)))

    def _put(self, item: Item, given: Any) -> None:
        if name(given) in ("Message", "CalendarItem"):
            for one in given:
                self._put(item, one)
        elif name(given) == "ExtendedProperty":
            own = given.find("t:ExtendedFieldURI", NAMES).get("PropertyName")
            item.own[own] = given.findtext("t:Value", "", NAMES)
        elif name(given) == "MimeContent":
            item.mime = base64.b64decode(given.text)
        elif name(given) == "RequiredAttendees":
            (item.attendee,) = given.xpath(".//t:EmailAddress/text()", namespaces=NAMES)
        else:
            item.fields[name(given)] = given

    def _item(self, given: Any) -> Item:
        item = self.items.get(given.get("Id"))
        if item is None or item.folder == "deleteditems":
            raise Refused("ErrorItemNotFound")
        return item

    def _folder(self, given: Any) -> str:
        (folder,) = given
        owner = folder.findtext("t:Mailbox/t:EmailAddress", "", NAMES)
        if owner != self.mailbox:
            raise Refused("ErrorNonExistentMailbox" if "@" in owner else "ErrorAccessDenied")
        return str(folder.get("Id"))


def is_visible(item: Item) -> bool:
    """Return whether a look-up finds the item; one whose copy is late is found by a later one."""
    item.hidden -= 1
    return item.hidden < 0


def shown(item: Item, *, bare: bool = False, whole: bool = False) -> str:
    """Return an item as an answer shows it: `bare` its id alone, `whole` with its mail."""
    inner = f'<t:ItemId Id="{item.id}" ChangeKey="CQ{item.key:06}"/>'
    if not bare:
        mime = f'<t:MimeContent CharacterSet="UTF-8">{base64.b64encode(item.mime).decode()}</t:MimeContent>'
        inner = (mime if whole else "") + inner
        inner += f"<t:ItemClass>{item.item_class}</t:ItemClass>"
        inner += f"<t:DateTimeReceived>{item.at:%Y-%m-%dT%H:%M:%SZ}</t:DateTimeReceived>"
        inner += f"<t:Size>{len(item.mime)}</t:Size>"
        inner += "".join(map(own_property, item.own.items()))
        if item.kind == "CalendarItem":
            inner += f"<t:AppointmentSequenceNumber>{item.sequence}</t:AppointmentSequenceNumber>"
        elif item.kind == "Message" and item.folder != "inbox":
            mail = message_from_bytes(item.mime, EmailMessage, policy=default)
            inner += f"<t:InternetMessageId>{escape(str(mail['Message-ID']))}</t:InternetMessageId>"
    return f"<t:{item.kind}>{inner}</t:{item.kind}>"


def own_property(given: tuple[str, str]) -> str:
    """Return one of our properties as an answer shows it."""
    key, value = given
    kind = "Integer" if key.endswith("revision") else "String"
    return (
        '<t:ExtendedProperty><t:ExtendedFieldURI PropertySetId="6f0c2a4e-6a0f-4f0a-9d5b-2f6f4f1f7a31"'
        f' PropertyName="{key}" PropertyType="{kind}"/><t:Value>{escape(value)}</t:Value></t:ExtendedProperty>'
    )


def returned(to: str, message_id: str) -> bytes:
    """Return the report about a mail to nobody, as Exchange words it."""
    return (
        f"From: postmaster@council.example\nTo: {to}\nSubject: Undeliverable\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns;mail.council.example\n\n"
        "Final-recipient: rfc822;nobody\nAction: failed\nStatus: 5.1.10\n\n"
        f"--b\nContent-Type: message/rfc822\n\nFrom: {to}\nMessage-ID: {message_id}\n\nx\n--b--\n"
    ).encode()
