"""What attendees are told of an entry, and what stands in our own calendar."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape

from daemon.domain.event import Event
from daemon.testing.calendar_contract import EVENT, WEEK, Entry
from tests.integrations.microsoft365.conftest import MAILBOX

JOIN = re.compile(r"Join online: (.*?)</p>")
OWN = re.compile(r"Name daykeeper-(\w+)$")
LATER = replace(EVENT, revision=1, starts_at=EVENT.starts_at + WEEK, ends_at=EVENT.ends_at + WEEK)


def properties(item) -> dict[str, str]:
    """Return the properties of ours that an entry has, by their names."""
    held = item.get("singleValueExtendedProperties", ())
    return {found[1]: one["value"] for one in held if (found := OWN.search(one["id"]))}


def seen(meeting) -> Entry:
    """Return a meeting message as its reader's calendar sees it."""
    item, own = meeting.event, properties(meeting.event)
    join = JOIN.search(item["body"]["content"])
    starts_at, ends_at = (
        datetime.fromisoformat(item[name]["dateTime"]).replace(tzinfo=UTC)
        for name in ("start", "end")
    )
    event = Event(
        uid=own["entry"], revision=int(own["revision"]), starts_at=starts_at, ends_at=ends_at,
        title=item["subject"], place=item["location"]["displayName"] or None,
        link=unescape(join[1]) if join else None, is_cancelled=meeting.method == "CANCEL",
    )  # fmt: skip
    message = f"{meeting.method}/{item['sequence']}"
    return Entry(event, (meeting.to,), item["sensitivity"] == "private", message)


def told(office) -> list[Entry]:
    """Return what the attendee was told; what only prepares a cancellation is passed over."""
    entries = [seen(one) for one in office.tenant.meetings]
    off = {(one.event.uid, one.event.revision) for one in entries if one.event.is_cancelled}
    return [
        one
        for one in entries
        if one.event.is_cancelled or (one.event.uid, one.event.revision) not in off
    ]


def entries(office) -> list:
    """Return what stands in our mailbox's calendar."""
    return list(office.tenant.box(MAILBOX).events.values())
