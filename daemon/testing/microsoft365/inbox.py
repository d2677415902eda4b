"""The inbox as Graph keeps it: what came, page by page, and each mail as it came."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from daemon.testing.microsoft365.calls import Call, Refused, Reply
from daemon.testing.microsoft365.tenant import Item, Tenant

PAGE = 20
RAW = "mime"


def receive(tenant: Tenant, mailbox: str, raw: bytes) -> str:
    """Put a mail into an inbox; return its id."""
    with tenant.lock:
        id_ = tenant.new_id("In")
        received = f"{tenant.clock():%Y-%m-%dT%H:%M:%SZ}"
        box = tenant.box(mailbox)
        box.messages[id_] = {
            "id": id_, "isDraft": False, "receivedDateTime": received, RAW: raw,
        }  # fmt: skip
        box.received.append(id_)
    return id_


def arrived(tenant: Tenant, call: Call) -> Reply:
    """Answer with what came since a token, a page at most."""
    if call.parts[1].lower() != "inbox":
        raise Refused(404, "ErrorItemNotFound")
    token = call.options.get("$deltatoken", "")
    if token and tenant.forgets:
        raise forgotten(tenant)
    box, begin = tenant.box(call.mailbox), int(token or 0)
    ids = box.received[begin : begin + PAGE]
    rows = [
        {"id": one, "receivedDateTime": box.messages[one]["receivedDateTime"]}
        for one in ids
        if one in box.messages
    ]
    is_last = begin + len(ids) >= len(box.received)
    return Reply(200, linked(call, rows, str(begin + len(ids)), is_last=is_last))


def as_it_came(tenant: Tenant, call: Call) -> Reply:
    """Answer with a mail as it came."""
    item = tenant.box(call.mailbox).messages.get(call.parts[1])
    if item is None or RAW not in item:
        raise Refused(404, "ErrorItemNotFound")
    return Reply(200, item[RAW])


def linked(call: Call, rows: Sequence[Item], token: str, *, is_last: bool) -> Item:
    """Return a page of changes with the place after it."""
    kind = "deltaLink" if is_last else "nextLink"
    place = f"{call.origin}/v1.0{quote(call.path, safe='/()@')}?$deltatoken={quote(token, safe='')}"
    return {"value": list(rows), f"@odata.{kind}": place}


def forgotten(tenant: Tenant) -> Refused:
    """Return the answer to a place that the service knows no more; it says so once."""
    tenant.forgets -= 1
    return Refused(410, "syncStateNotFound")


def returned(to: str, *, message_id: str = "", uid: str = "") -> bytes:
    """Return the report about a mail, or about an entry of that uid, that nobody has the address of."""
    original = (
        "--b\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\n"
        f"BEGIN:VEVENT\nUID:{uid}\nEND:VEVENT\nEND:VCALENDAR\n\n"
        if uid
        else f"--b\nContent-Type: message/rfc822\n\nFrom: {to}\nMessage-ID: {message_id}\n\nx\n"
    )
    return (
        f"From: postmaster@stand-in.example\nTo: {to}\nSubject: Undeliverable\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt could not be delivered.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns;stand-in.example\n\n"
        f"Final-recipient: rfc822;nobody\nAction: failed\nStatus: 5.1.10\n\n{original}--b--\n"
    ).encode()


TABLE: dict[tuple[str, str], Any] = {
    ("GET", "/users/{user-id}/mailFolders/{mailFolder-id}/messages/delta()"): arrived,
    ("GET", "/users/{user-id}/messages/{message-id}/$value"): as_it_came,
}
