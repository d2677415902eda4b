"""The people of the stand-in's tenant as Graph shows them: groups, managers, automatic replies and calendars."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from daemon.testing.microsoft365.calls import Call, Refused, Reply
from daemon.testing.microsoft365.tenant import Item, Tenant

USER = "#microsoft.graph.user"
LISTED = re.compile(r"id in \(('[^']+'(, ?'[^']+')*)\)")
EXPANDED = re.compile(r"manager(\(\$select=([A-Za-z,]+)\))?")
SOUGHT_MOST, TIPS_MOST, SCHEDULES_MOST = 15, 100, 20
FREE, OUT = "0", "3"


def hire(
    tenant: Tenant, id_: str, address: str, *groups: str, manager: str | None = None, **more: Any
) -> None:
    """Put an account into the tenant and into groups; `more` are fields of its own."""
    tenant.users[id_] = {
        "id": id_, "userPrincipalName": address, "mail": address, "accountEnabled": True,
        "displayName": f"Name of {address}", "manager": manager, **more,
    }  # fmt: skip
    for group in groups:
        tenant.groups.setdefault(group, []).append(id_)


def listed(tenant: Tenant, call: Call) -> Reply:
    """Answer with accounts that are asked for by their ids, and with their managers where that is asked."""
    found = LISTED.fullmatch(call.options.get("$filter", ""))
    if found is None:
        raise Refused(400, "Request_UnsupportedQuery")
    ids = re.findall(r"'([^']+)'", found[1])
    if len(ids) > SOUGHT_MOST:
        raise Refused(400, "Request_UnsupportedQuery")
    expanded = EXPANDED.fullmatch(call.options.get("$expand", ""))
    shown = []
    for user in (tenant.users[one] for one in ids if one in tenant.users):
        item = chosen(user, call.options.get("$select"))
        above = tenant.users.get(user["manager"] or "")
        if expanded is not None and above is not None:
            item["manager"] = {"@odata.type": USER, **chosen(above, expanded[2])}
        shown.append(item)
    return Reply(200, {"value": shown})


def members(tenant: Tenant, call: Call) -> Reply:
    """Answer with a page of a group's members, whoever they are."""
    ids = tenant.groups.get(call.parts[0])
    if ids is None:
        raise Refused(404, "Request_ResourceNotFound")
    most = int(call.options.get("$top", 100))
    start = int(call.options.get("$skiptoken", 0))
    body: Item = {
        "value": [
            {"@odata.type": USER if one in tenant.users else "#microsoft.graph.device", "id": one}
            for one in ids[start : start + most]
        ]
    }
    if start + most < len(ids):
        more = f"$select=id&$top={most}&$skiptoken={start + most}"
        body["@odata.nextLink"] = f"{call.origin}/v1.0{call.path}?{more}"
    return Reply(200, body)


def tips(tenant: Tenant, call: Call) -> Reply:
    """Answer whose mailbox answers by machine at present."""
    addresses = call.argument("emailAddresses")
    if len(addresses) > TIPS_MOST:
        raise Refused(400, "ErrorExceededMaxRecipientLimit")
    return Reply(200, {"value": [_tip(tenant, one) for one in addresses]})


def schedules(tenant: Tenant, call: Call) -> Reply:
    """Answer with a figure for each span of the time asked about: away or free, and nothing of why."""
    addresses = call.argument("schedules")
    if len(addresses) > SCHEDULES_MOST:
        raise Refused(400, "ErrorInvalidRequest")
    step = timedelta(minutes=int(call.argument("availabilityViewInterval") or 30))
    first, last = (_at(call.argument(name)) for name in ("startTime", "endTime"))
    found = []
    for address in addresses:
        away = tenant.away.get(address.lower(), ())
        many = int((last - first) / step)
        starts = [first + number * step for number in range(many)]
        view = "".join(
            OUT if any(begun <= at and at + step <= end for begun, end in away) else FREE
            for at in starts
        )
        found.append({"scheduleId": address, "availabilityView": view, "scheduleItems": []})
    return Reply(200, {"value": found})


def chosen(user: Item, names: str | None) -> Item:
    """Return the fields that were asked for."""
    return {name: user[name] for name in (names or "id").split(",") if name in user}


def _tip(tenant: Tenant, address: str) -> Item:
    said = tenant.automatic.get(address.lower(), "")
    replies: Item = {"message": said}
    ends_at = tenant.automatic_until.get(address.lower())
    if said and ends_at is not None:
        replies["scheduledEndTime"] = {
            "dateTime": f"{ends_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC",
        }  # fmt: skip
    return {"emailAddress": {"address": address}, "automaticReplies": replies}


def _at(said: Item) -> datetime:
    if said.get("timeZone") != "UTC":
        raise Refused(400, "ErrorInvalidTimeZone")
    return datetime.fromisoformat(said["dateTime"]).replace(tzinfo=UTC)


TABLE: dict[tuple[str, str], Any] = {
    ("GET", "/users"): listed,
    ("GET", "/groups/{group-id}/transitiveMembers"): members,
    ("POST", "/users/{user-id}/getMailTips"): tips,
    ("POST", "/users/{user-id}/calendar/getSchedule"): schedules,
}
