"""What a site of SharePoint holds: lists with their columns and items, and files in a library."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Item = dict[str, Any]
MADE = "Name of whoever typed it"
TITLE = "Title"
OWN_COLUMNS: Sequence[
    tuple[str, str, Item]
] = (  # name, what is shown, its facet: those that SharePoint makes itself
    ("ID", "ID", {"number": {}}),
    ("Created", "Created", {"dateTime": {"format": "dateTime"}}),
    ("Modified", "Modified", {"dateTime": {"format": "dateTime"}}),
    ("Author", "Created By", {"personOrGroup": {}}),
    ("Editor", "Modified By", {"personOrGroup": {}}),
    ("_UIVersionString", "Version", {"text": {}}),
    ("Attachments", "Attachments", {"boolean": {}}),
    ("ContentType", "Content Type", {"choice": {}}),
)


def described(name: str, shown: str, facet: Mapping[str, Any], *, is_own: bool = False) -> Item:
    """Return a column as Graph describes it."""
    return {
        "id": f"col-{name}", "name": name, "displayName": shown, "hidden": False, "readOnly": is_own,
        "required": False, "indexed": False, "enforceUniqueValues": False, "description": "",
        "columnGroup": "Custom Columns", **facet,
    }  # fmt: skip


def inner_name(shown: str) -> str:
    """Return the name that a column keeps whatever people call it later."""
    return re.sub(r"\W", lambda one: f"_x{ord(one[0]):04x}_", shown)[:32]


@dataclass(slots=True)
class SiteList:
    """A list. `columns` by their inner names; `items` by id; `changes` are ids, each time one changed."""

    id: str
    title: str
    columns: dict[str, Item] = field(default_factory=dict)
    items: dict[int, Item] = field(default_factory=dict)
    changes: list[int] = field(default_factory=list)
    made: int = 0
    shows_look_ups: bool = True  # their text, and not their number alone

    def put(self, now: datetime, fields: Mapping[str, Any], id_: int | None = None) -> int:
        """Put an item in, or change one; its fields stand by what people see above them."""
        if id_ is None:
            self.made += 1
            id_ = self.made
        inner = {one["displayName"]: name for name, one in reversed(self.columns.items())}
        kept = self.items.get(id_, {"fields": {}})["fields"]
        given = {inner.get(name, name): value for name, value in fields.items()}
        self.items[id_] = {"changed_at": now, "fields": {**kept, **given}}
        self.changes.append(id_)
        return id_

    def remove(self, id_: int) -> None:
        """Take an item away."""
        del self.items[id_]
        self.changes.append(id_)


@dataclass(slots=True)
class File:
    """A file of a library; `is_locked`: somebody has it open alone."""

    id: str
    path: str
    content: bytes
    changed_at: datetime
    version: int = 1
    is_locked: bool = False


@dataclass(slots=True)
class Site:
    """A site. `people` are mail addresses by number; `may_read`: it was opened to the application."""

    id: str
    path: str
    lists: dict[str, SiteList] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    libraries: Sequence[str] = ("Documents",)
    may_read: bool = True

    def make_list(
        self, title: str, columns: Mapping[str, Mapping[str, Any]], first: str = TITLE
    ) -> SiteList:
        """Make a list with columns by what is shown, each with its facet; `first` is what Title is called."""
        made = SiteList(f"aaaaaaaa-0000-0000-0000-{len(self.lists) + 1:012}", title)
        made.columns[TITLE] = described(TITLE, first, {"text": {}})
        for name in ("LinkTitle", "LinkTitleNoMenu"):
            made.columns[name] = described(name, first, {}, is_own=True)
        for name, shown, own in OWN_COLUMNS:
            made.columns[name] = described(name, shown, own, is_own=True)
        for shown, facet in columns.items():
            made.columns[inner_name(shown)] = described(inner_name(shown), shown, facet)
        self.lists[made.id] = made
        return made

    def put_file(self, path: str, content: bytes, now: datetime) -> File:
        """Put a file into the library, or change one."""
        before = self.files.get(path)
        number = len(self.files) + 1
        id_ = before.id if before else f"01{'ABCDEFGH'[number % 8] * 32}"
        version = before.version + 1 if before else 1
        self.files[path] = File(id_, path, content, now, version)
        return self.files[path]
