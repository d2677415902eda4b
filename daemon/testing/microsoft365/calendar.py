"""The calendar as Graph keeps it: entries, what their attendees are told, what they answer, and what changed."""

import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from daemon.domain.mail import parse_address
from daemon.testing.microsoft365.calls import Call, Refused, Reply
from daemon.testing.microsoft365.inbox import forgotten, linked, receive, returned
from daemon.testing.microsoft365.mail import PROPERTY, SOUGHT, stamp
from daemon.testing.microsoft365.tenant import Box, Item, Meeting, Tenant

EXPANDED = re.compile(
    r"singleValueExtendedProperties\(\$filter=(id eq '[^']+'( or id eq '[^']+')*)\)"
)
NAMED = re.compile(r"id eq '([^']+)'")
BY_UID = re.compile(r"iCalUId eq '((?:[^']|'')+)'")
NEVER = "0001-01-01T00:00:00Z"
TOLD = ("start", "end", "location", "subject", "body")  # a change of these is sent to everybody
FIXED = ("transactionId", "onlineMeetingProvider", "iCalUId")
BLOB = "<!-- the part of the notes that is the online meeting's -->"
LINK = "https://teams.microsoft.com/l/meetup-join/{}"
PAGE = 20
TRANSACTION_MOST = 64
ANSWERS = {"ACCEPTED": "accepted", "TENTATIVE": "tentativelyAccepted", "DECLINED": "declined"}


def create(tenant: Tenant, call: Call) -> Reply:
    """Keep an entry and invite its attendees; the same transaction again makes nothing."""
    box, item = tenant.box(call.mailbox), checked(dict(call.body))
    name = str(item.get("transactionId") or "")
    if name and (before := box.seen.get(name)):
        if before not in box.events:
            raise Refused(409, "ErrorDuplicateTransactionId")
        return Reply(201, shown(box.events[before]))
    id_ = tenant.new_id("Evt", is_immutable=call.is_immutable)
    box.seen[name] = id_
    item |= {
        "id": id_,
        "iCalUId": sha256(id_.encode()).hexdigest()[:48].upper(),
        "createdDateTime": stamp(tenant.clock()),
        "organizer": {"emailAddress": {"address": call.mailbox}},
        "sequence": 0,
        "links": tenant.link_after,
    }
    item["attendees"] = [asked(one["emailAddress"]["address"]) for one in item.get("attendees", ())]
    if item.get("isOnlineMeeting"):
        item["body"] = {"contentType": "html", "content": BLOB}
    box.events[id_] = item
    box.changes.append(id_)
    for one in addresses(item):
        tell(tenant, call.mailbox, item, "REQUEST", one)
    return Reply(201, shown(item))


def change(tenant: Tenant, call: Call) -> Reply:
    """Change an entry, and tell those who must know. Another time takes all answers back."""
    box, given = tenant.box(call.mailbox), checked(dict(call.body))
    item = found(box, call)
    if set(FIXED) & given.keys():
        raise Refused(400, "ErrorPropertyIsReadOnly")
    if item.get("isOnlineMeeting") and given.get("isOnlineMeeting") is False:
        raise Refused(400, "ErrorOnlineMeetingCannotBeDisabled")
    before = {name: item.get(name) for name in TOLD}
    kept = {one["id"]: one for one in item.get("singleValueExtendedProperties", ())}
    kept |= {one["id"]: one for one in given.pop("singleValueExtendedProperties", ())}
    was = addresses(item)
    if "attendees" in given:
        wanted = [one["emailAddress"]["address"] for one in given.pop("attendees")]
        standing = {one["emailAddress"]["address"]: one for one in item["attendees"]}
        item["attendees"] = [standing.get(one) or asked(one) for one in wanted]
    if item.get("isOnlineMeeting") and "body" in given and BLOB not in given["body"]["content"]:
        item |= {"isOnlineMeeting": False, "links": None}  # its page is gone for good
    item |= {**given, "singleValueExtendedProperties": list(kept.values())}
    if any(before[name] != item.get(name) for name in ("start", "end")):
        item["sequence"] += 1
        item["attendees"] = [asked(one) for one in addresses(item)]
    is_for_all = any(before[name] != item.get(name) for name in TOLD)
    for one in addresses(item):
        if is_for_all or one not in was:
            tell(tenant, call.mailbox, item, "REQUEST", one)
    for one in was:
        if one not in addresses(item):
            tell(tenant, call.mailbox, item, "CANCEL", one)
    box.changes.append(item["id"])
    return Reply(200, shown(item))


def cancel(tenant: Tenant, call: Call) -> Reply:
    """Cancel an entry: its attendees get the comment, and it leaves the calendar."""
    box = tenant.box(call.mailbox)
    item = found(box, call)
    for one in addresses(item):
        tell(tenant, call.mailbox, item, "CANCEL", one, str(call.argument("comment") or ""))
    take_away(box, item)
    return Reply(202)


def delete(tenant: Tenant, call: Call) -> Reply:
    """Take an entry away; its attendees get a cancellation without a word."""
    box = tenant.box(call.mailbox)
    item = found(box, call)
    for one in addresses(item):
        tell(tenant, call.mailbox, item, "CANCEL", one)
    take_away(box, item)
    return Reply(204)


def allowed(tenant: Tenant, call: Call) -> Reply:
    """Answer with what online meetings the mailbox may make: none without a licence for Teams."""
    tenant.box(call.mailbox)
    made = ["teamsForBusiness"] if tenant.link_after is not None else []
    return Reply(200, {"id": "AAMkAGCalendar=", "allowedOnlineMeetingProviders": made})


def got(tenant: Tenant, call: Call) -> Reply:
    """Answer with one entry."""
    item = found(tenant.box(call.mailbox), call)
    return Reply(200, shown(item, call.options))


def listed(tenant: Tenant, call: Call) -> Reply:
    """Find entries by a property of ours or by the uid: the two questions that are asked of them."""
    sought = call.options.get("$filter", "")
    own, theirs = SOUGHT.fullmatch(sought), BY_UID.fullmatch(sought)
    if own is None and theirs is None:
        raise Refused(400, "ErrorInvalidUrlQueryFilter")
    answers = []
    for item in tenant.box(call.mailbox).events.values():
        held = [(one["id"], one["value"]) for one in item.get("singleValueExtendedProperties", ())]
        wanted = tuple(text.replace("''", "'") for text in (own or theirs).groups())  # type: ignore[union-attr]
        if wanted in held if own else wanted == (item["iCalUId"],):
            answers.append(shown(item, call.options))
    return Reply(200, {"value": answers[: int(call.options.get("$top", 10))]})


def changed(tenant: Tenant, call: Call) -> Reply:
    """Answer with what changed in a window of time since a token, a page at most."""
    box, token = tenant.box(call.mailbox), call.options.get("$deltatoken", "")
    start, end, begin = token.split("|") if token else (*window(call), "0")
    if token and tenant.forgets:
        raise forgotten(tenant)
    ids = box.changes[int(begin) :]
    page = list(dict.fromkeys(ids[:PAGE]))
    rows = [
        shown(item) if (item := box.events.get(id_)) else removed(id_)
        for id_ in page
        if id_ not in box.events or start < box.events[id_]["end"]["dateTime"][:19] < end + "~"
    ]
    after = f"{start}|{end}|{int(begin) + len(ids[:PAGE])}"
    return Reply(200, linked(call, rows, after, is_last=len(ids) <= PAGE))


def window(call: Call) -> tuple[str, str]:
    """Return the first and the last moment that are asked about, as entries have them."""
    asked_for = (call.options["startDateTime"], call.options["endDateTime"])
    start, end = (datetime.fromisoformat(one).astimezone(UTC) for one in asked_for)
    return f"{start:%Y-%m-%dT%H:%M:%S}", f"{end:%Y-%m-%dT%H:%M:%S}"


def answer(tenant: Tenant, meeting: Meeting, said: str, *, at: datetime | None = None) -> None:
    """Have an attendee's program answer a meeting message. Exchange counts it unless the time has moved since.

    The answer lies in the inbox, too, as a mail.
    """
    moment = at or tenant.clock()
    with tenant.lock:
        box = tenant.box(meeting.mailbox)
        item = box.events.get(meeting.event["id"])
        if item and item["sequence"] == meeting.event["sequence"]:
            for one in item["attendees"]:
                if one["emailAddress"]["address"] == meeting.to:
                    one["status"] = {"response": ANSWERS[said], "time": stamp(moment)}
            box.changes.append(item["id"])
        receive(tenant, meeting.mailbox, as_mail(meeting, said, moment))


def as_mail(meeting: Meeting, said: str, at: datetime) -> bytes:
    """Return the mail by which a calendar program answers."""
    return "\r\n".join(
        [
            f"From: {meeting.to}", f"To: {meeting.mailbox}", "Subject: Answer", "MIME-Version: 1.0",
            "Content-Type: text/calendar; method=REPLY; charset=utf-8", "", "BEGIN:VCALENDAR",
            "METHOD:REPLY", "VERSION:2.0", "BEGIN:VEVENT", f"UID:{meeting.event['iCalUId']}",
            f"ATTENDEE;PARTSTAT={said}:mailto:{meeting.to}", f"DTSTAMP:{at:%Y%m%dT%H%M%SZ}",
            f"SEQUENCE:{meeting.event['sequence']}", "END:VEVENT", "END:VCALENDAR", "",
        ]
    ).encode()  # fmt: skip


def tell(tenant: Tenant, mailbox: str, item: Item, method: str, to: str, comment: str = "") -> None:
    """Send a meeting message; what goes to nobody's address comes back into the inbox."""
    message = Meeting(tenant.clock(), mailbox, method, to, deepcopy(item), comment)
    if to.lower() in tenant.missing:
        receive(tenant, mailbox, returned(mailbox, uid=item["iCalUId"]))
        return
    tenant.meetings.append(message)
    said = tenant.answers(message) if method == "REQUEST" else ""
    if said:
        answer(tenant, message, said, at=tenant.clock() + timedelta(seconds=1))


def checked(item: Item) -> Item:
    """Return an entry as it may be kept; raises Refused for what Outlook does not take."""
    try:
        for one in item.get("attendees") or ():
            parse_address(one["emailAddress"]["address"])
    except ValueError:
        raise Refused(400, "ErrorInvalidRecipients") from None
    for one in item.get("singleValueExtendedProperties") or ():
        if not PROPERTY.fullmatch(one["id"]):
            raise Refused(400, "ErrorInvalidExtendedProperty")
    if len(str(item.get("transactionId") or "")) > TRANSACTION_MOST:
        raise Refused(400, "ErrorInvalidProperty")
    start, end = (item.get(name, {}).get("dateTime", "") for name in ("start", "end"))
    if start and end and end < start:
        raise Refused(400, "ErrorPropertyValidationFailure")
    return deepcopy(item)


def found(box: Box, call: Call) -> Item:
    """Return the entry that a call names; raises Refused."""
    item = box.events.get(call.parts[1])
    if item is None:
        raise Refused(404, "ErrorItemNotFound")
    return item


def take_away(box: Box, item: Item) -> None:
    """Have an entry stand in the calendar no longer."""
    del box.events[item["id"]]
    box.changes.append(item["id"])


def asked(address: str) -> Item:
    """Return an attendee who has not answered."""
    status = {"response": "none", "time": NEVER}
    return {"type": "required", "emailAddress": {"address": address}, "status": status}


def addresses(item: Item) -> list[str]:
    """Return who is asked."""
    return [one["emailAddress"]["address"] for one in item.get("attendees", ())]


def removed(id_: str) -> Item:
    """Return how an entry is told that is there no longer."""
    return {"id": id_, "@removed": {"reason": "deleted"}}


def shown(item: Item, options: Mapping[str, str] | None = None) -> Item:
    """Return an entry as it is answered, with the properties of ours that are asked for."""
    options = options or {}
    hidden = ("sequence", "links", "singleValueExtendedProperties", "transactionId")
    told = {key: deepcopy(value) for key, value in item.items() if key not in hidden}
    if item.get("isOnlineMeeting") and item["links"] is not None:
        item["links"] -= 1
        is_there = item["links"] < 0
        told["onlineMeeting"] = {"joinUrl": LINK.format(item["iCalUId"])} if is_there else None
    if wanted := options.get("$select"):
        told = {key: told[key] for key in ("id", *wanted.split(",")) if key in told}
    if asked_for := options.get("$expand"):
        if not EXPANDED.fullmatch(asked_for):
            raise Refused(400, "RequestBroker--ParseUri")
        held = item.get("singleValueExtendedProperties", ())
        names = set(NAMED.findall(asked_for))
        told["singleValueExtendedProperties"] = [one for one in held if one["id"] in names]
    return told


EVENT = "/users/{user-id}/events/{event-id}"
TABLE: dict[tuple[str, str], Any] = {
    ("GET", "/users/{user-id}/calendar"): allowed,
    ("POST", "/users/{user-id}/events"): create,
    ("GET", "/users/{user-id}/events"): listed,
    ("GET", EVENT): got,
    ("PATCH", EVENT): change,
    ("DELETE", EVENT): delete,
    ("POST", f"{EVENT}/cancel"): cancel,
    ("GET", "/users/{user-id}/calendarView/delta()"): changed,
}
