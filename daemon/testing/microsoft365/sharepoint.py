"""Sites of SharePoint as Graph answers for them: a list's columns and changes, files and their content."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from daemon.testing.microsoft365.calls import Call, Refused, Reply
from daemon.testing.microsoft365.inbox import forgotten
from daemon.testing.microsoft365.site import MADE, File, Item, Site, SiteList
from daemon.testing.microsoft365.tenant import Tenant

PAGE = 20
BELOW = ("/sites/", "/drives/")
DOWNLOAD = "/_layouts/15/download.aspx"
PEOPLE = "User Information List"
EXPANDED = re.compile(r"fields\(\$select=([\w,]+)\)")
FOUND = {"siteId": "stand-in"}


def open_site(tenant: Tenant, path: str, id_: str = "") -> Site:
    """Put a site into the tenant, by its path as `/sites/Safeguarding`."""
    made = Site(id_ or f"localhost,{len(tenant.sites) + 1:08}-aaaa,bbbb", path)
    tenant.sites.append(made)
    return made


def by_path(tenant: Tenant, call: Call) -> Reply:
    """Answer with a site that is asked for by its path."""
    path = call.path.partition(":")[2]
    return Reply(200, chosen(_shown(_opened(tenant, path=path)), call))


def by_id(tenant: Tenant, call: Call) -> Reply:
    """Answer with a site."""
    return Reply(200, chosen(_shown(_opened(tenant, id_=call.parts[0])), call))


def drive(tenant: Tenant, call: Call) -> Reply:
    """Answer with the library that every site has."""
    return Reply(200, chosen(_drives(_opened(tenant, id_=call.parts[0]))[0], call))


def drives(tenant: Tenant, call: Call) -> Reply:
    """Answer with all libraries."""
    found = _drives(_opened(tenant, id_=call.parts[0]))
    return Reply(200, {"value": [chosen(one, call) for one in found]})


def a_list(tenant: Tenant, call: Call) -> Reply:
    """Answer with a list, and its columns where they are asked for."""
    found = _list(_opened(tenant, id_=call.parts[0]), call.parts[1])
    told = chosen({"id": found.id, "name": found.title, "displayName": found.title}, call)
    if call.options.get("$expand") == "columns":
        told["columns"] = list(found.columns.values())
    return Reply(200, told)


def changed(tenant: Tenant, call: Call) -> Reply:
    """Answer with a page of a list's items, or of those that changed since a token, and the place after it."""
    found = _list(_opened(tenant, id_=call.parts[0]), call.parts[1])
    token = call.options.get("token", "")
    if token and tenant.forgets:
        raise forgotten(tenant)
    at: Item = json.loads(token) if token else {"from": len(found.changes), "at": 0}
    at["fields"] = at.get("fields") or _fields(tenant, found, call)
    if at.get("is_change"):
        ids = list(dict.fromkeys(found.changes[at["from"] :]))
        beyond = len(found.changes)
    else:
        ids, beyond = sorted(found.items), at["from"]
    rows = [_told(found, one, at["fields"]) for one in ids[at["at"] : at["at"] + PAGE]]
    is_last = at["at"] + PAGE >= len(ids)
    after = (
        {"from": beyond, "at": 0, "is_change": True} if is_last else {**at, "at": at["at"] + PAGE}
    )
    place = quote(json.dumps({**after, "fields": at["fields"]}))
    if tenant.repeats and token:
        place, is_last = quote(token), False
    link = f"{tenant.leads_to or call.origin}/v1.0{quote(call.path, safe='/(),')}?token={place}"
    return Reply(200, {"value": rows, f"@odata.{'deltaLink' if is_last else 'nextLink'}": link})


def an_item(tenant: Tenant, call: Call) -> Reply:
    """Answer with one item; it is played for the hidden list of a site's people alone."""
    site, (_, list_, id_) = _opened(tenant, id_=call.parts[0]), call.parts
    if list_ != PEOPLE or id_ not in site.people:
        raise Refused(404, "itemNotFound")
    asked = EXPANDED.fullmatch(call.options.get("$expand", ""))
    if asked is None or asked[1] != "EMail":
        tenant.refused.append("more was asked of a person than an address")
    fields = {"EMail": site.people[id_]} if site.people[id_] else {}
    return Reply(200, {"id": id_, "parentReference": FOUND, "fields": fields})


def by_file_path(tenant: Tenant, call: Call) -> Reply:
    """Answer with how a file stands, by its path below the library."""
    site, path = _of_drive(tenant, call.parts[0]), call.path.partition("/root:/")[2]
    return _file(site, site.files.get(path), call)


def by_file_id(tenant: Tenant, call: Call) -> Reply:
    """Answer with how a file stands, by its id."""
    site = _of_drive(tenant, call.parts[0])
    named = [one for one in site.files.values() if one.id == call.parts[1]]
    return _file(site, named[0] if named else None, call)


def fetched(tenant: Tenant, asked: Mapping[str, Sequence[str]]) -> Reply:
    """Answer with the content of a file; whoever knows the address may have it."""
    id_ = asked.get("UniqueId", [""])[0]
    files = [one for site in tenant.sites for one in site.files.values() if one.id == id_]
    if not files or "tempauth" not in asked:
        return Reply(401, b"<html>Sign in</html>")
    return Reply(423, b"locked") if files[0].is_locked else Reply(200, files[0].content)


def chosen(told: Item, call: Call) -> Item:
    """Return the properties that were asked for."""
    names = call.options.get("$select", "").split(",")
    return {name: told[name] for name in names if name in told} if names != [""] else told


def _opened(tenant: Tenant, *, id_: str = "", path: str = "") -> Site:
    for one in tenant.sites:
        if one.id == id_ or one.path == path:
            if not one.may_read:
                raise Refused(403, "accessDenied")
            return one
    raise Refused(404, "itemNotFound")


def _shown(site: Site) -> Item:
    return {"id": site.id, "displayName": site.path.rpartition("/")[2]}


def _drives(site: Site) -> list[Item]:
    return [
        {"id": f"{site.id}!{number}", "name": name, "driveType": "documentLibrary"}
        for number, name in enumerate(site.libraries)
    ]


def _of_drive(tenant: Tenant, drive_id: str) -> Site:
    return _opened(tenant, id_=drive_id.partition("!")[0])


def _list(site: Site, name: str) -> SiteList:
    for one in site.lists.values():
        if name in (one.id, one.title):
            return one
    raise Refused(404, "itemNotFound")


def _fields(tenant: Tenant, found: SiteList, call: Call) -> list[str]:
    """Return the fields that are asked for; one that the list does not have is refused."""
    asked = EXPANDED.fullmatch(call.options.get("$expand", ""))
    if asked is None:
        tenant.refused.append("all fields of a list were asked for")
        raise Refused(400, "invalidRequest")
    there = {f"OData_{name}" if name.startswith("_") else name for name in found.columns} | {"id"}
    there |= {f"{name}LookupId" for name in there}
    names = asked[1].split(",")
    if unknown := sorted(set(names) - there):
        tenant.refused += [f"{one}: the list has no such field" for one in unknown]
        raise Refused(400, "invalidRequest")
    return names


def _told(found: SiteList, id_: int, names: Sequence[str]) -> Item:
    """Return an item as it is told; of one that was taken away, that it was."""
    item = found.items.get(id_)
    told: Item = {"id": str(id_), "parentReference": FOUND}
    if item is None:
        return {**told, "deleted": {"state": "deleted"}}
    is_folder = item["fields"].get("is folder")
    fields = {**item["fields"], "id": str(id_)}
    for name, column in found.columns.items():
        if "lookup" in column and fields.get(name) is not None:
            fields[f"{name}LookupId"] = "1"
            fields[name] = fields[name] if found.shows_look_ups else None
    return {
        **told,
        "eTag": f'"{id_},{len(found.changes)}"',
        "lastModifiedDateTime": f"{item['changed_at']:%Y-%m-%dT%H:%M:%SZ}",
        "createdBy": {"user": {"displayName": MADE}},
        "contentType": {"id": "0x0120" if is_folder else "0x0100AB", "name": "Item"},
        "fields": {name: fields[name] for name in names if fields.get(name) is not None},
    }


def _file(site: Site, file: File | None, call: Call) -> Reply:
    if file is None:
        raise Refused(404, "itemNotFound")
    address = f"{call.origin}{quote(site.path)}{DOWNLOAD}?UniqueId={file.id}&tempauth=v1.once"
    told: Item = {
        "id": file.id,
        "name": file.path.rpartition("/")[2],
        "size": len(file.content),
        "eTag": f'"{{{file.id}}},{file.version}"',
        "cTag": f'"c:{{{file.id}}},{file.version}"',
        "lastModifiedDateTime": f"{file.changed_at:%Y-%m-%dT%H:%M:%SZ}",
        "file": {"mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
        "@microsoft.graph.downloadUrl": address,
    }
    return Reply(200, chosen(told, call))


TABLE: dict[tuple[str, str], Any] = {
    ("GET", "/sites/{hostname}:/{managed-path}/{site-name}"): by_path,
    ("GET", "/sites/{site-id}"): by_id,
    ("GET", "/sites/{site-id}/drive"): drive,
    ("GET", "/sites/{site-id}/drives"): drives,
    ("GET", "/sites/{site-id}/lists/{list-id}"): a_list,
    ("GET", "/sites/{site-id}/lists/{list-id}/items/delta()"): changed,
    ("GET", "/sites/{site-id}/lists/{list-id}/items/{listItem-id}"): an_item,
    ("GET", "/drives/{drive-id}/root:/{item-path}"): by_file_path,
    ("GET", "/drives/{drive-id}/items/{driveItem-id}"): by_file_id,
}
