"""Sites of SharePoint as Graph shows them, asked for by Microsoft's client.

What an answer says is read as it was written: the client's own models take a case reference or a word
that looks like a date, a time or an id for one, and hand on another text.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph.generated.drives.item.items.item import drive_item_item_request_builder as of_file
from msgraph.generated.models.o_data_errors.o_data_error import ODataError
from msgraph.generated.sites.item.drive import drive_request_builder as of_drive
from msgraph.generated.sites.item.drives import drives_request_builder as of_drives
from msgraph.generated.sites.item.lists.item import list_item_request_builder as of_list
from msgraph.generated.sites.item.lists.item.items.delta import delta_request_builder as of_delta
from msgraph.generated.sites.item.lists.item.items.item import (
    list_item_item_request_builder as of_item,
)

from integrations.microsoft365.answers import AnswerLost

PEOPLE = "User Information List"  # hidden in every site: who a person column means
DOWNLOAD = "@microsoft.graph.downloadUrl"
FILE = ["id", "name", "size", "cTag", "lastModifiedDateTime", DOWNLOAD]
Answer = dict[str, Any]
AskedDrive = of_drive.DriveRequestBuilder.DriveRequestBuilderGetQueryParameters
AskedDrives = of_drives.DrivesRequestBuilder.DrivesRequestBuilderGetQueryParameters
AskedList = of_list.ListItemRequestBuilder.ListItemRequestBuilderGetQueryParameters
AskedItem = of_item.ListItemItemRequestBuilder.ListItemItemRequestBuilderGetQueryParameters
AskedDelta = of_delta.DeltaRequestBuilder.DeltaRequestBuilderGetQueryParameters
AskedFile = of_file.DriveItemItemRequestBuilder.DriveItemItemRequestBuilderGetQueryParameters


async def ask(client: Any, builder: Any, asked: Any = None) -> tuple[Answer, int]:
    """Return an answer as it was written, and its size in bytes; raises AnswerLost."""
    how = RequestConfiguration(query_parameters=asked) if asked is not None else None
    request = builder.to_get_request_information(how)
    errors = {"XXX": ODataError}  # kiota's word for whatever status an error has
    raw = await client.request_adapter.send_primitive_async(request, "bytes", errors)
    said = json.loads(raw) if raw else None
    if not isinstance(said, dict):
        raise AnswerLost("answer-unclear")
    return said, len(raw)


async def site_id(client: Any, path: str) -> str:
    """Return the id of a site by its path."""
    builder = client.sites.by_site_id("-").with_url(f"{base(client)}{path}?$select=id")
    said, _ = await ask(client, builder)
    return text(said, "id")


async def drive_id(client: Any, site: str, library: str | None) -> str:
    """Return the id of a site's library, "" where it has none of that name."""
    one = client.sites.by_site_id(site)
    if library is None:
        said, _ = await ask(client, one.drive, AskedDrive(select=["id"]))
        return text(said, "id")
    said, _ = await ask(client, one.drives, AskedDrives(select=["id", "name"]))
    named = [text(drive, "id") for drive in values(said) if drive.get("name") == library]
    return named[0] if named else ""


async def list_and_columns(client: Any, site: str, name: str) -> tuple[str, Sequence[Answer]]:
    """Return the id of a list, by its title or id, and its columns."""
    builder = client.sites.by_site_id(site).lists.by_list_id(name)
    said, _ = await ask(client, builder, AskedList(select=["id"], expand=["columns"]))
    return text(said, "id"), values(said, "columns")


class Changes(NamedTuple):
    """A page of what has changed in a list: the items, the service's own word for the place after them, its size."""

    items: Sequence[Answer]
    place: str
    is_last: bool
    size: int


async def changes(
    client: Any, site: str, list_: str, *, fields: Sequence[str], place: str
) -> Changes:
    """Return what has changed since a place, of everything without one; raises AnswerLost.

    Of an item no field is asked for but these. A place that lies elsewhere is not gone to.
    """
    builder = client.sites.by_site_id(site).lists.by_list_id(list_).items.delta
    if not place:
        asked = AskedDelta(expand=[f"fields($select={','.join(fields)})"])
        said, size = await ask(client, builder, asked)
    elif place.startswith(f"{base(client)}/sites/"):
        said, size = await ask(client, builder.with_url(place))
    else:
        raise AnswerLost("elsewhere")
    more, last = said.get("@odata.nextLink"), said.get("@odata.deltaLink")
    if not (more or last):
        raise AnswerLost("answer-unclear")
    return Changes(values(said), str(more or last), not more, size)


async def address_of(client: Any, site: str, person: str) -> str:
    """Return the mail address of somebody whom a column means; no name is asked for."""
    people = client.sites.by_site_id(site).lists.by_list_id(PEOPLE)
    one = people.items.by_list_item_id(person)
    said, _ = await ask(client, one, AskedItem(expand=["fields($select=EMail)"]))
    fields = said.get("fields")
    return str(fields.get("EMail") or "") if isinstance(fields, Mapping) else ""


async def file_in(client: Any, drive: str, file: str, *, is_id: bool) -> Answer:
    """Return how a file of a library stands, and where its content is to be had."""
    builder = client.drives.by_drive_id(drive).items.by_drive_item_id(file if is_id else "-")
    if is_id:
        said, _ = await ask(client, builder, AskedFile(select=FILE))
    else:
        place = f"{base(client)}/drives/{quote(drive, safe='')}/root:/{quote(file)}"
        said, _ = await ask(client, builder.with_url(f"{place}?$select={','.join(FILE)}"))
    return said


def base(client: Any) -> str:
    """Return the address below which everything stands that we ask Graph for."""
    return str(client.request_adapter.base_url)


def values(said: Answer, key: str = "value") -> Sequence[Answer]:
    """Return the objects of a list in an answer; raises AnswerLost."""
    found = said.get(key)
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise AnswerLost("answer-unclear")
    return found


def text(said: Answer, key: str) -> str:
    """Return a word of an answer; raises AnswerLost without one."""
    found = said.get(key)
    if not isinstance(found, str) or not found:
        raise AnswerLost("answer-unclear")
    return found


def warm(client: Any) -> None:
    """Have the library load what a first reading would wait for."""
    one = client.sites.by_site_id("-")
    of_one_list = one.lists.by_list_id("-").items
    loaded = (one.drive, one.drives, of_one_list.delta, of_one_list.by_list_item_id("-"))
    also = (client.drives.by_drive_id("-").items.by_drive_item_id("-"), ODataError())
    del loaded, also
